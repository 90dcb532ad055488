import type { Address } from '@unimargin/sdk'
import { bpsOf, type MockReserve } from './MockReserve.ts'

/** An e-mode category, in a few words. Ratios are decimal texts. */
export type MockCategoryOptions = {
  readonly label?: string | undefined
  readonly liquidationThreshold: string
  /** The liquidation threshold unless told. */
  readonly loanToValue?: string | undefined
  /** `'0.01'` unless told. */
  readonly liquidationBonus?: string | undefined
  /** An address that the oracle knows a price for: it replaces the prices of the category's assets (3.0 and 3.1). */
  readonly priceSource?: Address | undefined
  /** From 3.2 on, by symbol; the reserves that name the category unless told. */
  readonly collateral?: readonly string[] | undefined
  readonly borrowable?: readonly string[] | undefined
  /** From 3.6 on, by symbol: what is collateral of the category, and lends nothing. */
  readonly ltvZero?: readonly string[] | undefined
}

/** What an e-mode says of a reserve. */
export type MockCategoryPart = 'collateral' | 'borrowable' | 'ltvZero'

/** An e-mode category as the pool keeps it. Ratios are basis points. */
export type MockCategory = {
  readonly id: number
  readonly label: string
  readonly liquidationThreshold: bigint
  readonly loanToValue: bigint
  readonly liquidationBonus: bigint
  readonly priceSource: Address | undefined
  readonly parts: Readonly<Record<MockCategoryPart, readonly string[] | undefined>>
}

/** A category from its options. */
export function make(id: number, options: MockCategoryOptions): MockCategory {
  const { label = `e-mode ${id}`, liquidationThreshold, loanToValue = liquidationThreshold } = options
  return {
    id,
    label,
    liquidationThreshold: bpsOf(liquidationThreshold),
    loanToValue: bpsOf(loanToValue),
    liquidationBonus: 10_000n + bpsOf(options.liquidationBonus ?? '0.01'),
    priceSource: options.priceSource,
    parts: { collateral: options.collateral, borrowable: options.borrowable, ltvZero: options.ltvZero ?? [] },
  }
}

/** Whether a reserve is of a category, in the part that is asked for. */
export function includes(
  { id, parts }: MockCategory,
  part: MockCategoryPart,
  { symbol, eMode }: Pick<MockReserve, 'symbol' | 'eMode'>,
): boolean {
  return parts[part]?.includes(symbol) ?? eMode === id
}

/** A part of a category as a bitmap of the reserves' ids. */
export function bitmapOf(category: MockCategory, part: MockCategoryPart, reserves: readonly MockReserve[]): bigint {
  return reserves.reduce((bits, one) => (includes(category, part, one) ? bits | (1n << BigInt(one.id)) : bits), 0n)
}
