import type { Position, ReadPosition } from '../model/Position.ts'
import { type Quantity, unknown } from '../model/Quantity.ts'
import type { UnitOfAccount } from '../model/UnitOfAccount.ts'
import { assertWithin, TARGET } from './assertWithin.ts'
import { computed } from './computed.ts'
import * as Dollars from './Dollars.ts'
import * as Exposures from './Exposures.ts'
import { isAtStake } from './isAtStake.ts'
import * as Leverage from './Leverage.ts'
import { leverageSums } from './leverageSums.ts'
import { sumOf } from './sumOf.ts'

type Sum = Exclude<keyof Leverage.LeverageSums, 'net'>

/** What is had is rounded down in dollars, what is owed or missing up. */
const SUMS: Readonly<Record<Sum, (value: Quantity, unit: UnitOfAccount | undefined) => Quantity>> = {
  collateralValue: Dollars.valueDown,
  debtValue: Dollars.valueUp,
  weightedCollateral: Dollars.valueDown,
  weightedDebt: Dollars.valueUp,
  lendable: Dollars.valueDown,
  shortage: Dollars.valueUp,
}

/**
 * Leverage and margin of an account, in US dollars, WAD: the sums of its positions. What is idle counts in none of them.
 *
 * As with any sum over markets that liquidate alone, free collateral of one position helps no other: it would have to be moved. So
 * `shortage` adds up what each position misses, and is not made good by what others have too much of; `netLeverage` does set off what is
 * supplied of an asset in one position against what is owed of it in another, because both follow one price.
 *
 * @throws InvalidParameterError for a target below 1.
 * @throws OverlappingGroupsError when an asset is in two of the correlated groups.
 *
 * @example
 * import { accountLeverage, type MarginView, selectAssets, Wad } from '@unimargin/sdk'
 *
 * export function leverageOfAccount(view: MarginView) {
 *   const ether = selectAssets(view, { symbols: ['WETH', 'wstETH'] })
 *   return accountLeverage(view.positions, { correlated: [ether], target: Wad.fromDecimal('1.25') })
 * }
 */
export function accountLeverage(
  positions: readonly Position[],
  options: Leverage.LeverageOptions = {},
): Leverage.Leverage {
  assertWithin(TARGET, { target: options.target })
  const counting = positions.filter(isAtStake)
  const read = counting.filter((position) => position.status === 'read')
  const unread = counting
    .filter((position) => position.status === 'unread')
    .map(({ issues }): Quantity => unknown(...issues))
  const parts = read.map((position) => ({ sums: leverageSums(position, options), unit: position.unit }))
  const total = (name: Sum): Quantity =>
    sumOf([...unread, ...parts.map(({ sums, unit }) => SUMS[name](sums[name], unit))])
  return Leverage.of({
    collateralValue: total('collateralValue'),
    debtValue: total('debtValue'),
    weightedCollateral: total('weightedCollateral'),
    weightedDebt: total('weightedDebt'),
    lendable: total('lendable'),
    shortage: total('shortage'),
    net: sumOf([...unread, ...netOf(read, options)]),
  })
}

/** What is supplied of each group beyond what is owed of it, wherever it is. */
function netOf(positions: readonly ReadPosition[], { correlated }: Leverage.LeverageOptions): readonly Quantity[] {
  const groups = Exposures.byGroup(Exposures.of(positions, { correlated, inDollars: true }))
  return groups.map((group) => {
    const supplied = sumOf(group.map((exposure) => exposure.supplied))
    const owed = sumOf(group.map((exposure) => exposure.owed))
    return computed([supplied, owed], (one, other) => (one > other ? one - other : 0n))
  })
}
