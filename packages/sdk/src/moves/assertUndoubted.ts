import type { Flag, FlagKind } from '../model/Flag.ts'
import type { Address } from '../model/Hex.ts'
import type { MarginView } from '../model/MarginView.ts'
import type { Reserve } from '../model/Market.ts'
import type { ReadPosition } from '../model/Position.ts'
import { DoubtfulViewError } from './PlanErrors.ts'
import { isSame } from './WhatIf.ts'

/** What no move is built on: the numbers may be of another time than now, or a lie. */
const BLOCKING: readonly FlagKind[] = [
  'single-source',
  'stale-head',
  'head-went-back',
  'sequencer-down',
  'sequencer-grace',
  'sequencer-unknown',
  'stale-oracle',
]

/** Likewise where a position itself is meant: its health is not what decides about it now. */
const BLOCKING_POSITION: readonly FlagKind[] = ['liquidation-forced', 'protocol-behind']

/** What is accepted for a plan that only informs: the flags of its view say whose word it is. */
export function toInform(accepted: readonly FlagKind[] = []): readonly FlagKind[] {
  return ['single-source', ...accepted]
}

/**
 * Refuses to build on positions whose chain is doubtful, or the price of an asset that they hold, owe or get; and on those that
 * may be liquidated whatever their health, or whose protocol does not see them as they are.
 *
 * @throws DoubtfulViewError naming each doubt that is not in `accepted`.
 */
export function assertUndoubted(
  view: MarginView,
  sides: readonly { readonly position: ReadPosition; readonly reserve?: Reserve | undefined }[],
  accepted: readonly FlagKind[] = [],
): void {
  const doubts = sides.flatMap(({ position, reserve }) =>
    doubtsAbout(view, { position, assets: reserve === undefined ? [] : [reserve.asset.address] }, accepted),
  )
  if (doubts.length === 0) return
  const ofView = view.flags.filter((flag) => doubts.includes(flag))
  throw new DoubtfulViewError([...new Set([...ofView, ...doubts])])
}

/** The doubts that a move of these assets, from or to a position, would be built on. */
export function doubtsAbout(
  { flags }: MarginView,
  { position, assets }: { readonly position: ReadPosition; readonly assets: readonly Address[] },
  accepted: readonly FlagKind[] = [],
): readonly Flag[] {
  return [
    ...flags.filter((flag) => BLOCKING.includes(flag.kind) && concerns(flag, position, assets)),
    ...(position.flags ?? []).filter(({ kind }) => BLOCKING_POSITION.includes(kind)),
  ].filter(({ kind }) => !accepted.includes(kind))
}

function concerns(flag: Flag, position: ReadPosition, assets: readonly Address[]): boolean {
  if (flag.chainId !== position.market.chainId) return false
  if (flag.market === undefined) return true
  if (flag.market !== position.market.key) return false
  const { asset } = flag
  if (asset === undefined) return true
  const legs = [...position.collateral, ...position.debt].map((leg) => leg.asset.address)
  return [...legs, ...assets].some((address) => isSame(address, asset))
}
