import type { Address, Lending } from '@unimargin/sdk'
import { after } from './after.ts'
import { afterTime } from './afterTime.ts'
import { lendingCalls } from './calls.ts'
import { limits } from './limits.ts'
import { ratesAfter } from './rates.ts'
import { type ToDetails, toDetails } from './toDetails.ts'

export { NoSuchCallError } from '../shared/NoSuchCallError.ts'
export { ReadWithoutLendingError } from '../shared/ReadWithoutLendingError.ts'
export { NotOfCometError } from './NotOfCometError.ts'

/** What one can do in the Comet of an address, and what a market's details have to say for that. */
export type CompoundV3Lending = { readonly of: (comet: Address) => Lending; readonly toDetails: ToDetails }

/**
 * What one can do in a Comet, as an option of `compoundV3`: apart from it, because an app that only shows positions has no use
 * for it.
 *
 * @example
 * import { compoundV3 } from '@unimargin/adapters/compound-v3'
 * import { baseUsdc } from '@unimargin/adapters/compound-v3/addresses'
 * import { compoundV3Lending } from '@unimargin/adapters/compound-v3/lending'
 *
 * const { limits } = compoundV3({ ...baseUsdc, lending: compoundV3Lending }).lending
 */
export const compoundV3Lending: CompoundV3Lending = {
  of: (comet) => ({ limits, after, accrued: afterTime, ratesAfter, calls: lendingCalls(comet) }),
  toDetails,
}
