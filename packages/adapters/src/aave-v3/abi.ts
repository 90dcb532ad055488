const address = { type: 'address' } as const
const uint256 = { type: 'uint256' } as const
const uint128 = { type: 'uint128' } as const
const configuration = { type: 'tuple', components: [{ name: 'data', type: 'uint256' }] } as const
const id = { name: 'id', type: 'uint8' } as const

type Parameter = { readonly type: string; readonly name?: string; readonly components?: readonly Parameter[] }

function view<
  const name extends string,
  const inputs extends readonly Parameter[],
  const outputs extends readonly Parameter[],
>(name: name, inputs: inputs, ...outputs: outputs) {
  return { type: 'function', name, stateMutability: 'view', inputs, outputs } as const
}

function act<
  const name extends string,
  const inputs extends readonly Parameter[],
  const outputs extends readonly Parameter[],
>(name: name, inputs: inputs, ...outputs: outputs) {
  return { type: 'function', name, stateMutability: 'nonpayable', inputs, outputs } as const
}

/**
 * The pool. What it answers has the same layout from 3.0 on. Since when it has what it has not always had: `version.ts` and
 * `metadata.ts`.
 */
export const poolAbi = [
  view('POOL_REVISION', [], uint256),
  view('ADDRESSES_PROVIDER', [], address),
  view('RESERVE_INTEREST_RATE_STRATEGY', [], address),
  view('getReservesList', [], { type: 'address[]' }),
  view('getReserveData', [address], {
    type: 'tuple',
    components: [
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
  }),
  view('getReserveNormalizedIncome', [address], uint256),
  view('getReserveNormalizedVariableDebt', [address], uint256),
  view('getVirtualUnderlyingBalance', [address], uint128),
  view('getReserveDeficit', [address], uint256),
  view('getUserConfiguration', [address], configuration),
  view('getUserEMode', [address], uint256),
  view('getEModeCategoryData', [id], {
    type: 'tuple',
    components: [
      { name: 'ltv', type: 'uint16' },
      { name: 'liquidationThreshold', type: 'uint16' },
      { name: 'liquidationBonus', type: 'uint16' },
      { ...address, name: 'priceSource' },
      { name: 'label', type: 'string' },
    ],
  }),
  view('getEModeCategoryCollateralBitmap', [id], uint128),
  view('getEModeCategoryBorrowableBitmap', [id], uint128),
  view('getEModeCategoryLtvzeroBitmap', [id], uint128),
  view('getIsEModeCategoryIsolated', [id], { type: 'bool' }),
  act('supply', [
    { ...address, name: 'asset' },
    { ...uint256, name: 'amount' },
    { ...address, name: 'onBehalfOf' },
    { name: 'referralCode', type: 'uint16' },
  ]),
  act(
    'withdraw',
    [
      { ...address, name: 'asset' },
      { ...uint256, name: 'amount' },
      { ...address, name: 'to' },
    ],
    uint256,
  ),
  act('borrow', [
    { ...address, name: 'asset' },
    { ...uint256, name: 'amount' },
    { ...uint256, name: 'interestRateMode' },
    { name: 'referralCode', type: 'uint16' },
    { ...address, name: 'onBehalfOf' },
  ]),
  act(
    'repay',
    [
      { ...address, name: 'asset' },
      { ...uint256, name: 'amount' },
      { ...uint256, name: 'interestRateMode' },
      { ...address, name: 'onBehalfOf' },
    ],
    uint256,
  ),
] as const

/** Where the pool finds its oracle, and who may forbid to borrow. */
export const addressesProviderAbi = [
  view('getPriceOracle', [], address),
  view('getPriceOracleSentinel', [], address),
] as const

export const sentinelAbi = [view('isBorrowAllowed', [], { type: 'bool' })] as const

export const oracleAbi = [
  view('BASE_CURRENCY', [], address),
  view('BASE_CURRENCY_UNIT', [], uint256),
  view('getAssetPrice', [address], uint256),
  view('getSourceOfAsset', [address], address),
] as const

/** Underlying assets, aTokens and debt tokens. */
export const tokenAbi = [
  view('name', [], { type: 'string' }),
  view('symbol', [], { type: 'string' }),
  view('balanceOf', [address], uint256),
  view('scaledBalanceOf', [address], uint256),
  view('scaledTotalSupply', [], uint256),
  // Of a stable debt: principal, with interest, average rate, time of the last change.
  view('getSupplyData', [], uint256, uint256, uint256, { type: 'uint40' }),
] as const

/** Interest rate strategies: of one reserve each in 3.0, of all from 3.1 on. */
export const strategyAbi = [
  view('OPTIMAL_USAGE_RATIO', [], uint256),
  view('getBaseVariableBorrowRate', [], uint256),
  view('getVariableRateSlope1', [], uint256),
  view('getVariableRateSlope2', [], uint256),
  // Optimal usage, base rate and slopes in basis points.
  view(
    'getInterestRateDataBps',
    [address],
    { type: 'uint16' },
    { type: 'uint32' },
    { type: 'uint32' },
    { type: 'uint32' },
  ),
] as const
