import type { RiskContext } from '../../risk/RiskAdapter.ts'
import { assertUndoubted, toInform } from '../assertUndoubted.ts'
import { assertParameters } from './assertParameters.ts'
import type { RejectedMove } from './MarginPlan.ts'
import type { Option } from './Option.ts'
import { type Party, parties } from './Party.ts'
import type { PlanMovesParameters } from './PlanMovesParameters.ts'
import * as Program from './Program.ts'
import { toOptions } from './toOptions.ts'
import { toProgram } from './toProgram.ts'

const DEFAULT_HORIZON = 1_800n
const DEFAULT_EFFORT = 2_000
/** Up to these the search has no effort of the caller's: it ends by itself, or after more than anybody would wait for. */
const EXACT_POSITIONS = 8
const EXACT_CANDIDATES = 24

/** Who has to meet what, checked and known; nobody has thought of moves yet. */
export type Demand = {
  readonly horizon: bigint
  readonly parties: readonly Party[]
  /** Places of those that have to meet a target. */
  readonly obliged: readonly number[]
  /** Without any move. */
  readonly idle: Program.Program
}

/** What a search is given. */
export type Problem = Demand & {
  readonly parameters: PlanMovesParameters
  /** Everything that the program may choose from, and what the limits ruled out of it. */
  readonly options: readonly Option[]
  readonly program: Program.Program
  /** Ruled out before any search, by id. */
  readonly rejected: readonly RejectedMove[]
  /** Nodes of a search at most; absent where it has to be exact. */
  readonly effort: number | undefined
}

/**
 * What the parameters ask for.
 *
 * @throws what `planMoves` throws for parameters, unknown numbers and doubts.
 */
export function toDemand(context: RiskContext, parameters: PlanMovesParameters): Demand {
  const horizon = parameters.horizon ?? DEFAULT_HORIZON
  assertParameters(parameters, horizon)
  const all = parties(context, parameters, horizon)
  const obliged = all.flatMap(({ scenes }, index) => (scenes.some(({ target }) => target !== undefined) ? [index] : []))
  assertUndoubted(
    parameters.view,
    obliged.flatMap((index) => all[index] ?? []),
    toInform(parameters.acceptFlags),
  )
  return { horizon, parties: all, obliged, idle: Program.make(all, [], []) }
}

/** The demand with everything that could be done about it. */
export function toProblem(parameters: PlanMovesParameters, demand: Demand): Problem {
  const thought = toOptions(parameters, demand.parties, demand.horizon)
  const { program, rejected: ruledOut } = toProgram(parameters, demand.parties, thought.options)
  const rejected = [...thought.rejected, ...ruledOut].sort((left, right) =>
    left.candidate.id < right.candidate.id ? -1 : 1,
  )
  const isSmall = partiesIn(program, demand.obliged) <= EXACT_POSITIONS && program.options.length <= EXACT_CANDIDATES
  const effort = isSmall ? undefined : (parameters.effort ?? DEFAULT_EFFORT)
  return { ...demand, parameters, options: thought.options, program, rejected, effort }
}

function partiesIn({ ends }: Program.Program, obliged: readonly number[]): number {
  return new Set([...obliged, ...ends.flatMap(({ donor, receiver }) => [donor, receiver])]).size
}
