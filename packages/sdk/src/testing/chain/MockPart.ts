import type { Address, Hex } from '../../model/Hex.ts'

/** A block of a mocked chain. */
export type MockBlock = {
  readonly chainId: number
  readonly number: bigint
  /** What contracts see as `block.number` where that is another one: the L1's, on Nitro chains (Arbitrum). */
  readonly evmNumber?: bigint | undefined
  readonly hash: Hex
  readonly parentHash: Hex
  /** Seconds since 1970. */
  readonly timestamp: bigint
}

/** What a contract is asked. */
export type MockCall = { readonly to: Address; readonly from: Address; readonly data: Hex; readonly value: bigint }

/** Answers a call with return data; throws a `MockRevert` to revert. */
export type MockContract = (call: MockCall, at: MockBlock) => Hex

/** Contracts by address, in any case. */
export type MockContracts = Readonly<Record<Address, MockContract>>

/** A transaction that a mocked chain includes. */
export type MockTransaction = MockCall & { readonly hash: Hex; readonly gas: bigint; readonly nonce: number }

/** A log that a transaction leaves. */
export type MockLog = { readonly address: Address; readonly topics: readonly Hex[]; readonly data: Hex }

/** What a transaction changes: parts that take the place of those with the same key, and logs. */
export type MockEffects = {
  readonly parts?: readonly MockPart[] | undefined
  readonly logs?: readonly MockLog[] | undefined
  readonly returnData?: Hex | undefined
  /** Wei that the called contract hands on, of what it was sent or had. */
  readonly payments?: readonly { readonly to: Address; readonly wei: bigint }[] | undefined
}

/** All parts of a chain at one block, by their keys. */
export type MockState = ReadonlyMap<string, MockPart>

/**
 * One part of a chain: a market, a router, a token. It is immutable: a change gives a new part, so that older blocks keep
 * theirs and a reorg can go back.
 */
export type MockPart = {
  readonly key: string
  /** The part's contracts, as they answer while the chain is in this state. */
  readonly contracts: (at: MockBlock) => MockContracts
  /** Runs a transaction to one of its contracts; `undefined` when it changes nothing. Throws a `MockRevert` to revert. */
  readonly execute?:
    | ((transaction: MockTransaction, state: MockState, at: MockBlock) => MockEffects | undefined)
    | undefined
}
