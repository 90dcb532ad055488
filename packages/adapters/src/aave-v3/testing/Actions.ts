import { type Address, Ray } from '@unimargin/sdk'
import { MockRevert } from '@unimargin/sdk/testing'
import { parseAbi } from 'viem'
import * as AccountData from './AccountData.ts'
import {
  borrowedOf,
  keyOf,
  type Ledger,
  type LedgerUser,
  liquidityOf,
  scaledTotals,
  scalingOf,
  suppliedOf,
  tokensOf,
  totalsOf,
  userOf,
  withUser,
} from './Ledger.ts'
import { includes } from './MockCategory.ts'
import type { MockReserve } from './MockReserve.ts'
import { refusal } from './refusal.ts'
import * as UserBits from './UserBits.ts'

/** What users do to a mocked pool, with Aave's own refusals in Aave's order. Amounts are base units. */

const ONE = 10n ** 18n
const BPS = 10_000n
const ALL = 2n ** 256n - 1n
const panicAbi = parseAbi(['error Panic(uint256 code)'])
const enterAbi = parseAbi([
  'error InvalidCollateralInEmode(address reserve, uint256 categoryId)',
  'error InvalidDebtInEmode(address reserve, uint256 categoryId)',
])

/** Supplies for an owner. The first supply of an asset becomes collateral where Aave lets it by itself. */
export function supply(ledger: Ledger, owner: Address, reserve: MockReserve, amount: bigint): Ledger {
  if (scalingOf(ledger).supply(amount, reserve.liquidityIndex) === 0n) throw refusal(ledger, 'invalid-amount')
  assertOpen(ledger, reserve)
  if (reserve.isFrozen) throw refusal(ledger, 'frozen')
  const total = totalWith(ledger, reserve, 'supply', amount)
  if (reserve.supplyCap !== 0n && total > reserve.supplyCap * unitOf(reserve)) throw refusal(ledger, 'supply-cap')
  return credit(ledger, owner, reserve, amount)
}

/** Takes out what an owner has supplied. */
export function withdraw(ledger: Ledger, owner: Address, reserve: MockReserve, amount: bigint): Ledger {
  const supplied = suppliedOf(ledger, owner, reserve)
  if (amount === 0n) throw refusal(ledger, 'invalid-amount')
  if (amount > supplied) throw refusal(ledger, 'not-enough-supplied')
  assertOpen(ledger, reserve)
  assertLiquid(ledger, reserve, amount)
  const user = userOf(ledger, owner)
  const wasCollateral = UserBits.isCollateral(user.configuration, reserve.id)
  const before = user.supplied[reserve.id] ?? 0n
  const scaled = amount === supplied ? before : scalingOf(ledger).withdraw(amount, reserve.liquidityIndex)
  const rest = before > scaled ? before - scaled : 0n
  const after = withUser(ledger, owner, {
    ...user,
    supplied: { ...user.supplied, [reserve.id]: rest },
    configuration:
      amount === supplied ? UserBits.set(user.configuration, reserve.id, { isCollateral: false }) : user.configuration,
  })
  if (wasCollateral) assertHealthy(after, owner, reserve)
  return after
}

/** Borrows at the variable rate. */
export function borrow(ledger: Ledger, owner: Address, reserve: MockReserve, amount: bigint): Ledger {
  const { eMode } = userOf(ledger, owner)
  const isLate = ledger.version >= '3.6'
  if (amount === 0n) throw refusal(ledger, 'invalid-amount')
  assertOpen(ledger, reserve)
  if (reserve.isFrozen) throw refusal(ledger, 'frozen')
  // From 3.6 on an e-mode alone says what can be borrowed in it.
  if (!reserve.isBorrowable && (!isLate || eMode === 0)) throw refusal(ledger, 'borrowing-disabled')
  if (isLate) assertBorrowableIn(ledger, eMode, reserve)
  assertSupplied(ledger, reserve, amount)
  const total = totalWith(ledger, reserve, 'debt', amount)
  if (reserve.borrowCap !== 0n && total > reserve.borrowCap * unitOf(reserve)) throw refusal(ledger, 'borrow-cap')
  // None of these may be borrowed against a collateral with a debt ceiling.
  if (isIsolated(ledger, owner)) throw refusal(ledger, 'not-in-isolation')
  if (!isLate) assertBorrowableIn(ledger, eMode, reserve)
  assertNotSiloed(ledger, owner, reserve)
  if (!isLate) {
    const before = AccountData.of(ledger, owner)
    if (before.collateral === 0n) throw refusal(ledger, 'no-collateral')
    if (before.loanToValue === 0n) throw refusal(ledger, 'zero-loan-to-value')
    if (before.healthFactor <= ONE) throw refusal(ledger, 'health-too-low')
  }
  assertLiquid(ledger, reserve, amount)
  const after = debit(ledger, owner, reserve, amount)
  const { collateral, debt, loanToValue, healthFactor } = AccountData.of(after, owner)
  if (isLate) {
    if (loanToValue === 0n) throw refusal(ledger, 'zero-loan-to-value')
    if (healthFactor < ONE) throw refusal(ledger, 'health-too-low')
  }
  const rounding = isLate ? loanToValue - 1n : loanToValue / 2n
  const needed = (debt * BPS + rounding) / loanToValue
  if (needed > collateral) throw refusal(ledger, 'not-enough-collateral')
  return withTokens(after, owner, reserve, amount)
}

