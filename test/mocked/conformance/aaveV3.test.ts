import { aaveV3Liquidation } from '@unimargin/adapters/aave-v3/liquidation'
import { type MockAaveV3Options, mockAaveV3 } from '@unimargin/adapters/aave-v3/testing'
import { type ConformanceFixture, describeAdapter, mockWorld, type Random } from '@unimargin/adapters/conformance'
import { mockAddress } from '@unimargin/sdk/testing'
import { describe } from 'vitest'
import { owners } from './owners.ts'

const chainId = 8453
const pool = mockAddress('a pool for conformance')
const symbols = ['WETH', 'USDC', 'WBTC', 'DUST'] as const
const RAY = 10n ** 27n

describe.each(['3.0', '3.2', '3.6'] as const)('Aave V3 %s', (version) => {
  describeAdapter(poolOf({ reserves: { WETH: { price: '1' } }, version }).adapter, fixture(version))
})

function poolOf(options: Pick<MockAaveV3Options, 'reserves' | 'version' | 'eModes'>) {
  return mockAaveV3({ chainId, pool, name: 'Conformance', liquidation: aaveV3Liquidation, ...options })
}

/** Pools of a version by chance: frozen and paused reserves, caps, indices, decimals, dust and whales, and e-modes. */
function fixture(version: NonNullable<MockAaveV3Options['version']>): ConformanceFixture {
  return {
    worlds: version === '3.0' ? 4 : 3,
    ownersOnly: {
      withdraw: 'the pool pays out aTokens of the sender alone: who pulls them first needs a second call',
      borrow: 'nobody delegates credit in the mocked pool',
    },
    excuses: {
      'what-if rates': 'rates of the mocked pool stand still; test/differential/aave-v3 holds them against the chain',
    },
    world: (random) => {
      const reserves = Object.fromEntries(symbols.map((symbol) => [symbol, reserveOf(random)]))
      const eModes = { 1: { liquidationThreshold: '0.93', loanToValue: '0.9' } }
      const amounts = (most: number) =>
        Object.fromEntries(
          symbols
            .filter(() => random.integer(0, 2) > 0)
            .map((symbol) => [
              symbol,
              random.bigint(1n, 10n ** BigInt(Math.min(36, (reserves[symbol]?.decimals ?? 18) + most))),
            ]),
        )
      const market = owners.reduce(
        (aave, owner) =>
          aave.withPosition({
            owner,
            supply: amounts(6),
            borrow: random.integer(0, 3) > 0 ? amounts(3) : {},
            eMode: random.integer(0, 3) === 0 ? 1 : 0,
          }),
        poolOf({ reserves, eModes, version }),
      )
      return mockWorld({
        market,
        owners,
        changedFacts: {
          'a reserve was added': poolOf({ reserves: { ...reserves, NEW: { price: '1' } }, eModes, version }),
          'an e-mode was added': poolOf({
            reserves: { ...reserves, DUST: { price: '1', eMode: 2 } },
            eModes: { ...eModes, 2: { liquidationThreshold: '0.9' } },
            version,
          }),
        },
      })
    },
  }
}

function reserveOf(random: Random.Random): MockAaveV3Options['reserves'][string] {
  const decimals = random.pick([0, 2, 6, 8, 18, 18, 24, 36])
  const threshold = random.integer(1, 95)
  const isCollateral = random.integer(0, 4) > 0
  const rarely = () => random.integer(0, 11) === 0
  return {
    decimals,
    price: random.bigint(10n ** 4n, 10n ** 13n) * 10n ** 10n,
    liquidationThreshold: isCollateral ? `0.${threshold.toString().padStart(2, '0')}` : undefined,
    loanToValue: isCollateral
      ? `0.${(threshold - random.integer(0, Math.min(5, threshold))).toString().padStart(2, '0')}`
      : undefined,
    liquidity: random.bigint(0n, 10n ** BigInt(Math.min(36, decimals + 7))),
    supplyCap: rarely() ? random.bigint(1n, 10n ** 6n) : undefined,
    borrowCap: rarely() ? random.bigint(1n, 10n ** 6n) : undefined,
    isFrozen: rarely(),
    isPaused: rarely(),
    isBorrowable: !rarely(),
    eMode: random.integer(0, 3) === 0 ? 1 : 0,
    reserveFactor: '0.1',
    liquidityIndex: RAY + random.bigint(0n, RAY),
    borrowIndex: RAY + random.bigint(0n, RAY),
    priceUpdatedAt: random.integer(0, 5) === 0 ? 'unknown' : undefined,
  }
}
