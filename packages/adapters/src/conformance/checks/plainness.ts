import { deserialize, reasonOf, serialize } from '@unimargin/sdk'
import type { Check } from '../Check.ts'
import { difference } from '../difference.ts'
import { callOf, everyLending, lendingCases } from './lendingCases.ts'

/** What it gives can be stored and comes back as it was; its own details are flat. */
export const plainness: Check = {
  name: 'plain values',
  says: 'values are plain, and come back from storage as they were',
  needs: 'any world',
  run: (observed, { tried, finding }) => {
    const { reading } = observed
    const made = lendingCases(observed).map((one) => callOf(one, 1n))
    const values: Readonly<Record<string, unknown>> = { reading, lending: everyLending(observed), calls: made }
    for (const [name, value] of Object.entries(values)) {
      tried()
      try {
        const found = difference(value, deserialize(serialize(value)), name)
        if (found !== undefined) finding(`stored, ${found}`)
      } catch (error) {
        finding(`${name} cannot be stored: ${reasonOf(error)}`)
      }
    }
    const details = [
      reading.state.details,
      ...reading.state.reserves.map((reserve) => reserve.details),
      ...reading.positions.map((position) => (position.status === 'ok' ? position.value.details : {})),
    ]
    for (const [name, value] of details.flatMap((one) => Object.entries(one ?? {}))) {
      if (typeof value === 'object' || typeof value === 'function') finding(`the detail "${name}" is not flat`)
    }
  },
}
