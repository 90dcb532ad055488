import { OverlappingGroupsError } from './OverlappingGroupsError.ts'
import type { AssetId } from './Shock.ts'

/** Assets whose prices are held to move as one: on several chains, say, or ether and what is staked of it. */
export type CorrelatedAssets = readonly (readonly AssetId[])[]

/**
 * Says by a key which assets belong together: those of one group, and each other one with itself alone. A symbol says nothing, so
 * that an asset on two chains is two assets unless a group holds both.
 *
 * @throws OverlappingGroupsError
 */
export function keyOf(correlated: CorrelatedAssets = []): (asset: AssetId) => string {
  const groups = new Map<string, string>()
  for (const [index, group] of correlated.entries()) {
    for (const asset of group) {
      const key = `group:${index}`
      if ((groups.get(idOf(asset)) ?? key) !== key) throw new OverlappingGroupsError(asset)
      groups.set(idOf(asset), key)
    }
  }
  return (asset) => groups.get(idOf(asset)) ?? idOf(asset)
}

function idOf({ chainId, address }: AssetId): string {
  return `${chainId}:${address.toLowerCase()}`
}
