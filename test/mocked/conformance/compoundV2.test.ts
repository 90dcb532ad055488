import { compoundV2Liquidation } from '@unimargin/adapters/compound-v2/liquidation'
import { type MockCompoundV2Options, mockCompoundV2 } from '@unimargin/adapters/compound-v2/testing'
import { type ConformanceFixture, describeAdapter, mockWorld, type Random } from '@unimargin/adapters/conformance'
import { mockAddress } from '@unimargin/sdk/testing'
import { describe } from 'vitest'
import { owners } from './owners.ts'

const chainId = 8453
const comptroller = mockAddress('a Comptroller for conformance')
const symbols = ['WETH', 'USDC', 'WBTC'] as const
const NOW = 1_750_000_000n
const NUMBER = 100_000_000n

const flavours = ['venus-isolated', 'moonwell', 'compound'] as const
type Flavour = (typeof flavours)[number]

describe.each(flavours)('%s', (flavour) => {
  describeAdapter(poolOf(flavour, { WETH: { price: '1' } }).adapter, fixture(flavour))
})

function poolOf(flavour: Flavour, reserves: MockCompoundV2Options['reserves']) {
  return mockCompoundV2({
    chainId,
    comptroller,
    name: 'Conformance',
    flavour,
    reserves,
    liquidation: compoundV2Liquidation,
  })
}

/** Pools of a flavour by chance: decimals, interest that nobody has accrued for up to a year, caps, pauses, dust and whales. */
function fixture(flavour: Flavour): ConformanceFixture {
  return {
    worlds: flavour === 'venus-isolated' ? 4 : 3,
    world: (random) => {
      const isStale = random.boolean()
      const reserves = Object.fromEntries(symbols.map((symbol) => [symbol, reserveOf(random, flavour, isStale)]))
      const amounts = (most: number) =>
        Object.fromEntries(
          symbols
            .filter(() => random.integer(0, 2) > 0)
            .map((symbol) => [symbol, random.bigint(1n, 10n ** BigInt((reserves[symbol]?.decimals ?? 18) + most))]),
        )
      const market = owners.reduce(
        (pool, owner) =>
          pool.withPosition({ owner, supply: amounts(6), borrow: random.integer(0, 3) > 0 ? amounts(3) : {} }),
        poolOf(flavour, reserves),
      )
      const world = mockWorld({
        market,
        owners,
        block: { number: NUMBER, timestamp: NOW },
        changedFacts: { 'a market was added': poolOf(flavour, { ...reserves, NEW: { price: '1' } }) },
      })
      // What the protocol says of a stale pool counts interest up to the past: the adapter flags that, and does not repeat it.
      return isStale ? { ...world, healthOf: undefined } : world
    },
  }
}

/** What a guardian can pause outside of Venus. */
const PAUSES = ['supply', 'borrow'] as const

function reserveOf(
  random: Random.Random,
  flavour: Flavour,
  isStale: boolean,
): MockCompoundV2Options['reserves'][string] {
  const isVenus = flavour === 'venus-isolated'
  const decimals = random.pick([6, 8, 18, 18])
  const threshold = random.integer(10, 95)
  const factor = `0.${Math.max(1, threshold - random.integer(0, 9))
    .toString()
    .padStart(2, '0')}`
  const rarely = () => random.integer(0, 11) === 0
  return {
    decimals,
    price: random.bigint(10n ** 4n, 10n ** 13n) * 10n ** 10n,
    liquidationThreshold: `0.${threshold}`,
    // Elsewhere one factor serves borrowing and liquidation.
    collateralFactor: isVenus ? factor : undefined,
    liquidity: 10n ** BigInt(decimals + 4) + random.bigint(0n, 10n ** BigInt(decimals + 7)),
    lent: random.bigint(0n, 10n ** BigInt(decimals + 5)),
    borrowRate: '0.02',
    slope: '0.1',
    reserveFactor: '0.1',
    // Compound's own Comptroller caps no supply.
    supplyCap: rarely() && flavour !== 'compound' ? random.bigint(1n, 10n ** BigInt(decimals + 7)) : undefined,
    borrowCap: rarely() ? random.bigint(1n, 10n ** BigInt(decimals + 6)) : undefined,
    paused: rarely() ? [random.pick(isVenus ? (['supply', 'withdraw', 'borrow', 'repay'] as const) : PAUSES)] : [],
    // In blocks, where those are what interest is counted by.
    accruedAt: isStale ? (flavour === 'compound' ? NUMBER : NOW) - random.bigint(1n, 31_536_000n) : undefined,
  }
}
