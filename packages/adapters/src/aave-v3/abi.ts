import { typed, view } from '../shared/abi.ts'

/**
 * The pool, as far as it is read. What it answers has the same layout from 3.0 on. Since when it has what it has not always had:
 * `version.ts` and `metadata.ts`.
 */
export const poolAbi = [
  view('POOL_REVISION', [], 'uint256'),
  view('ADDRESSES_PROVIDER', [], 'address'),
  view('RESERVE_INTEREST_RATE_STRATEGY', [], 'address'),
  view('getReservesList', [], 'address[]'),
  view(
    'getReserveData',
    ['address'],
    // The configuration.
    'uint256',
    // Liquidity index and rate, variable borrow index and rate, stable borrow rate.
    'uint128',
    'uint128',
    'uint128',
    'uint128',
    'uint128',
    // Time of the last change, id.
    'uint40',
    'uint16',
    // AToken, stable and variable debt token, interest rate strategy.
    'address',
    'address',
    'address',
    'address',
    // Accrued to the treasury, unbacked, debt in isolation.
    'uint128',
    'uint128',
    'uint128',
  ),
  view('getReserveNormalizedIncome', ['address'], 'uint256'),
  view('getReserveNormalizedVariableDebt', ['address'], 'uint256'),
  view('getVirtualUnderlyingBalance', ['address'], 'uint128'),
  view('getReserveDeficit', ['address'], 'uint256'),
  view('getUserConfiguration', ['address'], 'uint256'),
  view('getUserEMode', ['address'], 'uint256'),
  {
    ...view('getEModeCategoryData', ['uint8']),
    // Loan-to-value, threshold, bonus, price source, label: with a text in it a struct is not its members one after the other.
    outputs: [{ type: 'tuple', components: typed(['uint16', 'uint16', 'uint16', 'address', 'string']) }],
  },
  view('getEModeCategoryCollateralBitmap', ['uint8'], 'uint128'),
  view('getEModeCategoryBorrowableBitmap', ['uint8'], 'uint128'),
  view('getEModeCategoryLtvzeroBitmap', ['uint8'], 'uint128'),
  view('getIsEModeCategoryIsolated', ['uint8'], 'bool'),
] as const

/** Where the pool finds its oracle. */
export const addressesProviderAbi = [view('getPriceOracle', [], 'address')] as const

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
