import { item, view } from '../shared/abi.ts'

/**
 * What is read of a Comet. The pauses of single actions and assets (`extendedPauseFlags` and its like) came with a later version;
 * the earlier ones revert over them.
 */
export const cometAbi = [
  view('numAssets', [], 'uint8'),
  view('baseToken', [], 'address'),
  view('baseTokenPriceFeed', [], 'address'),
  view('baseScale', [], 'uint256'),
  view('baseBorrowMin', [], 'uint256'),
  view('supplyKink', [], 'uint256'),
  view('supplyPerSecondInterestRateBase', [], 'uint256'),
  view('supplyPerSecondInterestRateSlopeLow', [], 'uint256'),
  view('supplyPerSecondInterestRateSlopeHigh', [], 'uint256'),
  view('borrowKink', [], 'uint256'),
  view('borrowPerSecondInterestRateBase', [], 'uint256'),
  view('borrowPerSecondInterestRateSlopeLow', [], 'uint256'),
  view('borrowPerSecondInterestRateSlopeHigh', [], 'uint256'),
  view('totalSupply', [], 'uint256'),
  view('totalBorrow', [], 'uint256'),
  view('extendedPauseFlags', [], 'uint24'),
  view('collateralsSupplyPauseFlags', [], 'uint24'),
  view('collateralsWithdrawPauseFlags', [], 'uint24'),
  view('deactivatedCollaterals', [], 'uint24'),
  // Offset, asset, price feed, scale, the factors to borrow, to liquidate and of the liquidation, supply cap.
  view('getAssetInfo', ['uint8'], 'uint8', 'address', 'address', 'uint64', 'uint64', 'uint64', 'uint64', 'uint128'),
  // The indices of supply and borrow, two of rewards, the totals of both as principals, time of the last accrual, pauses.
  view('totalsBasic', [], 'uint64', 'uint64', 'uint64', 'uint64', 'uint104', 'uint104', 'uint40', 'uint8'),
  view('getPrice', ['address'], 'uint256'),
  view('totalsCollateral', ['address'], 'uint128', 'uint128'),
  // Principal, two numbers of rewards, the bitmap of collaterals, what is reserved.
  view('userBasic', ['address'], 'int104', 'uint64', 'uint64', 'uint16', 'uint8'),
  view('isLiquidatable', ['address'], 'bool'),
  view('userCollateral', ['address', 'address'], 'uint128', 'uint128'),
  { type: 'error', name: 'BadPrice', inputs: [] },
] as const

/** What users do. */
export const actionsAbi = [
  item('nonpayable', 'supplyTo', ['address', 'address', 'uint256'], []),
  item('nonpayable', 'withdrawTo', ['address', 'address', 'uint256'], []),
  item('nonpayable', 'withdrawFrom', ['address', 'address', 'address', 'uint256'], []),
  item('nonpayable', 'allow', ['address', 'bool'], []),
] as const
