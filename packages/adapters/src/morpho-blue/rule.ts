import {
  type CollateralLeg,
  type DebtLeg,
  Decimal,
  Exact,
  type ExactPrice,
  type LiquidationRule,
  MulDiv,
  Wad,
} from '@unimargin/sdk'

/** An oracle's price is units of the loan token per unit of collateral, with this many decimals more. */
const ORACLE_DECIMALS = 36
export const ORACLE_SCALE: bigint = 10n ** 36n

/** Decimals of an oracle's price per whole token of collateral. */
export function priceDecimals(loanDecimals: number, collateralDecimals: number): number {
  return ORACLE_DECIMALS + loanDecimals - collateralDecimals
}

/**
 * The rule of a Morpho Blue market, exact to the wei: the collateral is quoted in units of the loan token, rounded down, then
 * weighed by the liquidation loan-to-value, rounded down; a position may be liquidated when that is below what is owed, which
 * was rounded up from shares. The unit of account is the loan token.
 */
export const rule: LiquidationRule = {
  key: 'morpho-blue',
  priceDecimals: ({ decimals, exactPrice }, { collateral, debt }) =>
    exactPrice?.decimals ?? priceDecimals(loanDecimalsIn(collateral, debt), decimals),
  valueOf: ({ amount, price, decimals, exactPrice, side }) => {
    if (side === 'debt') return MulDiv.up(amount, price, Decimal.unit(decimals))
    const loanDecimals = exactPrice && loanDecimalsOf(exactPrice, decimals)
    return loanDecimals === undefined
      ? MulDiv.down(amount, price, Decimal.unit(decimals))
      : toWadDown(quoted({ amount, price, exactPrice }, decimals, loanDecimals), loanDecimals)
  },
  assess: ({ collateral, debt }) => {
    const loanDecimals = loanDecimalsIn(collateral, debt)
    let borrowable = 0n
    let collateralValue = 0n
    for (const leg of collateral) {
      const { amount, price, exactPrice, asset } = leg
      collateralValue += rule.valueOf({ amount, price, exactPrice, decimals: asset.decimals })
      if (!leg.isCollateral) continue
      borrowable += borrowableOf(leg, loanDecimals)
    }
    let owed = 0n
    let debtValue = 0n
    for (const { amount, price, asset } of debt) {
      owed += Wad.mulUp(amount, price)
      debtValue += rule.valueOf({ amount, price, decimals: asset.decimals, side: 'debt' })
    }
    return {
      collateralValue,
      debtValue,
      weightedCollateral: toWadDown(borrowable, loanDecimals),
      weightedDebt: debtValue,
      health: owed === 0n ? { status: 'no-debt' } : { status: 'known', factor: Wad.divDown(borrowable, owed) },
    }
  },
}

/** How many units of the loan token may be owed against a collateral. */
export function borrowableOf(leg: CollateralLeg<bigint>, loanDecimals: number): bigint {
  return Wad.mulDown(quoted(leg, leg.asset.decimals, loanDecimals), leg.liquidationThreshold)
}

/** What collateral is worth, in units of the loan token. */
function quoted(
  leg: Pick<CollateralLeg<bigint>, 'amount' | 'price' | 'exactPrice'>,
  decimals: number,
  loanDecimals: number,
): bigint {
  const price = Exact.priceOf(leg, priceDecimals(loanDecimals, decimals))
  return MulDiv.down(leg.amount, price, ORACLE_SCALE)
}

/** A leg's exact price tells them as well; without either, a unit of account with 18. */
function loanDecimalsIn(collateral: readonly CollateralLeg[], debt: readonly DebtLeg[]): number {
  const [owed] = debt
  if (owed !== undefined) return owed.asset.decimals
  for (const { exactPrice, asset } of collateral) {
    if (exactPrice !== undefined) return loanDecimalsOf(exactPrice, asset.decimals)
  }
  return 18
}

function loanDecimalsOf({ decimals }: ExactPrice, collateralDecimals: number): number {
  return decimals - ORACLE_DECIMALS + collateralDecimals
}

function toWadDown(units: bigint, decimals: number): bigint {
  return MulDiv.down(units, Wad.WAD, Decimal.unit(decimals))
}
