import {
  type CollateralLeg,
  Decimal,
  type LiquidationModel,
  type LiquidationResult,
  liquidationCost,
  MulDiv,
  type PositionInMarket,
  type Quantity,
  type Unknown,
  unknown,
  Wad,
} from '@unimargin/sdk'
import { isAddressEqual } from 'viem'
import { baseBalanceOf } from './baseBalanceOf.ts'
import * as Interest from './Interest.ts'
import * as LendingDetails from './LendingDetails.ts'
import { priceValue, WAD_PER_PRICE } from './rule.ts'
import { toBaseLegs } from './toBaseLegs.ts'
import { type ToDetails, toDetails } from './toDetails.ts'

/** Comet keeps principals of accounts in 104 bits with a sign, and their sums in 104 without. */
const MAX_PRINCIPAL = 2n ** 103n - 1n
const MAX_TOTAL = 2n ** 104n - 1n

/** How a Comet liquidates, and what its details have to say for that. */
export type CompoundV3Liquidation = { readonly model: LiquidationModel; readonly toDetails: ToDetails }

/**
 * How a Comet liquidates (`absorb`), as an option of `compoundV3`: it takes over all of an account at once. All collateral becomes
 * Comet's own, which sells it later; for it the account is credited its value times each asset's liquidation factor. What that is
 * more than the debt is left as a supply of the base asset; what it is less, Comet's reserves bear (`badDebt`).
 *
 * Nobody pays anything back and nobody is paid: `repaid` is what the credit settles, all that is seized is the protocol's
 * (`protocolFee`), and a liquidator's choice is ignored.
 *
 * Unknown where an account holds a collateral without a liquidation factor: some versions of Comet seize it for nothing, others
 * leave it.
 *
 * @example
 * import { compoundV3 } from '@unimargin/adapters/compound-v3'
 * import { baseUsdc } from '@unimargin/adapters/compound-v3/addresses'
 * import { compoundV3Liquidation } from '@unimargin/adapters/compound-v3/liquidation'
 *
 * const adapter = compoundV3({ ...baseUsdc, liquidation: compoundV3Liquidation })
 */
export const compoundV3Liquidation: CompoundV3Liquidation = { model: { simulate }, toDetails }

/** One collateral of an account, in Comet's order. */
type Item = LendingDetails.CollateralDetails & { readonly leg: CollateralLeg }

/** Likewise, with what it is worth and what of that is credited, 8 decimals. */
type Valued = Item & {
  readonly amount: bigint
  readonly price: bigint
  readonly value: bigint
  readonly credit: bigint
}

function simulate(where: PositionInMarket): LiquidationResult {
  const { state } = where
  const market = LendingDetails.findMarket(state)
  if (market === undefined) return unread(where, 'market', 'it was read without its liquidation')
  const { asset, owed, price } = baseBalanceOf(where)
  if (owed === 0n) return refused('no-debt')
  const items = itemsOf(where)
  if ('status' in items) return items
  const verdict = verdictOf(where, items, owed, price)
  if (verdict === 'healthy') return refused('healthy')
  if (market.isAbsorbPaused) return refused('paused')
  if (verdict === 'price' || price === 'bad') return refused('price')
  if (typeof verdict === 'object') return verdict
  if (typeof owed !== 'bigint') return owed
  if (typeof price !== 'bigint') return price
  const valued = valuedOf(where, items)
  if (valued === 'price') return refused('price')
  if ('status' in valued) return valued

  const worth = valued.reduce((sum, { credit }) => sum + credit, 0n)
  const credited = MulDiv.down(worth * WAD_PER_PRICE, Decimal.unit(asset.decimals), price)
  const surplus = credited > owed ? credited - owed : 0n
  const principal = Interest.toSupply(surplus, market.supplyIndex)
  if (principal > MAX_PRINCIPAL || market.totalSupplyBase + principal > MAX_TOTAL) return refused('overflow')
  return absorbed(where, { market, valued, owed, repaid: credited - surplus, principal, price })
}

