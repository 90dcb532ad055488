import type { Address } from '@unimargin/sdk'
import { MockRevert } from '@unimargin/sdk/testing'
import { parseAbi } from 'viem'

/** Comet's own errors, as far as they are played. */
export const errorsAbi = parseAbi([
  'error BadAsset()',
  'error BadPrice()',
  'error BorrowTooSmall()',
  'error NotCollateralized()',
  'error NotLiquidatable()',
  'error InvalidUInt104()',
  'error Paused()',
  'error SupplyCapExceeded()',
  'error Unauthorized()',
  'error InvalidUInt64()',
  'error InvalidUInt128()',
  'error LendersWithdrawPaused()',
  'error BorrowersWithdrawPaused()',
  'error CollateralSupplyPaused()',
  'error BaseSupplyPaused()',
  'error CollateralWithdrawPaused()',
  'error CollateralAssetSupplyPaused(uint24 index)',
  'error CollateralAssetWithdrawPaused(uint24 index)',
  'error TokenIsDeactivated(address asset)',
])
const panicAbi = parseAbi(['error Panic(uint256 code)'])

type PlainError =
  | 'BadAsset'
  | 'BadPrice'
  | 'BorrowTooSmall'
  | 'NotCollateralized'
  | 'NotLiquidatable'
  | 'InvalidUInt104'
  | 'Paused'
  | 'SupplyCapExceeded'
  | 'Unauthorized'
  | 'InvalidUInt64'
  | 'InvalidUInt128'
  | 'LendersWithdrawPaused'
  | 'BorrowersWithdrawPaused'
  | 'CollateralSupplyPaused'
  | 'BaseSupplyPaused'
  | 'CollateralWithdrawPaused'

/** The revert of Comet for a reason. */
export function refusal(errorName: PlainError): MockRevert {
  return MockRevert.error(errorsAbi, errorName)
}

/** The revert for one collateral that is paused. */
export function pausedAsset(
  errorName: 'CollateralAssetSupplyPaused' | 'CollateralAssetWithdrawPaused',
  index: number,
): MockRevert {
  return MockRevert.error(errorsAbi, errorName, [index])
}

/** The revert over a collateral that nobody may borrow against. */
export function deactivated(asset: Address): MockRevert {
  return MockRevert.error(errorsAbi, 'TokenIsDeactivated', [asset])
}

/** As the compiler has it where a number goes below zero, or beyond its bits. */
export function overflow(): MockRevert {
  return MockRevert.error(panicAbi, 'Panic', [0x11n])
}

/** As most tokens have it. */
export function notEnoughTokens(): MockRevert {
  return MockRevert.because('ERC20: transfer amount exceeds balance')
}
