import { planMoves } from '@unimargin/sdk'
import type { Planner } from '../judge.ts'
import type { Counts } from './Court.ts'
import { playAccount } from './playAccount.ts'
import type { Stage } from './Stage.ts'

/** What a run met, and what should not have been. */
export type Tally = {
  readonly accounts: number
  readonly problems: readonly string[]
  /** In how many accounts each kind of thing was met. */
  readonly kinds: Readonly<Record<string, number>>
  /** How often chains were asked, over all. */
  readonly counts: Counts
  readonly seconds: number
}

const NONE: Counts = { steps: 0, floors: 0, targets: 0, foreseen: 0 }

/** Plays accounts of a seed, one after the other, each on clean chains. */
export async function playAccounts(
  stage: Stage,
  {
    accounts,
    seed,
    round = 0,
    planner = planMoves,
    onPlayed,
  }: {
    readonly accounts: number
    readonly seed: string
    /** The first. */
    readonly round?: number
    readonly planner?: Planner
    readonly onPlayed?: (round: number, problems: readonly string[], kinds: readonly string[]) => void
  },
): Promise<Tally> {
  const began = performance.now()
  const met = new Map<string, number>()
  let counts = NONE
  const problems: string[] = []
  for (let index = round; index < round + accounts; index += 1) {
    const played = await playAccount(stage, { seed, round: index, planner }).catch((error: unknown) => ({
      problems: [error instanceof Error ? error.message : String(error)],
      kinds: ['thrown'],
      counts: NONE,
    }))
    for (const kind of played.kinds) met.set(kind, (met.get(kind) ?? 0) + 1)
    for (const problem of played.problems) problems.push(`SEED=${seed} ROUND=${index}: ${problem}`)
    counts = {
      steps: counts.steps + played.counts.steps,
      floors: counts.floors + played.counts.floors,
      targets: counts.targets + played.counts.targets,
      foreseen: counts.foreseen + played.counts.foreseen,
    }
    onPlayed?.(index, played.problems, played.kinds)
  }
  return {
    accounts,
    problems,
    kinds: Object.fromEntries([...met].sort(([left], [right]) => (left < right ? -1 : 1))),
    counts,
    seconds: Math.round((performance.now() - began) / 1_000),
  }
}
