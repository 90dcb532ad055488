import {
  type DirectMove,
  getMoveStatus,
  isTerminal,
  type MoveStatus,
  moveHints,
  recover,
  type TrackedMove,
} from '@unimargin/sdk'
import * as Random from '../differential/Random.ts'
import { callDestination } from './callDestination.ts'
import { contextOf } from './contextOf.ts'
import { nodesOf } from './nodesOf.ts'
import { objectionsToDirect } from './objectionsToDirect.ts'
import { AMOUNT, stranger } from './places.ts'
import type { Round } from './play.ts'
import * as Signer from './Signer.ts'
import { scanOf } from './scanOf.ts'
import * as World from './World.ts'
import { watchOf } from './watchOf.ts'

const LOOKS = 10
/** More steps than any way out has. */
const WAYS_OUT = 60

/** A move without a router: its owner goes on now and then, and dies in between. */
export async function playDirect(seed: string, round: number): Promise<Round> {
  const world = World.create(Random.create(seed), true)
  const { random } = world
  let isOpen = false
  const nodes = nodesOf(world, Random.create(`${seed}/nodes`), () => {
    // The world goes on while it is looked at.
    if (!isOpen || !random.chance(15)) return
    World.step(world)
    nodes.gaps.lagging += 1
  })
  const client = contextOf(world, nodes)
  const signer = Signer.create(world)
  const recovered: string[] = []
  const watch = watchOf(world, nodes, signer.begun, objectionsToDirect)
  const { problems, told } = watch
  const scan = scanOf(world)

  for (let looks = 0; looks < LOOKS && problems.length === 0; looks += 1) {
    for (let steps = random.below(12); steps > 0; steps -= 1) World.step(world)
    if (random.chance(60)) watch.move = signer.goOn(directIn(watch.move))
    isOpen = true
    const hints = random.chance(30) ? moveHints({ scan }) : undefined
    await watch.look(
      () => getMoveStatus(client, { move: watch.move, hints }),
      (status) => status,
    )
    isOpen = false
  }

  nodes.heal()
  for (let way = 0; problems.length === 0; way += 1) {
    const { status, actions, advice } = await watch.look(
      () => recover(client, { move: watch.move, scan }),
      (answer) => answer.status,
    )
    const { state, amount, removal } = status
    world.story.push(`${advice} ${JSON.stringify(actions.map(({ kind, refused }) => [kind, refused]))}`)
    problems.push(...endProblems(world, status))
    // What is there neither to be delivered nor paid out was removed: no log tells by whom.
    const isLost = state === 'delivered' && (amount === undefined || isRemoved(world))
    const isOver = isLost || signer.isRefused() || (isTerminal(state) && removal !== 'nilified')
    if (problems.length > 0 || isOver) break
    if (way === WAYS_OUT) {
      problems.push(`no way out of ${state} was found: ${advice}`)
      break
    }
    const open = actions.find(({ refused }) => refused === undefined)
    if (open === undefined) {
      waitFor(world, status)
      watch.move = signer.goOn(directIn(watch.move))
      World.mineSource(world, 20n)
      continue
    }
    const { kind, call } = open
    recovered.push(`${state} by ${kind}`)
    world.story.push(`recover ${state} by ${kind}`)
    const change = callDestination(world.destination.head.state, { from: stranger, to: call.to, data: call.data })
    if (!World.mineDestination(world, kind, change)) problems.push(`${kind} reverted in ${state}`)
  }
  const { ours } = world.source.head.state
  if (ours.length > 1) problems.push(`the move was made ${ours.length} times`)
  const { settlements } = world.destination.head.state
  if (settlements > 1) problems.push(`it was supplied ${settlements} times`)
  return { round, problems, told, recovered, story: problems.length === 0 ? [] : world.story }
}

function isRemoved({ source, destination }: World.World): boolean {
  const { sent } = source.head.state
  const phase = sent && destination.head.state.letters.get(sent.nonce)?.phase
  return phase === 'skipped' || phase === 'burnt' || phase === 'cleared'
}

/** What is wrong with an end: where the tokens are decides. */
function endProblems(world: World.World, { state, move }: MoveStatus): readonly string[] {
  const { sent, held } = world.source.head.state
  const letter = sent && world.destination.head.state.letters.get(sent.nonce)
  const says = (is: boolean) => (is ? [] : [`${state} in the end, and the tokens are not there`])
  switch (state) {
    case 'credited':
      return says(letter?.settled === 'credited' && letter.isOurs && move.guid === sent?.guid)
    case 'refunded':
      return says(sent === undefined && held >= AMOUNT)
    case 'failed':
      return says(sent === undefined && held === 0n)
    default:
      return []
  }
}

/** Nothing can be called now: what is waited for comes. */
function waitFor(world: World.World, { state }: MoveStatus): void {
  const there = world.destination.head.state
  if (['sent', 'verifying', 'skipped-nilified-burnt', 'blocked-by-nonce'].includes(state)) World.attestToAll(world)
  if (!there.isDry && !there.isFrozen) return
  World.mineDestination(world, 'the pool and the market open', { state: { ...there, isDry: false, isFrozen: false } })
}

function directIn(move: TrackedMove): DirectMove {
  if (move.direct === undefined) throw new TypeError('it is a direct move')
  return { ...move, direct: move.direct }
}
