import { concatHex, hexToBigInt, hexToBytes, sliceHex, toHex } from 'viem'
import type { Address, Hex } from '../../model/Hex.ts'
import { understudyCode } from '../generated/understudyCode.ts'
import type { SimulateCallsParameters, SimulatedCall, SimulatedOutcome } from './SimulatedCalls.ts'

/** Nobody's address, where `Understudy` takes its calls; it is in its code. */
const DIRECTOR: Address = '0x77aa565dcde240fbaa90900a5ca272445c8c8330'
/** What code begins with that only says whose code is run (EIP-7702). */
const DELEGATION: Hex = '0xef0100'
const ADDRESSES = 2n ** 160n

/** How the node is asked. Handed in, because this is loaded on demand, and would take along what it shares with the rest. */
export type CallingNode = {
  readonly codeOf: (account: Address) => Promise<string>
  readonly isContract: (code: string) => boolean
  /** `eth_call`. */
  readonly call: (params: readonly unknown[]) => Promise<unknown>
}

/**
 * Runs calls one after the other in one `eth_call`: for the time of it `Understudy` stands over the code of whoever calls, makes the
 * calls from there, and hands everything else to the code that is there really. No slots of anybody's storage have to be known.
 *
 * It is one transaction: what one call has warmed is warm for the next, refunds are not seen, and logs neither. Nothing where the node
 * answers something else.
 */
export async function simulateByCall(
  { codeOf, isContract, call }: CallingNode,
  { calls, rich, plenty }: SimulateCallsParameters & { readonly plenty: bigint },
): Promise<readonly SimulatedOutcome[] | undefined> {
  const senders = [...new Set(calls.map(({ from }) => lowered(from)))]
  const codes = new Map(await Promise.all(senders.map(async (sender) => [sender, await codeOf(sender)] as const)))
  const overrides: Record<Address, { readonly code: string; readonly balance?: Hex }> = {
    [DIRECTOR]: { code: understudyCode },
  }
  for (const [account, code] of codes) {
    const isRich = rich !== undefined && lowered(rich) === account
    // Who has a key must not look like a contract. What the others are is asked by nobody.
    const hasKey = isRich && !isContract(code)
    overrides[account] = {
      code: hasKey ? concatHex([DELEGATION, DIRECTOR]) : understudyCode,
      ...(isRich && { balance: toHex(plenty) }),
    }
    if (code !== '0x') overrides[ownCodeOf(account)] = { code }
  }
  const played = calls.map((one): SimulatedCall => {
    const hadNone = codes.get(lowered(one.from)) === '0x'
    return { ...one, data: (hadNone ? one.dataWithCode : undefined) ?? one.data }
  })
  const cues = played.map((one) => withLength(cueOf(one, codes.has(lowered(one.to)))))
  const answer = await call([{ from: senders[0], to: DIRECTOR, data: concatHex(cues) }, 'latest', overrides])
  return outcomesIn(answer, played)
}

function lowered(address: Address): Address {
  return address.toLowerCase() as Address
}

/** Where `Understudy` looks for the code that an account has really. */
function ownCodeOf(account: Address): Address {
  return toHex(ADDRESSES - 1n - BigInt(account), { size: 20 })
}

/** A call, as `Understudy` is told of it. @param isPlayed Whether it stands over whoever is called as well. */
function cueOf({ from, to, data, value = 0n, gas }: SimulatedCall, isPlayed: boolean): Hex {
  const limit = gas === undefined ? 0n : limitOf(gas - intrinsicGas(data), isPlayed)
  return concatHex([from, to, toHex(value, { size: 32 }), toHex(limit, { size: 8 }), data])
}

/** Zero would be all there is. */
function limitOf(gas: bigint, isPlayed: boolean): bigint {
  if (gas <= 0n) return 1n
  // To hand on to the code that is there really keeps a 64th, and costs a little.
  return isPlayed ? gas + gas / 63n + 1_000n : gas
}

/** What a transaction costs before it runs. */
function intrinsicGas(data: Hex): bigint {
  return 21_000n + hexToBytes(data).reduce((sum, byte) => sum + (byte === 0 ? 4n : 16n), 0n)
}

function withLength(bytes: Hex): Hex {
  return concatHex([toHex(bytes.length / 2 - 1, { size: 4 }), bytes])
}

/** What became of each of them, if that is what it is. */
function outcomesIn(answer: unknown, calls: readonly SimulatedCall[]): readonly SimulatedOutcome[] | undefined {
  if (typeof answer !== 'string' || !/^0x([0-9a-fA-F]{2})+$/.test(answer)) return undefined
  let rest = answer.slice(2)
  const outcomes: SimulatedOutcome[] = []
  for (const { data } of calls) {
    const end = 8 + 2 * Number.parseInt(rest.slice(0, 8), 16)
    const outcome: Hex = `0x${rest.slice(8, end)}`
    // Whether it went well, and the gas.
    if (outcome.length < 20 || rest.length < end) return undefined
    outcomes.push({
      isReverted: sliceHex(outcome, 0, 1) === '0x00',
      data: outcome.length > 20 ? sliceHex(outcome, 9) : '0x',
      gasUsed: hexToBigInt(sliceHex(outcome, 1, 9)) + intrinsicGas(data),
    })
    rest = rest.slice(end)
  }
  return rest === '' ? outcomes : undefined
}
