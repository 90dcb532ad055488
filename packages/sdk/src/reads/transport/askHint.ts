import * as Panel from './Panel.ts'
import type { RpcRequest } from './RpcResult.ts'

/**
 * Asks for what is no fact, a fee or an estimate: the middle of all answers, the higher one of two, so that one operator
 * cannot choose it where three answer. A refusal of the contract needs agreement.
 *
 * @throws DisputedError
 * @throws QuorumNotReachedError
 */
export async function askHint(panel: Panel.Panel, request: RpcRequest, signal: AbortSignal): Promise<unknown> {
  const results = (votes: readonly Panel.Vote[]) =>
    votes.flatMap((cast) => (cast.status === 'answered' && 'result' in cast.outcome ? [cast.outcome.result] : []))
  const refusal = (votes: readonly Panel.Vote[]) => {
    const refusals = votes.filter((cast) => cast.status === 'answered').filter(({ outcome }) => 'revert' in outcome)
    return refusals.find(({ key }) => refusals.filter((other) => other.key === key).length >= panel.agree)
  }
  const enough = (votes: readonly Panel.Vote[]): boolean =>
    results(votes).length >= panel.agree || refusal(votes) !== undefined
  const votes = await Panel.gather(panel, request, { signal, enough })
  const ranked = results(votes)
    .map((result) => ({ result, size: sizeOf(result) }))
    .sort((one, other) => (one.size < other.size ? -1 : one.size > other.size ? 1 : 0))
  const refused = refusal(votes)
  if (ranked.length >= panel.agree) return ranked[Math.floor(ranked.length / 2)]?.result
  if (refused !== undefined) return Panel.resultOf(request.method, refused)
  throw Panel.failureOf(panel, request.method, [votes])
}

/** What hints are compared by; of a fee history the newest base fee. */
function sizeOf(result: unknown): bigint {
  if (typeof result === 'string') return BigInt(result)
  const fees: unknown = typeof result === 'object' && result !== null ? Reflect.get(result, 'baseFeePerGas') : undefined
  const last: unknown = Array.isArray(fees) ? fees.at(-1) : undefined
  return typeof last === 'string' ? BigInt(last) : 0n
}
