import type { Address } from '@unimargin/sdk'
import { MockRevert } from '@unimargin/sdk/testing'
import { parseAbi } from 'viem'
import {
  accountOf,
  holdingOf,
  isMember,
  keyOf,
  type Ledger,
  owedOf,
  sharesOf,
  type Taken,
  userOf,
  withToken,
  withUser,
} from './Ledger.ts'
import * as MockToken from './MockToken.ts'
import * as TokenMath from './TokenMath.ts'

/** What users do to a mocked Comptroller and its tokens, with Venus's own refusals. Amounts are base units. */

const refusals = parseAbi([
  'error ActionPaused(address market, uint8 action)',
  'error MarketNotListed(address market)',
  'error SupplyCapExceeded(address market, uint256 cap)',
  'error BorrowCapExceeded(address market, uint256 cap)',
  'error PriceError(address vToken)',
  'error InsufficientLiquidity()',
  'error RedeemTransferOutNotPossible()',
  'error BorrowCashNotAvailable()',
  'error NonzeroBorrowBalance()',
  'error MarketNotCollateral(address vToken, address account)',
  'error MinimalCollateralViolated(uint256 expectedGreaterThan, uint256 actual)',
  'error InsufficientShortfall()',
  'error TooMuchRepay()',
  'error LiquidateCloseAmountIsZero()',
  'error Panic(uint256 code)',
])
const numbers = { supply: 0, withdraw: 1, borrow: 2, repay: 3, seize: 4, liquidate: 5, enter: 7 } as const

/** Supplies for an owner. It is collateral only if the owner has entered the token. */
export function supply(ledger: Ledger, owner: Address, token: MockToken.MockToken, amount: bigint): Ledger {
  assertOpen(token, 'supply')
  const { supplyCap } = token.options
  if (supplyCap !== undefined && ledger.flavour !== 'compound' && cappedOf(ledger, token) + amount > supplyCap) {
    throw MockRevert.error(refusals, 'SupplyCapExceeded', [token.token, supplyCap])
  }
  return credit(ledger, owner, token, amount)
}

/** Takes out base units; Venus pays what the shares that it takes are worth. */
export function withdraw(ledger: Ledger, owner: Address, token: MockToken.MockToken, amount: bigint): Ledger {
  const { shares, paid } = TokenMath.redeemed(amount, MockToken.rateOf(token), MockToken.familyOf(ledger.flavour))
  return redeem(ledger, owner, token, shares, paid)
}

/** Takes out what shares are worth. */
export function redeem(
  ledger: Ledger,
  owner: Address,
  token: MockToken.MockToken,
  shares: bigint,
  paid: bigint = TokenMath.timesScalar(MockToken.rateOf(token), shares),
): Ledger {
  assertOpen(token, 'withdraw')
  if (paid === 0n || shares === 0n) throw MockRevert.because('redeemAmount is zero')
  const held = sharesOf(ledger, owner, token)
  if (held < shares) throw MockRevert.error(refusals, 'Panic', [0x11n])
  if (isMember(ledger, owner, token)) assertSolvent(ledger, owner, { token: token.token, shares })
  if (cashOf(ledger, token) < paid) throw MockRevert.error(refusals, 'RedeemTransferOutNotPossible')
  return withHolding(withShares(ledger, owner, token, held - shares, -paid), token.asset, owner, paid)
}

/** Borrows, and enters the token if need be. */
export function borrow(ledger: Ledger, owner: Address, token: MockToken.MockToken, amount: bigint): Ledger {
  assertOpen(token, 'borrow')
  const entered = enter(ledger, owner, token)
  const { borrowCap } = token.options
  const { borrows, badDebt } = token.books
  if (token.price === 0n) throw MockRevert.error(refusals, 'PriceError', [token.token])
  if (borrowCap !== undefined && borrows + badDebt + amount > borrowCap) {
    throw MockRevert.error(refusals, 'BorrowCapExceeded', [token.token, borrowCap])
  }
  assertSolvent(entered, owner, { token: token.token, borrowed: amount })
  if (cashOf(ledger, token) < amount) throw MockRevert.error(refusals, 'BorrowCashNotAvailable')
  return withHolding(debit(entered, owner, token, amount), token.asset, owner, amount)
}

