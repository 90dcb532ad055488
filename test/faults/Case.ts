import type { Fault, FaultScope } from '@unimargin/sdk/testing'

/**
 * What is asked of a client while its nodes are broken.
 *
 * - `metadata`: its very first view. `snapshot`: the first view of another owner, when all metadata is known. `refresh`: the
 *   same view again, after a block with other values. `cut`: a view of one moment.
 * - `quote`, `prepare`, `send`: a move, step by step, by a wallet that has the same nodes.
 * - `status`: how far a move is that is under way. `receipt`: the same of one whose transaction reverted.
 * - `watch`: refreshes of a watch. `request`: one JSON-RPC request through the client's own viem client.
 */
export type Phase =
  | 'metadata'
  | 'snapshot'
  | 'refresh'
  | 'cut'
  | 'quote'
  | 'prepare'
  | 'send'
  | 'status'
  | 'receipt'
  | 'watch'
  | 'request'

/** A fault on one of three nodes of a chain. */
export type Break = { readonly node: number; readonly fault: Fault; readonly scope: FaultScope }

/** What may be expected of a client, with these nodes broken in this way. */
export type Guarantee = {
  /** Nothing that it says of the broken chain is wrong: what it does not know, it calls unknown. */
  readonly isTrue: boolean
  /** And it is of now: the newest block, the usual fees. That takes two others that are well where one lies. */
  readonly isCurrent: boolean
  /** It knows all of it. */
  readonly isWhole: boolean
}

/** One case to be played: who asks what, and which nodes are broken how. */
export type Case = {
  readonly name: string
  readonly phase: Phase
  /** The method that is asked for in the phase `request`. */
  readonly method: string
  /** Three nodes of which two have to agree; otherwise the first one alone. */
  readonly isQuorum: boolean
  readonly at: 'source' | 'destination'
  readonly breaks: readonly Break[]
  /** Broken from the beginning: the faults need to have seen something before. */
  readonly isEarly: boolean
  /** A move of the owner is under way: it counts on no chain, and must not be lost from sight. */
  readonly isMoving: boolean
  /** Milliseconds for each read. */
  readonly deadline: number
  readonly guarantee: Guarantee
  readonly seed: number
}
