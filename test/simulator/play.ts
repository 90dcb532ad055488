import {
  createMetadataCache,
  findMove,
  getMoveStatus,
  type Hex,
  isTerminal,
  type MarginContext,
  type MessageScan,
  type MoveIntent,
  type MoveState,
  type MoveStatus,
  MoveTransitions,
  moveHints,
  type Recovery,
  recover,
  collateralRouterAbi as routerAbi,
  type TrackedMove,
  UnknownChainError,
} from '@unimargin/sdk'
import { createClient, custom, defineChain, encodeFunctionData } from 'viem'
import * as Progress from '../../packages/sdk/src/moves/track/Progress.ts'
import * as Random from '../differential/Random.ts'
import * as Chain from './Chain.ts'
import { callDestination } from './callDestination.ts'
import { type Nodes, nodesOf } from './nodesOf.ts'
import { objectionsTo } from './objections.ts'
import { DESTINATION, EIDS, ID, intentOf, owner, routeOf, router, routers, SOURCE, stranger } from './places.ts'
import * as Truth from './truth.ts'
import * as World from './World.ts'

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
/** More steps than any way out has. */
const WAYS_OUT = 24

/** Plays seeds one after the other. */
export async function* play({ seed, from, to, step }: Rounds): AsyncGenerator<Round> {
  for (let round = from; round < to; round += step) yield playRound(`${seed}/${round}`, round)
}

const chains = [SOURCE, DESTINATION].map((id) =>
  defineChain({
    id,
    name: `Model ${id}`,
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [] } },
  }),
)

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
  const problems: string[] = []
  const [told, recovered]: [MoveState[], string[]] = [[], []]
  let move: TrackedMove = begun(world, intent)
  let progress: Progress.Progress | undefined
  let last: MoveState = 'intended'
  const scan = scanOf(world)

  const look = async <answer>(
    ask: () => Promise<answer>,
    statusOf: (answer: answer) => MoveStatus,
  ): Promise<answer> => {
    nodes.shown.length = 0
    Object.assign(nodes.gaps, { count: 0, lagging: 0 })
    const answer = await ask()
    const status = statusOf(answer)
    problems.push(...objectionsTo(status, nodes, world))
    move = status.move
    const before = progress?.state
    const followed = Progress.follow(progress, status)
    progress = followed.progress
    world.story.push(`seen ${status.state}, told ${followed.states.join(' ')}`)
    followed.states.reduce((from: MoveState | undefined, next) => {
      const kind = from === undefined ? 'forward' : MoveTransitions.kindOf(from, next)
      if (kind === undefined) problems.push(`${from} was followed by ${next}`)
      if (kind === 'undone' && !world.isReorganised) problems.push(`${from} became ${next} without a reorganisation`)
      told.push(next)
      return next
    }, before)
    last = progress.state
    // Whoever watches has ended there; a look after it is the first of another watch.
    if (isTerminal(last)) progress = undefined
    return answer
  }

  for (let looks = 0; looks < LOOKS; looks += 1) {
    for (let steps = random.below(12); steps > 0; steps -= 1) World.step(world)
    isOpen = true
    const hints = random.chance(30) ? moveHints({ scan }) : undefined
    await look(
      () => getMoveStatus(client, { move, hints }),
      (status) => status,
    )
    isOpen = false
  }

  nodes.heal()
  for (let way = 0; ; way += 1) {
    const recovery = await look(
      () => recover(client, { move: { ...intent, ...move }, scan }),
      ({ status }) => status,
    )
    const { status } = recovery
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
  const { source, destination } = world
  const there = destination.head.state
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
    case 'blocked-by-nonce': {
      // Old enough, and then each verifier attests to everything.
      for (let block = 0; block < 4; block += 1) World.mineSource(world, 1n, true)
      for (let nonce = 1n; nonce <= source.head.state.messages; nonce += 1n) {
        for (let tries = 0; tries < 16; tries += 1) World.attestTo(world, nonce)
      }
      return undefined
    }
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
  return truth === 'failed' && said === 'reorged' && isTaken ? said : truth
}

function sendOf({ move }: MoveIntent): Hex {
  return encodeFunctionData({ abi: routerAbi, functionName: 'send', args: [{ ...move, action: 0 }] })
}

/** An indexer that knows the transaction, or says that of another, or nothing that can be read. */
function scanOf({ random, source, count }: World.World): MessageScan | undefined {
  const lie: Hex = `0x${'66'.repeat(32)}`
  const said = (hash: Hex) => ({ hash, srcEid: EIDS[SOURCE] })
  const all: readonly [MessageScan | undefined, ...(MessageScan | undefined)[]] = [
    undefined,
    { sourceOf: (guid) => said(Chain.findSaid(source.head, guid) ?? lie) },
    { sourceOf: () => said(lie) },
    { sourceOf: () => said(source.head.transactions[0]?.hash ?? lie) },
    { sourceOf: () => ({ hash: `0x${count}`, srcEid: -1 }) },
    { sourceOf: () => Promise.reject(new TypeError('fetch failed')) },
  ]
  return random.pick(all)
}

/** What is found by its GUID alone is the same move. */
async function foundOtherwise(client: MarginContext, { guid }: TrackedMove, scan: MessageScan | undefined) {
  if (guid === undefined) return []
  const found = await findMove(client, { guid, scan })
  const { state } = await getMoveStatus(client, { move: found })
  return found.id === ID && found.guid === guid ? [] : [`another move was found by the GUID, ${state}`]
}

function contextOf(world: World.World, { request }: Nodes): MarginContext {
  const clients = new Map(
    chains.map((chain) => [
      chain.id,
      createClient({
        chain,
        transport: custom({ request: request(chain.id) }, { retryCount: 0 }),
        ccipRead: false,
      }),
    ]),
  )
  return {
    chains,
    adapters: [],
    routers,
    routes: [routeOf(world.way)],
    thresholds: { atRisk: 11n * 10n ** 17n, watch: 15n * 10n ** 17n },
    metadata: createMetadataCache(),
    getClient: (chainId) => {
      const client = clients.get(chainId)
      if (client === undefined) throw new UnknownChainError({ chainId, configured: [...clients.keys()] })
      return client
    },
  }
}
