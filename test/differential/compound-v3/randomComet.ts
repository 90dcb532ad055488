import {
  type MockCometPause,
  type MockCompoundV3,
  type MockCurve,
  mockCompoundV3,
} from '@unimargin/adapters/compound-v3/testing'
import type { Address } from '@unimargin/sdk'
import { type MockBlock, mockAddress } from '@unimargin/sdk/testing'
import type { Random } from '../Random.ts'

/** A mocked Comet made by chance, one owner in it, and the block at which it is looked at. */
export type RandomComet = {
  readonly comet: MockCompoundV3
  readonly owner: Address
  readonly at: MockBlock
  /** Whether it is of a later version. */
  readonly isExtended: boolean
}

const owner = mockAddress('an owner of the differential')
const WAD = 10n ** 18n
const TIME = 1_750_000_000n
const COUNTS = [1, 2, 2, 3, 3, 4, 4, 4, 5, 5, 18, 24] as const

/**
 * Prices over twelve orders of magnitude, decimals of 0 to 18, dust and huge amounts, loans at and around the limits, indices of
 * years, interest of seconds to years, bad prices, pauses, deactivated collaterals, more than 16 collaterals.
 */
export function randomComet(random: Random): RandomComet {
  const price = () => (random.chance(2) ? 0n : random.magnitude(10n ** 10n, 10n ** 22n))
  const decimals = random.pick([6, 6, 8, 18])
  const minimum = random.pick([1n, 1n, 10n ** BigInt(decimals) / 10n, 100n * 10n ** BigInt(decimals)])
  const liquidity = random.chance(10) ? random.magnitude(1n, 10n ** 9n) : random.magnitude(10n ** 12n, 10n ** 26n)
  const borrowed = random.chance(30) ? 0n : random.magnitude(1n, liquidity * 3n)
  const symbols = Array.from({ length: random.pick(COUNTS) }, (_, index) => `C${index}`)
  const collaterals = Object.fromEntries(
    symbols.map((symbol) => {
      // Nothing is lent any more against what was given up, often because its price is bad.
      const isGivenUp = random.chance(5)
      const borrow = isGivenUp ? 0 : random.below(9_000)
      const liquidate = borrow + 1 + random.below(999)
      const cap = random.chance(10) ? random.magnitude(1n, 10n ** 12n) : 10n ** 36n
      return [
        symbol,
        {
          price: isGivenUp && random.chance(50) ? 0n : price(),
          decimals: random.pick([6, 8, 18, 18, 0]),
          loanToValue: ratio(borrow),
          liquidationThreshold: ratio(liquidate),
          liquidationFactor: random.chance(10) ? '1' : ratio(liquidate + random.below(10_000 - liquidate)),
          supplyCap: cap,
        },
      ] as const
    }),
  )
  const held = symbols.filter(() => random.chance(symbols.length > 4 ? 25 : 65))
  const isExtended = random.chance(40)
  const empty = mockCompoundV3({
    chainId: 8453,
    name: 'Differential',
    base: {
      symbol: 'BASE',
      decimals,
      price: price() || WAD,
      minimum,
      liquidity,
      borrowed,
      supplyRate: curve(random),
      borrowRate: curve(random),
    },
    collaterals,
    supplyIndex: random.magnitude(10n ** 15n, 4n * 10n ** 15n),
    borrowIndex: random.magnitude(10n ** 15n, 4n * 10n ** 15n),
    lastAccrualTime: TIME - (random.chance(20) ? 0n : random.magnitude(1n, 10n ** 8n)),
    paused: random.chance(6)
      ? random.pick<readonly MockCometPause[]>([['supply'], ['withdraw'], ['transfer', 'absorb', 'buy'], ['absorb']])
      : [],
    extendedPauses: isExtended
      ? {
          flags: random.chance(15) ? 1 << random.below(8) : 0,
          supplies: random.chance(10) ? 1 << random.below(24) : 0,
          withdrawals: random.chance(10) ? 1 << random.below(24) : 0,
          deactivated: random.chance(15) ? 1 << random.below(Math.max(1, symbols.length)) : 0,
        }
      : undefined,
  })
  const supply = Object.fromEntries(held.map((symbol) => [symbol, random.magnitude(1n, 10n ** 26n)]))
  const funded = empty.withPosition({ owner, supply })
  return { comet: withBase(funded, supply, random), owner, at: blockAt(TIME), isExtended }
}

/** A block of the mocked chain, to ask contracts at. */
export function blockAt(timestamp: bigint): MockBlock {
  const hash = `0x${'00'.repeat(32)}` as const
  return { chainId: 8453, number: 1_000_000n, hash, parentHash: hash, timestamp }
}

/** A supply, or a debt near what the collateral is worth, so that verdicts and limits are close. */
function withBase(comet: MockCompoundV3, supply: Readonly<Record<string, bigint>>, random: Random): MockCompoundV3 {
  const kind = random.below(10)
  if (kind === 0) return comet
  if (kind <= 2) return comet.withPosition({ owner, supply: { ...supply, BASE: random.magnitude(1n, 10n ** 24n) } })
  if (kind === 3) return comet.withPosition({ owner, supply, borrow: { BASE: random.magnitude(1n, 10n ** 24n) } })
  const worth = largestDebt(comet, supply)
  const percent = BigInt(random.pick([50, 90, 99, 100, 101, 105, 120]))
  const debt = (worth * percent) / 100n + BigInt(random.below(3)) - 1n
  return comet.withPosition({ owner, supply, borrow: { BASE: debt > 0n ? debt : 1n } })
}

/** By bisection, as the mocked Comet judges: the largest debt that is not liquidatable. */
function largestDebt(comet: MockCompoundV3, supply: Readonly<Record<string, bigint>>): bigint {
  const isSafe = (debt: bigint) => {
    try {
      return !comet.withPosition({ owner, supply, borrow: { BASE: debt } }).isLiquidatable(owner)
    } catch {
      return false
    }
  }
  let [low, high] = [0n, 1n]
  while (isSafe(high) && high < 10n ** 30n) high *= 1_000n
  while (high - low > 1n) {
    const middle = (low + high) / 2n
    if (isSafe(middle)) low = middle
    else high = middle
  }
  return low
}

function curve(random: Random): MockCurve {
  const slope = () => (random.chance(20) ? 0n : random.magnitude(1n, 2n * 10n ** 10n))
  return { kink: BigInt(1 + random.below(100)) * 10n ** 16n, base: slope() / 10n, low: slope(), high: slope() }
}

function ratio(tenThousandths: number): string {
  return `0.${tenThousandths.toString().padStart(4, '0')}`
}
