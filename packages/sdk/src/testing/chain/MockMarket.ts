import type { Asset } from '../../model/Asset.ts'
import type { Address } from '../../model/Hex.ts'
import type { Market } from '../../model/Market.ts'
import type { MockPart } from './MockPart.ts'

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
}

/** Whether a part of a chain is a market. */
export function isMockMarket(part: MockPart): part is MockMarket {
  return 'market' in part && 'withPosition' in part
}
