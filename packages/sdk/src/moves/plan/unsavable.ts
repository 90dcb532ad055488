import type { KnownHealth } from '../../model/Health.ts'
import { branchAndBound } from './branchAndBound.ts'
import type { Shortfall, UnsavablePlan } from './MarginPlan.ts'
import { obstacles } from './obstacles.ts'
import { NOW } from './Party.ts'
import type * as Program from './Program.ts'
import { isBetter, type Recovery, recover, wanting, weakest } from './recover.ts'
import { toPlan } from './toPlan.ts'
import type { Problem } from './toProblem.ts'

/** Shares by which the cheapest moves may aim lower than the best found, for what protocols may round away. */
const LOWER = [0n, 10n ** 9n, 10n ** 7n]

/** What is said where no moves meet every target. */
export function unsavable(problem: Problem, isProven: boolean, isPartialWanted: boolean): UnsavablePlan {
  const { program, obliged, rejected } = problem
  const found = recover(program, obliged, NOW)
  const partial = isPartialWanted ? cheapest(problem, found) : undefined
  return {
    status: 'unsavable',
    isProven,
    shortfalls: obliged.flatMap((index) => shortfallsOf(program, index)),
    binding: obstacles(program),
    recoverable: atLeastNow(problem, (partial ?? found).health),
    rejected,
    ...(partial && { partial: toPlan(program, partial.units, partial.lowerBound, rejected) }),
  }
}

/** A health that was found, or the weakest as it is now: nobody has to move. */
export function atLeastNow({ program, obliged }: Problem, health: KnownHealth): KnownHealth {
  const now = obliged.reduce<KnownHealth>(
    (lowest, index) => {
      const party = program.parties[index]
      const own = party?.rule.assess(party.legs).health ?? lowest
      return isBetter(lowest, own) ? own : lowest
    },
    { status: 'no-debt' },
  )
  return isBetter(now, health) ? now : health
}

/** As a search found it: the bound is absent where nothing is cheaper. */
type Cheapest = Recovery & { readonly lowerBound: number | undefined }

/** The cheapest moves to what was found to be within reach; they may reach a digit more. */
function cheapest({ program, obliged, effort }: Problem, best: Recovery): Cheapest {
  if (best.health.status !== 'known') return { ...best, lowerBound: 0 }
  const { factor } = best.health
  for (const share of LOWER) {
    const wanted = wanting(program, obliged, NOW, share === 0n ? factor : factor - factor / share)
    const found = branchAndBound(wanted, { effort })
    if (found.status !== 'found') continue
    const health = weakest(program, obliged, NOW, found.units)
    if (!isBetter(best.health, health)) return { ...found, health }
  }
  return { ...best, lowerBound: 0 }
}

/** In which scenes a party cannot be brought to its target, were nobody else to be helped. */
function shortfallsOf(program: Program.Program, index: number): readonly Shortfall[] {
  const party = program.parties[index]
  return (party?.scenes ?? []).flatMap(({ scenario, target }): readonly Shortfall[] => {
    if (party === undefined || target === undefined) return []
    const none = program.options.map(() => 0n)
    const isMet = (health: KnownHealth) => health.status === 'no-debt' || health.factor >= target
    if (isMet(weakest(program, [index], scenario, none))) return []
    const best = recover(program, [index], scenario, target).health
    return isMet(best) ? [] : [{ position: party.position.id, scenario, target, best }]
  })
}
