import type { Address, Asset, Hex } from '@unimargin/sdk'
import { MockRevert, UnknownMockAssetError } from '@unimargin/sdk/testing'
import { isAddressEqual } from 'viem'
import { accrue } from '../Accrual.ts'
import type { InterestRateModel } from '../InterestRateModel.ts'
import type { MarketTotals } from '../MarketTotals.ts'

/** What one owner has in a mocked market. */
export type MockUser = { readonly supplyShares: bigint; readonly borrowShares: bigint; readonly collateral: bigint }

/** A mocked market, the tokens of it that people have besides, and what they allow. */
export type Ledger = {
  readonly morpho: Address
  readonly marketId: Hex
  readonly loan: Asset
  readonly collateral: Asset
  readonly oracle: Address
  readonly irm: Address
  readonly lltv: bigint
  readonly feeRecipient: Address
  /** How the model computes; what it answers is kept in `modelState`. */
  readonly model: InterestRateModel
  readonly modelState: bigint
  /** `lastUpdate` is zero until something happens at a block: then no time has passed, whichever block is read. */
  readonly totals: MarketTotals
  readonly users: ReadonlyMap<string, MockUser>
  /** In the oracle's unit; absent: it reverts. */
  readonly price: bigint | undefined
  readonly dollarOracle: Address
  /** US dollars per whole loan token, 8 decimals. */
  readonly dollarPrice: bigint
  readonly feeds: readonly { readonly address: Address; readonly updatedAt: bigint | undefined }[]
  readonly tokens: ReadonlyMap<string, bigint>
  readonly allowances: ReadonlyMap<string, bigint>
  readonly operators: ReadonlySet<string>
}

const NOBODY: MockUser = { supplyShares: 0n, borrowShares: 0n, collateral: 0n }

/** Addresses as one key, in any case. */
export function keyOf(...addresses: readonly Address[]): string {
  return addresses.map((address) => address.toLowerCase()).join(':')
}

export function userOf({ users }: Ledger, owner: Address): MockUser {
  return users.get(keyOf(owner)) ?? NOBODY
}

export function withUser(ledger: Ledger, owner: Address, changes: Partial<MockUser>): Ledger {
  return { ...ledger, users: new Map(ledger.users).set(keyOf(owner), { ...userOf(ledger, owner), ...changes }) }
}

/** Which of the two assets is meant, by symbol or address. */
export function assetOf({ loan, collateral }: Ledger, asset: string): Asset {
  const text = asset.toLowerCase()
  const found = [collateral, loan].find(
    (one) => one.symbol.toLowerCase() === text || one.address.toLowerCase() === text,
  )
  if (found !== undefined) return found
  throw new UnknownMockAssetError({ asset, known: [collateral.symbol, loan.symbol] })
}

export function isLoan({ loan }: Ledger, asset: Address): boolean {
  return isAddressEqual(loan.address, asset)
}

export function tokensOf({ tokens }: Ledger, asset: Address, holder: Address): bigint {
  return tokens.get(keyOf(asset, holder)) ?? 0n
}

/** Tokens that a holder gains outside of the market, or loses. */
export function withTokens(ledger: Ledger, holder: Address, asset: Address, amount: bigint): Ledger {
  const after = tokensOf(ledger, asset, holder) + amount
  if (after < 0n) throw MockRevert.because('transferFrom reverted')
  return { ...ledger, tokens: new Map(ledger.tokens).set(keyOf(asset, holder), after) }
}

/** What Morpho's contract holds of an asset. */
export function heldByMorpho(ledger: Ledger, asset: Address): bigint {
  const { totals, users } = ledger
  if (isLoan(ledger, asset)) return totals.supply.assets - totals.borrow.assets
  return [...users.values()].reduce((sum, { collateral }) => sum + collateral, 0n)
}

/** The market with the interest up to a time, as every transaction that moves loans books it first. */
export function accruedAt(ledger: Ledger, timestamp: bigint): Ledger {
  const { model, irm } = ledger
  const totals = lastTotals(ledger, timestamp)
  const { modelState } = ledger
  const accrued = accrue({
    totals,
    now: { status: 'ok', value: timestamp > totals.lastUpdate ? timestamp : totals.lastUpdate },
    model: { address: irm, known: model },
    modelState: { status: 'ok', value: modelState },
  })
  if (accrued.status !== 'ok') throw MockRevert.because('max uint128 exceeded')
  const { modelState: next, totals: after } = accrued.value
  const { supplyShares } = userOf(ledger, ledger.feeRecipient)
  const paid = withUser(ledger, ledger.feeRecipient, {
    supplyShares: supplyShares + after.supply.shares - totals.supply.shares,
  })
  return { ...paid, totals: after, modelState: next?.status === 'ok' ? next.value : modelState }
}

/** As the contract says them at a block. */
export function lastTotals({ totals }: Ledger, timestamp: bigint): MarketTotals {
  return totals.lastUpdate === 0n ? { ...totals, lastUpdate: timestamp } : totals
}
