import { type Address, Wad } from '@unimargin/sdk'
import { isAddressEqual } from 'viem'
import type { FlavourName } from '../Flavour.ts'
import * as MockToken from './MockToken.ts'
import * as TokenMath from './TokenMath.ts'

/** What a user has. By token. */
export type LedgerUser = {
  readonly entered: readonly Address[]
  readonly shares: Readonly<Record<Address, bigint>>
  readonly debts: Readonly<Record<Address, { readonly principal: bigint; readonly index: bigint }>>
}

/** All that a mocked Comptroller and its tokens know. Immutable: a change gives a new one. */
export type Ledger = {
  /** What its addresses are made of. */
  readonly where: string
  readonly chainId: number
  readonly comptroller: Address
  readonly oracle: Address
  readonly flavour: FlavourName
  /** WAD. */
  readonly closeFactor: bigint
  readonly incentive: bigint
  /** Of Venus, US dollars, WAD: whoever has no more collateral is liquidated whole. */
  readonly leastCollateral: bigint
  readonly tokens: readonly MockToken.MockToken[]
  /** By address in lower case. */
  readonly users: ReadonlyMap<string, LedgerUser>
  /** By {@link keyOf} of asset, owner and spender. */
  readonly allowances: ReadonlyMap<string, bigint>
  /** Assets that are not supplied, by {@link keyOf} of asset and holder. */
  readonly holdings: ReadonlyMap<string, bigint>
  /** {@link keyOf} of owner and delegate. */
  readonly delegates: ReadonlySet<string>
}

const NOBODY: LedgerUser = { entered: [], shares: {}, debts: {} }

/** A key of addresses, in any case. */
export function keyOf(...addresses: readonly string[]): string {
  return addresses.join(':').toLowerCase()
}

/** What a user has; nothing where nobody knows them. */
export function userOf({ users }: Ledger, owner: Address): LedgerUser {
  return users.get(owner.toLowerCase()) ?? NOBODY
}

/** The ledger with another user. */
export function withUser(ledger: Ledger, owner: Address, user: LedgerUser): Ledger {
  return { ...ledger, users: new Map(ledger.users).set(owner.toLowerCase(), user) }
}

/** The ledger with a token in the place of the one with its address. */
export function withToken(ledger: Ledger, token: MockToken.MockToken): Ledger {
  return { ...ledger, tokens: ledger.tokens.map((one) => (one.token === token.token ? token : one)) }
}

/** The ledger in which a token has accrued up to a slot, as each action on it begins. */
export function accrue(ledger: Ledger, token: MockToken.MockToken, slot: bigint): Ledger {
  return withToken(ledger, MockToken.accrued(token, MockToken.familyOf(ledger.flavour), slot))
}

/** A token by its symbol, its asset or itself. */
export function findToken({ tokens }: Ledger, wanted: string): MockToken.MockToken | undefined {
  const text = wanted.toLowerCase()
  return tokens.find(({ symbol, asset, token }) => [symbol, asset, token].some((name) => name.toLowerCase() === text))
}

/** Shares that a user has of a token. */
export function sharesOf(ledger: Ledger, owner: Address, { token }: MockToken.MockToken): bigint {
  return userOf(ledger, owner).shares[token] ?? 0n
}

/** Base units that a user has supplied, as of the token's last accrual. */
export function suppliedOf(ledger: Ledger, owner: Address, token: MockToken.MockToken): bigint {
  return TokenMath.timesScalar(MockToken.rateOf(token), sharesOf(ledger, owner, token))
}

/** Base units that a user owes, as of the token's last accrual. */
export function owedOf(ledger: Ledger, owner: Address, { token, borrowIndex }: MockToken.MockToken): bigint {
  const debt = userOf(ledger, owner).debts[token]
  return debt === undefined ? 0n : TokenMath.borrowBalance(debt.principal, debt.index, borrowIndex)
}

/** Base units of an asset that a holder has and has not supplied. */
export function holdingOf({ holdings }: Ledger, asset: Address, holder: Address): bigint {
  return holdings.get(keyOf(asset, holder)) ?? 0n
}

/** Whether a user has entered a token, so that it counts. */
export function isMember(ledger: Ledger, owner: Address, { token }: MockToken.MockToken): boolean {
  return userOf(ledger, owner).entered.some((one) => isAddressEqual(one, token))
}

/** What somebody is about to take: the Comptroller judges it beside all that they owe. */
export type Taken = { readonly token: Address; readonly shares?: bigint; readonly borrowed?: bigint }

/**
 * Weighted collateral, debt and all collateral, WAD, as of each token's last accrual, what is about to be taken among the debts; `undefined` where
 * a price is missing.
 */
export function accountOf(
  ledger: Ledger,
  owner: Address,
  weight: 'collateralFactor' | 'liquidationThreshold',
  taken?: Taken,
): { readonly weighted: bigint; readonly owed: bigint; readonly total: bigint } | undefined {
  const family = MockToken.familyOf(ledger.flavour)
  let weighted = 0n
  let owed = 0n
  let total = 0n
  for (const token of ledger.tokens) {
    if (token.options.isListed === false || !isMember(ledger, owner, token)) continue
    const { price } = token
    if (price === 0n) return undefined
    const perShare = TokenMath.weightOfShare({ factor: token[weight], rate: MockToken.rateOf(token), price }, family)
    const whole = TokenMath.weightOfShare({ factor: Wad.WAD, rate: MockToken.rateOf(token), price }, family)
    weighted += TokenMath.timesScalar(perShare, sharesOf(ledger, owner, token))
    total += TokenMath.timesScalar(whole, sharesOf(ledger, owner, token))
    owed += TokenMath.timesScalar(price, owedOf(ledger, owner, token))
    if (taken?.token !== token.token) continue
    const { shares = 0n, borrowed = 0n } = taken
    owed += TokenMath.timesScalar(perShare, shares) + TokenMath.timesScalar(price, borrowed)
  }
  return { weighted, owed, total }
}
