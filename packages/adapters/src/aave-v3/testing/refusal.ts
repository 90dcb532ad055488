import { MockRevert } from '@unimargin/sdk/testing'
import type { MockVersion } from './Ledger.ts'

/** Why Aave refuses. Up to 3.3 its errors are numbers as text, as its `Errors` library has them; later they have names. */
const codes = {
  'invalid-amount': ['26', 'InvalidAmount'],
  inactive: ['27', 'ReserveInactive'],
  frozen: ['28', 'ReserveFrozen'],
  paused: ['29', 'ReservePaused'],
  'borrowing-disabled': ['30', 'BorrowingNotEnabled'],
  'stable-borrowing-disabled': ['31', 'InvalidInterestRateModeSelected'],
  'not-enough-supplied': ['32', 'NotEnoughAvailableUserBalance'],
  'invalid-rate-mode': ['33', 'InvalidInterestRateModeSelected'],
  'no-collateral': ['34', 'LtvValidationFailed'],
  'health-too-low': ['35', 'HealthFactorLowerThanLiquidationThreshold'],
  'not-enough-collateral': ['36', 'CollateralCannotCoverNewBorrow'],
  'no-debt': ['39', 'NoDebtOfSelectedType'],
  'all-for-another': ['40', 'NoExplicitAmountToRepayOnBehalf'],
  'borrow-cap': ['50', 'BorrowCapExceeded'],
  'supply-cap': ['51', 'SupplyCapExceeded'],
  'zero-loan-to-value': ['57', 'LtvValidationFailed'],
  'other-e-mode': ['58', 'InconsistentEModeCategory'],
  'not-in-isolation': ['60', 'AssetNotBorrowableInIsolation'],
  siloed: ['89', 'SiloedBorrowingViolation'],
  'permit-without-owner': ['77', 'ZeroAddressNotValid'],
  'permit-expired': ['78', 'InvalidExpiration'],
  'permit-of-another': ['79', 'InvalidSignature'],
  'not-borrowable-in-e-mode': ['100', 'NotBorrowableInEMode'],
} as const satisfies Readonly<Record<string, readonly [string, string]>>

const FIRST_WITH_NAMES = '3.4'

/** The revert of the pool for a reason. */
export function refusal({ version }: { readonly version: MockVersion }, reason: keyof typeof codes): MockRevert {
  const [code, name] = codes[reason]
  if (version < FIRST_WITH_NAMES) return MockRevert.because(code)
  return MockRevert.error([{ type: 'error', name, inputs: [] }], name, [])
}
