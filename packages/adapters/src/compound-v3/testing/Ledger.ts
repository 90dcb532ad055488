import type { Address } from '@unimargin/sdk'

/** An asset of a mocked Comet with its feed. */
export type MockCometAsset = {
  readonly symbol: string
  readonly decimals: number
  readonly asset: Address
  readonly feed: Address
  /** As the feed says it, with 8 decimals. Zero or below: Comet reverts over it. */
  readonly price: bigint
  /** Seconds since 1970 at which the feed was updated; with every block where absent. */
  readonly priceUpdatedAt?: bigint | 'unknown' | undefined
}

/** A collateral as Comet lists it. Factors are WAD. */
export type MockCometCollateral = MockCometAsset & {
  readonly borrowFactor: bigint
  readonly liquidateFactor: bigint
  readonly liquidationFactor: bigint
  /** Base units. */
  readonly supplyCap: bigint
  /** What all users have supplied. */
  readonly total: bigint
  /** What Comet itself has taken over from those who were liquidated. */
  readonly absorbed: bigint
}

/** Rates per second at a utilisation, all WAD: a line up to the kink, and another from there on. */
export type MockCurve = { readonly kink: bigint; readonly base: bigint; readonly low: bigint; readonly high: bigint }

/** What a user has: a principal, below zero where it is owed, and collateral by index. */
export type MockCometUser = { readonly principal: bigint; readonly collateral: Readonly<Record<number, bigint>> }

/** Bitmaps of later versions. */
export type MockExtendedPauses = {
  readonly flags: number
  readonly supplies: number
  readonly withdrawals: number
  readonly deactivated: number
}

/** All that a mocked Comet knows. Immutable: a change gives a new one. */
export type CometLedger = {
  readonly chainId: number
  readonly name: string
  readonly comet: Address
  readonly base: MockCometAsset
  readonly collaterals: readonly MockCometCollateral[]
  readonly supplyCurve: MockCurve
  readonly borrowCurve: MockCurve
  readonly baseBorrowMin: bigint
  /** 1e15 is one. */
  readonly supplyIndex: bigint
  readonly borrowIndex: bigint
  /** Absent: interest stands still. */
  readonly lastAccrualTime: bigint | undefined
  /** Principals over all users, others included. */
  readonly totalSupply: bigint
  readonly totalBorrow: bigint
  /** Base tokens that Comet holds. */
  readonly cash: bigint
  readonly pauseFlags: number
  /** Absent in versions without. */
  readonly extended: MockExtendedPauses | undefined
  /** By address in lower case. */
  readonly users: ReadonlyMap<string, MockCometUser>
  /** By {@link keyOf} of token, owner and spender. */
  readonly allowances: ReadonlyMap<string, bigint>
  /** By {@link keyOf} of owner and manager. */
  readonly managers: ReadonlySet<string>
  /** Tokens in wallets, by {@link keyOf} of token and holder. */
  readonly tokens: ReadonlyMap<string, bigint>
}

const NOBODY: MockCometUser = { principal: 0n, collateral: {} }

/** A key of addresses, in any case. */
export function keyOf(...addresses: readonly string[]): string {
  return addresses.join(':').toLowerCase()
}

/** What a user has; nothing where Comet does not know them. */
export function userOf({ users }: CometLedger, owner: Address): MockCometUser {
  return users.get(owner.toLowerCase()) ?? NOBODY
}

/** The ledger with another user. */
export function withUser(ledger: CometLedger, owner: Address, user: MockCometUser): CometLedger {
  return { ...ledger, users: new Map(ledger.users).set(owner.toLowerCase(), user) }
}

/** The place of a collateral, by symbol or address; -1 where there is none. */
export function indexOf({ collaterals }: CometLedger, asset: string): number {
  return collaterals.findIndex((one) => isNamed(one, asset))
}

/** Whether a symbol or an address means an asset. */
export function isNamed({ symbol, asset }: MockCometAsset, name: string): boolean {
  return symbol === name || asset.toLowerCase() === name.toLowerCase()
}

/** Base units of a token in a wallet. */
export function tokensOf({ tokens }: CometLedger, token: Address, holder: Address): bigint {
  return tokens.get(keyOf(token, holder)) ?? 0n
}
