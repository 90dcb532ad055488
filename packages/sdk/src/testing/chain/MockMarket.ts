import type { Asset } from '../../model/Asset.ts'
import type { Address, Hex } from '../../model/Hex.ts'
import type { Market } from '../../model/Market.ts'
import type { MockBlock, MockPart } from './MockPart.ts'

/** Base units as a `bigint`, or whole tokens as a decimal text: `'1.5'`. */
export type MockAmount = bigint | string

/** What one owner has in a market. Amounts by the asset's symbol or address. It replaces what the owner had. */
export type MockPosition = {
  readonly owner: Address
  readonly supply?: Readonly<Record<string, MockAmount>> | undefined
  readonly borrow?: Readonly<Record<string, MockAmount>> | undefined
}

/**
 * A lending market of a mocked chain: what an adapter contributes to the kit, so that a person's positions can be said in
 * a line. Each change gives a new market.
 */
export type MockMarket = MockPart & {
  readonly market: Market
  readonly assets: readonly Asset[]
  /** The price of an asset (by symbol or address): unit of account per whole token, as a decimal text or WAD. */
  readonly withPrice: (asset: string, price: MockAmount) => MockMarket
  readonly withPosition: (position: MockPosition) => MockMarket
  /** Base units that an owner has supplied of an asset. */
  readonly suppliedOf: (owner: Address, asset: Address) => bigint
  /** Supplies or takes out base units for an owner, as a move does. Throws a `MockRevert` where the market would refuse. */
  readonly withSupply: (owner: Address, asset: Address, amount: bigint) => MockMarket
  readonly withWithdrawal: (owner: Address, asset: Address, amount: bigint) => MockMarket
  /** Base units that an owner owes of an asset. A router repays in markets that tell it, and parks in others. */
  readonly borrowedOf?: ((owner: Address, asset: Address) => bigint) | undefined
  /** Pays an owner's debt back, at most what is owed. Throws a `MockRevert` where the market would refuse. */
  readonly withRepayment?: ((owner: Address, asset: Address, amount: bigint) => MockMarket) | undefined
  /** How a router may pull what an owner supplied. Without it a mocked router takes out what it is told to. */
  readonly pulling?: MockPulling | undefined
  /** The health factor that the protocol itself tells a contract, WAD; the largest `uint256` where nothing is owed. */
  readonly healthOf?: ((owner: Address) => bigint) | undefined
  /** Whether an owner's supply of an asset counts as collateral. A router parks what would not; without it all counts. */
  readonly isCollateral?: ((owner: Address, asset: Address) => boolean) | undefined
  /** Base units of the asset itself, not supplied, that a holder gains (or loses, below zero): what a claim pays. */
  readonly withTokens?: ((holder: Address, asset: Address, amount: bigint) => MockMarket) | undefined
  /** The asset itself taken from a holder: what an OFT does. Throws a `MockRevert` beyond what was allowed, or what there is. */
  readonly withSpending?: ((spending: MockSpending) => MockMarket) | undefined
}

/** Base units of an asset that a spender takes from a holder (ERC-20 `transferFrom`). */
export type MockSpending = {
  readonly holder: Address
  readonly spender: Address
  readonly asset: Address
  readonly amount: bigint
}

/** An ERC-2612 permit of a receipt token, as a router hands it on. */
export type MockPermit = {
  readonly owner: Address
  readonly spender: Address
  readonly value: bigint
  readonly deadline: bigint
  readonly v: number
  readonly r: Hex
  readonly s: Hex
}

/** The ERC-20 that stands for supplies of an asset (an aToken), and what a spender may do with an owner's. */
export type MockReceipt = { readonly token: Address; readonly balance: bigint; readonly allowance: bigint }

/** What a market with receipt tokens lets a router do. */
export type MockPulling = {
  readonly receiptOf: (owner: Address, asset: Address, spender: Address) => MockReceipt
  /** Sets what a spender may pull. */
  readonly withAllowance: (owner: Address, asset: Address, spender: Address, amount: bigint) => MockMarket
  /** Throws a `MockRevert` where the token would refuse the permit. */
  readonly withPermit: (asset: Address, permit: MockPermit, at: MockBlock) => MockMarket
}

/** Whether a part of a chain is a market. */
export function isMockMarket(part: MockPart): part is MockMarket {
  return 'market' in part && 'withPosition' in part
}