/** Pays back what an owner owes, at most all of it; gives what was paid. */
export function repay(
  ledger: Ledger,
  owner: Address,
  token: MockToken.MockToken,
  amount: bigint,
): { readonly ledger: Ledger; readonly paid: bigint } {
  assertOpen(token, 'repay')
  const owed = owedOf(ledger, owner, token)
  const paid = amount < owed ? amount : owed
  return { ledger: debit(ledger, owner, token, -paid), paid }
}

/** Pays back some of one debt of an owner, and takes shares of a collateral for it; both tokens have accrued. */
export function liquidate(
  ledger: Ledger,
  liquidator: Address,
  owner: Address,
  debt: MockToken.MockToken,
  collateral: MockToken.MockToken,
  amount: bigint,
): Ledger {
  const isVenus = ledger.flavour === 'venus-isolated'
  // Venus pauses by token, the others everywhere at once.
  for (const token of isVenus ? [collateral] : ledger.tokens) assertNotPaused(token, 'seize')
  if (isVenus) assertNotPaused(debt, 'liquidate')
  assertListed(debt)
  assertListed(collateral)
  const most = mostToRepay(ledger, owner, debt)
  if (amount > most) throw MockRevert.error(refusals, 'TooMuchRepay')
  if (amount === 0n) throw MockRevert.error(refusals, 'LiquidateCloseAmountIsZero')
  if (isVenus && !isMember(ledger, owner, collateral)) {
    throw MockRevert.error(refusals, 'MarketNotCollateral', [collateral.token, owner])
  }
  if (isVenus) assertOpen(debt, 'repay')
  const paid = debit(ledger, owner, debt, -amount)
  const taken = paid.tokens.find(({ token }) => token === collateral.token) ?? collateral
  const rate = MockToken.rateOf(taken)
  const shares = TokenMath.sharesSeized(amount, {
    incentive: ledger.incentive,
    priceBorrowed: debt.price,
    priceCollateral: taken.price,
    rate,
  })
  const held = sharesOf(paid, owner, taken)
  if (held < shares) throw MockRevert.because('LIQUIDATE_SEIZE_TOO_MUCH')
  const kept = TokenMath.sharesKept(shares, taken.seizeShare, ledger.incentive, MockToken.familyOf(ledger.flavour))
  const fee = TokenMath.timesScalar(rate, kept)
  if (isVenus && taken.books.cash < fee) throw MockRevert.error(refusals, 'Panic', [0x11n])
  const seized = withShares(paid, owner, taken, held - shares, isVenus ? -fee : 0n)
  const now = seized.tokens.find(({ token }) => token === taken.token) ?? taken
  const reserved = isVenus ? now.books : { ...now.books, reserves: now.books.reserves + fee }
  const booked = withToken(seized, { ...now, books: reserved })
  const fresh = booked.tokens.find(({ token }) => token === taken.token) ?? now
  return withShares(booked, liquidator, fresh, sharesOf(booked, liquidator, fresh) + shares - kept, 0n)
}

/** By the close factor, or all of it in a market that is being closed; reverts where nobody may liquidate. */
function mostToRepay(ledger: Ledger, owner: Address, debt: MockToken.MockToken): bigint {
  const owed = owedOf(ledger, owner, debt)
  const { flavour, leastCollateral, closeFactor } = ledger
  const isVenus = flavour === 'venus-isolated'
  const { options, collateralFactor, reserveFactor } = debt
  const isShut = options.paused?.includes('borrow') === true && collateralFactor === 0n && reserveFactor === 10n ** 18n
  if (isVenus ? options.isLiquidationForced : flavour === 'compound' && isShut) return owed
  const account = accountOf(ledger, owner, 'liquidationThreshold')
  if (account === undefined) throw MockRevert.error(refusals, 'PriceError', [debt.token])
  if (isVenus && account.total <= leastCollateral) {
    throw MockRevert.error(refusals, 'MinimalCollateralViolated', [leastCollateral, account.total])
  }
  if (account.weighted >= account.owed) throw MockRevert.error(refusals, 'InsufficientShortfall')
  return TokenMath.timesScalar(closeFactor, owed)
}

/** Makes what an owner has of a token collateral. */
export function enter(ledger: Ledger, owner: Address, token: MockToken.MockToken): Ledger {
  if (isMember(ledger, owner, token)) return ledger
  assertOpen(token, 'enter')
  const user = userOf(ledger, owner)
  return withUser(ledger, owner, { ...user, entered: [...user.entered, token.token] })
}

