import type { Asset } from '../model/Asset.ts'
import type { Position } from '../model/Position.ts'
import type { Quantity } from '../model/Quantity.ts'
import { WAD } from '../units/Wad.ts'
import type { CorrelatedAssets } from './AssetGroups.ts'
import { computed } from './computed.ts'
import * as Exposures from './Exposures.ts'
import { least } from './Extremes.ts'
import { isAtStake } from './isAtStake.ts'
import { sumOf } from './sumOf.ts'

/** An asset, or assets that are correlated, supplied and owed at once. Values are US dollars, WAD. */
export type Loop = {
  /** Those of the group that are supplied or owed here. */
  readonly assets: readonly Asset[]
  /** Ids of the positions that supply or owe them, in their order. */
  readonly positions: readonly string[]
  /** `within` where one position has both sides; `across` where only several together do. */
  readonly kind: 'within' | 'across'
  readonly supplied: Quantity
  readonly owed: Quantity
  /** What is on both sides: the lesser of the two. */
  readonly looped: Quantity
  /** What of it is on both sides of one and the same position. The rest is across positions. */
  readonly loopedWithin: Quantity
  /** `looped / supplied`, WAD, rounded up; `undefined` where what is supplied is worth nothing. */
  readonly share: Quantity | undefined
  /** What the prices of the group still move: `supplied − owed`, with a sign. */
  readonly netExposure: Quantity
}

/** What {@link findLoops} found. */
export type FoundLoops = {
  readonly loops: readonly Loop[]
  /** Ids of positions that could not be read: nobody knows what loops they are part of. */
  readonly missing: readonly string[]
}

/**
 * The loops of an account: what is supplied and owed at once, within a position or across several. A fall of its price takes from both
 * sides, so that a loop dies of interest and of a spread between correlated assets rather than of a fall.
 *
 * Assets are told apart by chain and address. Those whose prices follow each other, the same one on several chains too, are declared
 * as groups. What is idle in a wallet is supplied nowhere. A side that is unknown is listed, with unknown values.
 *
 * @throws OverlappingGroupsError when an asset is in two groups.
 *
 * @example
 * import { findLoops, type MarginView, selectAssets } from '@unimargin/sdk'
 *
 * export function etherLoops(view: MarginView) {
 *   const ether = selectAssets(view, { symbols: ['WETH', 'wstETH', 'weETH'] })
 *   return findLoops(view.positions, { correlated: [ether] }).loops
 * }
 */
export function findLoops(
  positions: readonly Position[],
  { correlated }: { readonly correlated?: CorrelatedAssets | undefined } = {},
): FoundLoops {
  const counting = positions.filter(isAtStake)
  const read = counting.filter((position) => position.status === 'read')
  const groups = Exposures.byGroup(Exposures.of(read, { correlated, inDollars: true }))
  return {
    loops: groups
      .filter((group) => group.some(({ isSupplied }) => isSupplied) && group.some(({ isOwed }) => isOwed))
      .map(loopOf),
    missing: counting.flatMap(({ id, status }) => (status === 'unread' ? [id] : [])),
  }
}

function loopOf(group: readonly Exposures.Exposure[]): Loop {
  const supplied = sumOf(group.map((exposure) => exposure.supplied))
  const owed = sumOf(group.map((exposure) => exposure.owed))
  const looped = lesser(supplied, owed)
  return {
    assets: Exposures.distinct(group.flatMap(({ assets }) => assets)),
    positions: group.map(({ position }) => position),
    kind: group.some(({ isSupplied, isOwed }) => isSupplied && isOwed) ? 'within' : 'across',
    supplied,
    owed,
    looped,
    loopedWithin: sumOf(group.map((exposure) => lesser(exposure.supplied, exposure.owed))),
    share: computed([looped, supplied], (part, whole) =>
      whole === 0n ? undefined : (part * WAD + whole - 1n) / whole,
    ),
    netExposure: computed([supplied, owed], (one, other) => one - other),
  }
}

function lesser(left: Quantity, right: Quantity): Quantity {
  return computed([left, right], least)
}
