import { MethodNotSupportedRpcError, type Transport } from 'viem'
import { assertMilliseconds, DEFAULT_TIMEOUT, isDeadline, withDeadline } from '../withDeadline.ts'
import { askHint } from './askHint.ts'
import { broadcast } from './broadcast.ts'
import { guarded, mark, operatorOf } from './guarded.ts'
import * as Operators from './Operators.ts'
import * as Panel from './Panel.ts'
import { InvalidQuorumError } from './QuorumErrors.ts'
import type { QuorumValue } from './QuorumValue.ts'
import type { RpcRequest } from './RpcResult.ts'
import { isHeadTag, readAtHead, readAtNumber, readHeadBlock } from './readHead.ts'

/** Options of {@link quorum}. */
export type QuorumOptions = {
  /** How many different operators have to say the same: 2 or more, and 2 unless told otherwise. Never fewer when some are down. */
  readonly agree?: number | undefined
  /** Milliseconds of silence after which one more operator is asked. Defaults to 400. */
  readonly hedgeAfter?: number | undefined
  /** Seconds that the head of an operator may be old, by the local clock; older ones do not count. No bound by default. */
  readonly maxHeadAge?: number | undefined
  /** Milliseconds that a request may take, with everything that is asked for it. Defaults to that of whoever asks. */
  readonly timeout?: number | undefined
}

/** A viem transport to several nodes that have to agree. */
export type QuorumTransport = Transport<string, QuorumValue>

const DEFAULT_AGREE = 2
const DEFAULT_HEDGE = 400

/** Where methods that read state name its block. */
const BLOCK_PARAMETERS: Readonly<Record<string, number>> = {
  eth_call: 1,
  eth_getBalance: 1,
  eth_getCode: 1,
  eth_getTransactionCount: 1,
  eth_getStorageAt: 2,
  eth_getProof: 2,
  eth_simulateV1: 1,
}
/** What is no fact: the middle of what is said, the higher one of two. */
const HINTS: readonly string[] = ['eth_estimateGas', 'eth_gasPrice', 'eth_maxPriorityFeePerGas', 'eth_feeHistory']
/** What lives in one node, or in a wallet. */
const SINGULAR =
  /^(?:wallet_|personal_|eth_(?:sendTransaction|sign|accounts|requestAccounts|new|subscribe|unsubscribe|uninstallFilter|getFilter))/

/**
 * Makes one viem transport of several nodes: a value is one when `agree` different operators say it of the same block.
 *
 * - **Operators.** Nodes of one registrable domain are one voice, several of them stand in for each other. Name the
 *   operator by `guarded(node, { operator })` where a URL does not tell.
 * - **Heads first.** The head is the `agree`-th highest of those that are named: one operator can neither freeze it nor
 *   push it ahead. State is then read by that block's hash, so that all speak of the same block. Numbers are turned into
 *   agreed hashes. Where nodes cannot be asked by hash at all, the values have to agree without it.
 * - **`agree` is fixed.** When nodes die the answer is `QuorumNotReachedError`, never one with fewer witnesses. It need not
 *   be a majority: `2` of `3` is right whenever at most one operator lies.
 * - **Reverts, `null` and empty lists are values**: they need the same agreement. A contradiction that nobody settles is a
 *   `DisputedError` with what each operator said.
 * - **Quick.** As many operators as have to agree are asked, in random order, and one more when one fails, contradicts or is
 *   silent for `hedgeAfter`. Whoever keeps failing is asked last for a while.
 * - Fees and estimates are hints and need not agree: of all answers (at least `agree`) the middle one is taken, the higher
 *   of two. Transactions are sent to all, until `agree` have them; where the others refuse or are silent for long, one is
 *   enough. Of blocks, receipts, logs and transactions only the fields that are compared are passed on. Filters,
 *   subscriptions and wallets' methods are refused.
 *
 * All parts are guarded. With one node this is that node, guarded, and what it says is from a single source.
 *
 * @throws InvalidQuorumError when there are no nodes, `agree` is below 2, or there are fewer operators than have to agree.
 * @throws InvalidTimeoutError when no timer can keep `timeout` or `hedgeAfter`.
 *
 * @example
 * import { quorum } from '@unimargin/sdk'
 * import { createClient, http } from 'viem'
 * import { base } from 'viem/chains'
 *
 * const nodes = [http('https://base.one.example'), http('https://two.example/base'), http('https://three.example')]
 * const client = createClient({ chain: base, transport: quorum(nodes, { agree: 2 }), ccipRead: false })
 */
