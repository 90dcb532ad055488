import type { MarginPlan, Optimality, RejectedMove } from './MarginPlan.ts'
import * as Program from './Program.ts'
import { arrived, inFlight, toSteps } from './toSteps.ts'
import { touched } from './touched.ts'

/** What an answer says as a plan. */
export function toPlan(
  program: Program.Program,
  units: Program.Units,
  lowerBound: number | undefined,
  rejected: readonly RejectedMove[],
): Omit<MarginPlan, 'status'> {
  const cost = Program.costOf(program, units)
  const none = units.map(() => 0n)
  return {
    steps: toSteps(program, units),
    cost,
    optimality: optimalityOf(cost, lowerBound),
    health: { now: inFlight(program, none), inFlight: inFlight(program, units), after: arrived(program, units) },
    binding: touched(program, units).map(({ constraint }) => constraint),
    rejected,
  }
}

function optimalityOf(cost: bigint, lowerBound: number | undefined): Optimality {
  if (lowerBound === undefined) return { status: 'exact' }
  const bound = BigInt(Math.floor(Math.max(0, lowerBound) * 1e9)) * 10n ** 9n
  const least = bound < cost ? bound : cost
  return { status: 'bounded', lowerBound: least, gap: cost - least }
}
