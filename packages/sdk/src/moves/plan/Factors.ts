import type { Factors } from './PlanMovesParameters.ts'

/** The factor that holds for a position, if one does. */
export function of(factors: Factors, id: string): bigint | undefined {
  if (typeof factors === 'bigint') return factors
  return Object.hasOwn(factors, id) ? factors[id] : undefined
}

/** Every factor, and whose it is; the field's own name for one that is everybody's. */
export function entries(factors: Factors): readonly (readonly [id: string | undefined, factor: bigint])[] {
  return typeof factors === 'bigint' ? [[undefined, factors]] : Object.entries(factors)
}