/** Pays back what an owner owes, at most all of it; gives what was paid. */
export function repay(
  ledger: Ledger,
  owner: Address,
  reserve: MockReserve,
  amount: bigint,
): { readonly ledger: Ledger; readonly paid: bigint } {
  if (amount === 0n) throw refusal(ledger, 'invalid-amount')
  assertOpen(ledger, reserve)
  const owed = borrowedOf(ledger, owner, reserve)
  if (owed === 0n) throw refusal(ledger, 'no-debt')
  const paid = amount < owed ? amount : owed
  const user = userOf(ledger, owner)
  const scaled = (user.borrowed[reserve.id] ?? 0n) - scalingOf(ledger).repay(paid, reserve.borrowIndex)
  const rest = paid === owed || scaled < 0n ? 0n : scaled
  const repaid = withUser(ledger, owner, {
    ...user,
    borrowed: { ...user.borrowed, [reserve.id]: rest },
    configuration: UserBits.set(user.configuration, reserve.id, { isBorrowing: rest > 0n }),
  })
  return { ledger: repaid, paid }
}

/** Enters an e-mode that all debts are of, or leaves it with 0, unless that makes the owner liquidatable. */
export function enter(ledger: Ledger, owner: Address, eMode: number): Ledger {
  const user = userOf(ledger, owner)
  const isKnown = eMode === 0 || ledger.categories.some(({ id }) => id === eMode)
  if (!isKnown) throw refusal(ledger, 'other-e-mode')
  for (const reserve of ledger.reserves) {
    if (UserBits.isBorrowing(user.configuration, reserve.id)) assertMayOweIn(ledger, eMode, reserve)
    const lendsNothing = ledger.version >= '3.6' && AccountData.loanToValueFor(ledger, eMode, reserve) === 0n
    if (lendsNothing && UserBits.isCollateral(user.configuration, reserve.id)) {
      throw MockRevert.error(enterAbi, 'InvalidCollateralInEmode', [reserve.asset, BigInt(eMode)])
    }
  }
  const after = withUser(ledger, owner, { ...user, eMode })
  // Until 3.5, who comes from no e-mode is not looked at again.
  if ((user.eMode !== 0 || ledger.version >= '3.6') && AccountData.of(after, owner).healthFactor < ONE)
    throw refusal(ledger, 'health-too-low')
  return after
}

/** Adds to a supply without asking whether the pool would take it. */
export function credit(ledger: Ledger, owner: Address, reserve: MockReserve, amount: bigint): Ledger {
  const user = userOf(ledger, owner)
  const before = user.supplied[reserve.id] ?? 0n
  const becomesCollateral = before === 0n && countsByItself(ledger, user, reserve)
  return withUser(ledger, owner, {
    ...user,
    supplied: { ...user.supplied, [reserve.id]: before + scalingOf(ledger).supply(amount, reserve.liquidityIndex) },
    configuration: becomesCollateral
      ? UserBits.set(user.configuration, reserve.id, { isCollateral: true })
      : user.configuration,
  })
}

/** Adds to a debt without asking whether the pool would lend it. */
export function debit(ledger: Ledger, owner: Address, reserve: MockReserve, amount: bigint): Ledger {
  const user = userOf(ledger, owner)
  const scaled = (user.borrowed[reserve.id] ?? 0n) + scalingOf(ledger).borrow(amount, reserve.borrowIndex)
  return withUser(ledger, owner, {
    ...user,
    borrowed: { ...user.borrowed, [reserve.id]: scaled },
    configuration: UserBits.set(user.configuration, reserve.id, { isBorrowing: scaled > 0n }),
  })
}

/** Tokens that a holder gains outside of the pool, or loses. */
export function withTokens(ledger: Ledger, holder: Address, { asset }: MockReserve, amount: bigint): Ledger {
  const after = tokensOf(ledger, asset, holder) + amount
  if (after < 0n) throw MockRevert.because('ERC20: transfer amount exceeds balance')
  return { ...ledger, tokens: new Map(ledger.tokens).set(keyOf(asset, holder), after) }
}

/** Takes tokens of a holder who has allowed so much to a spender. */
export function spend(ledger: Ledger, from: Address, spender: Address, reserve: MockReserve, amount: bigint): Ledger {
  const key = keyOf(reserve.asset, from, spender)
  const allowed = ledger.allowances.get(key) ?? 0n
  if (allowed < amount) throw MockRevert.because('ERC20: transfer amount exceeds allowance')
  const left = allowed === ALL ? ALL : allowed - amount
  const paid = withTokens(ledger, from, reserve, -amount)
  return { ...paid, allowances: new Map(paid.allowances).set(key, left) }
}

