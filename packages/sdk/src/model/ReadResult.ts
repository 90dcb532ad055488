import type { Hex } from './Hex.ts'

/** What became of one read. **Only `ok` enters arithmetic**: a dead node must never look like an empty account. */
export type ReadResult<value> =
  | { readonly status: 'ok'; readonly value: value }
  /** The contract refused. `data` is its revert data. */
  | { readonly status: 'reverted'; readonly reason: string; readonly data: Hex }
  /** Nobody answered, or the answer was malformed, too short or of another chain. */
  | { readonly status: 'unavailable'; readonly reason: string }
  /** Nodes that should agree do not. */
  | { readonly status: 'disputed'; readonly reason: string; readonly witnesses: readonly string[] }

/** Any {@link ReadResult} that holds no value. */
export type ReadFailure = Exclude<ReadResult<never>, { readonly status: 'ok' }>
