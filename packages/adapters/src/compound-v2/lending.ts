import type { Address, Lending } from '@unimargin/sdk'
import { lendingAfter } from './after.ts'
import { lendingAfterTime } from './afterTime.ts'
import { lendingCalls, type Membership, membership } from './calls.ts'
import type { Flavour } from './Flavour.ts'
import { type LendingReads, readModel, readToken } from './lendingReads.ts'
import { lendingLimits } from './limits.ts'
import { lendingRatesAfter } from './rates.ts'

export { NoSuchCallError } from '../shared/NoSuchCallError.ts'
export { ReadWithoutLendingError } from '../shared/ReadWithoutLendingError.ts'
export type { Membership } from './calls.ts'

/** What one can do in the markets of a Comptroller, and what has to be read for that. */
export type CompoundV2Lending = {
  readonly of: (
    comptroller: Address,
    flavour: Flavour,
  ) => { readonly lending: Lending; readonly membership: Membership }
  readonly reads: LendingReads
}

/**
 * What one can do in a market of this family, as an option of `compoundV2`: apart from it, because an app that only shows
 * positions has no use for it.
 *
 * @example
 * import { compoundV2 } from '@unimargin/adapters/compound-v2'
 * import { baseMoonwell } from '@unimargin/adapters/compound-v2/addresses'
 * import { compoundV2Lending } from '@unimargin/adapters/compound-v2/lending'
 *
 * const { lending, membership } = compoundV2({ ...baseMoonwell, lending: compoundV2Lending })
 */
export const compoundV2Lending: CompoundV2Lending = {
  of: (comptroller, flavour) => ({
    lending: {
      limits: lendingLimits(flavour),
      after: lendingAfter(flavour),
      accrued: lendingAfterTime(flavour),
      ratesAfter: lendingRatesAfter(flavour),
      calls: lendingCalls(comptroller, flavour),
    },
    membership: membership(comptroller),
  }),
  reads: { readModel, readToken },
}