function assertOpen(ledger: Ledger, { isActive, isPaused }: MockReserve): void {
  if (!isActive) throw refusal(ledger, 'inactive')
  if (isPaused) throw refusal(ledger, 'paused')
}

/** From 3.1 on nobody borrows more than all that is supplied; from 3.5 on, that is what the debt comes to, rounded up. */
function assertSupplied(ledger: Ledger, reserve: MockReserve, amount: bigint): void {
  if (ledger.version < '3.1') return
  const { borrowIndex: index } = reserve
  const owed = ledger.version < '3.5' ? amount : Ray.mulUp(Ray.divUp(amount, index), index)
  if (owed > totalsOf(ledger, reserve).supply) throw refusal(ledger, 'invalid-amount')
}

/** Up to 3.0 the token itself refuses; later the pool's own count of what it holds goes below zero. */
function assertLiquid(ledger: Ledger, reserve: MockReserve, amount: bigint): void {
  if (amount <= liquidityOf(ledger, reserve)) return
  throw ledger.version < '3.1'
    ? MockRevert.because('ERC20: transfer amount exceeds balance')
    : MockRevert.error(panicAbi, 'Panic', [0x11n])
}

function assertHealthy(ledger: Ledger, owner: Address, reserve: MockReserve): void {
  const { debt, healthFactor, hasZeroLoanToValue } = AccountData.of(ledger, owner)
  if (debt === 0n) return
  if (healthFactor < ONE) throw refusal(ledger, 'health-too-low')
  // Whoever has what lends nothing must take that out first.
  const { eMode } = userOf(ledger, owner)
  const lends = ledger.version < '3.6' ? reserve.loanToValue : AccountData.loanToValueFor(ledger, eMode, reserve)
  if (hasZeroLoanToValue && lends !== 0n) throw refusal(ledger, 'zero-loan-to-value')
}

function assertBorrowableIn(ledger: Ledger, eMode: number, reserve: MockReserve): void {
  if (eMode === 0) return
  const category = ledger.categories.find(({ id }) => id === eMode)
  if (category !== undefined && includes(category, 'borrowable', reserve)) return
  throw refusal(ledger, ledger.version < '3.2' ? 'other-e-mode' : 'not-borrowable-in-e-mode')
}

/** From 3.6 on, whoever leaves all e-modes must owe what anybody may borrow. */
function assertMayOweIn(ledger: Ledger, eMode: number, reserve: MockReserve): void {
  if (ledger.version < '3.6') {
    assertBorrowableIn(ledger, eMode, reserve)
    return
  }
  const category = ledger.categories.find(({ id }) => id === eMode)
  const may = category === undefined ? reserve.isBorrowable : includes(category, 'borrowable', reserve)
  if (!may) throw MockRevert.error(enterAbi, 'InvalidDebtInEmode', [reserve.asset, BigInt(eMode)])
}

/** What is siloed can only be borrowed alone. */
function assertNotSiloed(ledger: Ledger, owner: Address, reserve: MockReserve): void {
  const { configuration } = userOf(ledger, owner)
  const others = ledger.reserves.filter(({ id }) => id !== reserve.id && UserBits.isBorrowing(configuration, id))
  const isViolated = others.length > 0 && (reserve.isSiloed || (others.length === 1 && others[0]?.isSiloed === true))
  if (isViolated) throw refusal(ledger, 'siloed')
}

/** Whether the only collateral is one with a debt ceiling. */
function isIsolated(ledger: Ledger, owner: Address): boolean {
  const { configuration } = userOf(ledger, owner)
  const [only, ...others] = ledger.reserves.filter(({ id }) => UserBits.isCollateral(configuration, id))
  return only !== undefined && others.length === 0 && only.debtCeiling > 0n
}

/** What has a debt ceiling, or comes to what has one, counts only by the owner's own hand. */
function countsByItself(ledger: Ledger, { configuration, eMode }: LedgerUser, reserve: MockReserve): boolean {
  const lends =
    ledger.version < '3.6'
      ? reserve.liquidationThreshold > 0n && reserve.loanToValue > 0n
      : AccountData.loanToValueFor(ledger, eMode, reserve) > 0n
  if (!lends || reserve.debtCeiling > 0n) return false
  const used = ledger.reserves.filter(({ id }) => UserBits.isCollateral(configuration, id))
  return used.every(({ debtCeiling }) => debtCeiling === 0n)
}

/** All that would be supplied or owed with some more, as the pool holds it against a cap: from 3.5 on in scaled units. */
function totalWith(ledger: Ledger, reserve: MockReserve, side: 'supply' | 'debt', amount: bigint): bigint {
  if (ledger.version < '3.5') return totalsOf(ledger, reserve)[side] + amount
  const scaled = scaledTotals(ledger, reserve)[side]
  return side === 'supply'
    ? Ray.mulDown(scaled + Ray.divDown(amount, reserve.liquidityIndex), reserve.liquidityIndex)
    : Ray.mulUp(scaled + Ray.divUp(amount, reserve.borrowIndex), reserve.borrowIndex)
}

function unitOf({ decimals }: MockReserve): bigint {
  return 10n ** BigInt(decimals)
}
