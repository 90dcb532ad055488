import fc from 'fast-check'
import { arbitrum, base, optimism } from 'viem/chains'
import { describe, expect, test } from 'vitest'
import type { Address, Hex } from '../model/Hex.ts'
import type { ReadResult } from '../model/ReadResult.ts'
import { movedForward } from './movedForward.ts'
import { movesInView } from './movesInView.ts'
import type { Arrived, OwnerMoves, Page, Sent } from './OwnerMoves.ts'
import type { ChainOutcome } from './readChain.ts'
import { withoutStragglers } from './withoutStragglers.ts'

const OWNER: Address = '0x00000000000000000000000000000000000a11cE'
const ASSET: Address = '0x0000000000000000000000000000000000000900'
const ROUTER: Address = '0x0000000000000000000000000000000000000aaa'
const CHAINS = [arbitrum, base, optimism] as const

type Move = { readonly guid: Hex; readonly source: number; readonly destination: number; readonly isParked: boolean }
type Event =
  | { readonly kind: 'sent' | 'arrived'; readonly move: Move; readonly time: bigint }
  | { readonly kind: 'empty'; readonly time: bigint }

/** What happened on each chain, one event per block, the oldest first. */
type World = { readonly moves: readonly Move[]; readonly blocks: readonly (readonly Event[])[] }

/** How many of the newest entries a reading brings, and on which chains it brings none at all. */
type Limits = { readonly sent: number; readonly arrived: number; readonly unread?: readonly boolean[] }

const guid = (n: number): Hex => `0x${n.toString(16).padStart(64, '0')}`

/** Moves between chains, each sent before it arrives, in any order among each other, by clocks that do not quite agree. */
const worlds = ({ chains, most, pace }: { chains: number; most: number; pace: number }) =>
  fc
    .record({
      moves: fc.array(
        fc.record({ source: fc.nat(chains - 1), hop: fc.integer({ min: 1, max: chains - 1 }), isParked: fc.boolean() }),
        { minLength: 1, maxLength: most },
      ),
      order: fc.infiniteStream(fc.nat(1_000)),
      skews: fc.array(fc.integer({ min: -60, max: 60 }), { minLength: chains, maxLength: chains }),
      steps: fc.infiniteStream(fc.integer({ min: 0, max: pace })),
      arriving: fc.infiniteStream(fc.integer({ min: 0, max: 9 })),
    })
    .map(({ moves: drawn, order, skews, steps, arriving }): World => {
      const next = <value>(stream: fc.Stream<value>, otherwise: value): value => {
        const { value, done } = stream.next()
        return done === true ? otherwise : value
      }
      const moves = drawn.map(({ source, hop, isParked }, index): Move => {
        return { guid: guid(index + 1), source, destination: (source + hop) % chains, isParked }
      })
      const blocks: Event[][] = Array.from({ length: chains }, () => [])
      const waiting = moves.map((move) => ({ move, isSent: false }))
      let clock = 1_700_000_000
      while (waiting.length > 0) {
        clock += next(steps, 1)
        const at = next(order, 0) % (waiting.length + 1)
        const pending = waiting[at]
        const chain =
          pending === undefined ? at % chains : pending.isSent ? pending.move.destination : pending.move.source
        const time = BigInt(clock + (skews[chain] ?? 0))
        if (pending === undefined) {
          blocks[chain]?.push({ kind: 'empty', time })
          if (next(arriving, 0) === 0) waiting.shift()
        } else if (pending.isSent) {
          blocks[chain]?.push({ kind: 'arrived', move: pending.move, time })
          waiting.splice(at, 1)
        } else {
          blocks[chain]?.push({ kind: 'sent', move: pending.move, time })
          pending.isSent = true
        }
      }
      return { moves, blocks }
    })

