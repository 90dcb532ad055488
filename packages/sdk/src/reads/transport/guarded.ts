import { createTransport, type HttpTransport, http, type Transport } from 'viem'
import { isUnimarginError } from '../../errors/BaseError.ts'
import { RequestTimeoutError } from '../../errors/RequestTimeoutError.ts'
import * as Aggregate from '../Aggregate.ts'
import { assertMilliseconds, DEFAULT_TIMEOUT, isDeadline, withDeadline } from '../withDeadline.ts'
import * as ChainProof from './ChainProof.ts'
import { cleanError } from './cleanError.ts'
import { exchange } from './exchange.ts'
import * as HttpNode from './HttpNode.ts'
import { revertDataOf } from './NodeError.ts'
import { problemOf, type RpcRequest } from './RpcResult.ts'
import { retry, type Transience } from './retry.ts'
import { HttpStatusError, MalformedAnswerError, NodeUnreachableError, OffchainLookupError } from './TransportErrors.ts'

/** Options of {@link guarded}. */
export type GuardOptions = {
  /** Milliseconds that a request may take, with all of its attempts. Defaults to the transport's own timeout. */
  readonly timeout?: number | undefined
  /** Bytes that the body of one answer may have. Defaults to 4 MiB and a bit: what a snapshot of 2 MiB takes in hex. */
  readonly maxBytes?: number | undefined
  /** Takes the place of the global `fetch`, e.g. to go through a proxy. */
  readonly fetch?: typeof fetch | undefined
  /** Who runs the node, where its URL does not say so; counts in a `quorum`. */
  readonly operator?: string | undefined
  /** How often a transient failure is tried again. Defaults to the transport's own count, but not more than 2. */
  readonly retryCount?: number | undefined
}

/** The hex digits of what a snapshot may return, and room for the envelope. */
const DEFAULT_MAX_BYTES = 2 * Aggregate.MAX_BYTES + 1_024
const MAX_RETRIES = 2
/** Nodes say these when they are busy; -32603 is "internal error". */
const TRANSIENT_CODES: readonly unknown[] = [429, -32_005, -32_007, -32_603]
/** The selector of EIP-3668's `OffchainLookup`. */
const OFFCHAIN_LOOKUP = '0x556f1830'

const guards = new WeakMap<Transport, { readonly operator: string | undefined }>()

/**
 * Makes a viem transport that believes nothing a node says unless it can be true.
 *
 * - One hard deadline for each request: connecting, headers, body, attempts and the waits between them. viem's own ends with
 *   the headers. The caller's signal and the deadline close the connection.
 * - One JSON-RPC request per HTTP request, never a batch; no redirects; bodies up to `maxBytes`.
 * - The answer must have the id that was asked with, and a result that its method can have: numbers that fit, whole bytes,
 *   the block, receipt or transaction that was asked for, the hash of the transaction that was sent.
 * - The node must prove its chain before anything else of it is believed, and again after it could not be reached.
 * - Only transient failures are tried again, and `Retry-After` is obeyed for 5 seconds at most. Nothing is signed or sent twice.
 * - CCIP-Read never leaves the transport: no node can have a URL fetched.
 * - Errors hold no URL beyond its origin, no header, and nothing that controls a terminal.
 *
 * Of viem's `http` it takes URL, `fetchOptions`, timeout, retries and methods; `batch`, `fetchFn` and the `onFetch…` hooks
 * cannot be seen from outside and have no effect (pass `fetch` here). Every other transport is kept as it is, within the
 * deadline, and its results are checked; where it is asked by name of one node only (`webSocket`), the chain as well. A
 * margin client guards its transports by itself; a `fallback` or `quorum` is better made of guarded parts.
 *
 * @throws InvalidTimeoutError when no timer can keep the `timeout`.
 *
 * @example
 * import { guarded } from '@unimargin/sdk'
 * import { createClient, fallback, http } from 'viem'
 * import { base } from 'viem/chains'
 *
 * const nodes = [guarded('https://one.example'), guarded(http('https://two.example'), { timeout: 3_000 })]
 * const client = createClient({ chain: base, transport: fallback(nodes), ccipRead: false })
 */
export function guarded<input extends Transport | string>(
  transport: input,
  options: GuardOptions = {},
): Guarded<input> {
  if (options.timeout !== undefined) assertMilliseconds('timeout', options.timeout)
  // The same transport, which believes less.
  return guard(typeof transport === 'string' ? http(transport) : transport, options) as Guarded<input>
}

/** What becomes of a transport, or of a URL, when it is guarded. */
export type Guarded<input extends Transport | string> = input extends Transport ? input : HttpTransport

function guard(transport: Transport, options: GuardOptions): Transport {
  const known = guards.get(transport)
  if (known === undefined) return mark(withGuard(transport, options), options.operator)
  if (Object.keys(options).length === 0) return transport
  // Guarded already: what is left to add is a deadline and a name.
  return mark(withinDeadline(transport, options.timeout), options.operator ?? known.operator)
}

/** Says that a transport needs no guard. */
export function mark<transport extends Transport>(transport: transport, operator?: string): transport {
  guards.set(transport, { operator })
  return transport
}

/** The operator that a guard was told. */
export function operatorOf(transport: Transport): string | undefined {
  return guards.get(transport)?.operator
}

type Made = ReturnType<Transport>

