import type { Address, Hex } from '../../model/Hex.ts'

/**
 * What the owner signs of a direct move, in this order; `unwrap` and `wrap` where a pool carries coins, `reset` where something else is
 * allowed already, which some tokens want to be taken back first.
 */
export type DirectStep = 'withdraw' | 'unwrap' | 'reset' | 'approve' | 'send'

/** What is signed after it has arrived. */
export type ArrivalStep = 'wrap' | 'reset' | 'approve' | 'supply' | 'repay' | 'revoke'

/** What a wallet was handed: the account's next transaction, and the chain's newest block at that time. */
export type Handed<step extends string = string> = {
  readonly step: step
  readonly nonce: bigint
  readonly since: bigint
  /** Whether we named the place to an account that signs by itself: wallets choose another one as they like. */
  readonly isNamed?: boolean | undefined
  /** Whether a node had its transaction at that place: a wallet may have chosen a later one than the next. */
  readonly isPlaced?: boolean | undefined
}

/**
 * What identifies a direct move, and how far it was brought: no contract keeps a record of it. Transactions are known by their hashes;
 * what a wallet was asked to send at once is known by an id of the move's own.
 */
export type DirectTrail = {
  /** Of a move that `findMove` has found it is not known: `supply` then, as long as nobody says otherwise. */
  readonly purpose: 'supply' | 'repay'
  /** Id of the position that gets it. No chain says it of a move that was found. */
  readonly receiver?: string | undefined
  /** Whose account it arrives in. */
  readonly recipient: Address
  /** The asset on either chain. */
  readonly assets: { readonly source: Address; readonly destination: Address }
  /** Base units at the source. */
  readonly amount: bigint
  /** Transactions of the source, by what they do. That of `send` is the move's `hash`. */
  readonly done: Readonly<Partial<Record<Exclude<DirectStep, 'send'>, Hex>>>
  /** What a wallet calls all of it, where it was handed it at once. */
  readonly batch?: string | undefined
  /** What a wallet was handed last, when and as which of the account's transactions: it is never signed for two places. */
  readonly handed?: Handed<DirectStep> | undefined
  /** What was seen to be paid out at the destination, and the block of the look: its log gets old, and nodes drop old logs. */
  readonly received?: DirectReceived | undefined
  /** Transactions of the destination. */
  readonly arrival?: DirectArrival | undefined
}

/** Base units that have arrived, seen at a block of the destination. */
export type DirectReceived = { readonly amount: bigint; readonly block: bigint }

/** How far the second step was brought. */
export type DirectArrival = {
  readonly done: Readonly<Partial<Record<ArrivalStep, Hex>>>
  readonly batch?: string | undefined
  readonly handed?: Handed<ArrivalStep> | undefined
  /** Who takes it in: the contract that is called. */
  readonly market: Address
  /** What it was called with, by the run that handed that over last. */
  readonly call?: Hex | undefined
  /** Who was allowed the tokens, where they were: what is left of it is to be taken back. */
  readonly spender?: Address | undefined
  /** The transaction that supplied or repaid. */
  readonly hash?: Hex | undefined
}