/** What a node shows of a chain after its first `height` blocks. */
function outcomeAt({ blocks }: World, chain: number, height: number, limits: Limits): ChainOutcome {
  const viemChain = CHAINS[chain] ?? arbitrum
  const events = (blocks[chain] ?? []).slice(0, height)
  const newest = <entry>(entries: readonly entry[], limit: number): Page<entry> => ({
    entries: entries.slice(-limit).reverse(),
    total: BigInt(entries.length),
    isComplete: entries.length <= limit,
  })
  const sent = events.flatMap((event): Sent[] =>
    event.kind === 'sent'
      ? [
          {
            guid: event.move.guid,
            asset: ASSET,
            destinationEid: event.move.destination + 1,
            amount: 1n,
            sentAt: event.time,
          },
        ]
      : [],
  )
  const arrived = events.flatMap((event): Arrived[] => {
    if (event.kind !== 'arrived') return []
    const { guid, source, isParked } = event.move
    const place = { sourceEid: source + 1, asset: ASSET, market: ASSET, amount: 1n }
    return [{ guid, isParked, ...place, arrivedAt: event.time }]
  })
  const asset = { chainId: viemChain.id, address: ASSET, symbol: 'WETH', decimals: 18 }
  const moves: ReadResult<OwnerMoves> =
    limits.unread?.[chain] === true
      ? { status: 'unavailable', reason: 'malformed' }
      : {
          status: 'ok',
          value: { owner: OWNER, sent: newest(sent, limits.sent), arrived: newest(arrived, limits.arrived) },
        }
  return {
    chain: viemChain,
    owners: [OWNER],
    markets: [],
    router: {
      router: { chainId: viemChain.id, eid: chain + 1, endpoint: ROUTER, router: ROUTER, wrappedNative: ASSET },
      moves: [moves],
    },
    assets: [asset],
    finality: 'latest',
    readAt: 1_800_000_000n,
    status: 'read',
    block: { chainId: viemChain.id, number: BigInt(height), timestamp: events.at(-1)?.time ?? 1_699_999_000n },
    agreement: { status: 'single-source' },
    age: 0n,
    lag: 0n,
    flags: [],
  }
}

/** Whether a chain's positions hold a move's collateral at a height: before it was sent, or after it was credited. */
function holds({ blocks }: World, chain: number, height: number, move: Move): boolean {
  const seen = (blocks[chain] ?? []).slice(0, height)
  const shows = (kind: Event['kind']) =>
    seen.some((event) => event.kind === kind && 'move' in event && event.move === move)
  return chain === move.source ? !shows('sent') : chain === move.destination && !move.isParked && shows('arrived')
}

type Reading = { readonly heights: readonly number[]; readonly later: readonly number[] }

const readings = (world: World): fc.Arbitrary<Reading> =>
  fc
    .tuple(
      ...world.blocks.map(({ length }) =>
        fc.tuple(fc.nat(length), fc.nat(length)).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const),
      ),
    )
    .map((pairs) => ({ heights: pairs.map(([first]) => first), later: pairs.map(([, second]) => second) }))

/** Reads all chains, each at some height and a second time, where that is needed, at no lower one; counts every move. */
async function count(world: World, { heights, later }: Reading, limits: Limits) {
  const at = heights.map((height, chain) => outcomeAt(world, chain, height, limits))
  const moved = await movedForward(at, at, async (chain) => {
    const index = CHAINS.findIndex(({ id }) => id === chain.id)
    return outcomeAt(world, index, later[index] ?? 0, limits)
  })
  const outcomes = withoutStragglers(moved)
  const view = movesInView(outcomes)
  const isRead = (chain: number) => outcomes[chain]?.status === 'read'
  const heightOf = (chain: number) => {
    const outcome = outcomes[chain]
    return outcome?.status === 'read' ? Number(outcome.block.number) : 0
  }
  const counts = world.moves.map((move) => {
    const inPositions = outcomes.filter(
      (_, chain) => isRead(chain) && holds(world, chain, heightOf(chain), move),
    ).length
    const flying = view.inFlight.filter((one) => one.guid === move.guid)
    const beside = flying.length + view.parked.filter((one) => one.guid === move.guid).length
    // May have arrived, and says so.
    const unsure = flying.filter(({ confirmed }) => !confirmed).length
    return { move, count: inPositions + beside, unsure, isSourceRead: isRead(move.source) }
  })
  return { counts, view, unread: outcomes.filter(({ status }) => status !== 'read').length }
}

