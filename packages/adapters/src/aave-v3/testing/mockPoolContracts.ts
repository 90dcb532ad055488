import { type MockContract, type MockContracts, MockRevert, mockContract } from '@unimargin/sdk/testing'
import { parseAbi, zeroAddress } from 'viem'
import { addressesProviderAbi, poolAbi } from '../abi.ts'
import { sentinelProviderAbi } from '../lendingReads.ts'
import { graceAbi } from '../liquidationReads.ts'
import { strategyAbi } from '../RateModel.ts'
import type { AaveV3Version } from '../version.ts'
import * as AccountData from './AccountData.ts'
import * as ConfigurationWord from './ConfigurationWord.ts'
import { findReserve, type Ledger, liquidityOf, userOf } from './Ledger.ts'
import * as MockCategory from './MockCategory.ts'
import type { MockReserve } from './MockReserve.ts'

/** Each version's own number. */
const revisions = { '3.0': 1n, '3.2': 5n, '3.6': 10n } as const
const RAY_PER_BPS = 10n ** 23n

const accountAbi = parseAbi([
  'function getUserAccountData(address user) view returns (uint256, uint256, uint256, uint256, uint256, uint256)',
])

/** The pool and what it is told by, as they answer while nothing changes. */
export function mockPoolContracts(ledger: Ledger): {
  readonly pool: MockContract
  readonly provider: MockContract
  readonly strategies: MockContracts
} {
  const { categories, version } = ledger
  const reserveOf = (asset: string): MockReserve | undefined => findReserve(ledger, asset)
  const categoryOf = (id: number) => categories.find((category) => category.id === id)
  const since = (first: AaveV3Version): void => {
    if (version < first) throw new MockRevert()
  }
  const bitmapOf = (id: number, part: MockCategory.MockCategoryPart): bigint => {
    const category = categoryOf(id)
    return category === undefined ? 0n : MockCategory.bitmapOf(category, part, ledger.reserves)
  }
  const pool = mockContract([...poolAbi, ...graceAbi, ...accountAbi], {
    POOL_REVISION: () => revisions[version],
    ADDRESSES_PROVIDER: () => ledger.addressesProvider,
    RESERVE_INTEREST_RATE_STRATEGY: () => {
      since('3.4')
      return ledger.strategy
    },
    getReservesList: () => ledger.reserves.map(({ asset }) => asset),
    getReserveData: ([asset], _, { timestamp }) => reserveData(ledger, reserveOf(asset), timestamp),
    // As the contract: what it does not list has an index of zero.
    getReserveNormalizedIncome: ([asset]) => reserveOf(asset)?.liquidityIndex ?? 0n,
    getReserveNormalizedVariableDebt: ([asset]) => reserveOf(asset)?.borrowIndex ?? 0n,
    getVirtualUnderlyingBalance: ([asset]) => {
      since('3.1')
      const reserve = reserveOf(asset)
      return reserve === undefined ? 0n : liquidityOf(ledger, reserve)
    },
    getReserveDeficit: () => {
      since('3.3')
      return 0n
    },
    getLiquidationGracePeriod: () => {
      since('3.1')
      return 0
    },
    getUserConfiguration: ([user]) => userOf(ledger, user).configuration,
    getUserEMode: ([user]) => BigInt(userOf(ledger, user).eMode),
    getEModeCategoryData: ([id]) => {
      const category = categoryOf(id)
      const { loanToValue = 0n, liquidationThreshold = 0n, liquidationBonus = 0n } = category ?? {}
      return [
        Number(loanToValue),
        Number(liquidationThreshold),
        Number(liquidationBonus),
        category?.priceSource ?? zeroAddress,
        category?.label ?? '',
      ] as const
    },
    getEModeCategoryCollateralBitmap: ([id]) => {
      since('3.2')
      return bitmapOf(id, 'collateral')
    },
    getEModeCategoryBorrowableBitmap: ([id]) => {
      since('3.2')
      return bitmapOf(id, 'borrowable')
    },
    getEModeCategoryLtvzeroBitmap: ([id]) => {
      since('3.6')
      return bitmapOf(id, 'ltvZero')
    },
    getIsEModeCategoryIsolated: () => {
      since('3.7')
      return false
    },
    getUserAccountData: ([user]) => {
      const data = AccountData.of(ledger, user)
      const { collateral, debt, liquidationThreshold, loanToValue, healthFactor } = data
      const available = AccountData.availableBorrows(ledger, data)
      return [collateral, debt, available, liquidationThreshold, loanToValue, healthFactor] as const
    },
  })
  const provider = mockContract([...addressesProviderAbi, ...sentinelProviderAbi], {
    getPriceOracle: () => ledger.oracle,
    getPriceOracleSentinel: () => zeroAddress,
  })
  return { pool, provider, strategies: strategiesOf(ledger) }
}

/** The interest rate strategies: in 3.0 each reserve has its own, later all have one. */
function strategiesOf({ version, reserves, strategy }: Ledger): MockContracts {
  const modelOf = (reserve: MockReserve | undefined) => {
    if (reserve?.rateModel === undefined) throw new MockRevert()
    return reserve.rateModel
  }
  if (version >= '3.1') {
    const getInterestRateDataBps = ([asset]: readonly [string]) => {
      const [optimalUsage, baseRate, slope1, slope2] = modelOf(findReserve({ reserves }, asset))
      return [Number(optimalUsage), Number(baseRate), Number(slope1), Number(slope2)] as const
    }
    return { [strategy]: mockContract(strategyAbi, { getInterestRateDataBps }) }
  }
  return Object.fromEntries(
    reserves.map((reserve) => [
      reserve.strategy,
      mockContract(strategyAbi, {
        OPTIMAL_USAGE_RATIO: () => modelOf(reserve)[0] * RAY_PER_BPS,
        getBaseVariableBorrowRate: () => modelOf(reserve)[1] * RAY_PER_BPS,
        getVariableRateSlope1: () => modelOf(reserve)[2] * RAY_PER_BPS,
        getVariableRateSlope2: () => modelOf(reserve)[3] * RAY_PER_BPS,
      }),
    ]),
  )
}

function reserveData({ version, strategy }: Ledger, reserve: MockReserve | undefined, timestamp: bigint) {
  return [
    reserve === undefined ? 0n : ConfigurationWord.encode(reserve, version),
    reserve?.liquidityIndex ?? 0n,
    reserve?.supplyRate ?? 0n,
    reserve?.borrowIndex ?? 0n,
    reserve?.borrowRate ?? 0n,
    // Nobody borrows at a stable rate.
    0n,
    reserve === undefined ? 0 : Number(timestamp),
    reserve?.id ?? 0,
    reserve?.aToken ?? zeroAddress,
    reserve === undefined || version >= '3.2' ? zeroAddress : reserve.stableDebtToken,
    reserve?.variableDebtToken ?? zeroAddress,
    reserve === undefined ? zeroAddress : version < '3.1' ? reserve.strategy : strategy,
    // Nothing for the treasury, nothing unbacked, no debt in isolation.
    0n,
    0n,
    0n,
  ] as const
}
