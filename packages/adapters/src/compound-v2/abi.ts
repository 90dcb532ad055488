type Item<name extends string, inputs extends readonly string[], outputs extends readonly string[], mutability> = {
  readonly type: 'function'
  readonly name: name
  readonly stateMutability: mutability
  readonly inputs: { readonly [index in keyof inputs]: { readonly type: inputs[index] } }
  readonly outputs: { readonly [index in keyof outputs]: { readonly type: outputs[index] } }
}

/** An ABI item in a line: written out, they are most of an adapter's size. */
function item<
  const name extends string,
  const inputs extends readonly string[],
  const outputs extends readonly string[],
  const mutability extends 'view' | 'nonpayable' | 'payable',
>(stateMutability: mutability, name: name, inputs: inputs, outputs: outputs): Item<name, inputs, outputs, mutability> {
  const typed = (types: readonly string[]) => types.map((type) => ({ type }))
  // `map` forgets which type is where; the names are in their order.
  return { type: 'function', name, stateMutability, inputs: typed(inputs), outputs: typed(outputs) } as unknown as Item<
    name,
    inputs,
    outputs,
    mutability
  >
}

function number<const name extends string>(name: name) {
  return item('view', name, [], ['uint256'])
}

function send<const name extends string, const inputs extends readonly string[]>(name: name, inputs: inputs) {
  return item('nonpayable', name, inputs, [])
}

/** The Comptroller of Venus's isolated pools, of Compound V2 and of Moonwell, as far as it is asked or called. */
export const comptrollerAbi = [
  item('view', 'getAllMarkets', [], ['address[]']),
  item('view', 'oracle', [], ['address']),
  number('liquidationIncentiveMantissa'),
  item('view', 'getAssetsIn', ['address'], ['address[]']),
  item('view', 'supplyCaps', ['address'], ['uint256']),
  item('view', 'borrowCaps', ['address'], ['uint256']),
  item('view', 'isForcedLiquidationEnabled', ['address'], ['bool']),
  item('view', 'actionPaused', ['address', 'uint8'], ['bool']),
  item('view', 'mintGuardianPaused', ['address'], ['bool']),
  item('view', 'borrowGuardianPaused', ['address'], ['bool']),
  send('enterMarkets', ['address[]']),
  send('exitMarket', ['address']),
  send('updateDelegate', ['address', 'bool']),
] as const

/** `markets` differs: Venus has a liquidation threshold of its own. */
export const thresholdMarketsAbi = [item('view', 'markets', ['address'], ['bool', 'uint256', 'uint256'])] as const
export const factorMarketsAbi = [item('view', 'markets', ['address'], ['bool', 'uint256'])] as const
/** Compound's own has a flag more, for its rewards. */
export const rewardMarketsAbi = [item('view', 'markets', ['address'], ['bool', 'uint256', 'bool'])] as const

export const oracleAbi = [item('view', 'getUnderlyingPrice', ['address'], ['uint256'])] as const

/** A vToken, cToken or mToken. */
export const tokenAbi = [
  item('view', 'underlying', [], ['address']),
  item('view', 'interestRateModel', [], ['address']),
  item('view', 'isTimeBased', [], ['bool']),
  number('blocksOrSecondsPerYear'),
  number('getCash'),
  number('totalBorrows'),
  number('totalReserves'),
  number('totalSupply'),
  number('badDebt'),
  number('reserveFactorMantissa'),
  number('accrualBlockNumber'),
  number('accrualBlockTimestamp'),
  number('borrowRatePerBlock'),
  number('borrowRatePerTimestamp'),
  // An error code, the balance in shares, the stored debt and the stored exchange rate.
  item('view', 'getAccountSnapshot', ['address'], ['uint256', 'uint256', 'uint256', 'uint256']),
  // These accrue interest first: they change state, and are asked by `eth_call` alone.
  item('nonpayable', 'exchangeRateCurrent', [], ['uint256']),
  item('nonpayable', 'borrowBalanceCurrent', ['address'], ['uint256']),
  send('mint', ['uint256']),
  send('mintBehalf', ['address', 'uint256']),
  send('redeem', ['uint256']),
  send('redeemBehalf', ['address', 'uint256']),
  send('redeemUnderlying', ['uint256']),
  send('redeemUnderlyingBehalf', ['address', 'uint256']),
  send('borrow', ['uint256']),
  send('borrowBehalf', ['address', 'uint256']),
  send('repayBorrow', ['uint256']),
  send('repayBorrowBehalf', ['address', 'uint256']),
] as const

/** The token of a chain's own coin takes it as value. */
export const coinTokenAbi = [
  item('payable', 'mint', [], []),
  item('payable', 'repayBorrow', [], []),
  item('payable', 'repayBorrowBehalf', ['address'], []),
] as const

/** The parameters of the known interest rate models. */
export const rateModelAbi = [
  number('baseRatePerBlock'),
  number('multiplierPerBlock'),
  number('jumpMultiplierPerBlock'),
  number('baseRatePerTimestamp'),
  number('multiplierPerTimestamp'),
  number('jumpMultiplierPerTimestamp'),
  number('kink'),
  ...(
    [
      'BASE_RATE_PER_BLOCK_OR_SECOND',
      'MULTIPLIER_PER_BLOCK_OR_SECOND',
      'KINK_1',
      'BASE_RATE_2_PER_BLOCK_OR_SECOND',
      'MULTIPLIER_2_PER_BLOCK_OR_SECOND',
      'KINK_2',
      'JUMP_MULTIPLIER_PER_BLOCK_OR_SECOND',
    ] as const
  ).map((name) => item('view', name, [], ['int256'])),
] as const
