import type { Check } from '../Check.ts'
import { difference } from '../difference.ts'
import { finish } from '../observe.ts'

/** Metadata that no longer holds is noticed with the next state: that fails, or says what fresh metadata would say. */
export const staleness: Check = {
  name: 'stale metadata',
  says: 'stale metadata is noticed',
  needs: '`changedFacts`',
  run: async ({ adapter, metadata, owners, world }, { tried, finding }) => {
    for (const { what, world: changed } of world.changedFacts ?? []) {
      tried()
      const { result: fresh } = await finish(adapter.metadata.read, changed)
      if (fresh.status !== 'ok') {
        finding(`after ${what} the metadata cannot be read: ${fresh.reason}`)
        continue
      }
      const { result: due } = await finish(adapter.state(fresh.value, owners), changed)
      const { result: stale } = await finish(adapter.state(metadata, owners), changed)
      if (stale.status === 'unavailable') {
        if (!stale.reason.startsWith('metadata is stale')) {
          finding(`after ${what} it does not say that its metadata is stale, but: ${stale.reason}`)
        }
      } else if (stale.status !== 'ok') finding(`after ${what} it is ${stale.status}: ${stale.reason}`)
      else {
        const found = difference(due.status === 'ok' ? due.value : due, stale.value, 'the reading')
        if (found !== undefined) finding(`after ${what} it goes on with stale metadata: ${found}`)
      }
    }
  },
}
