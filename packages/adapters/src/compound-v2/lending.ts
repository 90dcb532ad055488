import type { Address, Lending } from '@unimargin/sdk'
import { lendingAfter } from './after.ts'
import { lendingCalls } from './calls.ts'
import type { Flavour } from './Flavour.ts'
import { lendingLimits } from './limits.ts'
import { lendingRatesAfter } from './rates.ts'

/** What one can do in a market of this family. */
export function lendingOf(comptroller: Address, flavour: Flavour): Lending {
  return {
    limits: lendingLimits(flavour),
    after: lendingAfter(flavour),
    ratesAfter: lendingRatesAfter(flavour),
    calls: lendingCalls(comptroller, flavour),
  }
}
