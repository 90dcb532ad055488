import {
  type Liquidation,
  type LiquidationChoice,
  type LiquidationModel,
  type LiquidationResult,
  liquidationCost,
  MulDiv,
  type PositionFacts,
  type PositionInMarket,
  type Unknown,
  Wad,
} from '@unimargin/sdk'
import { isAddressEqual } from 'viem'
import * as Holding from './Holding.ts'
import * as MarketBook from './MarketBook.ts'
import type { MarketTotals } from './MarketTotals.ts'
import { ORACLE_SCALE } from './rule.ts'
import { type Side, toAssetsDown, toAssetsUp, toSharesDown, toSharesUp } from './SharesMath.ts'
import { type ToDetails, toDetails } from './toDetails.ts'
import { debtLeg, legValue, loanLeg } from './toPosition.ts'

/** Loan shares that are repaid, and units of collateral that are seized for them. */
type Trade = { readonly shares: bigint; readonly seized: bigint }

/** What a trade depends on. */
type Terms = {
  readonly borrow: Side
  /** In the oracle's unit. */
  readonly price: bigint
  /** What a liquidator gets for one that is repaid, WAD. */
  readonly incentive: bigint
}

/** How a market liquidates, and what its details have to say for that. */
export type MorphoBlueLiquidation = { readonly model: LiquidationModel; readonly toDetails: ToDetails }

/**
 * How Morpho Blue liquidates, as an option of `morphoBlue` and `morphoBlueMarkets`. Whoever owes more than the collateral
 * allows may lose all of it at once: a liquidator gets `min(1.15, 1 / (1 − 0.3 · (1 − lltv)))` in collateral for what is
 * repaid, and what is owed when no collateral is left is taken from those who lent it.
 *
 * A liquidator names shares to repay, or collateral to seize, and Morpho rounds the other against the liquidator. Unless told,
 * it is all that is owed, or all collateral where that is worth less.
 *
 * @example
 * import { morphoBlue } from '@unimargin/adapters/morpho-blue'
 * import { base } from '@unimargin/adapters/morpho-blue/addresses'
 * import { morphoBlueLiquidation } from '@unimargin/adapters/morpho-blue/liquidation'
 *
 * const marketId = '0x8793cf302b8ffd655ab97bd1c695dbd967807e8367a65cb2f4edaf1380ba1bda'
 * const adapter = morphoBlue({ ...base, marketId, liquidation: morphoBlueLiquidation })
 */
export const morphoBlueLiquidation: MorphoBlueLiquidation = { model: { simulate }, toDetails }

function simulate(where: PositionInMarket, choice: LiquidationChoice = {}): LiquidationResult {
  const book = MarketBook.of(where.state)
  const { loan, collateral: reserve, totals } = book
  const holding = Holding.of(where)
  const { debt, collateral, borrowShares } = holding
  if (loan === undefined || reserve === undefined || debt === undefined) return refused('no-debt')
  if (choice.debt && !isAddressEqual(choice.debt, loan.asset.address)) return refused('no-debt')
  if (choice.collateral && !isAddressEqual(choice.collateral, reserve.asset.address)) return refused('not-collateral')
  if (choice.paidIn === 'collateral-token') return refused('no-collateral-token')
  if (MarketBook.isUnknown(totals)) return totals
  const { decimals } = loan.asset
  const most = Holding.borrowable(holding, decimals)
  // Without a leg of its own there is none of it, and its price is the market's.
  const price = Holding.oraclePrice(holding, decimals) ?? book.oraclePrice
  const held = collateral?.amount ?? 0n
  if (typeof debt.amount !== 'bigint') return debt.amount
  if (typeof most !== 'bigint') return most
  if (typeof price !== 'bigint') return price
  if (typeof held !== 'bigint') return held
  if (most >= toAssetsUp(borrowShares, totals.borrow)) return refused('healthy')

  const terms = { borrow: totals.borrow, price, incentive: Wad.WAD + reserve.liquidationBonus }
  const trade = tradeOf(terms, choice, borrowShares, held)
  if (trade === undefined) return refused('amount')
  const { availableLiquidity } = reserve
  if (typeof availableLiquidity !== 'bigint') return availableLiquidity
  if (trade.seized > availableLiquidity) return refused('liquidity')
  return liquidated(where, { totals, holding, price, trade })
}

/** What a liquidator gets to choose; `undefined` where Morpho would refuse it. */
function tradeOf(terms: Terms, choice: LiquidationChoice, owed: bigint, held: bigint): Trade | undefined {
  const { borrow } = terms
  if (choice.seize !== undefined) {
    const trade = bySeized(terms, choice.seize)
    return choice.seize > 0n && choice.seize <= held && trade.shares <= owed && !isAbove(choice, trade, borrow)
      ? trade
      : undefined
  }
  const wanted = choice.repay === undefined ? owed : lesser(toSharesDown(choice.repay, borrow), owed)
  const whole = bySeized(terms, held)
  const isWhole = held > 0n && whole.shares <= owed && !isAbove(choice, whole, borrow)
  if (terms.price === 0n) return isWhole ? whole : undefined
  const trade = byShares(terms, wanted)
  if (wanted > 0n && trade.seized < held) return trade
  if (isWhole) return whole
  return mostShares(terms, wanted, held)
}

