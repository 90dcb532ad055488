import type { Check } from '../Check.ts'
import { difference } from '../difference.ts'
import { judge, knownPositions } from '../judge.ts'

/** Nothing depends on the order of owners or of legs, nor on who else is asked about. */
export const order: Check = {
  name: 'order',
  says: 'the order of legs and owners is irrelevant',
  needs: 'positions that can be read',
  run: async (observed, { tried, finding }, random) => {
    const { adapter, metadata, owners, reading, world } = observed
    const [first] = owners
    const asked = [
      [...owners].reverse(),
      random.shuffle(owners),
      owners.slice(0, 1),
      [...owners, ...(first ? [first] : [])],
      [],
    ]
    for (const some of asked) {
      tried()
      const read = adapter.state(metadata, some)
      const step = read.decode(await world.answer(read.calls))
      if (step.status !== 'ok') {
        finding(`asked about ${some.length} owners in another order, it is ${step.status}`)
        continue
      }
      const found =
        difference(reading.state, step.value.state, 'the state') ??
        difference(
          some.map((owner) => reading.positions[owners.indexOf(owner)]),
          step.value.positions,
          'positions',
        )
      if (found !== undefined) finding(`asked about ${some.length} owners in another order, ${found}`)
    }
    for (const { facts, legs, rule } of knownPositions(observed)) {
      const shuffled = { collateral: random.shuffle(legs.collateral), debt: [...legs.debt].reverse() }
      const found = difference(rule.assess(legs), rule.assess(shuffled), 'what the rule says')
      if (found !== undefined) finding(`with the legs of ${facts.owner} in another order, ${found}`)
      const turned = { ...facts, collateral: [...facts.collateral].reverse(), debt: [...facts.debt].reverse() }
      const judged = difference(judge(observed, facts).health, judge(observed, turned).health, 'health')
      if (judged !== undefined) finding(`with the legs of ${facts.owner} in another order, ${judged}`)
    }
  },
}
