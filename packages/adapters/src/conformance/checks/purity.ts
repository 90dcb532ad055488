import type { Check } from '../Check.ts'
import { difference } from '../difference.ts'
import { judge } from '../judge.ts'
import type { Observed } from '../observe.ts'
import { type Trap, trapped } from '../trapped.ts'
import { everyLending } from './lendingCases.ts'

/** No I/O, no clock, no chance, and nothing that it was given is changed: the same answers always mean the same. */
export const purity: Check = {
  name: 'pure',
  says: 'it is pure and deterministic',
  needs: 'any world',
  run: (observed, { tried, finding }) => {
    const { adapter, metadata, owners, answers, reading, state } = observed
    const frozen = { metadata: freeze(metadata), owners: freeze([...owners]), answers: freeze([...answers]) }
    const report = (trap: Trap) => finding(`it uses ${trap} while it ${doing}`)
    let doing = 'says what to read'
    tried()
    const again = trapped(report, () => adapter.state(frozen.metadata, frozen.owners))
    const calls = difference(state.calls, again.calls, 'the list of calls')
    if (calls !== undefined) finding(`asked twice, ${calls}`)
    doing = 'decodes'
    const step = trapped(report, () => again.decode(frozen.answers))
    if (step.status !== 'ok') return finding(`the same answers are "${step.status}" the second time`)
    const changed = difference(reading, step.value, 'the reading')
    if (changed !== undefined) finding(`from the same answers, ${changed}`)
    const known = again.decode(freeze([...answers]))
    if (known.status !== 'ok' || known.value !== step.value) {
      finding('a read that gets the same answers again gives a new value: the view cannot see that nothing changed')
    }
    doing = 'judges or lends'
    const judged = () => trapped(report, () => verdictsOf(freezeObserved(observed)))
    const unlike = difference(judged(), judged(), 'what it says')
    if (unlike !== undefined) finding(`asked twice, ${unlike}`)
  },
}

/** All that the adapter's pure functions say of a world. */
function verdictsOf(observed: Observed): unknown {
  const judged = observed.reading.positions.map((one) => (one.status === 'ok' ? judge(observed, one.value) : one))
  const { liquidation } = observed.adapter
  const { state, positions } = observed.reading
  const liquidated = positions.map(
    (one) => one.status === 'ok' && liquidation?.simulate({ state, position: one.value }),
  )
  return { judged, lending: everyLending(observed), liquidated }
}

function freezeObserved(observed: Observed): Observed {
  return { ...observed, reading: freeze(observed.reading) }
}

/** Whoever writes to it gets a `TypeError`. */
function freeze<value>(value: value): value {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const key of Reflect.ownKeys(value)) freeze(Reflect.get(value, key))
  return Object.freeze(value)
}
