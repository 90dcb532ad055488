import { MulDiv, Wad } from '@unimargin/sdk'

/** What Comet's indices count in: one is 1e15. */
export const INDEX_SCALE: bigint = 10n ** 15n

/** Seconds of a year as Comet has them: it divides yearly rates by them when it is set up. */
const YEAR = 31_536_000n

/** Comet keeps indices and rates in 64 bits. */
const MAX_64 = 2n ** 64n - 1n

/** An interest rate over utilisation: two straight lines that meet at the kink. Per second, WAD. */
export type Curve = { readonly kink: bigint; readonly base: bigint; readonly low: bigint; readonly high: bigint }

/** Principals and indices of a market. */
export type Totals = {
  readonly supplyIndex: bigint
  readonly borrowIndex: bigint
  readonly totalSupplyBase: bigint
  readonly totalBorrowBase: bigint
}

/** Both curves of a market. */
export type Curves = { readonly supply: Curve; readonly borrow: Curve }

/** The rate per second at a utilisation (WAD; above one where more is owed than was supplied). */
export function perSecond({ kink, base, low, high }: Curve, utilization: bigint): bigint {
  const below = utilization < kink ? utilization : kink
  return base + Wad.mulDown(low, below) + Wad.mulDown(high, utilization - below)
}

/** Simple rates per year, WAD: rates per second are whole numbers, so that nothing is rounded. */
export function perYear(curves: Curves, totals: Totals): { readonly supplyRate: bigint; readonly borrowRate: bigint } {
  const utilization = utilizationOf(totals)
  return {
    supplyRate: perSecond(curves.supply, utilization) * YEAR,
    borrowRate: perSecond(curves.borrow, utilization) * YEAR,
  }
}

/** What is owed of what was supplied, WAD, rounded down; zero where nothing was supplied. */
export function utilizationOf({ supplyIndex, borrowIndex, totalSupplyBase, totalBorrowBase }: Totals): bigint {
  const supplied = toAmount(totalSupplyBase, supplyIndex)
  return supplied === 0n ? 0n : Wad.divDown(toAmount(totalBorrowBase, borrowIndex), supplied)
}

/**
 * The indices some seconds later: interest is simple from one accrual to the next, at the rate of the stored utilisation.
 * `undefined` where Comet itself would revert, because a number no longer fits.
 */
export function accrued(totals: Totals, curves: Curves, seconds: bigint): Totals | undefined {
  const { supplyIndex, borrowIndex } = totals
  const numbers = [...Object.values(curves.supply), ...Object.values(curves.borrow), seconds]
  if (supplyIndex === 0n || borrowIndex === 0n || numbers.some((one) => one > MAX_64)) return undefined
  if (seconds === 0n) return totals
  const utilization = utilizationOf(totals)
  const [supplyRate, borrowRate] = [perSecond(curves.supply, utilization), perSecond(curves.borrow, utilization)]
  if (supplyRate > MAX_64 || borrowRate > MAX_64) return undefined
  const grown = {
    ...totals,
    supplyIndex: supplyIndex + Wad.mulDown(supplyIndex, supplyRate * seconds),
    borrowIndex: borrowIndex + Wad.mulDown(borrowIndex, borrowRate * seconds),
  }
  return grown.supplyIndex > MAX_64 || grown.borrowIndex > MAX_64 ? undefined : grown
}

/** What a principal is worth: rounded down, a debt as well. */
export function toAmount(principal: bigint, index: bigint): bigint {
  return MulDiv.down(principal, index, INDEX_SCALE)
}

/** The principal of a supply: rounded down. */
export function toSupply(amount: bigint, index: bigint): bigint {
  return MulDiv.down(amount, INDEX_SCALE, index)
}

/** The principal of a debt: rounded up. */
export function toDebt(amount: bigint, index: bigint): bigint {
  return MulDiv.up(amount, INDEX_SCALE, index)
}
