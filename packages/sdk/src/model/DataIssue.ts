import type { Address } from './Hex.ts'

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
  /** Seconds since 1970 since when it is missing without a break, as far as this client has seen. */
  readonly since?: bigint | undefined
}
