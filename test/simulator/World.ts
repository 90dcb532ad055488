import type { Hex } from '@unimargin/sdk'
import { numberToHex } from 'viem'
import type * as Random from '../differential/Random.ts'
import * as Chain from './Chain.ts'
import { composeAlert, withTold } from './callDestination.ts'
import * as DestinationState from './DestinationState.ts'
import { owner, router, START, stranger, verifiers, type Way, ways } from './places.ts'
import * as SourceState from './SourceState.ts'

/** Two chains, the transactions that wait for the first, and whoever works on the second. */
export type World = {
  readonly random: Random.Random
  readonly way: Way
  readonly deadline: bigint
  readonly source: Chain.Chain<SourceState.SourceState>
  readonly destination: Chain.Chain<DestinationState.DestinationState>
  /** Transactions of the owner that some node has, whether or not they can still be included. */
  mempool: Pending[]
  /** Whether either chain has ever been reorganised. */
  isReorganised: boolean
  /** What happened, for whoever has to understand a failure. */
  readonly story: string[]
  count: number
}

export type Pending = { readonly hash: Hex; readonly nonce: bigint; readonly to: Hex; readonly input: Hex }

/** Blocks of the source after which verifiers attest, and within which it is reorganised. */
const CONFIRMATIONS = 3n

export function create(random: Random.Random, isDirect = false): World {
  const way = { ...random.pick([ways.oft, ways.oft, ways.stargate]), isDirect }
  return {
    random,
    way,
    deadline: START + BigInt(60 + random.below(600)),
    source: Chain.create(10, SourceState.create(way), START),
    destination: Chain.create(20, DestinationState.create(way), START),
    mempool: [],
    isReorganised: false,
    story: [],
    count: 0,
  }
}

/** Hands a transaction of the owner to the nodes. */
export function broadcast(world: World, { nonce, to, input }: Omit<Pending, 'hash'>): Hex {
  world.count += 1
  const hash = numberToHex((0xabn << 240n) + BigInt(world.count), { size: 32 })
  world.mempool.push({ hash, nonce, to, input })
  world.story.push(`broadcast ${world.count} as ${nonce}`)
  return hash
}

/** Includes what fits of the transactions that wait. */
export function mineSource(world: World, seconds = 12n, isEmpty = false): void {
  const { source } = world
  const timestamp = source.head.timestamp + seconds
  let { state } = source.head
  const mined: Chain.Mined[] = []
  for (const { hash, nonce, to, input } of isEmpty ? [] : byPrice(world)) {
    if (nonce !== state.count) continue
    state = { ...state, count: state.count + 1n }
    const done = SourceState.execute(state, { to, input }, timestamp)
    const isReverted = 'revert' in done
    if (!isReverted) state = done.state
    mined.push({ hash, from: owner, to, nonce, input, isReverted, logs: isReverted ? [] : done.logs })
  }
  Chain.append(source, seconds, state, mined)
  world.story.push(
    `source ${source.head.number}: ${mined.map(({ hash, isReverted }) => `${hash.slice(-2)}${isReverted ? ' reverted' : ''}`)}`,
  )
}

/** The later ones pay more. */
function byPrice({ mempool }: World): readonly Pending[] {
  return [...mempool].reverse()
}

/** Somebody's transaction at the destination, in a block of its own. */
export function mineDestination(world: World, says: string, change: DestinationState.Change, seconds = 2n): boolean {
  const { destination } = world
  if (change === undefined) return false
  const hash = numberToHex((0xdeadn << 240n) + BigInt(++world.count), { size: 32 })
  const { state, logs = [] } = change
  Chain.append(destination, seconds, state, [
    { hash, from: stranger, to: router, nonce: 0n, input: '0x', isReverted: false, logs },
  ])
  world.story.push(`destination ${destination.head.number}: ${says}`)
  return true
}

