import { type Client, multicall3Abi } from 'viem'
import { AbortedError } from '../errors/AbortedError.ts'
import { reasonOf } from '../errors/reasonOf.ts'
import type { Block } from '../model/Block.ts'
import type { Address, Hex } from '../model/Hex.ts'
import type { ReadResult } from '../model/ReadResult.ts'
import { getSnapshot, type SnapshotResults } from '../reads/getSnapshot.ts'
import * as Read from '../reads/Read.ts'
import { MULTICALL3 } from '../reads/requestCalls.ts'
import { type DeadlineOptions, withDeadline } from '../reads/withDeadline.ts'
import { CallRevertedError, ChainUnavailableError } from './MoveErrors.ts'
import * as Revert from './Revert.ts'

/**
 * Asks a chain something that a step of a move cannot do without: an answer, or a typed error.
 */

/** A chain and how to reach it. */
export type Chain = { readonly chainId: number; readonly client: Client }

/** A call as it would be sent. */
export type Transaction = {
  readonly from: Address
  readonly to: Address
  readonly data: Hex
  readonly value: bigint
}

const MAX_GAS = 2n ** 64n - 1n

/** One snapshot; a chain that gives none is an error. */
export async function snapshot<const reads extends readonly Read.Read<unknown>[]>(
  { chainId, client }: Chain,
  reads: reads,
  options: DeadlineOptions,
): Promise<{ readonly block: Block; readonly results: SnapshotResults<reads> }> {
  const answer = await getSnapshot(client, { chainId, reads, ...options })
  if (answer.status !== 'read') throw new ChainUnavailableError(chainId, answer.reason)
  return answer
}

/** Unix seconds of the latest block; nothing where the chain does not say. */
export async function time({ chainId, client }: Chain, options: DeadlineOptions): Promise<bigint | undefined> {
  const answer = await getSnapshot(client, { chainId, reads: [], ...options })
  return answer.status === 'read' ? answer.block.timestamp : undefined
}

/** The value of a read; a revert or an unavailable value is an error. */
export function answerOf<value>({ chainId }: Chain, call: string, result: ReadResult<value>): value {
  if (result.status === 'ok') return result.value
  if (result.status === 'reverted') throw new CallRevertedError({ chainId, call, revert: Revert.decode(result.data) })
  throw new ChainUnavailableError(chainId, result.reason)
}

/** Wei per unit of gas that the chain would take now. */
export async function gasPrice(chain: Chain, options: DeadlineOptions): Promise<bigint> {
  return quantity(
    chain,
    await request(chain, (signal) => chain.client.request({ method: 'eth_gasPrice' }, { signal }), options),
  )
}

/** Whether an address has code (also by EIP-7702 delegation). */
export async function hasCode(chain: Chain, address: Address, options: DeadlineOptions): Promise<boolean> {
  return (await codeOf(chain, address, options)) !== '0x'
}

/** The code of an address. */
export async function codeOf(chain: Chain, address: Address, options: DeadlineOptions): Promise<string> {
  const code: unknown = await request(
    chain,
    (signal) => chain.client.request({ method: 'eth_getCode', params: [address, 'latest'] }, { signal }),
    options,
  )
  if (typeof code !== 'string' || !/^0x([0-9a-fA-F]{2})*$/.test(code)) {
    throw new ChainUnavailableError(chain.chainId, 'the node answered something else than code')
  }
  return code
}

/** Whether code is that of a contract: an account that delegates (EIP-7702) has a key, which opens it on every chain. */
export function isContract(code: string): boolean {
  return code !== '0x' && !/^0xef0100[0-9a-fA-F]{40}$/.test(code)
}

/** One call by itself, for what answers no other contract: its value, or why there is none. */
export async function alone<value>(
  chain: Chain,
  { calls, decode }: Read.Read<value>,
  options: DeadlineOptions,
): Promise<ReadResult<value>> {
  const results = calls.map(async (call): Promise<ReadResult<Hex>> => {
    try {
      const send = (signal: AbortSignal) =>
        chain.client.request({ method: 'eth_call', params: [call, 'latest'] }, { signal })
      return { status: 'ok', value: await request(chain, send, options) }
    } catch (error) {
      if (error instanceof AbortedError) throw error
      return { status: 'unavailable', reason: reasonOf(error instanceof ChainUnavailableError ? error.cause : error) }
    }
  })
  const step = decode(await Promise.all(results))
  return step.status === 'more' ? { status: 'unavailable', reason: 'it takes a second step' } : step
}

/** Wei that an address holds, to be joined into a snapshot. */
export function nativeBalance({ client }: Chain, owner: Address): Read.Read<bigint> {
  const to = client.chain?.contracts?.multicall3?.address ?? MULTICALL3
  return Read.call({ to, abi: multicall3Abi, functionName: 'getEthBalance', args: [owner] })
}

/** Runs a call without sending it. @throws CallRevertedError when it would revert. */
export async function simulate(chain: Chain, name: string, call: Transaction, options: DeadlineOptions): Promise<void> {
  await request(
    chain,
    (signal) => chain.client.request({ method: 'eth_call', params: [formatted(call), 'latest'] }, { signal }),
    options,
    name,
  )
}

/** Units of gas that a call takes, as the node estimates. @throws CallRevertedError when it would revert. */
export async function estimateGas(
  chain: Chain,
  name: string,
  call: Transaction,
  options: DeadlineOptions,
): Promise<bigint> {
  const gas: unknown = await request(
    chain,
    (signal) => chain.client.request({ method: 'eth_estimateGas', params: [formatted(call)] }, { signal }),
    options,
    name,
  )
  return quantity(chain, gas)
}

/** Sends one request within the deadline and says in our own words what went wrong. */
export async function request<value>(
  { chainId }: Chain,
  send: (signal: AbortSignal) => Promise<value>,
  options: DeadlineOptions,
  call?: string,
): Promise<value> {
  try {
    return await withDeadline(send, options)
  } catch (error) {
    if (error instanceof AbortedError) throw error
    const data = call === undefined ? undefined : Revert.dataOf(error)
    if (call !== undefined && data !== undefined) {
      throw new CallRevertedError({ chainId, call, revert: Revert.decode(data) })
    }
    throw new ChainUnavailableError(chainId, reasonOf(error), error)
  }
}

function formatted({ from, to, data, value }: Transaction) {
  return { from, to, data, value: `0x${value.toString(16)}` } as const
}

function quantity({ chainId }: Chain, answer: unknown): bigint {
  if (typeof answer !== 'string' || !/^0x[0-9a-fA-F]{1,16}$/.test(answer) || BigInt(answer) > MAX_GAS) {
    throw new ChainUnavailableError(chainId, 'the node answered something else than a number')
  }
  return BigInt(answer)
}
