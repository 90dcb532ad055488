import type { Quantity } from '../model/Quantity.ts'
import { computed } from './computed.ts'

/** The sum of quantities: unknown as soon as one of them is. */
export function sumOf(quantities: readonly Quantity[]): Quantity {
  return computed(quantities, (...numbers) => numbers.reduce((sum, number) => sum + number, 0n))
}
