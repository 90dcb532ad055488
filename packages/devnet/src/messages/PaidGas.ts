import { type Hex, hexToBigInt, hexToNumber, size, slice } from 'viem'
import { MalformedPacketError } from '../errors/MalformedPacketError.ts'

/** Gas and native coins (wei) that the sender paid the executor for. */
export type Paid = { readonly gas: bigint; readonly value: bigint }

/** What the sender of a message paid the executor for. */
export type PaidGas = {
  readonly deliver: Paid
  /** By the index of the compose. */
  readonly compose: ReadonlyMap<number, Paid>
  readonly drops: readonly { readonly amount: bigint; readonly receiver: Hex }[]
}

export const NOTHING: PaidGas = { deliver: { gas: 0n, value: 0n }, compose: new Map(), drops: [] }

const EXECUTOR = 1
const DELIVER = 1
const DROP = 2
const COMPOSE = 3

/**
 * Reads options of type 3. Enforced and extra options stand behind each other, and entries for the same thing add up, as
 * they do in the executor's fee.
 *
 * @throws MalformedPacketError
 */
export function parse(options: Hex): PaidGas {
  if (size(options) < 2 || slice(options, 0, 2) !== '0x0003') throw new MalformedPacketError('options not of type 3')
  const compose = new Map<number, Paid>()
  const drops: { readonly amount: bigint; readonly receiver: Hex }[] = []
  let deliver: Paid = { gas: 0n, value: 0n }
  for (const { type, body } of executorOptions(options)) {
    if (type === DELIVER) deliver = plus(deliver, paid(body))
    if (type === DROP) drops.push({ amount: number(body, 0, 16), receiver: part(body, 16, 48) })
    if (type === COMPOSE) {
      const index = hexToNumber(part(body, 0, 2))
      compose.set(index, plus(compose.get(index) ?? { gas: 0n, value: 0n }, paid(part(body, 2, size(body)))))
    }
  }
  return { deliver, compose, drops }
}

function executorOptions(options: Hex): readonly { readonly type: number; readonly body: Hex }[] {
  const found: { readonly type: number; readonly body: Hex }[] = []
  for (let cursor = 2; cursor < size(options); ) {
    const worker = hexToNumber(part(options, cursor, cursor + 1))
    const length = hexToNumber(part(options, cursor + 1, cursor + 3))
    const body = part(options, cursor + 3, cursor + 3 + length)
    if (worker === EXECUTOR) {
      found.push({ type: hexToNumber(part(body, 0, 1)), body: length === 1 ? '0x' : part(body, 1, length) })
    }
    cursor += 3 + length
  }
  return found
}

/** Gas, and native coins where there are any. */
function paid(body: Hex): Paid {
  return { gas: number(body, 0, 16), value: size(body) > 16 ? number(body, 16, 32) : 0n }
}

function plus(a: Paid, b: Paid): Paid {
  return { gas: a.gas + b.gas, value: a.value + b.value }
}

function number(bytes: Hex, from: number, to: number): bigint {
  return hexToBigInt(part(bytes, from, to))
}

function part(bytes: Hex, from: number, to: number): Hex {
  if (from >= to || size(bytes) < to) throw new MalformedPacketError('options that end too early')
  return slice(bytes, from, to)
}
