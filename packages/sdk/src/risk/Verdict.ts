import type { Health, Thresholds, Verdict } from '../model/Health.ts'
import type { Position } from '../model/Position.ts'
import { WAD } from '../units/Wad.ts'
import { isAtStake } from './isAtStake.ts'

/** Where `at-risk` and `watch` begin unless the app says otherwise: health factors of 1.10 and 1.25. */
export const DEFAULT_THRESHOLDS: Thresholds = {
  atRisk: (WAD * 110n) / 100n,
  watch: (WAD * 125n) / 100n,
}

const worstFirst: readonly Verdict[] = ['unknown', 'liquidatable', 'unsavable', 'at-risk', 'watch', 'ok']

/**
 * The verdict on an account: that on its worst position, where unknown is worst of all. Without positions it is `ok`; what is
 * idle has no say, because nobody liquidates it.
 *
 * `unsavable` is no property of a health: a plan gives it.
 *
 * @example
 * import { DEFAULT_THRESHOLDS, type MarginView, verdict } from '@unimargin/sdk'
 *
 * export function mustAct(view: MarginView): boolean {
 *   return verdict(view.positions, DEFAULT_THRESHOLDS) !== 'ok'
 * }
 */
export function verdict(
  positions: readonly (Pick<Position, 'health'> & Parameters<typeof isAtStake>[0])[],
  thresholds: Thresholds = DEFAULT_THRESHOLDS,
): Verdict {
  const verdicts = new Set(positions.filter(isAtStake).map(({ health }) => verdictOf(health, thresholds)))
  return worstFirst.find((candidate) => verdicts.has(candidate)) ?? 'ok'
}

/**
 * The verdict on one health. A factor below 1 is `liquidatable`; exactly at a threshold the better verdict holds.
 *
 * @example
 * import { verdictOf } from '@unimargin/sdk'
 *
 * verdictOf({ status: 'no-debt' }) // 'ok'
 */
export function verdictOf(health: Health, thresholds: Thresholds = DEFAULT_THRESHOLDS): Verdict {
  if (health.status === 'unknown') return 'unknown'
  if (health.status === 'no-debt') return 'ok'
  if (health.factor < WAD) return 'liquidatable'
  if (health.factor < thresholds.atRisk) return 'at-risk'
  return health.factor < thresholds.watch ? 'watch' : 'ok'
}
