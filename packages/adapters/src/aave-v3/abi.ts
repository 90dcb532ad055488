import { view } from '../shared/abi.ts'

const address = { type: 'address' } as const
const uint128 = { type: 'uint128' } as const
const configuration = { type: 'tuple', components: [{ name: 'data', type: 'uint256' }] } as const

type Parameter = { readonly type: string; readonly name?: string; readonly components?: readonly Parameter[] }

function struct<
  const name extends string,
  const inputs extends readonly Parameter[],
  const components extends readonly Parameter[],
>(name: name, inputs: inputs, components: components) {
  return { type: 'function', name, stateMutability: 'view', inputs, outputs: [{ type: 'tuple', components }] } as const
}

/**
 * The pool, as far as it is read. What it answers has the same layout from 3.0 on. Since when it has what it has not always had:
 * `version.ts` and `metadata.ts`.
 */
export const poolAbi = [
  view('POOL_REVISION', [], 'uint256'),
  view('ADDRESSES_PROVIDER', [], 'address'),
  view('RESERVE_INTEREST_RATE_STRATEGY', [], 'address'),
  view('getReservesList', [], 'address[]'),
  struct(
    'getReserveData',
    [address],
    [
      { ...configuration, name: 'configuration' },
      { ...uint128, name: 'liquidityIndex' },
      { ...uint128, name: 'currentLiquidityRate' },
      { ...uint128, name: 'variableBorrowIndex' },
      { ...uint128, name: 'currentVariableBorrowRate' },
      { ...uint128, name: 'currentStableBorrowRate' },
      { name: 'lastUpdateTimestamp', type: 'uint40' },
      { name: 'id', type: 'uint16' },
      { ...address, name: 'aTokenAddress' },
      { ...address, name: 'stableDebtTokenAddress' },
      { ...address, name: 'variableDebtTokenAddress' },
      { ...address, name: 'interestRateStrategyAddress' },
      { ...uint128, name: 'accruedToTreasury' },
      { ...uint128, name: 'unbacked' },
      { ...uint128, name: 'isolationModeTotalDebt' },
    ],
  ),
  view('getReserveNormalizedIncome', ['address'], 'uint256'),
  view('getReserveNormalizedVariableDebt', ['address'], 'uint256'),
  view('getVirtualUnderlyingBalance', ['address'], 'uint128'),
  view('getReserveDeficit', ['address'], 'uint256'),
  struct('getUserConfiguration', [address], configuration.components),
  view('getUserEMode', ['address'], 'uint256'),
  struct(
    'getEModeCategoryData',
    [{ type: 'uint8' }],
    [
      { name: 'ltv', type: 'uint16' },
      { name: 'liquidationThreshold', type: 'uint16' },
      { name: 'liquidationBonus', type: 'uint16' },
      { ...address, name: 'priceSource' },
      { name: 'label', type: 'string' },
    ],
  ),
  view('getEModeCategoryCollateralBitmap', ['uint8'], 'uint128'),
  view('getEModeCategoryBorrowableBitmap', ['uint8'], 'uint128'),
  view('getEModeCategoryLtvzeroBitmap', ['uint8'], 'uint128'),
  view('getIsEModeCategoryIsolated', ['uint8'], 'bool'),
] as const

/** Where the pool finds its oracle, and who may forbid to borrow. */
export const addressesProviderAbi = [
  view('getPriceOracle', [], 'address'),
  view('getPriceOracleSentinel', [], 'address'),
] as const

export const sentinelAbi = [view('isBorrowAllowed', [], 'bool')] as const

export const oracleAbi = [
  view('BASE_CURRENCY', [], 'address'),
  view('BASE_CURRENCY_UNIT', [], 'uint256'),
  view('getAssetPrice', ['address'], 'uint256'),
  view('getSourceOfAsset', ['address'], 'address'),
] as const

/** Underlying assets, aTokens and debt tokens. */
export const tokenAbi = [
  view('name', [], 'string'),
  view('symbol', [], 'string'),
  view('balanceOf', ['address'], 'uint256'),
  view('scaledBalanceOf', ['address'], 'uint256'),
  view('scaledTotalSupply', [], 'uint256'),
  view('totalSupply', [], 'uint256'),
  // Of a stable debt: principal, with interest, average rate, time of the last change.
  view('getSupplyData', [], 'uint256', 'uint256', 'uint256', 'uint40'),
] as const
