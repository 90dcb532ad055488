import { type Address, Wad } from '@unimargin/sdk'
import { isAddressEqual } from 'viem'
import type { FlavourName } from '../Flavour.ts'
import { ruleOf } from '../rule.ts'
import * as MockToken from './MockToken.ts'

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
  return withToken(ledger, MockToken.accrued(token, ledger.flavour === 'venus-isolated', slot))
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
  return Wad.mulDown(sharesOf(ledger, owner, token), MockToken.rateOf(token))
}

/** Base units that a user owes, as of the token's last accrual. */
export function owedOf(ledger: Ledger, owner: Address, { token, borrowIndex }: MockToken.MockToken): bigint {
  const debt = userOf(ledger, owner).debts[token]
  return debt === undefined ? 0n : (debt.principal * borrowIndex) / debt.index
}

/** Base units of an asset that a holder has and has not supplied. */
export function holdingOf({ holdings }: Ledger, asset: Address, holder: Address): bigint {
  return holdings.get(keyOf(asset, holder)) ?? 0n
}

/** Whether a user has entered a token, so that it counts. */
export function isMember(ledger: Ledger, owner: Address, { token }: MockToken.MockToken): boolean {
  return userOf(ledger, owner).entered.some((one) => isAddressEqual(one, token))
}

/** Weighted collateral and debt, WAD, as of each token's last accrual; `undefined` where a price is missing. */
export function accountOf(
  ledger: Ledger,
  owner: Address,
  weight: 'collateralFactor' | 'liquidationThreshold',
): { readonly weighted: bigint; readonly owed: bigint } | undefined {
  const rule = ruleOf(ledger.flavour)
  let weighted = 0n
  let owed = 0n
  for (const token of ledger.tokens) {
    if (token.options.isListed === false || !isMember(ledger, owner, token)) continue
    if (token.price === 0n) return undefined
    const shares = { balance: sharesOf(ledger, owner, token), rate: MockToken.rateOf(token) }
    weighted += rule.weigh(shares, token.price, token[weight])
    owed += Wad.mulDown(token.price, owedOf(ledger, owner, token))
  }
  return { weighted, owed }
}
