import { WAD } from '../../units/Wad.ts'
import type { Change } from '../Change.ts'
import { InvalidChangeError } from '../RiskErrors.ts'

/** A million times as much: beyond, prices are no prices any more. */
const MOST_FACTOR = 1_000_000n * WAD
const MOST_SECONDS = 10n * 365n * 24n * 3_600n
/** More than any token or oracle says. */
const MOST = 2n ** 160n

/** Refuses numbers that no price, amount or time can have. */
export function assertChange(change: Change): void {
  for (const [field, value, least, most] of numbersOf(change)) {
    if (value !== undefined && (value < least || value > most)) {
      throw new InvalidChangeError({ field, value, least, most })
    }
  }
}

type Bounded = readonly [field: string, value: bigint | number | undefined, least: bigint, most: bigint]

function numbersOf(change: Change): readonly Bounded[] {
  switch (change.kind) {
    case 'shock':
      return change.prices.map(({ factor }) => ['factor', factor, 1n, MOST_FACTOR])
    case 'price':
      return [['price', change.price, 1n, MOST]]
    case 'action':
      return [['amount', change.amount, 1n, MOST]]
    case 'time':
      return [['seconds', change.seconds, 0n, MOST_SECONDS]]
    case 'parameters':
      return [
        ['liquidationThreshold', change.liquidationThreshold, 0n, WAD],
        ['loanToValue', change.loanToValue, 0n, WAD],
        ['liabilityWeight', change.liabilityWeight, 1n, MOST_FACTOR],
      ]
    case 'e-mode':
      return [['category', Number.isInteger(change.category) ? change.category : -1, 0n, 255n]]
  }
}