function withGuard(transport: Transport, options: GuardOptions): Transport {
  // viem's `fallback` makes its parts anew for every request: what a node has proved outlasts that.
  const proofs = new Map<number, ChainProof.ChainProof>()
  return (parameters) => {
    const made = transport(parameters)
    const ask = askerOf(made, options)
    const chainId = parameters.chain?.id
    const proof = chainId === undefined || !isOneNode(made) ? undefined : { chainId, holds: false }
    const kept = proof && (proofs.get(proof.chainId) ?? proof)
    if (kept !== undefined) proofs.set(kept.chainId, kept)
    const send = async (request: RpcRequest, signal: AbortSignal): Promise<unknown> => {
      const result = await (kept === undefined
        ? ask(request, signal)
        : ChainProof.asked(kept, request, (which) => ask(which, signal)))
      const problem = problemOf(request, result)
      if (problem !== undefined) throw new MalformedAnswerError({ method: request.method, problem })
      return result
    }
    return requesting(made, send, options.timeout ?? made.config.timeout, (error) => {
      if (kept !== undefined && isOutage(error)) kept.holds = false
    })
  }
}

/** After these somebody else may stand there. */
function isOutage(error: unknown): boolean {
  return (
    error instanceof NodeUnreachableError || error instanceof HttpStatusError || error instanceof RequestTimeoutError
  )
}

function withinDeadline(transport: Transport, timeout: number | undefined): Transport {
  return (parameters) => {
    const made = transport(parameters)
    return requesting(
      made,
      ({ method, params }, signal) => made.request({ method, params }, { signal }),
      timeout ?? made.config.timeout,
    )
  }
}

/** The transport with another way to ask, within a deadline. */
function requesting(
  made: Made,
  send: (request: RpcRequest, signal: AbortSignal) => Promise<unknown>,
  timeout: number | undefined,
  onFailure: (error: unknown) => void = () => {},
): Made {
  const limit = timeout === undefined || timeout === 0 ? undefined : timeout
  const request = async (
    { method, params }: { readonly method: string; readonly params?: unknown },
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<unknown> => {
    const asked = { method, params: Array.isArray(params) ? params : params === undefined ? [] : [params] }
    const signal = options?.signal
    try {
      if (limit === undefined && signal !== undefined && isDeadline(signal)) return await send(asked, signal)
      return await withDeadline((ends) => send(asked, ends), { timeout: limit ?? DEFAULT_TIMEOUT, signal })
    } catch (error) {
      if (revertDataOf(error)?.toLowerCase().startsWith(OFFCHAIN_LOOKUP)) throw new OffchainLookupError()
      const cause = oursIn(error) ?? error
      onFailure(cause)
      throw cause
    }
  }
  // What `request` answers is checked by the method that was asked.
  return { ...made, request: request as Made['request'] }
}

type Ask = (request: RpcRequest, signal: AbortSignal) => Promise<unknown>

/** How the node is asked. Of its errors only what is clean comes out. */
function askerOf(made: Made, options: GuardOptions): Ask {
  const { type, name } = made.config
  const url: unknown = made.value?.url
  const ask =
    type === 'http' && typeof url === 'string'
      ? askerOfNode(made, url, options)
      : async ({ method, params }: RpcRequest, signal: AbortSignal) => {
          try {
            return await made.request({ method, params }, { signal })
          } catch (error) {
            throw oursIn(error) ?? cleanError(error, { method, node: name })
          }
        }
  // viem's own wrapping: errors of the node become the classes that its actions know.
  const { request } = createTransport({
    ...made.config,
    retryCount: 0,
    request: ((asked: RpcRequest, { signal }: { readonly signal: AbortSignal }) =>
      ask(asked, signal)) as Made['request'],
  })
  return ({ method, params }, signal) => request({ method, params }, { signal })
}

/** By our own exchange. */
function askerOfNode({ config, value }: Made, url: string, options: GuardOptions): Ask {
  const node = HttpNode.create(url, value?.fetchOptions)
  const { maxBytes = DEFAULT_MAX_BYTES } = options
  const retryCount = options.retryCount ?? Math.min(config.retryCount ?? MAX_RETRIES, MAX_RETRIES)
  return (request, signal) => {
    const attempt = () => exchange(request, { node, maxBytes, signal, fetch: options.fetch ?? globalThis.fetch })
    return retry(attempt, { retryCount: isRepeatable(request.method) ? retryCount : 0, judge: transience, signal })
  }
}

/** What signs, sends or asks a person is done once. */
function isRepeatable(method: string): boolean {
  return !/^wallet_|send|sign|request/i.test(method)
}

function transience(error: unknown): Transience {
  if (error instanceof NodeUnreachableError) return { isTransient: true }
  if (error instanceof HttpStatusError) {
    const isTransient = error.status >= 500 || [408, 425, 429].includes(error.status)
    return { isTransient, retryAfter: error.retryAfter }
  }
  if (typeof error !== 'object' || error === null || !('code' in error)) return { isTransient: false }
  return { isTransient: TRANSIENT_CODES.includes(error.code) && revertDataOf(error) === undefined }
}

/** An error of ours; viem takes one for an unknown one of the node, and puts its own around it. */
function oursIn(error: unknown): Error | undefined {
  if (isUnimarginError(error)) return error
  const cause = error instanceof Error ? error.cause : undefined
  return isUnimarginError(cause) ? cause : undefined
}

function isOneNode({ config }: Made): boolean {
  return config.type === 'http' || config.type === 'webSocket'
}
