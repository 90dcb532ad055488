import { compoundV3Liquidation } from '@unimargin/adapters/compound-v3/liquidation'
import { type MockCompoundV3Options, mockCompoundV3 } from '@unimargin/adapters/compound-v3/testing'
import { type ConformanceFixture, describeAdapter, mockWorld, type Random } from '@unimargin/adapters/conformance'
import { type MockBlock, mockAddress } from '@unimargin/sdk/testing'
import { owners } from './owners.ts'

const chainId = 8453
const comet = mockAddress('a Comet for conformance')
const symbols = ['WETH', 'WBTC', 'WSTETH', 'DUST'] as const
const NOW = 1_750_000_000n

describeAdapter(cometOf({ base: { symbol: 'USDC', price: '1', decimals: 6 }, collaterals: {} }).adapter, fixture())

function cometOf(options: Omit<MockCompoundV3Options, 'chainId' | 'comet'>) {
  return mockCompoundV3({ chainId, comet, name: 'Conformance', liquidation: compoundV3Liquidation, ...options })
}

/** Comets by chance: decimals, indices, interest for up to years, pauses of all kinds, caps, dust and whales. */
function fixture(): ConformanceFixture {
  return {
    excuses: { health: 'Comet tells a verdict, no health factor; `test/differential/compound-v3` has its verdicts' },
    world: (random) => {
      const rarely = () => random.integer(0, 11) === 0
      const base = {
        symbol: 'USDC',
        decimals: random.pick([6, 6, 8, 18]),
        price: random.bigint(10n ** 6n, 10n ** 10n) * 10n ** 10n,
        minimum: random.pick([1n, 10n ** 6n]),
        liquidity: random.bigint(0n, 10n ** 24n),
        borrowed: random.bigint(0n, 10n ** 20n),
        supplyRate: '0.03',
        borrowRate: '0.05',
      }
      const collaterals = Object.fromEntries(symbols.map((symbol) => [symbol, collateralOf(random)]))
      const amounts = () =>
        Object.fromEntries(
          symbols
            .filter(() => random.integer(0, 2) > 0)
            .map((symbol) => [symbol, random.bigint(1n, 10n ** BigInt((collaterals[symbol]?.decimals ?? 18) + 6))]),
        )
      const options: Omit<MockCompoundV3Options, 'chainId' | 'comet'> = {
        base,
        collaterals,
        supplyIndex: random.bigint(10n ** 15n, 3n * 10n ** 15n),
        borrowIndex: random.bigint(10n ** 15n, 3n * 10n ** 15n),
        lastAccrualTime: NOW - random.bigint(0n, 10n ** 8n),
        paused: rarely() ? ['supply', 'withdraw'] : [],
        extendedPauses:
          random.integer(0, 2) === 0 ? { withdrawals: rarely() ? 2 : 0, deactivated: rarely() ? 4 : 0 } : undefined,
      }
      const market = owners.reduce((current, owner) => {
        const sum = random.bigint(1n, 10n ** BigInt(base.decimals + 6))
        const isLender = random.integer(0, 3) === 0
        return current.withPosition({
          owner,
          supply: { ...amounts(), ...(isLender ? { USDC: sum } : {}) },
          borrow: isLender || random.integer(0, 3) === 0 ? {} : { USDC: sum },
        })
      }, cometOf(options))
      const { DUST: _, ...fewer } = collaterals
      // What is no longer listed still stands on the chain.
      const changed = (changes: Partial<typeof options>) => {
        const other = cometOf({ ...options, ...changes })
        return { ...other, contracts: (at: MockBlock) => ({ ...market.contracts(at), ...other.contracts(at) }) }
      }
      return mockWorld({
        market,
        owners,
        block: { number: 1_000_000n, timestamp: NOW },
        changedFacts: {
          'a collateral was added': changed({
            collaterals: { ...collaterals, NEW: { price: '1', liquidationThreshold: '0.5' } },
          }),
          'a collateral was dropped': changed({ collaterals: fewer }),
          'the feed of the base asset was replaced': changed({ base: { ...base, feed: mockAddress('another feed') } }),
          'pauses of single actions came, or went': changed({
            extendedPauses: options.extendedPauses === undefined ? {} : undefined,
          }),
        },
      })
    },
  }
}

function collateralOf(random: Random.Random): MockCompoundV3Options['collaterals'][string] {
  const decimals = random.pick([0, 2, 6, 8, 18, 18])
  const threshold = random.integer(1, 95)
  const ratio = (percent: number) => `0.${percent.toString().padStart(2, '0')}`
  return {
    decimals,
    price: random.bigint(10n ** 4n, 10n ** 13n) * 10n ** 10n,
    liquidationThreshold: ratio(threshold),
    loanToValue: ratio(threshold - random.integer(0, Math.min(5, threshold))),
    supplyCap: random.integer(0, 5) === 0 ? 1n : 10n ** 30n,
  }
}
