import { type ConformanceFixture, describeAdapter, mockWorld, type Random } from '@unimargin/adapters/conformance'
import { morphoBlueLiquidation } from '@unimargin/adapters/morpho-blue/liquidation'
import { type MockMorphoBlueOptions, mockMorphoBlue } from '@unimargin/adapters/morpho-blue/testing'
import { mockAddress } from '@unimargin/sdk/testing'
import { owners } from './owners.ts'

const chainId = 8453
const morpho = mockAddress('a Morpho for conformance')
const NOW = 1_750_000_000n

const plain: MockMorphoBlueOptions = {
  chainId,
  morpho,
  collateral: { symbol: 'WETH' },
  loan: { symbol: 'USDC', decimals: 6 },
  price: '3000',
  liquidation: morphoBlueLiquidation,
}

describeAdapter(mockMorphoBlue(plain).adapter, fixture())

/** Markets by chance: decimals, thresholds, fees, rates, months without an update, dust and whales, and no model known. */
function fixture(): ConformanceFixture {
  return {
    excuses: {
      'stale metadata': 'all that a market is, is in its id: it cannot change, and the adapter checks the hash',
    },
    world: (random) => {
      const options = optionsOf(random)
      const [collateral, loan] = [options.collateral.decimals ?? 18, options.loan.decimals ?? 18]
      const amount = (decimals: number, most: number) => random.bigint(1n, 10n ** BigInt(Math.min(36, decimals + most)))
      const market = owners.reduce(
        (one, owner) =>
          one.withPosition({
            owner,
            supply: {
              ...(random.integer(0, 4) > 0 ? { COLL: amount(collateral, 6) } : {}),
              ...(random.integer(0, 1) > 0 ? { LOAN: amount(loan, 5) } : {}),
            },
            borrow: random.integer(0, 3) > 0 ? { LOAN: amount(loan, 3) } : {},
          }),
        mockMorphoBlue(options),
      )
      const { healthOf } = market.accruedAt(NOW)
      const world = mockWorld({
        market,
        owners,
        adapter: market.adapter,
        // The loan token is the unit of account.
        priced: [market.addresses.collateral],
      })
      return {
        ...world,
        healthOf: async (owner) => (market.borrowedOf(owner) === 0n ? undefined : healthOf(owner)),
      }
    },
  }
}

function optionsOf(random: Random.Random): MockMorphoBlueOptions {
  const decimals = () => random.pick([0, 2, 6, 8, 18, 18, 24, 36])
  return {
    ...plain,
    collateral: { symbol: 'COLL', decimals: decimals() },
    loan: { symbol: 'LOAN', decimals: decimals() },
    price: random.bigint(10n ** 12n, 10n ** 24n),
    lltv: random.bigint(1n, 98n) * 10n ** 16n,
    liquidity: random.bigint(0n, 10n ** 24n),
    fee: random.integer(0, 1) === 0 ? 0n : random.bigint(0n, 25n) * 10n ** 16n,
    rateAtTarget: random.bigint(10n ** 15n, 2n * 10n ** 18n),
    updatedAt: NOW - random.bigint(0n, 10_000_000n),
  }
}
