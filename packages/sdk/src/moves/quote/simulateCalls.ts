import { toHex } from 'viem'
import { AbortedError } from '../../errors/AbortedError.ts'
import { reasonOf } from '../../errors/reasonOf.ts'
import type { Address, Hex } from '../../model/Hex.ts'
import type { DeadlineOptions } from '../../reads/withDeadline.ts'
import * as Ask from '../ask.ts'

/** A call of a simulation. */
export type SimulatedCall = {
  readonly from: Address
  readonly to: Address
  readonly data: Hex
  readonly value?: bigint | undefined
  /** As much as it may use, what a transaction costs before it runs included; whatever the node allows unless given. */
  readonly gas?: bigint | undefined
}

export type SimulatedLog = { readonly address: string; readonly topics: readonly Hex[]; readonly data: Hex }

/** What became of one of them. */
export type SimulatedOutcome = {
  readonly isReverted: boolean
  /** Return data, or revert data. */
  readonly data: Hex
  readonly gasUsed: bigint
  readonly logs: readonly SimulatedLog[]
}

export type SimulatedCalls =
  | { readonly status: 'simulated'; readonly outcomes: readonly SimulatedOutcome[] }
  | { readonly status: 'unavailable'; readonly reason: string }

export type SimulateCallsParameters = {
  readonly calls: readonly SimulatedCall[]
  /** Who has plenty of coins. */
  readonly rich?: Address | undefined
  /** Unix seconds of the block that they run in; later than the chain's. Clients make up others, and nodes of a quorum have to agree. */
  readonly time?: bigint | undefined
}

/** Wei that whoever pays is given, so that nothing else is hidden by a lack of them. */
export const PLENTY: bigint = 2n ** 96n
/** Seconds: later than the blocks that come while the chain is asked. */
const AHEAD = 30n

/** When something is run that was looked at at a time of its chain: soon, and not after its deadline. Unix seconds. */
export function soonAfter(now: bigint, deadline: bigint = now + AHEAD): bigint {
  return deadline < now + AHEAD ? deadline : now + AHEAD
}

/**
 * Runs calls one after the other on the latest block, each on what the one before it left, and throws away what they did:
 * `eth_simulateV1`. Nobody has to have coins, and contracts may be senders.
 *
 * Never throws for what a node does; a node that cannot simulate is `unavailable`.
 *
 * @throws AbortedError
 */
export async function simulateCalls(
  chain: Ask.Chain,
  { calls, rich, time }: SimulateCallsParameters,
  options: DeadlineOptions,
): Promise<SimulatedCalls> {
  const stateOverrides = rich === undefined ? {} : { [rich]: { balance: toHex(PLENTY) } }
  const blockOverrides = time === undefined ? {} : { blockOverrides: { time: toHex(time) } }
  const blocks = {
    blockStateCalls: [{ ...blockOverrides, stateOverrides, calls: calls.map(formatted) }],
    validation: false,
    traceTransfers: false,
  }
  try {
    // viem's types know the method, but not as we fill it.
    const request: { readonly method: string; readonly params: unknown } = {
      method: 'eth_simulateV1',
      params: [blocks, 'latest'],
    }
    const answer: unknown = await Ask.request(
      chain,
      (signal) => chain.client.request(request as never, { signal }),
      options,
    )
    const outcomes = outcomesIn(answer)
    return outcomes?.length === calls.length
      ? { status: 'simulated', outcomes }
      : { status: 'unavailable', reason: 'the node answered something else than a simulation' }
  } catch (error) {
    if (error instanceof AbortedError) throw error
    return { status: 'unavailable', reason: reasonOf(error instanceof Error ? (error.cause ?? error) : error) }
  }
}

function formatted({ from, to, data, value, gas }: SimulatedCall) {
  return { from, to, data, value: toHex(value ?? 0n), ...(gas !== undefined && { gas: toHex(gas) }) }
}

/** The outcomes of a block, if that is what it is. */
function outcomesIn(answer: unknown): readonly SimulatedOutcome[] | undefined {
  const [block]: readonly unknown[] = Array.isArray(answer) ? answer : []
  const calls = read(block, 'calls')
  if (!Array.isArray(calls)) return undefined
  const outcomes = calls.map(outcomeIn)
  return outcomes.every((outcome) => outcome !== undefined) ? outcomes : undefined
}

function outcomeIn(call: unknown): SimulatedOutcome | undefined {
  const [status, returned, gasUsed, logs] = ['status', 'returnData', 'gasUsed', 'logs'].map((name) => read(call, name))
  const isReverted = status === '0x0'
  if ((!isReverted && status !== '0x1') || !isBytes(returned) || !isQuantity(gasUsed)) return undefined
  const said = read(read(call, 'error'), 'data')
  return {
    isReverted,
    data: isReverted && isBytes(said) ? said : returned,
    gasUsed: BigInt(gasUsed),
    logs: Array.isArray(logs) ? logs.filter(isLog) : [],
  }
}

function isLog(log: unknown): log is SimulatedLog {
  const topics = read(log, 'topics')
  return (
    typeof read(log, 'address') === 'string' &&
    isBytes(read(log, 'data')) &&
    Array.isArray(topics) &&
    topics.every(isBytes)
  )
}

function isBytes(value: unknown): value is Hex {
  return typeof value === 'string' && /^0x([0-9a-fA-F]{2})*$/.test(value)
}

function isQuantity(value: unknown): value is Hex {
  return typeof value === 'string' && /^0x[0-9a-fA-F]{1,16}$/.test(value)
}

function read(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined
}
