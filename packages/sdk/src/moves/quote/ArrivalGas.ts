import { type Hex, hexToBytes, sliceHex } from 'viem'
import type { Route } from '../../model/Route.ts'
import * as MulDiv from '../../units/MulDiv.ts'

/** How much gas an arrival is paid for, and how much of that is left where it is used. */

/** Options of LayerZero, of type 3: whom they are for, and for what they buy gas. */
const TYPE_3 = '0x0003'
const EXECUTOR = 1
const DELIVER = 1
const COMPOSE = 3
/** By the router: what a compose needs besides its settlement. */
const COMPOSE_OVERHEAD = 325_000n
/**
 * What the endpoint uses of a delivery before the OFT has the rest: 34,200 was measured with `EndpointV2` for the first message of a
 * path, 17,100 for later ones; and more where messages before it were verified and not delivered yet.
 */
const ENDPOINT_SHARE = 40_000n
const TRANSACTION = 21_000n
/** What Stargate's `TokenMessaging` uses before the pool has the rest: 11,100 was measured with that of 2.0.6. */
const MESSAGING_SHARE = 12_000n

export type ArrivalGas = { readonly deliver: bigint; readonly compose: bigint }

/** What the router buys: whoever calls keeps a 64th, the endpoint when it calls the router, and the router when it settles. */
export function bought({ delivery, settle }: { readonly delivery: bigint; readonly settle: bigint }): ArrivalGas {
  return { deliver: delivery, compose: callable(callable(settle) + COMPOSE_OVERHEAD) }
}

/** What options buy: entries for the same thing add up. `undefined` for what are no options. */
export function inOptions(options: Hex): ArrivalGas | undefined {
  const bought = { deliver: 0n, compose: 0n }
  if (options !== '0x' && !options.startsWith(TYPE_3)) return undefined
  const number = (from: number, size: number) => BigInt(sliceHex(options, from, from + size, { strict: true }))
  try {
    // Behind the type.
    for (let at = 2; at < (options.length - 2) / 2; ) {
      const [worker, size, type] = [number(at, 1), number(at + 1, 2), number(at + 3, 1)].map(Number)
      if (worker === EXECUTOR && type === DELIVER) bought.deliver += number(at + 4, 16)
      // Of the one compose that an OFT makes, whose index is zero.
      if (worker === EXECUTOR && type === COMPOSE && number(at + 4, 2) === 0n) bought.compose += number(at + 6, 16)
      at += 3 + (size ?? 0)
    }
    return bought
  } catch {
    return undefined
  }
}

export function plus(one: ArrivalGas, other: ArrivalGas): ArrivalGas {
  return { deliver: one.deliver + other.deliver, compose: one.compose + other.compose }
}

/** What of the gas of a delivery the OFT or the pool has. */
export function delivered(kind: Route['kind'], gas: bigint): bigint {
  const left = passed(gas - ENDPOINT_SHARE)
  return kind === 'stargate' ? passed(left - MESSAGING_SHARE) : left
}

/**
 * The limit of a transaction that runs with so much gas: an executor pays for itself what it costs before that, and not out of what
 * a message may use. Never below what a transaction of that size has to have (EIP-7623).
 */
export function limitOf(data: Hex, gas: bigint): bigint {
  const tokens = hexToBytes(data).reduce((sum, byte) => sum + (byte === 0 ? 1n : 4n), 0n)
  const [limit, floor] = [TRANSACTION + 4n * tokens + gas, TRANSACTION + 10n * tokens]
  if (limit < floor) return floor
  return limit
}

/** Gas of which at least so much can be passed on. */
function callable(gas: bigint): bigint {
  return MulDiv.up(gas, 64n, 63n)
}

/** What can be passed on of it. */
function passed(gas: bigint): bigint {
  return gas <= 0n ? 0n : gas - gas / 64n
}
