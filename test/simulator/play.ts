import {
  findMove,
  getMoveStatus,
  type Hex,
  isTerminal,
  type MarginContext,
  type MessageScan,
  type MoveIntent,
  type MoveState,
  MoveTransitions,
  moveHints,
  type Recovery,
  recover,
  collateralRouterAbi as routerAbi,
  type TrackedMove,
} from '@unimargin/sdk'
import { encodeFunctionData } from 'viem'
import * as Random from '../differential/Random.ts'
import { callDestination } from './callDestination.ts'
import { contextOf } from './contextOf.ts'
import { nodesOf } from './nodesOf.ts'
import { objectionsTo } from './objections.ts'
import { ID, intentOf, owner, router, SOURCE, stranger } from './places.ts'
import { playDirect } from './playDirect.ts'
import { scanOf } from './scanOf.ts'
import * as Truth from './truth.ts'
import * as World from './World.ts'
import { watchOf } from './watchOf.ts'

/** What became of one seed. */
export type Round = {
  readonly round: number
  readonly problems: readonly string[]
  /** States that the tracker told, and those that `recover` led out of. */
  readonly told: readonly MoveState[]
  readonly recovered: readonly string[]
  /** What happened, as far as it matters for a failure. */
  readonly story: readonly string[]
}

export type Rounds = { readonly seed: string; readonly from: number; readonly to: number; readonly step: number }

const LOOKS = 10
/** Every so many rounds a move goes without a router. */
const DIRECT = 3
/** More steps than any way out has. */
const WAYS_OUT = 24

/** Plays seeds one after the other. */
export async function* play({ seed, from, to, step }: Rounds): AsyncGenerator<Round> {
  for (let round = from; round < to; round += step)
    yield (round % DIRECT === 1 ? playDirect : playRound)(`${seed}/${round}`, round)
}

async function playRound(seed: string, round: number): Promise<Round> {
  const world = World.create(Random.create(seed))
  const { random } = world
  const nodes = nodesOf(world, Random.create(`${seed}/nodes`), () => {
    // The world goes on while it is looked at.
    if (!isOpen || !random.chance(15)) return
    World.step(world)
    nodes.gaps.lagging += 1
  })
  let isOpen = false
  const client = contextOf(world, nodes)
  const intent = intentOf(world.way, world.deadline)
  const recovered: string[] = []
  const watch = watchOf(world, nodes, begun(world, intent), objectionsTo)
  const { problems, told } = watch
  const scan = scanOf(world)

  for (let looks = 0; looks < LOOKS; looks += 1) {
    for (let steps = random.below(12); steps > 0; steps -= 1) World.step(world)
    isOpen = true
    const hints = random.chance(30) ? moveHints({ scan }) : undefined
    await watch.look(
      () => getMoveStatus(client, { move: watch.move, hints }),
      (status) => status,
    )
    isOpen = false
  }

  nodes.heal()
  for (let way = 0; ; way += 1) {
    const recovery = await watch.look(
      () => recover(client, { move: { ...intent, ...watch.move }, scan }),
      ({ status }) => status,
    )
    const { status } = recovery
    const { move, last } = watch
    const truth = endOf(world, move, status.state)
    if (Truth.plain(status.state) !== Truth.plain(truth))
      problems.push(`${status.state} in the end where ${truth} is true`)
    if (Truth.plain(last) !== Truth.plain(truth)) problems.push(`${last} was told last where ${truth} is true`)
    if (problems.length > 0) break
    if (truth === 'reorged' && status.state === truth && world.source.head.timestamp > world.deadline) break
    const isOver = isTerminal(truth) && truth !== 'parked' && status.removal !== 'nilified'
    if (isOver && (truth !== 'failed' || way > 0 || world.source.head.timestamp > world.deadline)) break
    if (way === WAYS_OUT) {
      problems.push(`no way out of ${truth} was found`)
      break
    }
    const problem = follow(world, recovery, recovered)
    if (problem !== undefined) {
      problems.push(problem)
      break
    }
  }
  const { move } = watch
  const isThere = problems.length === 0 && world.source.head.state.sent?.guid === move.guid
  if (isThere && random.chance(20)) problems.push(...(await foundOtherwise(client, move, scan)))
  const { ours } = world.source.head.state
  if (ours.length > 1) problems.push(`the move was made ${ours.length} times`)
  const { settlements } = world.destination.head.state
  if (settlements > 1) problems.push(`it was settled ${settlements} times`)
  return { round, problems, told, recovered, story: problems.length === 0 ? [] : world.story }
}