/** What the account comes to. */
function absorbed(
  where: PositionInMarket,
  facts: {
    readonly market: LendingDetails.MarketDetails
    readonly valued: readonly Valued[]
    readonly owed: bigint
    readonly repaid: bigint
    readonly principal: bigint
    readonly price: bigint
  },
): LiquidationResult {
  const { position } = where
  const { market, valued, owed, repaid, principal, price } = facts
  const { asset } = baseBalanceOf(where)
  const { supplied } = toBaseLegs(principal, asset, price, market)
  const { principal: _, storedBorrowIndex: __, ...others } = position.details
  const details: LendingDetails.PositionDetails = { principal }
  const left = Interest.toAmount(principal, market.supplyIndex)
  return {
    status: 'liquidated',
    closeFactor: Wad.WAD,
    repaid: [{ asset, amount: repaid }],
    seized: valued.map(({ leg, amount }) => ({ asset: leg.asset, amount, protocolFee: amount })),
    paidIn: 'asset',
    badDebt: owed > repaid ? [{ asset, amount: owed - repaid }] : [],
    after: { ...position, collateral: supplied, debt: [], details: { ...others, ...details }, flags: [] },
    cost: liquidationCost({
      seized: valued.map(({ leg, amount, price }) => ({ leg: { asset: leg.asset, price }, amount })),
      forgiven: [{ leg: { asset, price }, amount: owed + left }],
    }),
  }
}

/** All that Comet seizes, in its order. */
function itemsOf(where: PositionInMarket): readonly Item[] | Unknown {
  const items: Item[] = []
  for (const leg of where.position.collateral) {
    if (!leg.isCollateral || leg.amount === 0n) continue
    const reserve = where.state.reserves.find((one) => isAddressEqual(one.asset.address, leg.asset.address))
    const details = reserve && LendingDetails.ofCollateral(reserve)
    if (details === undefined) return unread(where, leg.asset.symbol, 'its place among the collaterals was not read')
    items.push({ ...details, leg })
  }
  return items.sort((a, b) => a.index - b.index)
}

/** Comet's own walk: it stops as soon as the collaterals suffice, and reverts over a bad price that it comes to before. */
function verdictOf(
  where: PositionInMarket,
  items: readonly Item[],
  owed: Quantity,
  price: Quantity | 'bad',
): 'healthy' | 'liquidatable' | 'price' | Unknown {
  if (price === 'bad' || price === 0n) return 'price'
  if (typeof owed !== 'bigint') return owed
  if (typeof price !== 'bigint') return price
  const { asset } = baseBalanceOf(where)
  let missing = priceValue({ amount: owed, price, decimals: asset.decimals })
  for (const item of items) {
    if (missing <= 0n) return 'healthy'
    const value = valueIn(item)
    if (typeof value !== 'bigint') return value
    missing -= Wad.mulDown(value, item.leg.liquidationThreshold)
  }
  return missing > 0n ? 'liquidatable' : 'healthy'
}

/** What all of it is worth. Here Comet asks every price. */
function valuedOf(where: PositionInMarket, items: readonly Item[]): readonly Valued[] | 'price' | Unknown {
  const valued: Valued[] = []
  const doubts: Unknown[] = []
  for (const item of items) {
    const { leg, liquidationFactor } = item
    const value = valueIn(item)
    if (value === 'price') return 'price'
    if (liquidationFactor === 0n) {
      doubts.push(
        unread(where, leg.asset.symbol, 'whether this version seizes what has no liquidation factor is not known'),
      )
    }
    if (typeof value !== 'bigint') doubts.push(value)
    else if (typeof leg.amount === 'bigint' && typeof leg.price === 'bigint') {
      const credit = Wad.mulDown(value, liquidationFactor)
      valued.push({ ...item, amount: leg.amount, price: leg.price, value, credit })
    }
  }
  return doubts.length === 0 ? valued : unknown(...doubts.flatMap(({ issues }) => issues))
}

/** 8 decimals; `price` where Comet reverts over it. */
function valueIn({ leg, hasBadPrice }: Item): bigint | 'price' | Unknown {
  const { amount, price, asset } = leg
  if (price === 0n || (typeof price !== 'bigint' && hasBadPrice)) return 'price'
  if (typeof price !== 'bigint') return price
  if (typeof amount !== 'bigint') return amount
  return priceValue({ amount, price, decimals: asset.decimals })
}

function unread({ state, position }: PositionInMarket, what: string, reason: string): Unknown {
  const { chainId, key } = state.market
  return unknown({
    kind: 'unavailable',
    chainId,
    market: key,
    owner: position.owner,
    path: `positions.${what}.liquidation`,
    reason,
  })
}

function refused(by: string): LiquidationResult {
  return { status: 'refused', by: [by] }
}