export function quorum(transports: readonly Transport[], options: QuorumOptions = {}): QuorumTransport {
  const { hedgeAfter = DEFAULT_HEDGE, maxHeadAge, timeout } = options
  assertMilliseconds('hedgeAfter', hedgeAfter)
  if (timeout !== undefined) assertMilliseconds('timeout', timeout)
  const nodes = transports.map((transport) => guarded(transport))
  const [only] = nodes
  const agree = options.agree ?? (nodes.length === 1 ? 1 : DEFAULT_AGREE)
  assertSize(agree, nodes)
  if (only !== undefined && agree === 1) return timeout === undefined ? only : guarded(only, { timeout })
  // `http()` learns its URL from the chain only: then this is said when a client is made.
  const known = nodes.map((node) => operatorWithoutChain(node, agree))
  if (known.every((operator) => operator !== undefined)) assertOperators(agree, known)

  // Kept by chain: whoever has a part made anew for each request, as viem's `fallback` does, keeps what was learned.
  const panels = new Map<number | undefined, Panel.Panel>()
  return mark((parameters) => {
    const chainId = parameters.chain?.id
    const panel = panels.get(chainId) ?? createPanel(nodes, parameters, { agree, hedgeAfter, maxHeadAge })
    panels.set(chainId, panel)
    const request = async (
      asked: { readonly method: string; readonly params?: unknown },
      requestOptions?: { readonly signal?: AbortSignal | undefined },
    ): Promise<unknown> => {
      const params: readonly unknown[] = Array.isArray(asked.params) ? asked.params : []
      const send = (signal: AbortSignal) => ask(panel, { method: asked.method, params }, signal)
      const signal = requestOptions?.signal
      if (timeout === undefined && signal !== undefined && isDeadline(signal)) return send(signal)
      return withDeadline(send, { timeout: timeout ?? DEFAULT_TIMEOUT, signal })
    }
    const operators = panel.members.map(({ operator }) => operator)
    const hashOf = (number: bigint) => panel.hashes.get(number)
    // What `request` answers was checked, for every part, by the method that was asked.
    const typed = request as Made['request']
    return {
      config: { key: 'quorum', name: 'Quorum', type: 'quorum', request: typed, retryCount: 0, timeout },
      request: typed,
      value: { quorum: { agree, of: operators.length, operators, hashOf } },
    }
  })
}

type Made = ReturnType<Transport>

async function ask(panel: Panel.Panel, request: RpcRequest, signal: AbortSignal): Promise<unknown> {
  const { method, params } = request
  if (SINGULAR.test(method)) throw new MethodNotSupportedRpcError(new TypeError('not in a quorum'), { method })
  if (method === 'eth_sendRawTransaction') return broadcast(panel, request, signal)
  if (HINTS.includes(method)) return askHint(panel, request, signal)
  if (method === 'eth_blockNumber') return numberOf(await readHeadBlock(panel, 'latest', false, signal))
  if (method === 'eth_getBlockByNumber' && isHeadTag(params[0])) {
    return readHeadBlock(panel, params[0], params[1] === true, signal)
  }
  const index = Object.hasOwn(BLOCK_PARAMETERS, method) ? BLOCK_PARAMETERS[method] : undefined
  if (index !== undefined) {
    const block = params[index] ?? 'latest'
    if (isHeadTag(block)) return readAtHead(panel, { ...request, index }, block, signal)
    const number = numberIn(block)
    if (number !== undefined) return readAtNumber(panel, { ...request, index }, number, signal)
  }
  const exact = method === 'eth_getLogs' ? await withAgreedRange(panel, request, signal) : request
  return Panel.settle(panel, method, await Panel.vote(panel, exact, { signal }))
}

