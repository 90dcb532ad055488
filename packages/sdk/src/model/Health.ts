import type { DataIssue } from './DataIssue.ts'

/** Health where every input is known. */
export type KnownHealth =
  | { readonly status: 'no-debt' }
  /** `factor` is the health factor `W / D`, WAD, rounded as the protocol rounds; 1e18 is the liquidation boundary. */
  | { readonly status: 'known'; readonly factor: bigint }

/** Health is a verdict about inputs as well as a number: there are no sentinel values. */
export type Health = KnownHealth | { readonly status: 'unknown'; readonly issues: readonly DataIssue[] }

/** How bad it is, worst first: `unknown > liquidatable > unsavable > at-risk > watch > ok`. */
export type Verdict = 'unknown' | 'liquidatable' | 'unsavable' | 'at-risk' | 'watch' | 'ok'

/** Where a verdict begins, as health factors (WAD). Below 1 a position is `liquidatable`. */
export type Thresholds = {
  /** Below: `at-risk`. */
  readonly atRisk: bigint
  /** Below: `watch`. At or above: `ok`. */
  readonly watch: bigint
}
