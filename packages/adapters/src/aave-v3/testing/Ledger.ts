import { type Address, Ray } from '@unimargin/sdk'
import { roundingOf } from '../version.ts'
import type { MockCategory } from './MockCategory.ts'
import type { MockPoolName, MockReserve } from './MockReserve.ts'

/** What a user has in a mocked pool: scaled balances by the reserve's id, and the bitmap that Aave keeps. */
export type LedgerUser = {
  readonly eMode: number
  readonly configuration: bigint
  readonly supplied: Readonly<Record<number, bigint>>
  readonly borrowed: Readonly<Record<number, bigint>>
}

/** Versions that can be mocked. */
export type MockVersion = '3.0' | '3.2' | '3.6'

/** All that a mocked pool knows. Immutable: a change gives a new one. */
export type Ledger = MockPoolName & {
  readonly addressesProvider: Address
  readonly oracle: Address
  /** Of all reserves. */
  readonly strategy: Address
  readonly version: MockVersion
  /** Each at the place of its id. */
  readonly reserves: readonly MockReserve[]
  readonly categories: readonly MockCategory[]
  /** By address in lower case. */
  readonly users: ReadonlyMap<string, LedgerUser>
  /** By {@link keyOf} of token, owner and spender. */
  readonly allowances: ReadonlyMap<string, bigint>
  /** By {@link keyOf} of aToken and owner. */
  readonly nonces: ReadonlyMap<string, bigint>
  /** Underlying tokens that are not supplied, by {@link keyOf} of asset and holder. */
  readonly tokens: ReadonlyMap<string, bigint>
}

const NOBODY: LedgerUser = { eMode: 0, configuration: 0n, supplied: {}, borrowed: {} }

/** A key of addresses, in any case. */
export function keyOf(...addresses: readonly string[]): string {
  return addresses.join(':').toLowerCase()
}

/** What a user has; nothing where the pool does not know them. */
export function userOf(ledger: Ledger, owner: Address): LedgerUser {
  return ledger.users.get(owner.toLowerCase()) ?? NOBODY
}

/** The ledger with another user. */
export function withUser(ledger: Ledger, owner: Address, user: LedgerUser): Ledger {
  return { ...ledger, users: new Map(ledger.users).set(owner.toLowerCase(), user) }
}

/** The ledger with a reserve in the place of the one with its id. */
export function withReserve(ledger: Ledger, reserve: MockReserve): Ledger {
  return { ...ledger, reserves: ledger.reserves.map((one) => (one.id === reserve.id ? reserve : one)) }
}

/** The reserve of an asset, by symbol or address. */
export function findReserve({ reserves }: Pick<Ledger, 'reserves'>, asset: string): MockReserve | undefined {
  const wanted = asset.toLowerCase()
  return reserves.find((reserve) => reserve.symbol === asset || reserve.asset.toLowerCase() === wanted)
}

/** Base units that a user has supplied, interest included. */
export function suppliedOf(ledger: Ledger, owner: Address, { id, liquidityIndex }: MockReserve): bigint {
  return roundingOf(ledger.version).supplied(userOf(ledger, owner).supplied[id] ?? 0n, liquidityIndex)
}

/** Base units that a user owes, interest included. */
export function borrowedOf(ledger: Ledger, owner: Address, { id, borrowIndex }: MockReserve): bigint {
  return roundingOf(ledger.version).owed(userOf(ledger, owner).borrowed[id] ?? 0n, borrowIndex)
}

/** Base units of all that is supplied, and of all that is owed. */
export function totalsOf(ledger: Ledger, reserve: MockReserve): { readonly supply: bigint; readonly debt: bigint } {
  const { supplied, owed } = roundingOf(ledger.version)
  const { supply, debt } = scaledTotals(ledger, reserve)
  return { supply: supplied(supply, reserve.liquidityIndex), debt: owed(debt, reserve.borrowIndex) }
}

/** How an amount becomes scaled: half up until 3.4, then against whoever gives or takes it. */
export function scalingOf({ version }: Ledger) {
  return version < '3.5'
    ? { supply: Ray.divHalfUp, withdraw: Ray.divHalfUp, borrow: Ray.divHalfUp, repay: Ray.divHalfUp }
    : { supply: Ray.divDown, withdraw: Ray.divUp, borrow: Ray.divUp, repay: Ray.divDown }
}

/** Scaled sums over all users and, for the supply, over the others who lend. */
export function scaledTotals(
  { users }: Ledger,
  { id, liquidity, liquidityIndex }: MockReserve,
): { readonly supply: bigint; readonly debt: bigint } {
  let supply = Ray.divHalfUp(liquidity, liquidityIndex)
  let debt = 0n
  for (const { supplied, borrowed } of users.values()) {
    supply += supplied[id] ?? 0n
    debt += borrowed[id] ?? 0n
  }
  return { supply, debt }
}

/** Base units of a reserve that the pool can pay out. */
export function liquidityOf(ledger: Ledger, reserve: MockReserve): bigint {
  const { supply, debt } = totalsOf(ledger, reserve)
  return supply > debt ? supply - debt : 0n
}

/** Base units of an asset that a holder has outside of the pool. */
export function tokensOf({ tokens }: Ledger, asset: Address, holder: Address): bigint {
  return tokens.get(keyOf(asset, holder)) ?? 0n
}
