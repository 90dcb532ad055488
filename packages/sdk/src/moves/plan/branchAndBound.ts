import { explore } from './explore.ts'
import type { Finding, Question } from './Finding.ts'
import type { Program } from './Program.ts'

/** Nodes of a search for any answer over the order of single steps: one is found soon, or hardly ever. */
const STEPS = 600
/** Nodes of any search: seconds. What was found by then says how near it is to a bound. */
const MOST = 50_000

/**
 * The cheapest answer to a program. Best first: costs that are due for any amount are spread over the most that could be needed,
 * which bounds every answer from below, and what the relaxation uses in part is then tried with and without.
 *
 * Whether there is any answer is asked first: that is known much sooner than which is the cheapest. Where steps on one chain help
 * each other in a circle, any answer in which each party gives in one go will do for that; only if there is none, single steps are
 * put in order, for as long as that is short: what is not found by then may be there all the same.
 */
export function branchAndBound(program: Program, question: Question = {}): Finding {
  const any = anyAnswer(program, question)
  if (any.status !== 'found' || question.isAny === true) return any
  const known = question.below === undefined || Number(any.cost) / 1e18 < question.below ? any : undefined
  return explore(program, { ...question, effort: question.effort ?? MOST, isByTurns: false, known })
}

function anyAnswer(program: Program, question: Question): Finding {
  const any = { ...question, effort: question.effort ?? MOST, below: undefined, isAny: true }
  const byTurns = explore(program, { ...any, isByTurns: true })
  if (byTurns.status !== 'none' || !byTurns.isRestricted) return byTurns
  const byStep = explore(program, { ...any, isByTurns: false, effort: Math.min(STEPS, any.effort) })
  const nodes = byTurns.nodes + byStep.nodes
  return byStep.status === 'exhausted' ? { status: 'none', isProven: false, nodes } : { ...byStep, nodes }
}