/** The most shares that the collateral pays for: where it would be a rounding too little for all that is owed. */
function mostShares(terms: Terms, wanted: bigint, held: bigint): Trade | undefined {
  let [low, high] = [0n, wanted + 1n]
  while (high - low > 1n) {
    const middle = (low + high) / 2n
    if (byShares(terms, middle).seized <= held) low = middle
    else high = middle
  }
  return low === 0n ? undefined : byShares(terms, low)
}

function byShares({ borrow, price, incentive }: Terms, shares: bigint): Trade {
  const worth = Wad.mulDown(toAssetsDown(shares, borrow), incentive)
  return { shares, seized: MulDiv.down(worth, ORACLE_SCALE, price) }
}

function bySeized({ borrow, price, incentive }: Terms, seized: bigint): Trade {
  const worth = MulDiv.up(seized, price, ORACLE_SCALE)
  return { shares: toSharesUp(Wad.divUp(worth, incentive), borrow), seized }
}

function isAbove({ repay }: LiquidationChoice, { shares }: Trade, borrow: Side): boolean {
  return repay !== undefined && toAssetsUp(shares, borrow) > repay
}

/** What the market and the position come to. */
function liquidated(
  { position }: PositionInMarket,
  facts: {
    readonly totals: MarketTotals
    readonly holding: Holding.Holding
    readonly price: bigint
    readonly trade: Trade
  },
): Liquidation | Unknown {
  const { holding, trade } = facts
  const { supply, borrow } = facts.totals
  const { collateral, supplied, debt } = holding
  const repaid = toAssetsUp(trade.shares, borrow)
  const rest = { assets: zeroFloor(borrow.assets - repaid), shares: borrow.shares - trade.shares }
  const held = known(collateral?.amount) - trade.seized
  const owing = holding.borrowShares - trade.shares
  const isBad = held === 0n
  const bad = isBad ? lesser(rest.assets, toAssetsUp(owing, rest)) : 0n
  const borrowShares = isBad ? 0n : owing
  const leg = debt && debtLeg(debt.asset, toAssetsUp(borrowShares, rest))
  // Whoever owes may lend here as well, and bears a share of what is written off.
  const lent = supplied && bad > 0n ? lessened(supplied, holding.supplyShares, supply, bad) : supplied
  const backing = collateral && {
    ...collateral,
    amount: held,
    value: legValue(collateral.asset, held, collateral.price, collateral.exactPrice),
  }
  const legs = [backing, lent].flatMap((each) => each ?? [])
  const isHeld = ({ amount }: { readonly amount: unknown }) => amount !== 0n
  const others = (position.firstSupplies ?? []).filter(
    (first) => !legs.some(({ isCollateral }) => isCollateral === first.isCollateral),
  )
  const after: PositionFacts = {
    ...position,
    collateral: legs.filter(isHeld),
    debt: leg && isHeld(leg) ? [leg] : [],
    firstSupplies: [...legs.filter((each) => !isHeld(each)), ...others].sort(
      (a, b) => Number(b.isCollateral) - Number(a.isCollateral),
    ),
    details: { ...position.details, borrowShares },
  }
  const priced =
    collateral && typeof collateral.price === 'bigint' ? { ...collateral, price: collateral.price } : undefined
  return {
    status: 'liquidated',
    closeFactor: Wad.WAD,
    repaid: debt ? [{ asset: debt.asset, amount: repaid }] : [],
    seized: collateral ? [{ asset: collateral.asset, amount: trade.seized, protocolFee: 0n }] : [],
    paidIn: 'asset',
    badDebt: debt && bad > 0n ? [{ asset: debt.asset, amount: bad }] : [],
    after,
    cost: liquidationCost({
      seized: priced ? [{ leg: priced, amount: trade.seized }] : [],
      forgiven: debt ? [{ leg: { asset: debt.asset, price: Wad.WAD }, amount: repaid + bad }] : [],
    }),
  }
}

/** What was lent, after those who lent have borne what nobody pays. */
function lessened(supplied: NonNullable<Holding.Holding['supplied']>, shares: bigint, supply: Side, bad: bigint) {
  if (typeof supplied.amount !== 'bigint') return supplied
  return loanLeg(supplied.asset, toAssetsDown(shares, { ...supply, assets: supply.assets - bad }))
}

function refused(by: string): LiquidationResult {
  return { status: 'refused', by: [by] }
}

function lesser(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}

function zeroFloor(value: bigint): bigint {
  return value > 0n ? value : 0n
}

function known(quantity: unknown): bigint {
  return typeof quantity === 'bigint' ? quantity : 0n
}
