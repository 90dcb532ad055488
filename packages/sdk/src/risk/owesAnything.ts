import type { PositionFacts } from '../model/Position.ts'

/**
 * Whether a position has a debt, or may have one. A debt so small that its protocol values it at nothing counts: its health is
 * `no-debt` now, and at another price it is not.
 */
export function owesAnything({ debt }: Pick<PositionFacts, 'debt'>): boolean {
  return debt.some(({ amount }) => amount !== 0n)
}
