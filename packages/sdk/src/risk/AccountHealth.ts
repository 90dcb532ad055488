import type { Health } from '../model/Health.ts'
import type { WeakestHealth } from '../model/MarginView.ts'
import type { Position, ReadPosition } from '../model/Position.ts'
import { issuesOf, unknown } from '../model/Quantity.ts'
import * as Wad from '../units/Wad.ts'
import * as Dollars from './Dollars.ts'
import { distinctIssues } from './distinctIssues.ts'
import { isAtStake } from './isAtStake.ts'

/**
 * The lowest health factor of all positions (WAD), and whose it is: each market liquidates alone, so this one decides.
 *
 * Unknown as soon as one position's health is; `weakestKnown` then still names the weakest of the others. What is idle is not
 * asked: nobody liquidates it, though it may be unread. Equal factors are told apart by their ids, so that the order of
 * positions does not matter.
 *
 * @example
 * import { AccountHealth, type MarginView } from '@unimargin/sdk'
 *
 * export function weakestPosition(view: MarginView): string | undefined {
 *   return AccountHealth.weakest(view.positions).weakestKnown?.position
 * }
 */
export function weakest(positions: readonly Position[]): WeakestHealth {
  const [weakestKnown] = positions
    .flatMap(({ id, health }) => (health.status === 'known' ? [{ position: id, factor: health.factor }] : []))
    .sort((a, b) => (a.factor === b.factor ? (a.position < b.position ? -1 : 1) : a.factor < b.factor ? -1 : 1))
  const unknowns = positions
    .filter(isAtStake)
    .map(({ health }) => health)
    .filter((health) => health.status === 'unknown')
  if (unknowns.length > 0) {
    return { health: unknown(...distinctIssues(unknowns.map(({ issues }) => issues))), weakestKnown }
  }
  return {
    health: weakestKnown === undefined ? { status: 'no-debt' } : { status: 'known', factor: weakestKnown.factor },
    weakestKnown,
  }
}

/**
 * ΣW/ΣD, as if all positions were one account; WAD, rounded down. Hypothetical: it bounds nothing, because a position
 * cannot be saved by what lies in another.
 *
 * Unknown as soon as one weight is; what is idle has none.
 *
 * @example
 * import { AccountHealth, type MarginView } from '@unimargin/sdk'
 *
 * export function isAggregateKnown(view: MarginView): boolean {
 *   return AccountHealth.aggregate(view.positions).status !== 'unknown'
 * }
 */
export function aggregate(all: readonly Position[]): Health {
  const positions = all.filter(isAtStake)
  let collateral = 0n
  let debt = 0n
  let isKnown = true
  for (const position of positions) {
    const weights = position.status === 'read' ? weightsOf(position) : undefined
    if (typeof weights?.collateral === 'bigint' && typeof weights.debt === 'bigint') {
      collateral += weights.collateral
      debt += weights.debt
    } else {
      isKnown = false
    }
  }
  if (!isKnown) return unknown(...distinctIssues(positions.map(weightIssues)))
  return debt === 0n ? { status: 'no-debt' } : { status: 'known', factor: Wad.divDown(collateral, debt) }
}

/** In US dollars: positions may count in different units. */
function weightsOf({ weightedCollateral, weightedDebt, unit }: ReadPosition) {
  return { collateral: Dollars.valueDown(weightedCollateral, unit), debt: Dollars.valueUp(weightedDebt, unit) }
}

function weightIssues(position: Position) {
  if (position.status === 'unread') return position.issues
  const { collateral, debt } = weightsOf(position)
  return [...issuesOf(collateral), ...issuesOf(debt)]
}
