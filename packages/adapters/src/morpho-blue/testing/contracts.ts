import { type MockContract, type MockContracts, MockRevert, mockContract } from '@unimargin/sdk/testing'
import { isAddressEqual, parseAbi, zeroAddress } from 'viem'
import { dollarOracleAbi } from '../../shared/dollarPrice.ts'
import { adaptiveCurveAbi, feedsAbi, morphoAbi, oracleAbi } from '../abi.ts'
import { heldByMorpho, keyOf, type Ledger, lastTotals, tokensOf, userOf } from './Ledger.ts'

const tokenAbi = parseAbi([
  'function symbol() view returns (string)',
  'function decimals() view returns (uint8)',
  'function balanceOf(address account) view returns (uint256)',
  'function allowance(address owner, address spender) view returns (uint256)',
])
const feedAbi = parseAbi(['function latestRoundData() view returns (uint80, int256, uint256, uint256, uint80)'])

/** Everything that an adapter reads of a mocked market. */
export function contractsOf(ledger: Ledger): MockContracts {
  const { morpho, marketId, loan, collateral, oracle, irm, lltv, feeds } = ledger
  return {
    [morpho]: mockContract(morphoAbi, {
      idToMarketParams: ([id]) =>
        id === marketId
          ? ([loan.address, collateral.address, oracle, irm, lltv] as const)
          : ([zeroAddress, zeroAddress, zeroAddress, zeroAddress, 0n] as const),
      market: ([id], _, { timestamp }) => {
        if (id !== marketId) return [0n, 0n, 0n, 0n, 0n, 0n] as const
        const { supply, borrow, lastUpdate, fee } = lastTotals(ledger, timestamp)
        return [supply.assets, supply.shares, borrow.assets, borrow.shares, lastUpdate, fee] as const
      },
      feeRecipient: () => ledger.feeRecipient,
      position: ([id, owner]) => {
        if (id !== marketId) return [0n, 0n, 0n] as const
        const user = userOf(ledger, owner)
        return [user.supplyShares, user.borrowShares, user.collateral] as const
      },
    }),
    [loan.address]: tokenOf(ledger, loan),
    [collateral.address]: tokenOf(ledger, collateral),
    [oracle]: oracleOf(ledger),
    [irm]: mockContract(adaptiveCurveAbi, { rateAtTarget: () => ledger.modelState }),
    [ledger.dollarOracle]: mockContract(dollarOracleAbi, {
      getAssetPrice: ([asset]) => (isAddressEqual(asset, loan.address) ? ledger.dollarPrice : 0n),
    }),
    ...Object.fromEntries(feeds.map(({ address, updatedAt }) => [address, feedOf(updatedAt)])),
  }
}

function oracleOf({ price, feeds }: Ledger): MockContract {
  const feedAt = (index: number) => () => feeds[index]?.address ?? zeroAddress
  return mockContract([...oracleAbi, ...feedsAbi], {
    price: () => {
      if (price === undefined) throw new MockRevert()
      return price
    },
    BASE_FEED_1: feedAt(0),
    BASE_FEED_2: feedAt(1),
    QUOTE_FEED_1: feedAt(2),
    QUOTE_FEED_2: feedAt(3),
  })
}

/** A feed is as old as its block unless a test says when it was updated. */
function feedOf(updatedAt: bigint | undefined): MockContract {
  return mockContract(feedAbi, {
    latestRoundData: (_, __, { timestamp }) => [1n, 1n, updatedAt ?? timestamp, updatedAt ?? timestamp, 1n] as const,
  })
}

function tokenOf(ledger: Ledger, { address, symbol, decimals }: Ledger['loan']): MockContract {
  return mockContract(tokenAbi, {
    symbol: () => symbol,
    decimals: () => decimals,
    balanceOf: ([account]) =>
      isAddressEqual(account, ledger.morpho) ? heldByMorpho(ledger, address) : tokensOf(ledger, address, account),
    allowance: ([owner, spender]) => ledger.allowances.get(keyOf(address, owner, spender)) ?? 0n,
  })
}
