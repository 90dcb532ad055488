import {
  type Asset,
  issuesOf,
  type Limit,
  type MarketState,
  type PositionFacts,
  type Quantity,
  type Unknown,
  unknown,
  Wad,
} from '@unimargin/sdk'
import { isAddressEqual } from 'viem'
import * as LendingDetails from './LendingDetails.ts'
import { priceValue } from './rule.ts'

/** Why Comet would revert over a collateral, or why nobody knows what it would do. */
export type Stop = 'price' | 'inactive' | Unknown

/** One collateral of an owner as Comet's check before a loan looks at it. */
export type Item = {
  readonly asset: Asset
  readonly index: number
  /** What may be borrowed against it, 8 decimals; or why Comet comes no further. */
  readonly worth: bigint | Stop
}

/** What a walk over collaterals adds up to before something stops it. */
export type Reach = { readonly worth: bigint; readonly stop: Stop | undefined; readonly passed: readonly Item[] }

/**
 * An owner's collaterals in the order in which Comet looks at them. It stops as soon as they suffice, so that a price that it
 * never comes to may be as bad as it likes.
 */
export function itemsOf({ collateral }: PositionFacts, { reserves }: MarketState): readonly Item[] {
  const items = collateral.flatMap((leg): readonly Item[] => {
    const { asset, amount, price, loanToValue, isCollateral } = leg
    const reserve = reserves.find((one) => isAddressEqual(one.asset.address, asset.address))
    const details = reserve === undefined ? undefined : LendingDetails.ofCollateral(reserve)
    if (details === undefined || !isCollateral || amount === 0n) return []
    const item = (worth: Item['worth']) => [{ asset, index: details.index, worth }]
    if (details.isDeactivated) return item('inactive')
    if (typeof price !== 'bigint' && details.hasBadPrice) return item('price')
    return item(
      typeof amount === 'bigint' && typeof price === 'bigint'
        ? Wad.mulDown(priceValue({ amount, price, decimals: asset.decimals }), loanToValue)
        : joined(amount, price),
    )
  })
  return items.sort((a, b) => a.index - b.index)
}

/** How far Comet comes. A debt is covered where it is worth no more than `worth`; else Comet reverts over `stop`, if any. */
export function reachOf(items: readonly Item[]): Reach {
  const passed: Item[] = []
  let sum = 0n
  for (const item of items) {
    const { worth } = item
    if (typeof worth !== 'bigint') return { worth: sum, stop: worth, passed }
    passed.push(item)
    sum += worth
  }
  return { worth: sum, stop: undefined, passed }
}

/** A limit by one reason; no reason where the amount is unknown. */
export function limit(amount: Quantity, by?: string): Limit {
  return { amount, by: by === undefined || typeof amount !== 'bigint' ? [] : [by] }
}

/** All that is unknown among them, in one. */
export function joined(...parts: readonly (Quantity | string | undefined)[]): Unknown {
  return unknown(...parts.flatMap((part) => (typeof part === 'object' ? issuesOf(part) : [])))
}
