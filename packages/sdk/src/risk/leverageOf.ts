import type { Position } from '../model/Position.ts'
import { unknown } from '../model/Quantity.ts'
import { assertWithin, TARGET } from './assertWithin.ts'
import * as Leverage from './Leverage.ts'
import { leverageSums } from './leverageSums.ts'

/**
 * Leverage and margin of one position, in WAD of the unit that its market counts in. See `Leverage` for each formula; `weighted`
 * figures are the protocol's own, so that `netValue − maintenanceMargin` is what `bufferOf` says.
 *
 * Initial margin and free collateral are meant as margin exchanges mean them (dYdX: free collateral is equity less initial margin), with
 * 1 − LTV as the initial fraction and 1 − LT as the maintenance one. Exactly what a market lends is `lending.limits.borrow`.
 *
 * @throws InvalidParameterError for a target below 1.
 * @throws OverlappingGroupsError when an asset is in two of the correlated groups.
 *
 * @example
 * import { leverageOf, type MarginView, Wad } from '@unimargin/sdk'
 *
 * export function mostLevered(view: MarginView, above: bigint = 3n * Wad.WAD): readonly string[] {
 *   return view.positions.flatMap((position) => {
 *     const { grossLeverage } = leverageOf(position)
 *     return typeof grossLeverage === 'bigint' && grossLeverage > above ? [position.id] : []
 *   })
 * }
 */
export function leverageOf(position: Position, options: Leverage.LeverageOptions = {}): Leverage.Leverage {
  assertWithin(TARGET, { target: options.target })
  return Leverage.of(position.status === 'read' ? leverageSums(position, options) : nothingKnown(position))
}

function nothingKnown({ issues }: Extract<Position, { status: 'unread' }>): Leverage.LeverageSums {
  const value = unknown(...issues)
  return {
    collateralValue: value,
    debtValue: value,
    weightedCollateral: value,
    weightedDebt: value,
    lendable: value,
    net: value,
    shortage: value,
  }
}
