import type { Address, Lending } from '@unimargin/sdk'
import { lendingAfter } from './after.ts'
import { lendingCalls, type Membership, membership } from './calls.ts'
import type { Flavour } from './Flavour.ts'
import { lendingLimits } from './limits.ts'
import * as RateModel from './RateModel.ts'
import { lendingRatesAfter } from './rates.ts'

export type { Membership } from './calls.ts'
export { NoSuchCallError } from './NoSuchCallError.ts'

/** Reads and checks the parameters of interest rate models, by which rates after a change are told. */
export type RateModels = Pick<typeof RateModel, 'read' | 'fits'>

/** What one can do in the markets of a Comptroller, and what has to be read for that. */
export type CompoundV2Lending = {
  readonly of: (
    comptroller: Address,
    flavour: Flavour,
  ) => { readonly lending: Lending; readonly membership: Membership }
  readonly rateModels: RateModels
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
      ratesAfter: lendingRatesAfter(flavour),
      calls: lendingCalls(comptroller, flavour),
    },
    membership: membership(comptroller),
  }),
  rateModels: RateModel,
}
