import {
  issuesOf,
  type Lending,
  type Limit,
  MulDiv,
  type PositionAsset,
  type Quantity,
  unknown,
  Wad,
} from '@unimargin/sdk'
import * as Holding from './Holding.ts'
import * as MarketBook from './MarketBook.ts'
import { ORACLE_SCALE } from './rule.ts'
import { mostAssetsFor, type Side, toAssetsDown, toAssetsUp, toSharesUp } from './SharesMath.ts'

/** How much Morpho lets an owner do, exactly. */
export const limits: Lending['limits'] = {
  supply: ({ state, asset }) => {
    const isHere = MarketBook.sideOf(MarketBook.of(state), asset) !== undefined
    return isHere ? { amount: undefined, by: [] } : nothing('inactive')
  },
  withdraw: (where) => {
    const side = MarketBook.sideOf(MarketBook.of(where.state), where.asset)
    if (side === undefined) return nothing('inactive')
    return side === 'loan' ? withdrawSupplied(where) : withdrawCollateral(where)
  },
  borrow: (where) => {
    const book = MarketBook.of(where.state)
    const side = MarketBook.sideOf(book, where.asset)
    if (book.loan === undefined || side === undefined) return nothing('inactive')
    if (side === 'collateral' || book.collateral === undefined) return nothing('borrowing-disabled')
    const holding = Holding.of(where)
    const most = Holding.borrowable(holding, book.loan.asset.decimals)
    if (most === 0n) return nothing('health')
    const { totals } = book
    return least([
      [
        'health',
        typeof most === 'bigint' && !MarketBook.isUnknown(totals)
          ? headroom(most, holding.borrowShares, totals.borrow)
          : eitherUnknown(most, MarketBook.isUnknown(totals) ? totals : 0n),
      ],
      ['liquidity', book.loan.availableLiquidity],
    ])
  },
  repay: (where) => {
    const book = MarketBook.of(where.state)
    const { borrowShares } = Holding.of(where)
    if (MarketBook.sideOf(book, where.asset) !== 'loan' || borrowShares === 0n) return nothing('balance')
    if (MarketBook.isUnknown(book.totals)) return { amount: book.totals, by: [] }
    const owed = toAssetsUp(borrowShares, book.totals.borrow)
    const most = mostAssetsFor(borrowShares, book.totals.borrow)
    // Often one unit less than what is owed, which Morpho rounds up: it refuses to take more shares than there are. All of
    // it is repaid by shares. Where a share is worth more than a unit, Morpho takes gifts on top: they are no debt.
    const { amount } = least([
      ['balance', owed],
      ['balance', most],
    ])
    return { amount, by: ['balance'] }
  },
}

function withdrawSupplied(where: PositionAsset): Limit {
  const { totals, loan } = MarketBook.of(where.state)
  const { supplyShares, supplied } = Holding.of(where)
  const { amount = 0n } = supplied ?? {}
  // The booked shares are not all that there are where nobody knows to whom the fee goes.
  if (typeof amount !== 'bigint') return { amount, by: [] }
  if (supplyShares === 0n || loan === undefined) return nothing('balance')
  if (MarketBook.isUnknown(totals)) return { amount: totals, by: [] }
  return least([
    ['balance', toAssetsDown(supplyShares, totals.supply)],
    ['liquidity', loan.availableLiquidity],
  ])
}

function withdrawCollateral(where: PositionAsset): Limit {
  const book = MarketBook.of(where.state)
  const holding = Holding.of(where)
  const amount = holding.collateral?.amount ?? 0n
  if (amount === 0n || book.collateral === undefined) return nothing('balance')
  const health = holding.borrowShares === 0n ? undefined : spare(where, holding, book)
  return least([
    ['balance', amount],
    ...(health === undefined ? [] : [['health', health] as const]),
    ['liquidity', book.collateral.availableLiquidity],
  ])
}

/** The collateral beyond what the debt needs: each rounding of the protocol's, backwards. */
function spare(_: PositionAsset, holding: Holding.Holding, { totals, loan }: MarketBook.MarketBook): Quantity {
  const { collateral, borrowShares } = holding
  const price = Holding.oraclePrice(holding, loan?.asset.decimals ?? 0)
  if (collateral === undefined || price === undefined) return 0n
  const { amount, liquidationThreshold } = collateral
  if (MarketBook.isUnknown(totals) || typeof price !== 'bigint' || typeof amount !== 'bigint') {
    return eitherUnknown(MarketBook.isUnknown(totals) ? totals : 0n, eitherUnknown(price, amount))
  }
  if (price === 0n || liquidationThreshold === 0n) return 0n
  const quoted = MulDiv.up(toAssetsUp(borrowShares, totals.borrow), Wad.WAD, liquidationThreshold)
  const needed = MulDiv.up(quoted, ORACLE_SCALE, price)
  return amount > needed ? amount - needed : 0n
}

/**
 * The most that can be borrowed on top of these shares so that no more than `most` is owed then. New shares round up, and
 * change what all shares are worth; but what is owed never falls as the loan grows, so that the edge can be searched for.
 */
function headroom(most: bigint, shares: bigint, side: Side): bigint {
  const isHealthy = (assets: bigint) => {
    const more = toSharesUp(assets, side)
    return toAssetsUp(shares + more, { assets: side.assets + assets, shares: side.shares + more }) <= most
  }
  const owed = toAssetsUp(shares, side)
  if (owed > most || !isHealthy(1n)) return 0n
  // Right but for the rounding.
  let low = most > owed ? most - owed : 1n
  let step = 1n
  while (!isHealthy(low)) {
    low = low > step ? low - step : 1n
    step *= 2n
  }
  let high = low + step
  while (isHealthy(high)) high += step *= 2n
  while (high - low > 1n) {
    const middle = (low + high) / 2n
    if (isHealthy(middle)) low = middle
    else high = middle
  }
  return low
}

/** The least of several amounts, and all that name it; unknown as soon as one is that might be less. */
function least(amounts: readonly (readonly [string, Quantity])[]): Limit {
  const missing = amounts.flatMap(([, amount]) => issuesOf(amount))
  const known = amounts.flatMap(([by, amount]) => (typeof amount === 'bigint' ? [{ by, amount }] : []))
  const amount = known.reduce<bigint | undefined>(
    (low, one) => (low !== undefined && low < one.amount ? low : one.amount),
    undefined,
  )
  // Less than nothing is not possible: then it does not matter what the others are.
  if (missing.length > 0 && amount !== 0n) return { amount: unknown(...missing), by: [] }
  return { amount: amount ?? 0n, by: known.filter((one) => one.amount === amount).map(({ by }) => by) }
}

function eitherUnknown(a: Quantity, b: Quantity): Quantity {
  const issues = [...issuesOf(a), ...issuesOf(b)]
  return issues.length > 0 ? unknown(...issues) : 0n
}

function nothing(by: string): Limit {
  return { amount: 0n, by: [by] }
}