/** Makes it collateral no longer. */
export function exit(ledger: Ledger, owner: Address, token: MockToken.MockToken): Ledger {
  if (owedOf(ledger, owner, token) > 0n) throw MockRevert.error(refusals, 'NonzeroBorrowBalance')
  if (isMember(ledger, owner, token)) {
    assertSolvent(ledger, owner, { token: token.token, shares: sharesOf(ledger, owner, token) })
  }
  const user = userOf(ledger, owner)
  return withUser(ledger, owner, { ...user, entered: user.entered.filter((one) => one !== token.token) })
}

/** Adds to a supply without asking whether the protocol would take it. */
export function credit(ledger: Ledger, owner: Address, token: MockToken.MockToken, amount: bigint): Ledger {
  const shares = sharesOf(ledger, owner, token) + TokenMath.sharesMinted(amount, MockToken.rateOf(token))
  return withShares(ledger, owner, token, shares, amount)
}

/** Adds to a debt (or takes from it, below zero) without asking whether the protocol would lend it. */
export function debit(ledger: Ledger, owner: Address, token: MockToken.MockToken, amount: bigint): Ledger {
  const user = userOf(ledger, owner)
  const { books, borrowIndex } = token
  const principal = owedOf(ledger, owner, token) + amount
  const debts = { ...user.debts, [token.token]: { principal, index: borrowIndex } }
  const next = { ...books, cash: books.cash - amount, borrows: books.borrows + amount }
  return withUser(withToken(ledger, { ...token, books: next }), owner, { ...user, debts })
}

/** Sets what an owner has of a token's shares; `cash` came with it. */
export function withShares(
  ledger: Ledger,
  owner: Address,
  token: MockToken.MockToken,
  shares: bigint,
  cash: bigint,
): Ledger {
  const user = userOf(ledger, owner)
  const supply = token.books.supply + shares - sharesOf(ledger, owner, token)
  const books = { ...token.books, supply, cash: token.books.cash + cash }
  return withUser(withToken(ledger, { ...token, books }), owner, {
    ...user,
    shares: { ...user.shares, [token.token]: shares },
  })
}

/** Assets that a holder gains outside of the protocol, or loses. */
export function withHolding(ledger: Ledger, asset: Address, holder: Address, amount: bigint): Ledger {
  const after = holdingOf(ledger, asset, holder) + amount
  if (after < 0n) throw MockRevert.because('ERC20: transfer amount exceeds balance')
  return { ...ledger, holdings: new Map(ledger.holdings).set(keyOf(asset, holder), after) }
}

function assertOpen(token: MockToken.MockToken, action: keyof typeof numbers): void {
  assertNotPaused(token, action)
  assertListed(token)
}

function assertNotPaused({ token, options }: MockToken.MockToken, action: keyof typeof numbers): void {
  if (options.paused?.includes(action)) throw MockRevert.error(refusals, 'ActionPaused', [token, numbers[action]])
}

function assertListed({ token, options }: MockToken.MockToken): void {
  if (options.isListed === false) throw MockRevert.error(refusals, 'MarketNotListed', [token])
}

/** What a supply cap counts: Venus the shares, Moonwell the books. Compound's own Comptroller caps no supply. */
function cappedOf({ flavour }: Ledger, token: MockToken.MockToken): bigint {
  const { cash, borrows, reserves, supply } = token.books
  if (flavour === 'venus-isolated') return TokenMath.timesScalar(MockToken.rateOf(token), supply)
  return cash + borrows - reserves
}

/** What a token can pay out: Venus keeps what is reserved. */
function cashOf({ flavour }: Ledger, { books: { cash, reserves } }: MockToken.MockToken): bigint {
  return flavour === 'venus-isolated' ? cash - reserves : cash
}

function assertSolvent(ledger: Ledger, owner: Address, taken: Taken): void {
  const account = accountOf(ledger, owner, 'collateralFactor', taken)
  if (account === undefined) throw MockRevert.error(refusals, 'PriceError', [taken.token])
  if (account.weighted < account.owed) throw MockRevert.error(refusals, 'InsufficientLiquidity')
}
