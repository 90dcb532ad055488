import { BaseError } from '../errors/BaseError.ts'
import { reasonOf } from '../errors/reasonOf.ts'
import type { Envelope, Fault, FaultScope } from './faults/Fault.ts'
import type { RpcAnswer, RpcBackend, RpcRequest } from './rpc/RpcBackend.ts'
import { NO_ANSWER } from './rpc/RpcFailure.ts'
import type { WireReply } from './rpc/Wire.ts'

/** A node in front of a chain: it has a URL, writes down what it is asked, and can be broken. */
export type MockNode = {
  readonly url: string
  /** Every HTTP request that it got, in their order. */
  readonly requests: readonly MockRequest[]
  /** Breaks it; gives the function that mends it. Faults add up, in the order in which they came. */
  readonly break: (fault: Fault, scope?: FaultScope) => () => void
  /** Ends all faults. */
  readonly mend: () => void
  /** Answers the body of one HTTP request. Never rejects. */
  readonly reply: (body: string, signal?: AbortSignal) => Promise<WireReply>
}

/** One HTTP request. */
export type MockRequest = { readonly calls: readonly RpcRequest[]; readonly bytes: number }

type ActiveFault = { readonly fault: Fault; readonly scope: FaultScope; seen: number; struck: number }

/** One fault that strikes one HTTP request. */
type Strike = { readonly fault: Fault; readonly struck: number }

/** The faults that strike each call of one HTTP request, and all of them in the order in which they came. */
type Striking = { readonly byCall: readonly (readonly Strike[])[]; readonly inOrder: readonly Strike[] }

/**
 * Puts a node in front of a backend: it speaks JSON-RPC 2.0 over HTTP bodies, batches included.
 *
 * @example
 * import { createMockNode } from '@unimargin/sdk/testing'
 *
 * const node = createMockNode({
 *   url: 'https://node.example',
 *   backend: async () => ({ status: 'result', result: '0xa4b1' }),
 * })
 */
export function createMockNode({ url, backend }: { readonly url: string; readonly backend: RpcBackend }): MockNode {
  const requests: MockRequest[] = []
  const active: ActiveFault[] = []

  /** Which faults strike each of the calls of one HTTP request; counted before anything waits, and once for all calls. */
  const striking = (calls: readonly ParsedCall[]): Striking => {
    const strikes = new Map<ActiveFault, Strike>()
    const byCall = calls.map(({ request }) =>
      active.flatMap((entry) => {
        const { methods, when, after = 0, times = Number.POSITIVE_INFINITY } = entry.scope
        if (methods !== undefined && !methods.includes(request.method)) return []
        if (when !== undefined && !when(request)) return []
        entry.seen += 1
        if (entry.seen <= after) return []
        const strike = strikes.get(entry) ?? { fault: entry.fault, struck: entry.struck }
        if (strike.struck >= times) return []
        if (!strikes.has(entry)) {
          strikes.set(entry, strike)
          entry.struck += 1
        }
        return [strike]
      }),
    )
    return { byCall, inOrder: active.flatMap((entry) => strikes.get(entry) ?? []) }
  }

  const answer = async (
    request: RpcRequest,
    strikes: readonly Strike[],
    signal: AbortSignal | undefined,
  ): Promise<RpcAnswer> => {
    const asked = strikes.reduce(
      (current, { fault, struck }) => fault.ask?.(current, { request, backend, struck }) ?? current,
      request,
    )
    let given = await backend(asked, signal)
    for (const { fault, struck } of strikes) {
      if (fault.answer !== undefined) given = await fault.answer(given, { request, backend, struck })
    }
    return given
  }

  const reply = async (body: string, signal: AbortSignal | undefined): Promise<WireReply> => {
    const parsed = parse(body)
    if (parsed === undefined) return jsonReply(envelopeOf(null, error(-32_700, 'the body is no JSON-RPC request')))
    const { calls, isBatch } = parsed
    requests.push({ calls: calls.map(({ request }) => request), bytes: body.length })
    const { byCall, inOrder } = striking(calls)
    const envelopes = await Promise.all(
      calls.map(async ({ id, request }, index) => {
        // By itself: what one call of a batch meets is no answer of the others.
        const answered = answer(request, byCall[index] ?? [], signal).catch(failureOf)
        return envelopeOf(id, await answered)
      }),
    )
    const sent = inOrder.reduce<readonly Envelope[]>(
      (list, { fault, struck }) => fault.envelopes?.(list, { url, struck }) ?? list,
      envelopes,
    )
    const whole = jsonReply(isBatch || sent.length > 1 ? sent : (sent[0] ?? null))
    return inOrder.reduce((current, { fault, struck }) => fault.reply?.(current, { url, struck }) ?? current, whole)
  }

  return {
    url,
    requests,
    break: (fault, scope = {}) => {
      const entry: ActiveFault = { fault, scope, seen: 0, struck: 0 }
      active.push(entry)
      return () => {
        const index = active.indexOf(entry)
        if (index !== -1) active.splice(index, 1)
      }
    },
    mend: () => {
      active.length = 0
    },
    reply: async (body, signal) => {
      try {
        return await reply(body, signal)
      } catch (cause) {
        return jsonReply(envelopeOf(idIn(body), failureOf(cause)))
      }
    },
  }
}

type ParsedCall = { readonly id: unknown; readonly request: RpcRequest }

function parse(body: string): { readonly calls: readonly ParsedCall[]; readonly isBatch: boolean } | undefined {
  const value = parseJson(body)
  const isBatch = Array.isArray(value)
  const list: readonly unknown[] = isBatch ? value : [value]
  const calls = list.flatMap((entry): readonly ParsedCall[] => {
    if (typeof entry !== 'object' || entry === null || !('method' in entry)) return []
    const { method, params = [], id = null } = entry as { method: unknown; params?: unknown; id?: unknown }
    if (typeof method !== 'string' || !Array.isArray(params)) return []
    return [{ id, request: { method, params } }]
  })
  return calls.length === list.length && calls.length > 0 ? { calls, isBatch } : undefined
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function idIn(body: string): unknown {
  const value = parseJson(body)
  return typeof value === 'object' && value !== null && 'id' in value ? value.id : null
}

/** A mock, a fault or a node behind that throws: loud, and never taken for an answer of the chain. */
function failureOf(cause: unknown): RpcAnswer {
  return error(NO_ANSWER, cause instanceof BaseError ? cause.message : reasonOf(cause))
}

function error(code: number, message: string): RpcAnswer {
  return { status: 'error', code, message }
}

function envelopeOf(id: unknown, answer: RpcAnswer): Envelope {
  if (answer.status === 'result') return { jsonrpc: '2.0', id, result: answer.result }
  const { code, message, data } = answer
  return { jsonrpc: '2.0', id, error: { code, message, ...(data === undefined ? {} : { data }) } }
}

function jsonReply(body: unknown): WireReply {
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    delivery: {},
  }
}
