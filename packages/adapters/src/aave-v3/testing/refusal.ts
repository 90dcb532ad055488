import { MockRevert } from '@unimargin/sdk/testing'

/** Why Aave refuses: its errors are numbers as text, as its `Errors` library has them. */
const codes = {
  'invalid-amount': '26',
  inactive: '27',
  frozen: '28',
  paused: '29',
  'borrowing-disabled': '30',
  'not-enough-supplied': '32',
  'no-collateral': '34',
  'health-too-low': '35',
  'not-enough-collateral': '36',
  'no-debt': '39',
  'borrow-cap': '50',
  'supply-cap': '51',
  'zero-loan-to-value': '57',
  'permit-without-owner': '77',
  'permit-expired': '78',
  'permit-of-another': '79',
} as const

/** The revert of the pool for a reason. */
export function refusal(reason: keyof typeof codes): MockRevert {
  return MockRevert.because(codes[reason])
}
