import type { Address, Hex, MarketReading, ProtocolAdapter, Read, ReadResult } from '@unimargin/sdk'
import { UnusableWorldError } from './ConformanceErrors.ts'
import type { ConformanceWorld } from './ConformanceWorld.ts'

/** Metadata may ask again, depending on what it learnt; more often than this is a mistake or a trap. */
export const MOST_STEPS = 6

/** A world, and what the adapter makes of it. */
export type Observed = {
  readonly seed: number
  readonly adapter: ProtocolAdapter
  readonly world: ConformanceWorld
  readonly owners: readonly Address[]
  readonly metadata: unknown
  /** Calls of each step that the metadata took. */
  readonly metadataCalls: readonly number[]
  readonly state: Read.Read<MarketReading>
  readonly answers: readonly ReadResult<Hex>[]
  readonly reading: MarketReading
}

/** Reads a world as the sdk would: metadata first, then the state. */
export async function observe(adapter: ProtocolAdapter, world: ConformanceWorld, seed: number): Promise<Observed> {
  const { owners } = world
  const refuse = (reason: string) => new UnusableWorldError({ seed, reason })
  if (owners.length < 2) throw refuse('it has less than two owners')
  const { result: metadata, calls: metadataCalls } = await finish(adapter.metadata.read, world)
  if (metadata.status !== 'ok') throw refuse(`the metadata cannot be read: ${metadata.reason}`)
  const state = adapter.state(metadata.value, owners)
  const answers = await world.answer(state.calls)
  const step = state.decode(answers)
  if (step.status === 'more') throw refuse('its state asks for a second step')
  if (step.status !== 'ok') throw refuse(`the state cannot be read: ${step.reason}`)
  const reading = step.value
  return { seed, adapter, world, owners, metadata: metadata.value, metadataCalls, state, answers, reading }
}

/** Takes a read through all of its steps. */
export async function finish<value>(
  read: Read.Read<value>,
  world: ConformanceWorld,
): Promise<{ readonly result: ReadResult<value>; readonly calls: readonly number[] }> {
  const calls: number[] = []
  for (let next = read; calls.length < MOST_STEPS; ) {
    calls.push(next.calls.length)
    const step = next.decode(next.calls.length === 0 ? [] : await world.answer(next.calls))
    if (step.status !== 'more') return { result: step, calls }
    next = step.read
  }
  return { result: { status: 'unavailable', reason: `it takes more than ${MOST_STEPS} steps` }, calls }
}

/** The reading again, after this change on the chain. */
export async function observeAgain(observed: Observed, world: ConformanceWorld): Promise<Observed> {
  return observe(observed.adapter, world, observed.seed)
}
