import type { CollateralLeg, DebtLeg, KnownLegs } from '../model/Leg.ts'
import type { UnitOfAccount } from '../model/UnitOfAccount.ts'
import * as Decimal from '../units/Decimal.ts'
import { WAD } from '../units/Wad.ts'
import * as Exact from './Exact.ts'
import { isSame } from './Legs.ts'
import type { LiquidationRule } from './LiquidationRule.ts'
import { PriceOutOfRangeError } from './RiskErrors.ts'
import type { AssetId, PriceFactor } from './Shock.ts'

/** By what the price of an asset in US dollars is multiplied, as a fraction. */
export type FactorOf = (asset: AssetId) => Fraction

type Fraction = { readonly numerator: bigint; readonly denominator: bigint }

/** Factors of a shock. Where an asset is listed twice, both count. */
export function factorsOf(prices: readonly PriceFactor[]): FactorOf {
  return (asset) =>
    prices
      .filter(({ assets }) => has(assets, asset))
      .reduce<Fraction>(
        (all, { factor }) => ({ numerator: all.numerator * factor, denominator: all.denominator * WAD }),
        ONE,
      )
}

/**
 * The legs at other prices: in a market that counts in an asset, by the quotient of both. A price becomes one that the
 * protocol's own oracle can say: a collateral's is rounded down to its last decimal, a debt's up.
 */
export function changed(
  legs: KnownLegs,
  {
    rule,
    unit,
    factorOf,
  }: { readonly rule: LiquidationRule; readonly unit: UnitOfAccount | undefined; readonly factorOf: FactorOf },
): KnownLegs {
  const inUnit = unit?.asset === undefined ? ONE : factorOf(unit.asset)
  const at = <leg extends CollateralLeg<bigint> | DebtLeg<bigint>>(
    leg: leg,
    divide: (dividend: bigint, divisor: bigint) => bigint,
  ): leg => {
    const { numerator, denominator } = factorOf(leg.asset)
    const [by, of] = [numerator * inUnit.denominator, denominator * inUnit.numerator]
    if (by === of) return leg
    const decimals = rule.priceDecimals?.({ decimals: leg.asset.decimals, exactPrice: leg.exactPrice }, legs) ?? 18
    const now = divide === up ? priceUp(leg, decimals) : Exact.priceOf(leg, decimals)
    const value = divide(now * by, of)
    // In whole dollars (or units) per token, whatever the decimals.
    if (value / Decimal.unit(decimals) > MOST_PRICE / WAD) throw new PriceOutOfRangeError(leg.asset)
    const exactPrice = { value, decimals }
    return { ...leg, exactPrice, price: Exact.toWad(exactPrice) }
  }
  return {
    collateral: legs.collateral.map((leg) => at(leg, down)),
    debt: legs.debt.map((leg) => at(leg, up)),
  }
}

/** As `Exact.priceOf`, but rounded up where a what-if's price has more digits than the protocol's own: what is owed at it is no less. */
export function priceUp(leg: DebtLeg<bigint> | CollateralLeg<bigint>, decimals: number): bigint {
  const value = Exact.priceOf(leg, decimals)
  return Exact.toWad({ value, decimals }) < leg.price ? value + 1n : value
}

/** WAD: what a changed price may be at most as well. */
const MOST_PRICE = 2n ** 160n

const ONE: Fraction = { numerator: 1n, denominator: 1n }

function has(assets: readonly AssetId[], { chainId, address }: AssetId): boolean {
  return assets.some((asset) => asset.chainId === chainId && isSame(asset.address, address))
}

/** Of numbers that no contract ever sees: they may be larger than those of `MulDiv`. */
function down(dividend: bigint, divisor: bigint): bigint {
  return dividend / divisor
}

function up(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor - 1n) / divisor
}
