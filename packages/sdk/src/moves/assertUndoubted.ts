import type { Flag, FlagKind } from '../model/Flag.ts'
import type { MarginView } from '../model/MarginView.ts'
import type { Reserve } from '../model/Market.ts'
import type { ReadPosition } from '../model/Position.ts'
import { DoubtfulViewError } from './PlanErrors.ts'
import { isSame } from './WhatIf.ts'

/** What no move is built on: the numbers may be of another time than now. */
const BLOCKING: readonly FlagKind[] = [
  'stale-head',
  'head-went-back',
  'sequencer-down',
  'sequencer-grace',
  'sequencer-unknown',
  'stale-oracle',
]

/**
 * Refuses to build on positions whose chain is doubtful, or the price of an asset that they hold, owe or get.
 *
 * @throws DoubtfulViewError naming each doubt that is not in `accepted`.
 */
export function assertUndoubted(
  { flags }: MarginView,
  sides: readonly { readonly position: ReadPosition; readonly reserve: Reserve }[],
  accepted: readonly FlagKind[] = [],
): void {
  const doubts = flags.filter(
    (flag) =>
      BLOCKING.includes(flag.kind) &&
      !accepted.includes(flag.kind) &&
      sides.some(({ position, reserve }) => concerns(flag, position, reserve)),
  )
  if (doubts.length > 0) throw new DoubtfulViewError(doubts)
}

function concerns(flag: Flag, position: ReadPosition, reserve: Reserve): boolean {
  if (flag.chainId !== position.market.chainId) return false
  if (flag.market === undefined) return true
  if (flag.market !== position.market.key) return false
  const { asset } = flag
  if (asset === undefined) return true
  return [...position.collateral, ...position.debt, reserve].some((leg) => isSame(leg.asset.address, asset))
}
