import { MockRevert } from '@unimargin/sdk/testing'
import { parseAbi } from 'viem'

// What a token of the family and its Comptroller count, written anew from the formulas that Compound and Venus publish, in the
// order in which they multiply and truncate. None of it is the adapter's: a mistake there must not be one here as well.

const ONE = 10n ** 18n
const panics = parseAbi(['error Panic(uint256 code)'])

/** Which arithmetic: that of Venus's isolated pools, or Compound's own, which Moonwell kept. */
export type Family = 'venus' | 'compound'

/** Base units of the asset; `supply` in shares. */
export type Books = {
  readonly cash: bigint
  readonly borrows: bigint
  readonly reserves: bigint
  /** Of Venus: what nobody owes any more, and is still missing. */
  readonly badDebt: bigint
  readonly supply: bigint
}

/** A white paper's interest rate model: a straight line over the utilisation. Per slot, WAD. */
export type Line = { readonly base: bigint; readonly slope: bigint }

/** `mul_ScalarTruncate`: a mantissa times a whole number, rounded down to a whole number. */
export function timesScalar(mantissa: bigint, scalar: bigint): bigint {
  return (mantissa * scalar) / ONE
}

/** `exchangeRateStored`: base units per share, WAD; `first` as long as there is no share. */
export function exchangeRate(books: Books, first: bigint): bigint {
  return books.supply === 0n ? first : quotient(heldBy(books) * ONE, books.supply)
}

/** `utilizationRate`: what is lent of all that there is, WAD. Venus counts what was lost as lent, and no more than all. */
export function utilization(books: Books, family: Family): bigint {
  const lent = family === 'venus' ? books.borrows + books.badDebt : books.borrows
  if (lent === 0n) return 0n
  const share = quotient(lent * ONE, heldBy(books))
  return family === 'venus' && share > ONE ? ONE : share
}

/** `getBorrowRate`, per slot. */
export function borrowRate({ base, slope }: Line, books: Books, family: Family): bigint {
  return (utilization(books, family) * slope) / ONE + base
}

/** `getSupplyRate`, per slot: what borrowers pay, less what is reserved of it. */
export function supplyRate(line: Line, books: Books, reserveFactor: bigint, family: Family): bigint {
  const rateToPool = (borrowRate(line, books, family) * (ONE - reserveFactor)) / ONE
  if (family === 'compound') return (utilization(books, family) * rateToPool) / ONE
  return quotient(books.borrows * rateToPool, heldBy(books))
}

/** `accrueInterest`: simple interest of some blocks or seconds, on the debts and on the index by which each debt grows. */
export function accrued(
  before: { readonly books: Books; readonly borrowIndex: bigint },
  terms: { readonly rate: bigint; readonly slots: bigint; readonly reserveFactor: bigint },
): { readonly books: Books; readonly borrowIndex: bigint } {
  const { books, borrowIndex } = before
  const simpleInterestFactor = terms.rate * terms.slots
  const interestAccumulated = timesScalar(simpleInterestFactor, books.borrows)
  return {
    books: {
      ...books,
      borrows: interestAccumulated + books.borrows,
      reserves: timesScalar(terms.reserveFactor, interestAccumulated) + books.reserves,
    },
    borrowIndex: timesScalar(simpleInterestFactor, borrowIndex) + borrowIndex,
  }
}

/** `borrowBalanceStored`: a debt that was `principal` when the index was `interestIndex`. */
export function borrowBalance(principal: bigint, interestIndex: bigint, borrowIndex: bigint): bigint {
  return principal === 0n ? 0n : quotient(principal * borrowIndex, interestIndex)
}

/** `mintTokens`: shares for what somebody supplies. */
export function sharesMinted(amount: bigint, rate: bigint): bigint {
  return quotient(amount * ONE, rate)
}

/** What `redeemUnderlying` burns and pays: Venus takes a share more rather than none for a rest, and pays what all are worth. */
export function redeemed(amount: bigint, rate: bigint, family: Family): { shares: bigint; paid: bigint } {
  const whole = quotient(amount * ONE, rate)
  if (family === 'compound') return { shares: whole, paid: amount }
  const worth = timesScalar(rate, whole)
  const shares = worth !== 0n && worth !== amount ? whole + 1n : whole
  return { shares, paid: timesScalar(rate, shares) }
}

/** `liquidateCalculateSeizeTokens`: shares for what a liquidator pays back. Prices are the oracle's. */
export function sharesSeized(
  paid: bigint,
  terms: {
    readonly incentive: bigint
    readonly priceBorrowed: bigint
    readonly priceCollateral: bigint
    readonly rate: bigint
  },
): bigint {
  const numerator = timesScalar(terms.incentive, terms.priceBorrowed)
  const denominator = timesScalar(terms.priceCollateral, terms.rate)
  return timesScalar(quotient(numerator * ONE, denominator), paid)
}

/** What of seized shares the protocol keeps: Venus counts its share of what was repaid, the others of all that is seized. */
export function sharesKept(seized: bigint, share: bigint, incentive: bigint, family: Family): bigint {
  const part = timesScalar(share, seized)
  return family === 'venus' ? quotient(part * ONE, incentive) : part
}

/** What a share weighs, WAD: Venus multiplies rate and price first, Compound factor and rate. */
export function weightOfShare(
  { factor, rate, price }: { readonly factor: bigint; readonly rate: bigint; readonly price: bigint },
  family: Family,
): bigint {
  return family === 'venus'
    ? timesScalar(factor, timesScalar(rate, price))
    : timesScalar(timesScalar(factor, rate), price)
}

/** What belongs to all shares together. Below zero the contracts' own subtraction panics. */
function heldBy({ cash, borrows, badDebt, reserves }: Books): bigint {
  const held = cash + borrows + badDebt - reserves
  if (held < 0n) throw MockRevert.error(panics, 'Panic', [0x11n])
  return held
}

/** A division that panics over zero, as theirs do. */
function quotient(dividend: bigint, divisor: bigint): bigint {
  if (divisor === 0n) throw MockRevert.error(panics, 'Panic', [0x12n])
  return dividend / divisor
}
