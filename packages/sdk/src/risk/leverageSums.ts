import type { ReadPosition } from '../model/Position.ts'
import type { Quantity } from '../model/Quantity.ts'
import { WAD } from '../units/Wad.ts'
import { computed } from './computed.ts'
import * as Exposures from './Exposures.ts'
import { type LeverageOptions, type LeverageSums, shortageOf } from './Leverage.ts'
import { sumOf } from './sumOf.ts'

/** What the leverage of one position is made of, in the unit that its market counts in. */
export function leverageSums(position: ReadPosition, { target = WAD, correlated }: LeverageOptions): LeverageSums {
  const { collateralValue, debtValue, weightedCollateral, weightedDebt, collateral } = position
  const groups = Exposures.of([position], { correlated, inDollars: false })
  return {
    collateralValue,
    debtValue,
    weightedCollateral,
    weightedDebt,
    lendable: sumOf(
      collateral
        .filter(({ isCollateral }) => isCollateral)
        .map(({ value, loanToValue }) => computed([value], (known) => (known * loanToValue) / WAD)),
    ),
    net: sumOf(groups.map(({ supplied, owed }) => beyond(supplied, owed))),
    shortage: shortageOf(position, target),
  }
}

/** What one number has beyond another. */
function beyond(more: Quantity, less: Quantity): Quantity {
  return computed([more, less], (one, other) => (one > other ? one - other : 0n))
}
