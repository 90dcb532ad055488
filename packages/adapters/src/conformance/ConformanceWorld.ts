import type { Address, CallRequest, Hex, LendingAction, ProtocolAdapter, Read, ReadResult } from '@unimargin/sdk'
import type { Random } from './Random.ts'

/** A transaction, and who sends it. */
export type ConformanceTransaction = CallRequest & { readonly from: Address }

/** What became of transactions: the chain after them, or which one was refused and why. */
export type ConformanceOutcome =
  | { readonly status: 'done'; readonly world: ConformanceWorld }
  | { readonly status: 'refused'; readonly index: number; readonly reason: string }

/** A slow-moving fact that changed. */
export type ChangedFact = {
  /** In words: `a reserve was added`. */
  readonly what: string
  readonly world: ConformanceWorld
}

/**
 * A market at one block of some chain, mocked or real. It never changes: what would change it gives another world, at a block
 * with the same number and time.
 */
export type ConformanceWorld = {
  /** Whose positions to read, at least two. Over all worlds there must be some with collateral and some with debt. */
  readonly owners: readonly Address[]
  /** What the chain answers to calls, all of them at the world's block. */
  readonly answer: (calls: readonly Read.ContractCall[]) => Promise<readonly ReadResult<Hex>[]>
  /** Sends transactions one after the other; they count as included in the world's own block. */
  readonly send: (transactions: readonly ConformanceTransaction[]) => Promise<ConformanceOutcome>
  /** The world in which a holder has this much more of a token, not supplied; unchanged where that cannot be arranged. */
  readonly withTokens: (holder: Address, asset: Address, amount: bigint) => Promise<ConformanceWorld>
  /**
   * The world in which an asset has this price (unit of account per whole token, WAD); `undefined` for an asset whose price
   * cannot change (the unit itself), absent where none can.
   */
  readonly withPrice?: ((asset: Address, price: bigint) => Promise<ConformanceWorld | undefined>) | undefined
  /** The health factor by the protocol's own words, WAD; `undefined` where nothing is owed. Absent: it has no words for it. */
  readonly healthOf?: ((owner: Address) => Promise<bigint | undefined>) | undefined
  /** Worlds in which the adapter's metadata no longer holds, or only seems to. */
  readonly changedFacts?: readonly ChangedFact[] | undefined
  /** Reads this world, where the adapter differs between worlds; it must be of the same protocol. */
  readonly adapter?: ProtocolAdapter | undefined
}

/** What the checks need of whoever wrote an adapter. */
export type ConformanceFixture = {
  /**
   * A market with positions in it, made by chance: the same for the same seed. The more it varies (decimals from 0 to 36, dust
   * and whales, healthy and liquidatable, caps, frozen, nothing to pay out) the more the checks are worth.
   */
  readonly world: (random: Random) => ConformanceWorld | Promise<ConformanceWorld>
  /** How many worlds; 6 otherwise. */
  readonly worlds?: number | undefined
  /** The first world's seed, the others follow; 1 otherwise. */
  readonly seed?: number | undefined
  /**
   * What another sender than the owner cannot do by one call and its authorisations, each with the reason: a check sees to
   * it that this is so.
   */
  readonly ownersOnly?: Partial<Readonly<Record<LendingAction, string>>> | undefined
  /**
   * Checks that cannot be made here, by name, each with the reason, which the test's title then shows. A check that could be
   * made all the same fails.
   */
  readonly excuses?: Readonly<Record<string, string>> | undefined
}
