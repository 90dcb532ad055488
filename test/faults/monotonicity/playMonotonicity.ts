import type { MarginClient, MarginView } from '@unimargin/sdk'
import * as Random from '../../differential/Random.ts'
import * as FaultSet from './FaultSet.ts'
import { improvements } from './improvements.ts'
import * as World from './World.ts'

/** How many cases were played, and what they were like: a property that never meets its subject shows nothing. */
export type Tally = {
  /** Faults that were added: one view each. */
  cases: number
  worlds: number
  /** Of all positions after an added fault: wholly known, known in part, and unread. */
  known: number
  partly: number
  unread: number
  /** Positions whose conservative health is known, though their health is not. */
  conservative: number
  quorums: number
}

export type PlayParameters = {
  readonly cases: number
  readonly seed: string
  /** The first world: to come back to one that failed. */
  readonly round?: number | undefined
  /** Worlds at a time: some wait for nodes that never answer. */
  readonly atOnce?: number | undefined
}

/** How often in each world one begins anew without faults. */
const SEQUENCES = 8
const LONGEST = 7
/** Milliseconds: for nodes that never answer, and for all others. */
const SHORT = 60
const LONG = 60_000

/**
 * Adds faults, one after the other, to random worlds. Throws where a view looks better with more faults than with fewer, with
 * the seed and the round that lead back to it.
 */
export async function playMonotonicity({ cases, seed, round = 0, atOnce = 4 }: PlayParameters): Promise<Tally> {
  const tally: Tally = { cases: 0, worlds: 0, known: 0, partly: 0, unread: 0, conservative: 0, quorums: 0 }
  let next = round
  let hasFailed = false
  const work = async (): Promise<void> => {
    while (tally.cases < cases && !hasFailed) {
      const own = next++
      tally.worlds += 1
      await playWorld(Random.create(`${seed}/${own}`), tally, (problem) => {
        hasFailed = true
        throw new Error(`${problem}\nSEED=${seed} ROUND=${own}`)
      })
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return tally
}

async function playWorld(random: Random.Random, tally: Tally, fail: (problem: string) => never): Promise<void> {
  const world = World.create(random)
  const { owners } = world
  tally.quorums += world.chains.filter(({ nodes }) => nodes.length > 1).length
  const read = async (client: MarginClient, faults: FaultSet.FaultSet): Promise<MarginView> => {
    FaultSet.apply(world, faults)
    return client.getMarginView({ owners, timeout: FaultSet.isEndless(faults) ? SHORT : LONG })
  }
  const warm = world.createClient()
  const whole = await read(warm, [])
  const [hole] = whole.issues
  if (hole !== undefined) fail(`without faults, ${hole.path} is missing: ${hole.reason}`)
  const asIs = improvements(await world.truthAt(whole), whole)
  if (asIs.length > 0) fail(`without faults, it is not as it is:\n${asIs.join('\n')}`)

  for (let sequence = 0; sequence < SEQUENCES; sequence += 1) {
    // Whoever knows the metadata meets faults in the snapshot alone.
    const isCold = random.chance(30)
    const length = 1 + random.below(LONGEST)
    let faults: FaultSet.FaultSet = []
    let earlier: readonly MarginView[] = []
    for (let turn = 0; turn < length; turn += 1) {
      const added = FaultSet.draw(random, world, faults)
      if (added === undefined) continue
      const isComparable = FaultSet.isSteady(faults) && !FaultSet.hasLies(world, faults)
      faults = [...faults, added]
      const client = isCold ? world.createClient() : warm
      const view = await read(client, faults)
      if (isCold) client.close()
      // Whoever lies about the head, while another one fails or rests, can have an older block read: how it was there, it shows.
      const without = await world.truthAt(view)
      const others = isComparable ? earlier.filter((before) => isAtSameBlocks(before, view)) : []
      const found = [without, ...others].flatMap((before) => improvements(before, view))
      if (found.length > 0) {
        const names = faults.map(({ name }) => `  ${name}`).join('\n')
        fail(`With more faults:\n  ${[...new Set(found)].join('\n  ')}\nThe last of these was added:\n${names}`)
      }
      earlier = [...earlier, view]
      count(tally, view)
    }
  }
  warm.close()
}

function isAtSameBlocks(one: MarginView, other: MarginView): boolean {
  return one.chains.every((chain, index) => {
    const same = other.chains[index]
    return chain.status === 'unread' || same?.status !== 'read' || same.block.number === chain.block.number
  })
}

function count(tally: Tally, { positions }: MarginView): void {
  tally.cases += 1
  for (const position of positions) {
    if (position.status === 'unread') tally.unread += 1
    else if (position.issues.length > 0) tally.partly += 1
    else tally.known += 1
    if (position.status === 'read' && position.health.status === 'unknown') {
      tally.conservative += position.conservativeHealth.status === 'known' ? 1 : 0
    }
  }
}
