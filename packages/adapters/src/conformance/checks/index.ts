import type { Check } from '../Check.ts'
import { after, ratesAfter } from './after.ts'
import { calls } from './calls.ts'
import { identity } from './identity.ts'
import { limits } from './limits.ts'
import { malformed } from './malformed.ts'
import { messages } from './messages.ts'
import { monotonicity } from './monotonicity.ts'
import { oneStep } from './oneStep.ts'
import { order } from './order.ts'
import { plainness } from './plainness.ts'
import { protocolHealth } from './protocolHealth.ts'
import { purity } from './purity.ts'
import { rounding } from './rounding.ts'
import { staleness } from './staleness.ts'
import { units } from './units.ts'
import { unknowns } from './unknowns.ts'
import { whatIf } from './whatIf.ts'

export type { Check as AdapterCheck, Notes as CheckNotes } from '../Check.ts'
export * from '../ConformanceErrors.ts'
export type * from '../ConformanceWorld.ts'
export { type MockWorldParameters, mockWorld } from '../mockWorld.ts'
export type { Observed } from '../observe.ts'
export * as Random from '../Random.ts'
export { assertCheck, type CheckReport, runCheck } from '../runCheck.ts'

/** What every adapter is held against, from the cheapest to the dearest. */
export const adapterChecks: readonly Check[] = [
  identity,
  oneStep,
  purity,
  order,
  plainness,
  messages,
  malformed,
  unknowns,
  staleness,
  units,
  rounding,
  monotonicity,
  protocolHealth,
  whatIf,
  limits,
  after,
  ratesAfter,
  calls,
]