/** Each operator has another latest block: a range has to end at one that is agreed on. */
async function withAgreedRange(panel: Panel.Panel, request: RpcRequest, signal: AbortSignal): Promise<RpcRequest> {
  const [filter] = request.params
  if (typeof filter !== 'object' || filter === null || 'blockHash' in filter) return request
  const { fromBlock = 'latest', toBlock = 'latest' } = { fromBlock: undefined, toBlock: undefined, ...filter }
  const heads = new Map<unknown, unknown>()
  for (const tag of new Set<unknown>([fromBlock, toBlock])) {
    if (isHeadTag(tag)) heads.set(tag, numberOf(await readHeadBlock(panel, tag, false, signal)))
  }
  const range = { fromBlock: heads.get(fromBlock) ?? fromBlock, toBlock: heads.get(toBlock) ?? toBlock }
  return { method: request.method, params: [{ ...filter, ...range }] }
}

function numberOf(block: unknown): unknown {
  return typeof block === 'object' && block !== null && 'number' in block ? block.number : undefined
}

/** The number that a block parameter names, as such or as EIP-1898 has it. */
function numberIn(block: unknown): bigint | undefined {
  const named = typeof block === 'object' && block !== null && 'blockNumber' in block ? block.blockNumber : block
  return typeof named === 'string' && /^0x[\da-f]{1,16}$/i.test(named) ? BigInt(named) : undefined
}

function createPanel(
  nodes: readonly Transport[],
  parameters: Parameters<Transport>[0],
  options: Pick<Panel.Panel, 'agree' | 'hedgeAfter' | 'maxHeadAge'>,
): Panel.Panel {
  const members = new Map<string, Panel.Member>()
  for (const node of nodes) {
    const made = node(parameters)
    const operator = operatorOf(node) ?? operatorIn(made)
    if (operator === undefined) throw unnamed(options.agree, [...members.keys()])
    const member = members.get(operator) ?? { operator, nodes: [], failures: 0, restsUntil: 0 }
    const request = ({ method, params }: RpcRequest, signal: AbortSignal) =>
      made.request({ method, params }, { signal })
    members.set(operator, { ...member, nodes: [...member.nodes, request] })
  }
  assertOperators(options.agree, [...members.keys()])
  return { ...options, members: [...members.values()], hashes: new Map() }
}

/** The operator of a node, as far as it is known before there is a chain. */
function operatorWithoutChain(node: Transport, agree: number): string | undefined {
  const named = operatorOf(node)
  if (named !== undefined) return named
  let made: Made
  try {
    made = node({ retryCount: 0 })
  } catch {
    return undefined
  }
  const operator = operatorIn(made)
  if (operator === undefined) throw unnamed(agree, [])
  return operator
}

function operatorIn({ value }: Made): string | undefined {
  const url: unknown = value?.url
  return typeof url === 'string' ? Operators.ofUrl(url) : undefined
}

function assertSize(agree: number, nodes: readonly unknown[]): void {
  const problem =
    nodes.length === 0
      ? 'it has no nodes'
      : !Number.isSafeInteger(agree) || agree < 1 || (agree === 1 && nodes.length > 1)
        ? 'one operator alone would decide'
        : nodes.length < agree
          ? 'it has fewer nodes than have to agree'
          : undefined
  if (problem !== undefined) throw new InvalidQuorumError({ agree, operators: [], problem })
}

function assertOperators(agree: number, named: readonly string[]): void {
  const operators = [...new Set(named)]
  if (operators.length >= agree) return
  throw new InvalidQuorumError({ agree, operators, problem: 'it has fewer operators than have to agree' })
}

function unnamed(agree: number, operators: readonly string[]): InvalidQuorumError {
  const problem = 'the operator of a node is not known; name it by `guarded(node, { operator })`'
  return new InvalidQuorumError({ agree, operators, problem })
}
