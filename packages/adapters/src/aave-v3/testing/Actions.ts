import { type Address, Ray } from '@unimargin/sdk'
import { MockRevert } from '@unimargin/sdk/testing'
import * as AccountData from './AccountData.ts'
import {
  borrowedOf,
  keyOf,
  type Ledger,
  liquidityOf,
  scaledTotals,
  suppliedOf,
  tokensOf,
  userOf,
  withUser,
} from './Ledger.ts'
import type { MockReserve } from './MockReserve.ts'
import { refusal } from './refusal.ts'
import * as UserBits from './UserBits.ts'

/** What users do to a mocked pool, with Aave's own refusals in Aave's order. Amounts are base units. */

const ONE = 10n ** 18n

/** Supplies for an owner. The first supply of an asset becomes collateral where Aave lets it by itself. */
export function supply(ledger: Ledger, owner: Address, reserve: MockReserve, amount: bigint): Ledger {
  if (amount === 0n) throw refusal('invalid-amount')
  assertOpen(reserve)
  if (reserve.isFrozen) throw refusal('frozen')
  const total = Ray.mulHalfUp(scaledTotals(ledger, reserve).supply, reserve.liquidityIndex)
  if (reserve.supplyCap !== 0n && total + amount > reserve.supplyCap * unitOf(reserve)) throw refusal('supply-cap')
  return credit(ledger, owner, reserve, amount)
}

/** Takes out what an owner has supplied. */
export function withdraw(ledger: Ledger, owner: Address, reserve: MockReserve, amount: bigint): Ledger {
  const supplied = suppliedOf(ledger, owner, reserve)
  if (amount === 0n) throw refusal('invalid-amount')
  if (amount > supplied) throw refusal('not-enough-supplied')
  assertOpen(reserve)
  if (amount > liquidityOf(ledger, reserve)) throw MockRevert.because('ERC20: transfer amount exceeds balance')
  const user = userOf(ledger, owner)
  const wasCollateral = UserBits.isCollateral(user.configuration, reserve.id)
  const before = user.supplied[reserve.id] ?? 0n
  const scaled = amount === supplied ? before : Ray.divHalfUp(amount, reserve.liquidityIndex)
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
  if (amount === 0n) throw refusal('invalid-amount')
  assertOpen(reserve)
  if (reserve.isFrozen) throw refusal('frozen')
  if (!reserve.isBorrowable) throw refusal('borrowing-disabled')
  const total = Ray.mulHalfUp(scaledTotals(ledger, reserve).debt, reserve.borrowIndex)
  if (reserve.borrowCap !== 0n && total + amount > reserve.borrowCap * unitOf(reserve)) throw refusal('borrow-cap')
  // None of these may be borrowed against a collateral with a debt ceiling.
  if (isIsolated(ledger, owner)) throw refusal('not-in-isolation')
  assertBorrowableIn(ledger, userOf(ledger, owner).eMode, reserve)
  const before = AccountData.of(ledger, owner)
  if (before.collateral === 0n) throw refusal('no-collateral')
  if (before.healthFactor <= ONE) throw refusal('health-too-low')
  if (amount > liquidityOf(ledger, reserve)) throw MockRevert.because('ERC20: transfer amount exceeds balance')
  const after = debit(ledger, owner, reserve, amount)
  const { collateral, debt, loanToValue } = AccountData.of(after, owner)
  if (debt > (collateral * loanToValue) / 10_000n) throw refusal('not-enough-collateral')
  return withTokens(after, owner, reserve, amount)
}

/** Pays back what an owner owes, at most all of it; gives what was paid. */
export function repay(
  ledger: Ledger,
  owner: Address,
  reserve: MockReserve,
  amount: bigint,
): { readonly ledger: Ledger; readonly paid: bigint } {
  if (amount === 0n) throw refusal('invalid-amount')
  assertOpen(reserve)
  const owed = borrowedOf(ledger, owner, reserve)
  if (owed === 0n) throw refusal('no-debt')
  const paid = amount < owed ? amount : owed
  const user = userOf(ledger, owner)
  const scaled = (user.borrowed[reserve.id] ?? 0n) - Ray.divHalfUp(paid, reserve.borrowIndex)
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
  if (!isKnown) throw refusal('other-e-mode')
  for (const reserve of ledger.reserves) {
    if (UserBits.isBorrowing(user.configuration, reserve.id)) assertBorrowableIn(ledger, eMode, reserve)
  }
  const after = withUser(ledger, owner, { ...user, eMode })
  // Who comes from no e-mode is not looked at again.
  if (user.eMode !== 0 && AccountData.of(after, owner).healthFactor < ONE) throw refusal('health-too-low')
  return after
}

/** Adds to a supply without asking whether the pool would take it. */
export function credit(ledger: Ledger, owner: Address, reserve: MockReserve, amount: bigint): Ledger {
  const user = userOf(ledger, owner)
  const before = user.supplied[reserve.id] ?? 0n
  const becomesCollateral = before === 0n && countsByItself(ledger, user.configuration, reserve)
  return withUser(ledger, owner, {
    ...user,
    supplied: { ...user.supplied, [reserve.id]: before + Ray.divHalfUp(amount, reserve.liquidityIndex) },
    configuration: becomesCollateral
      ? UserBits.set(user.configuration, reserve.id, { isCollateral: true })
      : user.configuration,
  })
}

/** Adds to a debt without asking whether the pool would lend it. */
export function debit(ledger: Ledger, owner: Address, reserve: MockReserve, amount: bigint): Ledger {
  const user = userOf(ledger, owner)
  const scaled = (user.borrowed[reserve.id] ?? 0n) + Ray.divHalfUp(amount, reserve.borrowIndex)
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

function assertOpen({ isActive, isPaused }: MockReserve): void {
  if (!isActive) throw refusal('inactive')
  if (isPaused) throw refusal('paused')
}

function assertHealthy(ledger: Ledger, owner: Address, reserve: MockReserve): void {
  const { debt, healthFactor, hasZeroLoanToValue } = AccountData.of(ledger, owner)
  if (debt === 0n) return
  if (healthFactor < ONE) throw refusal('health-too-low')
  if (hasZeroLoanToValue && reserve.loanToValue !== 0n) throw refusal('zero-loan-to-value')
}

function assertBorrowableIn({ eModes }: Ledger, eMode: number, reserve: MockReserve): void {
  if (eMode === 0 || reserve.eMode === eMode) return
  throw refusal(eModes === 'category' ? 'other-e-mode' : 'not-borrowable-in-e-mode')
}

/** Whether the only collateral is one with a debt ceiling. */
function isIsolated(ledger: Ledger, owner: Address): boolean {
  const { configuration } = userOf(ledger, owner)
  const [only, ...others] = ledger.reserves.filter(({ id }) => UserBits.isCollateral(configuration, id))
  return only !== undefined && others.length === 0 && only.debtCeiling > 0n
}

/** What has a debt ceiling, or comes to what has one, counts only by the owner's own hand. */
function countsByItself({ reserves }: Ledger, configuration: bigint, reserve: MockReserve): boolean {
  if (reserve.liquidationThreshold === 0n || reserve.loanToValue === 0n || reserve.debtCeiling > 0n) return false
  const used = reserves.filter(({ id }) => UserBits.isCollateral(configuration, id))
  return used.every(({ debtCeiling }) => debtCeiling === 0n)
}

function unitOf({ decimals }: MockReserve): bigint {
  return 10n ** BigInt(decimals)
}