/** Something happens, or tries to. */
export function step(world: World): void {
  const { random, source, destination } = world
  const here = source.head.state
  const there = destination.head.state
  const isOurs = here.sent !== undefined && random.chance(60)
  const nonce = isOurs ? here.sent.nonce : BigInt(1 + random.below(Number(here.messages) + 1))
  const act = (says: string, change: DestinationState.Change) => mineDestination(world, `${says} ${nonce}`, change)
  const events: readonly [number, () => unknown][] = [
    [14, () => mineSource(world, BigInt(1 + random.below(40)))],
    [4, () => mineSource(world, BigInt(1 + random.below(40)), true)],
    [3, () => sendStrangers(world)],
    [1, () => replace(world, 'bump')],
    [1, () => replace(world, 'cancel')],
    [1, () => drop(world)],
    [1, () => setHealth(world, random.chance(70))],
    [2, () => reorgSource(world, 1 + random.below(Number(CONFIRMATIONS)))],
    [20, () => attestTo(world, nonce)],
    [10, () => act('commit', DestinationState.commit(there, nonce))],
    [10, () => act('deliver', withTold(DestinationState.deliver(there, nonce), nonce))],
    [6, () => act('compose', DestinationState.compose(there, nonce))],
    [5, () => act('alert', alerted(there, nonce))],
    [2, () => act('pay again', withTold(DestinationState.payAgain(there, nonce), nonce))],
    [1, () => act('retry', DestinationState.retry(there, nonce))],
    [1, () => act('claim', DestinationState.claim(there, nonce))],
    [2, () => act('refuse', refused(world, nonce))],
    [2, () => act('turn', { state: { ...there, isDry: random.chance(50), isFrozen: random.chance(50) } })],
    [3, () => mineDestination(world, 'nothing', { state: there }, BigInt(1 + random.below(30)))],
    [3, () => reorgDestination(world, 1 + random.below(4))],
  ]
  let ticket = random.below(events.reduce((sum, [weight]) => sum + weight, 0))
  for (const [weight, happen] of events) {
    ticket -= weight
    if (ticket < 0) {
      happen()
      return
    }
  }
}

function sendStrangers(world: World): void {
  const { source } = world
  const { state, logs } = SourceState.strangers(source.head.state)
  const hash = numberToHex((0xfeedn << 240n) + BigInt(++world.count), { size: 32 })
  Chain.append(source, 5n, state, [
    { hash, from: stranger, to: router, nonce: 0n, input: '0x', isReverted: false, logs },
  ])
  world.story.push(`source ${source.head.number}: a message of a stranger, ${state.messages}`)
}

/** The same call with more gas, or another call, in the place of one that waits. */
function replace(world: World, how: 'bump' | 'cancel'): void {
  const waiting = world.mempool.find(({ nonce }) => nonce >= world.source.head.state.count)
  if (waiting === undefined) return
  broadcast(world, { ...waiting, ...(how === 'bump' ? {} : { to: stranger, input: '0x' }) })
}

/** The nodes forget a transaction that waits. */
function drop(world: World): void {
  const { count } = world.source.head.state
  if (world.mempool.length === 0) return
  world.mempool = world.mempool.filter(({ nonce }) => nonce < count)
  world.story.push('the nodes forget what waits')
}

function setHealth(world: World, isHealthy: boolean): void {
  Chain.append(world.source, 3n, { ...world.source.head.state, isHealthy })
  world.story.push(`source ${world.source.head.number}: healthy is ${isHealthy}`)
}

/** What a verifier has attested to is final: it waits longer than any reorganisation is deep. */
function reorgSource(world: World, depth: number): void {
  const { source } = world
  Chain.rewind(source, depth)
  world.isReorganised = true
  world.story.push(`the source goes back to ${source.head.number}`)
  if (world.random.chance(20)) drop(world)
  // The other branch is the longer one.
  for (let block = 0; block <= depth; block += 1) mineSource(world, 6n, world.random.chance(40))
}

function reorgDestination(world: World, depth: number): void {
  const { destination } = world
  Chain.rewind(destination, depth)
  world.isReorganised = true
  world.story.push(`the destination goes back to ${destination.head.number}`)
  for (let block = 0; block <= depth; block += 1) {
    mineDestination(world, 'nothing', { state: destination.head.state }, 1n)
  }
}

export function attestTo(world: World, nonce: bigint): void {
  const { source, destination, random } = world
  const settled = Chain.before(source.head, Number(CONFIRMATIONS))
  if (nonce > settled.state.messages) return
  const verifier = random.below(verifiers.length)
  const isOurs = settled.state.ours.includes(nonce)
  const state = DestinationState.attest(destination.head.state, nonce, isOurs, verifier)
  if (state !== destination.head.state) mineDestination(world, `verifier ${verifier} attests to ${nonce}`, { state })
}

/** What was sent gets old enough, and then each verifier attests to everything. */
export function attestToAll(world: World): void {
  for (let block = 0; block < 4; block += 1) mineSource(world, 1n, true)
  for (let nonce = 1n; nonce <= world.source.head.state.messages; nonce += 1n) {
    for (let tries = 0; tries < 16; tries += 1) attestTo(world, nonce)
  }
}

function alerted(state: DestinationState.DestinationState, nonce: bigint): DestinationState.Change {
  const change = DestinationState.alert(state, nonce)
  return change && { ...change, logs: [composeAlert(state, nonce)] }
}

/** Nobody may refuse what was not sent yet. */
function refused({ random, destination, source }: World, nonce: bigint): DestinationState.Change {
  const { state } = destination.head
  if (nonce > source.head.state.messages) return undefined
  return DestinationState.refuse(state, nonce, random.pick(['nilify', 'skip', 'burn', 'clear']))
}
