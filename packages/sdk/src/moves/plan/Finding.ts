import type { Units } from './Program.ts'

/** What a search is asked for. */
export type Question = {
  /** Nodes at most; none unless given. */
  readonly effort?: number | undefined
  /** Places of options that have to be used. */
  readonly used?: readonly number[] | undefined
  /** Answers that cost as much are of no interest: US dollars. */
  readonly below?: number | undefined
  /** Any answer will do. */
  readonly isAny?: boolean | undefined
  /** Answers that only whole units of coarse routes allow may be missed. */
  readonly isRough?: boolean | undefined
}

/** The cheapest answer, or that there is none; and how many nodes that took. */
export type Finding = { readonly nodes: number } & (
  | {
      readonly status: 'found'
      readonly units: Units
      /** US dollars, WAD. */
      readonly cost: bigint
      /** No answer costs less: US dollars. Absent where that is the answer's own cost, to the rounding of amounts. */
      readonly lowerBound: number | undefined
    }
  /** There is none; not proven where steps have orders, or coarse routes counts, that were not all tried. */
  | { readonly status: 'none'; readonly isProven: boolean }
  /** The effort was spent before an answer was found. */
  | { readonly status: 'exhausted' }
)
