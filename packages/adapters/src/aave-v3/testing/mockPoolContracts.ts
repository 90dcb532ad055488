import { type MockContract, MockRevert, mockContract } from '@unimargin/sdk/testing'
import { parseAbi, zeroAddress } from 'viem'
import { addressesProviderAbi, poolAbi } from '../abi.ts'
import * as AccountData from './AccountData.ts'
import * as ConfigurationWord from './ConfigurationWord.ts'
import { findReserve, type Ledger, liquidityOf, userOf } from './Ledger.ts'
import type { MockReserve } from './MockReserve.ts'

const accountAbi = parseAbi([
  'function getUserAccountData(address user) view returns (uint256, uint256, uint256, uint256, uint256, uint256)',
  'function getReserveNormalizedVariableDebt(address asset) view returns (uint256)',
])

/** The pool and its addresses provider, as they answer while nothing changes. */
export function mockPoolContracts(ledger: Ledger): { readonly pool: MockContract; readonly provider: MockContract } {
  const { categories, eModes } = ledger
  const reserveOf = (asset: string): MockReserve | undefined => findReserve(ledger, asset)
  const categoryOf = (id: number) => categories.find((category) => category.id === id)
  const pool = mockContract([...poolAbi, ...accountAbi], {
    POOL_REVISION: () => ledger.revision,
    ADDRESSES_PROVIDER: () => ledger.addressesProvider,
    getReservesList: () => ledger.reserves.map(({ asset }) => asset),
    getReserveData: ([asset], _, { timestamp }) => reserveData(ledger, reserveOf(asset), timestamp),
    // As the contract: what it does not list has an index of zero.
    getReserveNormalizedIncome: ([asset]) => reserveOf(asset)?.liquidityIndex ?? 0n,
    getReserveNormalizedVariableDebt: ([asset]) => reserveOf(asset)?.borrowIndex ?? 0n,
    getVirtualUnderlyingBalance: ([asset]) => {
      if (eModes === 'category') throw new MockRevert()
      const reserve = reserveOf(asset)
      return reserve === undefined ? 0n : liquidityOf(ledger, reserve)
    },
    getUserConfiguration: ([user]) => ({ data: userOf(ledger, user).configuration }),
    getUserEMode: ([user]) => BigInt(userOf(ledger, user).eMode),
    getEModeCategoryData: ([id]) => {
      const category = categoryOf(id)
      return {
        ltv: Number(category?.loanToValue ?? 0n),
        liquidationThreshold: Number(category?.liquidationThreshold ?? 0n),
        liquidationBonus: Number(category?.liquidationBonus ?? 0n),
        priceSource: category?.priceSource ?? zeroAddress,
        label: category?.label ?? '',
      }
    },
    getEModeCategoryCollateralBitmap: ([id]) => {
      if (eModes === 'category') throw new MockRevert()
      return ledger.reserves
        .filter(({ eMode }) => eMode === id && id !== 0)
        .reduce((bits, one) => bits | (1n << BigInt(one.id)), 0n)
    },
    getUserAccountData: ([user]) => {
      const data = AccountData.of(ledger, user)
      const { collateral, debt, liquidationThreshold, loanToValue, healthFactor } = data
      const available = AccountData.availableBorrows(data)
      return [collateral, debt, available, liquidationThreshold, loanToValue, healthFactor] as const
    },
  })
  const provider = mockContract(addressesProviderAbi, { getPriceOracle: () => ledger.oracle })
  return { pool, provider }
}

function reserveData({ eModes }: Ledger, reserve: MockReserve | undefined, timestamp: bigint) {
  return {
    configuration: { data: reserve === undefined ? 0n : ConfigurationWord.encode(reserve, eModes) },
    liquidityIndex: reserve?.liquidityIndex ?? 0n,
    currentLiquidityRate: reserve?.supplyRate ?? 0n,
    variableBorrowIndex: reserve?.borrowIndex ?? 0n,
    currentVariableBorrowRate: reserve?.borrowRate ?? 0n,
    currentStableBorrowRate: 0n,
    lastUpdateTimestamp: reserve === undefined ? 0 : Number(timestamp),
    id: reserve?.id ?? 0,
    aTokenAddress: reserve?.aToken ?? zeroAddress,
    stableDebtTokenAddress: reserve === undefined || eModes === 'bitmap' ? zeroAddress : reserve.stableDebtToken,
    variableDebtTokenAddress: reserve?.variableDebtToken ?? zeroAddress,
    interestRateStrategyAddress: zeroAddress,
    accruedToTreasury: 0n,
    unbacked: 0n,
    isolationModeTotalDebt: 0n,
  }
}