/** The move as its sender has it: meant only, handed to a node, or handed to it before a crash. */
function begun(world: World.World, intent: MoveIntent): TrackedMove {
  const input = sendOf(intent)
  if (world.random.chance(10)) return intent
  const hash = World.broadcast(world, { nonce: 0n, to: router, input })
  if (world.random.chance(20)) return intent
  return world.random.chance(50) ? { ...intent, hash } : { ...intent, hash, transaction: { from: owner, nonce: 0n } }
}

/** Takes the best way out that is offered, twice; or does what there is nobody else for. */
function follow(world: World.World, { status, actions, advice }: Recovery, recovered: string[]): string | undefined {
  const before = truthOf(world, status.move)
  const open = actions.find(({ refused }) => refused === undefined)
  world.story.push(`${advice} ${JSON.stringify(actions.map(({ kind, refused }) => [kind, refused]))}`)
  if (open === undefined) return wait(world, before, actions.length, advice)
  const { kind, call, who, nonce } = open
  recovered.push(`${before} by ${kind}`)
  world.story.push(`recover ${before} by ${kind}`)
  if (call.chainId === SOURCE) {
    World.broadcast(world, { nonce: nonce ?? world.source.head.state.count, to: call.to, input: call.data })
    World.mineSource(world)
  } else {
    const from = who === 'anyone' ? stranger : owner
    const change = callDestination(world.destination.head.state, { from, to: call.to, data: call.data })
    if (!World.mineDestination(world, kind, change)) return `${kind} reverted in ${before}`
    const again = callDestination(world.destination.head.state, { from, to: call.to, data: call.data })
    if (again !== undefined && kind !== 'commit') return `${kind} worked twice in ${before}`
  }
  const after = truthOf(world, status.move)
  const isFurther = MoveTransitions.between(before, after)?.some(({ kind: way }) => way === 'forward') === true
  // What is unblocked is a message before it: there may be more of them.
  return isFurther || before === 'blocked-by-nonce' ? undefined : `${before} became ${after} by ${kind}`
}

/** Nothing can be called now: what is waited for comes. */
function wait(world: World.World, state: MoveState, refused: number, advice: string): string | undefined {
  const there = world.destination.head.state
  switch (state) {
    case 'intended':
    case 'submitted':
    case 'replaced':
    case 'reorged':
    case 'mined':
    case 'failed':
      World.mineSource(world, 100n)
      return undefined
    case 'sent':
    case 'verifying':
    case 'skipped-nilified-burnt':
    case 'blocked-by-nonce':
      World.attestToAll(world)
      return undefined
    default:
      if (refused === 0) return `nothing is offered in ${state}: ${advice}`
      if (!there.isDry && !there.isFrozen) return `everything is refused in ${state}: ${advice}`
      World.mineDestination(world, 'the pool and the market open', {
        state: { ...there, isDry: false, isFrozen: false },
      })
      return undefined
  }
}

function truthOf(world: World.World, { hash, transaction, minedIn }: TrackedMove): MoveState {
  return Truth.of(world, { hash, nonce: transaction?.nonce, wasMined: minedIn !== undefined })
}

/**
 * Where it is in the end. Of one that was taken back for good, and whose GUID another message has got, nobody at the destination can say
 * whose that is: it stays reorganised, which is not told as an end.
 */
function endOf(world: World.World, move: TrackedMove, said: MoveState): MoveState {
  const truth = truthOf(world, move)
  const { letters } = world.destination.head.state
  const isTaken = [...letters.values()].some(({ message }) => message.guid === move.guid)
  // Until its deadline it can be sent again, whatever became of the transaction of the other branch.
  const isEarly = world.source.head.timestamp <= world.deadline
  return truth === 'failed' && said === 'reorged' && (isTaken || isEarly) ? said : truth
}

function sendOf({ move }: MoveIntent): Hex {
  return encodeFunctionData({ abi: routerAbi, functionName: 'send', args: [{ ...move, action: 0 }] })
}

/** What is found by its GUID alone is the same move. */
async function foundOtherwise(client: MarginContext, { guid }: TrackedMove, scan: MessageScan | undefined) {
  if (guid === undefined) return []
  const found = await findMove(client, { guid, scan })
  const { state } = await getMoveStatus(client, { move: found })
  return found.id === ID && found.guid === guid ? [] : [`another move was found by the GUID, ${state}`]
}
