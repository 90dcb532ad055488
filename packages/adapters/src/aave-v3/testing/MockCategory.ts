import type { Address } from '@unimargin/sdk'
import { bpsOf } from './MockReserve.ts'

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
}

/** An e-mode category as the pool keeps it. Ratios are basis points. */
export type MockCategory = {
  readonly id: number
  readonly label: string
  readonly liquidationThreshold: bigint
  readonly loanToValue: bigint
  readonly liquidationBonus: bigint
  readonly priceSource: Address | undefined
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
  }
}
