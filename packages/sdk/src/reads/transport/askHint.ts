import * as Panel from './Panel.ts'
import type { RpcRequest } from './RpcResult.ts'

/**
 * Asks for what is no fact, a fee or an estimate: the middle of all answers, the higher one of two, so that one operator
 * cannot choose it where three answer; of a fee history the middle of each of its numbers. A refusal of the contract needs
 * agreement.
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
  const answers = results(votes)
  const refused = refusal(votes)
  if (answers.length >= panel.agree) return middleOf(answers)
  if (refused !== undefined) return Panel.resultOf(request.method, refused)
  throw Panel.failureOf(panel, request.method, [votes])
}

/** What a fee history has. */
const FIELDS = ['oldestBlock', 'baseFeePerGas', 'gasUsedRatio', 'reward']

/** The middle number, place by place; nothing where fewer than most have one. Takes checked results of one method. */
function middleOf(values: readonly unknown[]): unknown {
  const given = values.filter((value) => value !== undefined && value !== null)
  if (2 * given.length <= values.length) return undefined
  if (given.every((value) => Array.isArray(value))) {
    const length = Number(middleOf(given.map((list) => list.length)))
    return Array.from({ length }, (_, index) => middleOf(given.map((list): unknown => list[index])))
  }
  if (given.every((value) => typeof value === 'object')) {
    const fields = FIELDS.map((name) => [name, middleOf(given.map((value): unknown => Reflect.get(value ?? {}, name)))])
    return Object.fromEntries(fields.filter(([, value]) => value !== undefined))
  }
  const size = (value: unknown) => (typeof value === 'string' ? BigInt(value) : Number(value))
  const ranked = [...given].sort((one, other) => (size(one) < size(other) ? -1 : size(one) > size(other) ? 1 : 0))
  return ranked[Math.floor(ranked.length / 2)]
}
