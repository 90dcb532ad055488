import type { Address, Lending } from '@unimargin/sdk'
import { after } from './after.ts'
import { afterTime } from './afterTime.ts'
import { lendingCalls } from './calls.ts'
import { inEMode } from './inEMode.ts'
import { type LendingReads, readFacts, readMarket, readReserve } from './lendingReads.ts'
import { limits } from './limits.ts'
import { ratesAfter } from './rates.ts'

export { AmountNeededError } from '../shared/AmountNeededError.ts'
export { ReadWithoutLendingError } from '../shared/ReadWithoutLendingError.ts'
export { NoCollateralTokenError } from './NoCollateralTokenError.ts'
export { NoDebtTokenError } from './NoDebtTokenError.ts'
export { UnknownReserveError } from './UnknownReserveError.ts'

/** What one can do in the pool of an address, and what has to be read for that. */
export type AaveV3Lending = { readonly of: (pool: Address) => Lending; readonly reads: LendingReads }

/**
 * What one can do in an Aave V3 pool, as an option of `aaveV3`: apart from it, because an app that only shows positions has no
 * use for it.
 *
 * @example
 * import { aaveV3 } from '@unimargin/adapters/aave-v3'
 * import { base } from '@unimargin/adapters/aave-v3/addresses'
 * import { aaveV3Lending } from '@unimargin/adapters/aave-v3/lending'
 *
 * const { limits } = aaveV3({ ...base, lending: aaveV3Lending }).lending
 */
export const aaveV3Lending: AaveV3Lending = {
  of: (pool) => ({ limits, after, accrued: afterTime, inEMode, ratesAfter, calls: lendingCalls(pool) }),
  reads: { readFacts, readMarket, readReserve },
}
