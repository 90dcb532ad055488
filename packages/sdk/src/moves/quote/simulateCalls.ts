import { toHex } from 'viem'
import { AbortedError } from '../../errors/AbortedError.ts'
import { reasonOf } from '../../errors/reasonOf.ts'
import type { Address, Hex } from '../../model/Hex.ts'
import type { DeadlineOptions } from '../../reads/withDeadline.ts'
import * as Ask from '../ask.ts'
import {
  PLENTY,
  type SimulateCallsParameters,
  type SimulatedCall,
  type SimulatedCalls,
  type SimulatedOutcome,
} from './SimulatedCalls.ts'
import type { SimulationMethod } from './Simulation.ts'

/** Seconds: later than the blocks that come while the chain is asked. */
const AHEAD = 30n

/** When something is run that was looked at at a time of its chain: soon, and not after its deadline. Unix seconds. */
export function soonAfter(now: bigint, deadline: bigint = now + AHEAD): bigint {
  return deadline < now + AHEAD ? deadline : now + AHEAD
}

/**
 * Runs calls one after the other on the latest block, each on what the one before it left, and throws away what they did, by
 * `eth_simulateV1` or, where the node does not know that, by one `eth_call`. Nobody has to have coins, and contracts may be senders.
 *
 * Never throws for what a node does; a node that cannot simulate is `unavailable`.
 *
 * @throws AbortedError
 */
export async function simulateCalls(
  chain: Ask.Chain,
  parameters: SimulateCallsParameters,
  options: DeadlineOptions,
): Promise<SimulatedCalls> {
  const send = (method: string, params: readonly unknown[]): Promise<unknown> => {
    // viem's types know the methods, but not as they are filled here.
    const request = { method, params } as never
    return Ask.request(chain, (signal) => chain.client.request(request, { signal }), options)
  }
  const atOnce = await simulatedBy('eth_simulateV1', () => simulateAtOnce(send, parameters))
  if (atOnce.status === 'simulated') return atOnce
  const called = await simulatedBy('eth_call', async () => {
    // Most nodes know the other one.
    const { simulateByCall } = await import('./simulateByCall.ts')
    const node = {
      codeOf: (account: Address) => Ask.codeOf(chain, account, options),
      isContract: Ask.isContract,
      call: (params: readonly unknown[]) => send('eth_call', params),
    }
    return simulateByCall(node, { ...parameters, plenty: PLENTY })
  })
  if (called.status === 'simulated') return called
  return { status: 'unavailable', reason: `eth_simulateV1: ${atOnce.reason}; eth_call: ${called.reason}` }
}

async function simulatedBy(
  by: SimulationMethod,
  run: () => Promise<readonly SimulatedOutcome[] | undefined>,
): Promise<SimulatedCalls> {
  try {
    const outcomes = await run()
    return outcomes === undefined
      ? { status: 'unavailable', reason: 'the node answered something else than a simulation' }
      : { status: 'simulated', by, outcomes }
  } catch (error) {
    if (error instanceof AbortedError) throw error
    return { status: 'unavailable', reason: reasonOf(error instanceof Error ? (error.cause ?? error) : error) }
  }
}

async function simulateAtOnce(
  send: (method: string, params: readonly unknown[]) => Promise<unknown>,
  { calls, rich, time }: SimulateCallsParameters,
): Promise<readonly SimulatedOutcome[] | undefined> {
  const stateOverrides = rich === undefined ? {} : { [rich]: { balance: toHex(PLENTY) } }
  const blockOverrides = time === undefined ? {} : { blockOverrides: { time: toHex(time) } }
  const blocks = {
    blockStateCalls: [{ ...blockOverrides, stateOverrides, calls: calls.map(formatted) }],
    validation: false,
    traceTransfers: false,
  }
  const outcomes = outcomesIn(await send('eth_simulateV1', [blocks, 'latest']))
  return outcomes?.length === calls.length ? outcomes : undefined
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
  const [status, returned, gasUsed] = ['status', 'returnData', 'gasUsed'].map((name) => read(call, name))
  const isReverted = status === '0x0'
  if ((!isReverted && status !== '0x1') || !isBytes(returned) || !isQuantity(gasUsed)) return undefined
  const said = read(read(call, 'error'), 'data')
  return {
    isReverted,
    data: isReverted && isBytes(said) ? said : returned,
    gasUsed: BigInt(gasUsed),
  }
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