describe('consistent cut', () => {
  test('default: every move counts exactly once or its source is unread, in 10,000 schedules', async () => {
    const schedules = fc
      .integer({ min: 2, max: 3 })
      .chain((chains) => worlds({ chains, most: 6, pace: 20 }))
      .chain((world) => readings(world).map((reading) => ({ world, reading })))
    const seen = { whole: 0, unread: 0 }
    await fc.assert(
      fc.asyncProperty(schedules, async ({ world, reading }) => {
        const { counts, unread } = await count(world, reading, { sent: 64, arrived: 256 })
        for (const { count: times, isSourceRead } of counts) {
          if (isSourceRead) expect(times).toBe(1)
          else expect(times).toBeLessThanOrEqual(1)
        }
        if (unread === 0) seen.whole += 1
        else seen.unread += 1
      }),
      { numRuns: 10_000 },
    )
    // Both ends happen: without moving chains forward, and without making them unread, the schedules would show nothing.
    expect(seen.whole).toBeGreaterThan(1_000)
    expect(seen.unread).toBeGreaterThan(100)
  })

  test('behavior: of long histories, too, nothing counts twice, and what may be missing is an issue', async () => {
    const schedules = worlds({ chains: 2, most: 12, pace: 400 }).chain((world) =>
      readings(world).map((reading) => ({ world, reading })),
    )
    await fc.assert(
      fc.asyncProperty(schedules, async ({ world, reading }) => {
        const { counts, view } = await count(world, reading, { sent: 2, arrived: 3 })
        const holes = view.issues.filter(({ path }) => /^(inFlight|parked)/.test(path))
        for (const { count: times, unsure, isSourceRead } of counts) {
          expect(times - unsure).toBeLessThanOrEqual(1)
          if (times === 0 && isSourceRead) expect(holes).not.toEqual([])
        }
      }),
      { numRuns: 2_000 },
    )
  })

  test('behavior: where the moves of an owner cannot be read, an issue says so; what shows as arrived counts once', async () => {
    const schedules = worlds({ chains: 3, most: 8, pace: 100 }).chain((world) =>
      fc.record({
        world: fc.constant(world),
        reading: readings(world),
        unread: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
      }),
    )
    const seen = { once: 0, lost: 0 }
    await fc.assert(
      fc.asyncProperty(schedules, async ({ world, reading, unread }) => {
        const { counts, view } = await count(world, reading, { sent: 64, arrived: 256, unread })
        const silent = view.issues.filter(({ path }) => path === 'moves').map(({ chainId }) => chainId)
        for (const { move, count: times, unsure, isSourceRead } of counts) {
          const isSilent = (chain: number) => silent.some((chainId) => chainId === CHAINS[chain]?.id)
          if (!isSilent(move.destination)) expect(times - unsure).toBeLessThanOrEqual(1)
          if (!isSilent(move.destination)) seen.once += 1
          if (times === 0 && isSourceRead) expect(isSilent(move.source) || isSilent(move.destination)).toBe(true)
          if (times === 0 && isSourceRead) seen.lost += 1
        }
      }),
      { numRuns: 3_000 },
    )
    expect(Math.min(seen.once, seen.lost)).toBeGreaterThan(500)
  })

  test('behavior: clocks that disagree do not make a move that was just sent look like an old one', async () => {
    const move = (n: number): Move => ({ guid: guid(n), source: 0, destination: 1, isParked: false })
    const [first, second, third, last] = [move(1), move(2), move(3), move(4)]
    const world: World = {
      moves: [last],
      blocks: [
        [
          { kind: 'sent', move: first, time: 1_000n },
          { kind: 'sent', move: second, time: 1_010n },
          { kind: 'sent', move: third, time: 1_020n },
          { kind: 'empty', time: 1_090n },
          { kind: 'sent', move: last, time: 1_100n },
        ],
        // Its clock is a minute behind.
        [{ kind: 'arrived', move: last, time: 1_050n }],
      ],
    }
    const { counts, unread } = await count(world, { heights: [4, 1], later: [4, 1] }, { sent: 2, arrived: 3 })
    expect(counts).toMatchObject([{ count: 1, isSourceRead: false }])
    expect(unread).toBe(1)
  })
})
