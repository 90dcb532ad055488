import { item, view } from '../shared/abi.ts'

/** The Comptroller of Venus's isolated pools, of Compound V2 and of Moonwell, as far as it is asked. */
export const comptrollerAbi = [
  view('getAllMarkets', [], 'address[]'),
  view('oracle', [], 'address'),
  view('liquidationIncentiveMantissa', [], 'uint256'),
  view('getAssetsIn', ['address'], 'address[]'),
  view('supplyCaps', ['address'], 'uint256'),
  view('borrowCaps', ['address'], 'uint256'),
  view('actionPaused', ['address', 'uint8'], 'bool'),
  view('mintGuardianPaused', ['address'], 'bool'),
  view('borrowGuardianPaused', ['address'], 'bool'),
  view('isForcedLiquidationEnabled', ['address'], 'bool'),
] as const

/** `markets` differs: Venus has a liquidation threshold of its own, and Compound's own a flag more, for its rewards. */
export const marketsAbi = {
  'venus-isolated': [view('markets', ['address'], 'bool', 'uint256', 'uint256')],
  moonwell: [view('markets', ['address'], 'bool', 'uint256')],
  compound: [view('markets', ['address'], 'bool', 'uint256', 'bool')],
} as const

export const oracleAbi = [view('getUnderlyingPrice', ['address'], 'uint256')] as const

/** A vToken, cToken or mToken. */
export const tokenAbi = [
  view('underlying', [], 'address'),
  view('interestRateModel', [], 'address'),
  view('isTimeBased', [], 'bool'),
  view('blocksOrSecondsPerYear', [], 'uint256'),
  view('getCash', [], 'uint256'),
  view('totalBorrows', [], 'uint256'),
  view('totalReserves', [], 'uint256'),
  view('totalSupply', [], 'uint256'),
  view('badDebt', [], 'uint256'),
  view('reserveFactorMantissa', [], 'uint256'),
  view('accrualBlockNumber', [], 'uint256'),
  view('accrualBlockTimestamp', [], 'uint256'),
  view('borrowRatePerBlock', [], 'uint256'),
  view('borrowRatePerTimestamp', [], 'uint256'),
  // An error code, the balance in shares, the stored debt and the stored exchange rate.
  view('getAccountSnapshot', ['address'], 'uint256', 'uint256', 'uint256', 'uint256'),
  // These accrue interest first: they change state, and are asked by `eth_call` alone.
  item('nonpayable', 'exchangeRateCurrent', [], ['uint256']),
  item('nonpayable', 'borrowBalanceCurrent', ['address'], ['uint256']),
] as const
