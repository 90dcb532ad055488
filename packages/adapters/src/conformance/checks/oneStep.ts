import type { Address, Read } from '@unimargin/sdk'
import type { Check } from '../Check.ts'
import { MOST_STEPS } from '../observe.ts'

const MOST_METADATA_CALLS = 4_000

/** A refresh is one request: the state never asks again, whatever it is answered, and grows by the owner. */
export const oneStep: Check = {
  name: 'one step',
  says: 'a refresh takes one step, and metadata a bounded number of calls',
  needs: 'any world',
  run: ({ adapter, metadata, metadataCalls, owners, state, answers }, { tried, finding }) => {
    const asked = metadataCalls.reduce((sum, calls) => sum + calls, 0)
    if (metadataCalls.length > MOST_STEPS) finding(`the metadata takes ${metadataCalls.length} steps`)
    if (asked > MOST_METADATA_CALLS) finding(`the metadata takes ${asked} calls`)
    for (const index of answers.keys()) {
      tried()
      for (const failure of FAILURES) {
        const step = state.decode(answers.map((answer, at) => (at === index ? failure : answer)))
        if (step.status === 'more') finding(`without an answer to call ${index} its state asks for a second step`)
      }
    }
    const counts = [0, 1, 2, 3].map((count) => {
      const asking: readonly Address[] = Array.from({ length: count }, (_, index) => addressOf(index, owners))
      const read: Read.Read<unknown> = adapter.state(metadata, asking)
      return read.calls.length
    })
    const steps = counts.slice(1).map((count, index) => count - (counts[index] ?? 0))
    if (new Set(steps).size > 1) finding(`one, two and three owners cost ${steps.join(', ')} calls more each`)
  },
}

const FAILURES = [
  { status: 'unavailable', reason: 'no answer' },
  { status: 'reverted', reason: 'reverted', data: '0x' },
] as const

function addressOf(index: number, owners: readonly Address[]): Address {
  return owners[index] ?? `0x${(index + 1).toString(16).padStart(40, '0')}`
}
