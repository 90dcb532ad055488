import type { Observed } from './observe.ts'
import type { Random } from './Random.ts'

const OF_EACH_FUNCTION = 2

/** Some calls of a state, by their index: of each function a few, because all of it would be the same over and over. */
export function sampleCalls({ state }: Pick<Observed, 'state'>, random: Random): readonly number[] {
  const seen = new Map<string, number>()
  return random.shuffle([...state.calls.keys()]).filter((index) => {
    const selector = state.calls[index]?.data.slice(0, 10) ?? ''
    const count = (seen.get(selector) ?? 0) + 1
    seen.set(selector, count)
    return count <= OF_EACH_FUNCTION
  })
}
