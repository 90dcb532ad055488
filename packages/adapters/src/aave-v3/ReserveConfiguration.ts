/** What an Aave V3 reserve's configuration word says. Ratios are basis points, caps and ceilings as the word has them. */
export type ReserveConfiguration = {
  readonly loanToValue: bigint
  readonly liquidationThreshold: bigint
  /** What a liquidator gets for 100 %: 10,500 is a bonus of 5 %; 0 where the reserve is no collateral. */
  readonly liquidationBonus: bigint
  readonly decimals: number
  readonly isActive: boolean
  readonly isFrozen: boolean
  readonly isPaused: boolean
  readonly isBorrowable: boolean
  /** Share of the borrowers' interest that goes to the treasury. */
  readonly reserveFactor: bigint
  /** Whole tokens; 0 is no cap. */
  readonly borrowCap: bigint
  /** Whole tokens; 0 is no cap. */
  readonly supplyCap: bigint
  /** The reserve's only e-mode category up to 3.1; later versions keep bitmaps in the categories instead. */
  readonly eModeCategory: number
  /** Not zero: the reserve can be collateral in isolation only. */
  readonly debtCeiling: bigint
}

/**
 * Reads a configuration word: bits 0–15 loan-to-value, 16–31 threshold, 32–47 bonus, 48–55 decimals, 56 active, 57 frozen,
 * 58 borrowing, 60 paused, 64–79 reserve factor, 80–115 borrow cap, 116–151 supply cap, 168–175 e-mode category, 212–251 debt ceiling.
 */
export function decode(word: bigint): ReserveConfiguration {
  const bits = (start: bigint, size: bigint) => (word >> start) & ((1n << size) - 1n)
  return {
    loanToValue: bits(0n, 16n),
    liquidationThreshold: bits(16n, 16n),
    liquidationBonus: bits(32n, 16n),
    decimals: Number(bits(48n, 8n)),
    isActive: bits(56n, 1n) === 1n,
    isFrozen: bits(57n, 1n) === 1n,
    isBorrowable: bits(58n, 1n) === 1n,
    isPaused: bits(60n, 1n) === 1n,
    reserveFactor: bits(64n, 16n),
    borrowCap: bits(80n, 36n),
    supplyCap: bits(116n, 36n),
    eModeCategory: Number(bits(168n, 8n)),
    debtCeiling: bits(212n, 40n),
  }
}
