import type { Address } from '@unimargin/sdk'
import { type MockContract, MockRevert, mockContract } from '@unimargin/sdk/testing'
import { parseAbi, zeroAddress } from 'viem'
import { findReserve, type Ledger } from './Ledger.ts'
import type { MockReserve } from './MockReserve.ts'

const oracleAbi = parseAbi([
  'function BASE_CURRENCY() view returns (address)',
  'function BASE_CURRENCY_UNIT() view returns (uint256)',
  'function getAssetPrice(address asset) view returns (uint256)',
  'function getAssetsPrices(address[] assets) view returns (uint256[])',
  'function getSourceOfAsset(address asset) view returns (address)',
])
const feedAbi = parseAbi([
  'function decimals() view returns (uint8)',
  'function description() view returns (string)',
  'function latestAnswer() view returns (int256)',
  'function latestRoundData() view returns (uint80, int256, uint256, uint256, uint80)',
])

/** Aave's oracle, and the feeds behind it. */
export function mockOracleContracts(ledger: Ledger): Readonly<Record<Address, MockContract>> {
  const priceOf = (asset: string) => findReserve(ledger, asset)?.price ?? 0n
  const oracle = mockContract(oracleAbi, {
    BASE_CURRENCY: () => zeroAddress,
    BASE_CURRENCY_UNIT: () => 10n ** 8n,
    getAssetPrice: ([asset]) => priceOf(asset),
    getAssetsPrices: ([assets]) => assets.map(priceOf),
    getSourceOfAsset: ([asset]) => findReserve(ledger, asset)?.feed ?? zeroAddress,
  })
  const feeds = ledger.reserves.map((reserve) => [reserve.feed, feedOf(reserve)] as const)
  return { ...Object.fromEntries(feeds), [ledger.oracle]: oracle }
}

function feedOf({ symbol, price, priceUpdatedAt }: MockReserve): MockContract {
  return mockContract(feedAbi, {
    decimals: () => 8,
    description: () => `${symbol} / USD`,
    latestAnswer: () => price,
    latestRoundData: (_, __, { timestamp }) => {
      // Some adapters in front of feeds know a price and no time.
      if (priceUpdatedAt === 'unknown') throw new MockRevert()
      const updatedAt = priceUpdatedAt ?? timestamp
      return [1n, price, updatedAt, updatedAt, 1n] as const
    },
  })
}
