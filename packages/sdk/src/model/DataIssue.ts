import type { Address } from './Hex.ts'
import type { ReadFailure } from './ReadResult.ts'

/**
 * A located hole in what was read: which datum is missing, where it belongs and why.
 *
 * A view with issues is honest, not broken: what is named here is unknown, everything else holds.
 */
export type DataIssue = {
  /** `reverted`: the contract said no. `unavailable`: nobody answered, or not credibly. `disputed`: nodes disagree. */
  readonly kind: 'reverted' | 'unavailable' | 'disputed'
  readonly chainId: number
  /** The market's key, where the issue lies within one. */
  readonly market?: string | undefined
  readonly owner?: Address | undefined
  /** What is missing, as a path, e.g. `reserves.WETH.price`. */
  readonly path: string
  /** Why, in one printable line. */
  readonly reason: string
  /** Who said what, where nodes disagree. */
  readonly witnesses?: readonly string[] | undefined
  /** Seconds since 1970 since when it is missing without a break, as far as this client has seen. */
  readonly since?: bigint | undefined
}

/**
 * The issue that a failed read leaves at its place.
 *
 * @example
 * import { type DataIssue, issueOf } from '@unimargin/sdk'
 *
 * const issue: DataIssue = issueOf({ status: 'unavailable', reason: 'no answer' }, { chainId: 8453, path: 'chain' })
 */
export function issueOf(
  failure: ReadFailure,
  place: Pick<DataIssue, 'chainId' | 'market' | 'owner' | 'path'>,
): DataIssue {
  const { status: kind, reason } = failure
  return failure.status === 'disputed'
    ? { kind, ...place, reason, witnesses: failure.witnesses }
    : { kind, ...place, reason }
}
