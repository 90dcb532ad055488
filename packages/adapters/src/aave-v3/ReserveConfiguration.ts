import { hasBit } from './hasBit.ts'
import type { AaveV3Version } from './version.ts'

/** What an Aave V3 reserve's configuration word says. Ratios are basis points, caps and ceilings as the word has them. */
export type ReserveConfiguration = {
  /** The word itself. */
  readonly word: bigint
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
  /** US dollars with two decimals. Not zero: the reserve can be collateral in isolation only. */
  readonly debtCeiling: bigint
  /** The pool itself counts what it holds of the reserve: a choice from 3.1 to 3.3, always so later. */
  readonly isVirtual: boolean
}

/**
 * Reads a configuration word: bits 0–15 loan-to-value, 16–31 threshold, 32–47 bonus, 48–55 decimals, 56 active, 57 frozen,
 * 58 borrowing, 60 paused, 64–79 reserve factor, 80–115 borrow cap, 116–151 supply cap, 168–175 e-mode category, 212–251 debt
 * ceiling, 252 virtual. What a version no longer heeds may still be written there.
 */
export function decode(word: bigint, version: AaveV3Version): ReserveConfiguration {
  const bits = (start: number, size: number) => BigInt.asUintN(size, word >> BigInt(start))
  return {
    word,
    loanToValue: bits(0, 16),
    liquidationThreshold: bits(16, 16),
    liquidationBonus: bits(32, 16),
    decimals: Number(bits(48, 8)),
    isActive: hasBit(word, 56),
    isFrozen: hasBit(word, 57),
    isBorrowable: hasBit(word, 58),
    isPaused: hasBit(word, 60),
    reserveFactor: bits(64, 16),
    borrowCap: bits(80, 36),
    supplyCap: bits(116, 36),
    eModeCategory: version < '3.2' ? Number(bits(168, 8)) : 0,
    debtCeiling: version < '3.7' ? bits(212, 40) : 0n,
    isVirtual: version >= '3.4' || hasBit(word, 252),
  }
}
