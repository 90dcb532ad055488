import { Decimal, type KnownHealth, type KnownLegs, type LiquidationRule, MulDiv, Wad } from '@unimargin/sdk'

/** WADs per unit of Comet's prices and values, which have 8 decimals. */
export const WAD_PER_PRICE: bigint = 10n ** 10n

/**
 * Comet's rule: Σ⌊⌊balance · price / scale⌋ · liquidateCollateralFactor / 1e18⌋ against ⌊debt · price / baseScale⌋. It
 * liquidates below equality.
 *
 * The health factor is their quotient, rounded down: it is below one exactly where Comet would liquidate, once interest is
 * accrued. A debt so small that its value rounds down to nothing is never liquidated: it weighs as the smallest value that there
 * is, and one without collateral stands at the boundary.
 */
export const cometRule: LiquidationRule = {
  key: 'compound-v3',
  withdrawal: 'loan-to-value',
  priceDecimals: () => 8,
  // Of each collateral the value and the weight by a unit each, and the value of the debt.
  rounding: ({ collateral }) => BigInt(2 * collateral.length + 1) * WAD_PER_PRICE,
  valueOf: (leg) => priceValue(leg) * WAD_PER_PRICE,
  assess: ({ collateral, debt }: KnownLegs) => {
    let supplied = 0n
    let weighted = 0n
    for (const { amount, price, asset, isCollateral, liquidationThreshold } of collateral) {
      const value = priceValue({ amount, price, decimals: asset.decimals })
      supplied += value
      if (isCollateral) weighted += Wad.mulDown(value, liquidationThreshold)
    }
    let owed = 0n
    for (const { amount, price, asset } of debt) owed += priceValue({ amount, price, decimals: asset.decimals })
    return {
      collateralValue: supplied * WAD_PER_PRICE,
      debtValue: owed * WAD_PER_PRICE,
      weightedCollateral: weighted * WAD_PER_PRICE,
      weightedDebt: owed * WAD_PER_PRICE,
      health: healthOf(
        weighted,
        owed,
        debt.some(({ amount }) => amount > 0n),
      ),
    }
  },
}

function healthOf(weighted: bigint, owed: bigint, isOwed: boolean): KnownHealth {
  if (!isOwed) return { status: 'no-debt' }
  if (owed > 0n) return { status: 'known', factor: Wad.divDown(weighted, owed) }
  return { status: 'known', factor: weighted === 0n ? Wad.WAD : weighted * Wad.WAD }
}

/** 8 decimals. A price that 8 decimals can hold gives Comet's own number; a finer one (a what-if) is not rounded before. */
export function priceValue(leg: {
  readonly amount: bigint
  readonly price: bigint
  readonly decimals: number
}): bigint {
  return MulDiv.down(leg.amount, leg.price, Decimal.unit(leg.decimals) * WAD_PER_PRICE)
}
