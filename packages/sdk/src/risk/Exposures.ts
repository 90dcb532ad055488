import type { Asset } from '../model/Asset.ts'
import type { CollateralLeg, DebtLeg } from '../model/Leg.ts'
import type { ReadPosition } from '../model/Position.ts'
import type { Quantity } from '../model/Quantity.ts'
import { type CorrelatedAssets, keyOf } from './AssetGroups.ts'
import * as Dollars from './Dollars.ts'
import { sumOf } from './sumOf.ts'

/** What one position has on each side of one group of assets. */
export type Exposure = {
  /** Of the group. */
  readonly key: string
  readonly position: string
  /** Those of the group that it supplies or owes. */
  readonly assets: readonly Asset[]
  /** Whether anything is, be its value known or not. */
  readonly isSupplied: boolean
  readonly isOwed: boolean
  /** WAD, in the unit that the market counts in, or in US dollars: then rounded down. */
  readonly supplied: Quantity
  /** Likewise, rounded up. */
  readonly owed: Quantity
}

/**
 * What positions have on each side of each group, one entry per position and group, in the order of positions and legs.
 *
 * @throws OverlappingGroupsError
 */
export function of(
  positions: readonly ReadPosition[],
  { correlated, inDollars }: { readonly correlated?: CorrelatedAssets | undefined; readonly inDollars: boolean },
): readonly Exposure[] {
  const groupOf = keyOf(correlated)
  return positions.flatMap(({ id, collateral, debt, unit }) => {
    const held = [collateral.filter(isThere), debt.filter(isThere)] as const
    const keys = new Set(held.flatMap((legs) => legs.map(({ asset }) => groupOf(asset))))
    return [...keys].map((key): Exposure => {
      const isOfGroup = ({ asset }: CollateralLeg | DebtLeg) => groupOf(asset) === key
      const [supplied, owed] = [held[0].filter(isOfGroup), held[1].filter(isOfGroup)]
      const values = {
        supplied: sumOf(supplied.map(({ value }) => value)),
        owed: sumOf(owed.map(({ value }) => value)),
      }
      return {
        key,
        position: id,
        assets: distinct([...supplied, ...owed].map(({ asset }) => asset)),
        isSupplied: supplied.length > 0,
        isOwed: owed.length > 0,
        supplied: inDollars ? Dollars.valueDown(values.supplied, unit) : values.supplied,
        owed: inDollars ? Dollars.valueUp(values.owed, unit) : values.owed,
      }
    })
  })
}

/** Entries of each group together, in the order of the first of each. */
export function byGroup(exposures: readonly Exposure[]): readonly (readonly Exposure[])[] {
  const groups = new Map<string, Exposure[]>()
  for (const exposure of exposures) {
    const group = groups.get(exposure.key)
    if (group === undefined) groups.set(exposure.key, [exposure])
    else group.push(exposure)
  }
  return [...groups.values()]
}

/** Each asset once. */
export function distinct(assets: readonly Asset[]): readonly Asset[] {
  const byId = new Map(assets.map((asset) => [`${asset.chainId}:${asset.address.toLowerCase()}`, asset]))
  return [...byId.values()]
}

function isThere({ amount }: CollateralLeg | DebtLeg): boolean {
  return amount !== 0n
}
