import { MockRevert } from '@unimargin/sdk/testing'

/** Why Aave refuses: its errors are numbers as text, as its `Errors` library has them. */
const codes = {
  'invalid-amount': '26',
  inactive: '27',
  frozen: '28',
  paused: '29',
  'borrowing-disabled': '30',
  'stable-borrowing-disabled': '31',
  'not-enough-supplied': '32',
  'no-collateral': '34',
  'invalid-rate-mode': '33',
  'health-too-low': '35',
  'not-enough-collateral': '36',
  'no-debt': '39',
  'all-for-another': '40',
  'borrow-cap': '50',
  'supply-cap': '51',
  'zero-loan-to-value': '57',
  'other-e-mode': '58',
  'not-in-isolation': '60',
  'permit-without-owner': '77',
  'permit-expired': '78',
  'permit-of-another': '79',
  'not-borrowable-in-e-mode': '100',
} as const

/** The revert of the pool for a reason. */
export function refusal(reason: keyof typeof codes): MockRevert {
  return MockRevert.because(codes[reason])
}
