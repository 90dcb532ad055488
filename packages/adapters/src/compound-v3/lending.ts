import type { Address, Lending } from '@unimargin/sdk'
import { after } from './after.ts'
import { lendingCalls } from './calls.ts'
import { limits } from './limits.ts'
import { ratesAfter } from './rates.ts'

/** All that one can do in a Comet. */
export function lendingOf(comet: Address): Lending {
  return { limits, after, ratesAfter, calls: lendingCalls(comet) }
}
