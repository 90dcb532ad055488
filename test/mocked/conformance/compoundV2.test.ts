import { type MockCompoundV2Options, mockCompoundV2 } from '@unimargin/adapters/compound-v2/testing'
import { type ConformanceFixture, describeAdapter, mockWorld, type Random } from '@unimargin/adapters/conformance'
import { mockAddress } from '@unimargin/sdk/testing'
import { owners } from './owners.ts'

const chainId = 42161
const comptroller = mockAddress('a Comptroller for conformance')
const symbols = ['WETH', 'USDC', 'WBTC'] as const
const NOW = 1_750_000_000n

describeAdapter(poolOf({ WETH: { price: '1' } }).adapter, fixture())

function poolOf(reserves: MockCompoundV2Options['reserves']) {
  return mockCompoundV2({ chainId, comptroller, name: 'Conformance', reserves })
}

/** Venus pools by chance: decimals, interest that nobody has accrued for up to a year, caps, pauses, dust and whales. */
function fixture(): ConformanceFixture {
  return {
    worlds: 4,
    world: (random) => {
      const isStale = random.boolean()
      const reserves = Object.fromEntries(symbols.map((symbol) => [symbol, reserveOf(random, isStale)]))
      const amounts = (most: number) =>
        Object.fromEntries(
          symbols
            .filter(() => random.integer(0, 2) > 0)
            .map((symbol) => [symbol, random.bigint(1n, 10n ** BigInt((reserves[symbol]?.decimals ?? 18) + most))]),
        )
      const market = owners.reduce(
        (pool, owner) =>
          pool.withPosition({ owner, supply: amounts(6), borrow: random.integer(0, 3) > 0 ? amounts(3) : {} }),
        poolOf(reserves),
      )
      const world = mockWorld({
        market,
        owners,
        block: { number: 1_000_000n, timestamp: NOW },
        changedFacts: { 'a market was added': poolOf({ ...reserves, NEW: { price: '1' } }) },
      })
      // What the protocol says of a stale pool counts interest up to the past: the adapter flags that, and does not repeat it.
      return isStale ? { ...world, healthOf: undefined } : world
    },
  }
}

function reserveOf(random: Random.Random, isStale: boolean): MockCompoundV2Options['reserves'][string] {
  const decimals = random.pick([6, 8, 18, 18])
  const threshold = random.integer(10, 95)
  const rarely = () => random.integer(0, 11) === 0
  return {
    decimals,
    price: random.bigint(10n ** 4n, 10n ** 13n) * 10n ** 10n,
    liquidationThreshold: `0.${threshold}`,
    collateralFactor: `0.${Math.max(1, threshold - random.integer(0, 9))
      .toString()
      .padStart(2, '0')}`,
    liquidity: 10n ** BigInt(decimals + 4) + random.bigint(0n, 10n ** BigInt(decimals + 7)),
    lent: random.bigint(0n, 10n ** BigInt(decimals + 5)),
    borrowRate: '0.02',
    slope: '0.1',
    reserveFactor: '0.1',
    supplyCap: rarely() ? random.bigint(1n, 10n ** BigInt(decimals + 7)) : undefined,
    borrowCap: rarely() ? random.bigint(1n, 10n ** BigInt(decimals + 6)) : undefined,
    paused: rarely() ? [random.pick(['supply', 'withdraw', 'borrow', 'repay'] as const)] : [],
    accruedAt: isStale ? NOW - random.bigint(1n, 31_536_000n) : undefined,
  }
}
