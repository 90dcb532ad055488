import type { Address, Lending } from '@unimargin/sdk'
import { after } from './after.ts'
import { lendingCalls } from './calls.ts'
import { limits } from './limits.ts'
import { ratesAfter } from './rates.ts'

/** What one can do in an Aave V3 pool. */
export function lending(pool: Address): Lending {
  return { limits, after, ratesAfter, calls: lendingCalls(pool) }
}
