import {
  type CollateralLeg,
  type DebtLeg,
  Exact,
  type ExactPrice,
  type LiquidationRule,
  type Shares,
  Wad,
} from '@unimargin/sdk'
import type { FlavourName } from './Flavour.ts'

/** Oracles of this family count dollars per base unit with 36 decimals, which is 36 less the asset's per whole token. */
const PRICE_DECIMALS = 36

/** How a share becomes a weighted value: in which order the protocol multiplies, and so truncates. */
type Weigh = (shares: Shares, price: bigint, weight: bigint) => bigint

const conversion: Exact.Conversion = {
  toAmount: Wad.mulDown,
  // A token whose shares are worth nothing has no shares of something.
  toShares: (amount, rate) => (rate === 0n ? 0n : Wad.divDown(amount, rate)),
}

/** Venus's isolated pools: weight times (rate times price), each truncated, times the shares. */
export const venusRule = makeRule('compound-v2/venus-isolated', (shares, price, weight) =>
  Wad.mulDown(Wad.mulDown(weight, Wad.mulDown(shares.rate, price)), shares.balance),
)

/** Compound V2 and Moonwell: (weight times rate) times price, each truncated, times the shares. */
export const compoundRule = makeRule('compound-v2/compound', (shares, price, weight) =>
  Wad.mulDown(Wad.mulDown(Wad.mulDown(weight, shares.rate), price), shares.balance),
)

/** A rule, and the one step of it that limits need by themselves. */
export type CompoundV2Rule = LiquidationRule & { readonly weigh: Weigh }

/** The rule of a flavour. */
export function ruleOf(flavour: FlavourName): CompoundV2Rule {
  return flavour === 'venus-isolated' ? venusRule : compoundRule
}

/** The price of a leg as its oracle has it. */
export function oraclePriceOf(leg: {
  readonly price: bigint
  readonly exactPrice?: ExactPrice | undefined
  readonly asset: { readonly decimals: number }
}): bigint {
  return Exact.priceOf(leg, PRICE_DECIMALS - leg.asset.decimals)
}

/** An oracle's price as the model has it. */
export function toExactPrice(value: bigint, decimals: number): ExactPrice {
  return { value, decimals: PRICE_DECIMALS - decimals }
}

/** The shares of a leg; one per base unit where nobody said at which rate. */
export function sharesOf(leg: { readonly amount: bigint; readonly shares?: Shares | undefined }): Shares {
  return Exact.sharesOf(leg, conversion) ?? { balance: leg.amount, rate: Wad.WAD }
}

/** Exact to the wei. Nothing but a missing price can make it worse to have more, so that unknown collateral is worth nothing. */
function makeRule(key: string, weigh: Weigh): CompoundV2Rule {
  const worthOf = (leg: CollateralLeg<bigint>, weight = Wad.WAD) => weigh(sharesOf(leg), oraclePriceOf(leg), weight)
  const owedOf = (leg: DebtLeg<bigint>) => Wad.mulDown(oraclePriceOf(leg), leg.amount)
  return {
    key,
    weigh,
    withdrawal: 'loan-to-value',
    priceDecimals: ({ decimals }) => PRICE_DECIMALS - decimals,
    // What one share is worth is rounded three times, by one each, or by one that a price multiplies.
    rounding: ({ collateral, debt }) =>
      sumOf(collateral, (leg) => Wad.mulUp(oraclePriceOf(leg) / Wad.WAD + 3n, sharesOf(leg).balance) + 1n) +
      BigInt(2 * debt.length),
    valueOf: (leg) => {
      const price = Exact.priceOf(leg, PRICE_DECIMALS - leg.decimals)
      return leg.side === 'debt' ? Wad.mulDown(price, leg.amount) : weigh(sharesOf(leg), price, Wad.WAD)
    },
    assess: ({ collateral, debt }) => {
      const weightedCollateral = sumOf(collateral, (leg) =>
        leg.isCollateral ? worthOf(leg, leg.liquidationThreshold) : 0n,
      )
      const weightedDebt = sumOf(debt, (leg) => Wad.mulDown(owedOf(leg), leg.liabilityWeight))
      return {
        collateralValue: sumOf(collateral, (leg) => worthOf(leg)),
        debtValue: sumOf(debt, owedOf),
        weightedCollateral,
        weightedDebt,
        health:
          weightedDebt === 0n
            ? { status: 'no-debt' }
            : { status: 'known', factor: Wad.divDown(weightedCollateral, weightedDebt) },
      }
    },
  }
}

function sumOf<leg>(legs: readonly leg[], of: (leg: leg) => bigint): bigint {
  return legs.reduce((sum, leg) => sum + of(leg), 0n)
}
