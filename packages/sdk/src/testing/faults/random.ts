import { catalogue, type FaultEntry } from './catalogue.ts'
import { compose } from './compose.ts'
import type { Fault } from './Fault.ts'
import * as Seed from './Seed.ts'

/**
 * So many faults of the catalogue (or of `from`) at once, always the same ones for the same seed. Its `kind` names them.
 *
 * @example
 * import { Faults } from '@unimargin/sdk/testing'
 *
 * const failures = Faults.catalogue.filter(({ nature }) => nature === 'failure')
 * const fault = Faults.random(7, { count: 2, from: failures })
 */
export function random(
  seed: number,
  { count = 1, from = catalogue }: { readonly count?: number; readonly from?: readonly FaultEntry[] } = {},
): Fault {
  const chosen = Array.from({ length: count }, (_, turn) => from[Seed.below(from.length, seed, turn + 1)])
  return compose(...chosen.flatMap((entry, turn) => (entry === undefined ? [] : [entry.make(seed + turn)])))
}
