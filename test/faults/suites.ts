import { Faults } from '@unimargin/sdk/testing'
import { type Scenario, scenarios } from './scenarios.ts'

const playable = Faults.catalogue.filter(({ batchesOnly }) => !batchesOnly)

/** The kinds of faults by the file of tests that plays them, so that two of them can run at a time. */
export const suites = {
  sockets: playable.filter(({ needsSockets }) => needsSockets),
  transports: playable.filter(({ nature, needsSockets, methods }) => nature === 'failure' && !needsSockets && !methods),
  answers: playable.filter(({ nature, needsSockets, methods }) => nature === 'failure' && !needsSockets && methods),
  lies: playable.filter(({ nature, needsSockets }) => nature === 'lie' && !needsSockets),
} as const

/** All scenarios of a suite. */
export function scenariosOf(suite: keyof typeof suites): readonly Scenario[] {
  return scenarios.filter(({ entry }) => suites[suite].includes(entry))
}
