import type { Check } from '../Check.ts'
import { judge } from '../judge.ts'

/** The health of the view is the one that the protocol itself tells, to the wei. */
export const protocolHealth: Check = {
  name: 'health',
  says: "health is the protocol's own",
  needs: '`healthOf`, and positions that can be read',
  lendingOnly: true,
  run: async (observed, { tried, finding }) => {
    const { world, reading } = observed
    if (world.healthOf === undefined) return
    for (const position of reading.positions) {
      if (position.status !== 'ok') continue
      const { health } = judge(observed, position.value)
      if (health.status === 'unknown') continue
      tried()
      const said = await world.healthOf(position.value.owner)
      const ours = health.status === 'known' ? health.factor : undefined
      if (ours !== said)
        finding(`${position.value.owner} has ${ours ?? 'no debt'}, and the protocol says ${said ?? 'none'}`)
    }
  },
}
