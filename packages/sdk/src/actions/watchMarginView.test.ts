import { getAddress } from 'viem'
import { arbitrum, base, optimism } from 'viem/chains'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { FakeChain } from '../../test/FakeChain.ts'
import { deployFakeMarket, deployFakeRouter, fakeMarket, fakeRule } from '../../test/fakeMarket.ts'
import { createMarginClient, type MarginClient } from '../client/createMarginClient.ts'
import { AbortedError } from '../errors/AbortedError.ts'
import { InvalidAddressError } from '../errors/InvalidAddressError.ts'
import { InvalidTimeoutError } from '../errors/InvalidTimeoutError.ts'
import type { Address, Hex } from '../model/Hex.ts'
import type { MarginView } from '../model/MarginView.ts'
import type { ReadPosition } from '../model/Position.ts'
import { OutOfRangeError } from '../units/OutOfRangeError.ts'
import * as Wad from '../units/Wad.ts'
import { NoOwnerError } from './NoOwnerError.ts'
import type { Emission, MarginWatch, MarginWatchPayloads } from './watch/MarginWatch.ts'
import { DuplicateAccountError, ListenerError, WatchClosedError } from './watch/WatchErrors.ts'
import { type WatchMarginViewParameters, watchMarginView } from './watchMarginView.ts'

const OWNER = getAddress('0x00000000000000000000000000000000000a11ce')
const OTHER = getAddress('0x0000000000000000000000000000000000000b0b')
const POOL = getAddress('0x0000000000000000000000000000000000000900')
const ROUTER = getAddress('0x0000000000000000000000000000000000000aaa')
const chains = [arbitrum, base, optimism] as const
const EIDS = { [arbitrum.id]: 30_110, [base.id]: 30_184, [optimism.id]: 30_111 } as const
const WAD = Wad.WAD
const SECOND = 1_000
const guid = (n: number): Hex => `0x${n.toString(16).padStart(64, '0')}`

type Name = 'arbitrum' | 'base' | 'optimism'
type Scene = {
  readonly client: MarginClient
  readonly chain: Readonly<Record<Name, FakeChain>>
  /** Whole units of account for a token, by chain. */
  readonly prices: Record<Name, bigint>
  readonly holdings: Record<string, { collateral: bigint; debt: bigint }>
  /** Gives the owner's position this health factor everywhere. */
  readonly owe: (health: string) => void
  readonly watch: (parameters?: Partial<WatchMarginViewParameters>) => MarginWatch
}

const watches: MarginWatch[] = []

/** Three chains with a market each: 10 tokens of collateral against 4 of debt, whose price does not matter then. */
function setUp({ maxBlockAge = 10 ** 9 }: { readonly maxBlockAge?: number } = {}): Scene {
  const chain = {
    arbitrum: new FakeChain({ chainId: arbitrum.id }),
    base: new FakeChain({ chainId: base.id }),
    optimism: new FakeChain({ chainId: optimism.id }),
  }
  const prices = { arbitrum: 2_000n * WAD, base: 2_000n * WAD, optimism: 2_000n * WAD }
  const holdings: Scene['holdings'] = {
    [OWNER.toLowerCase()]: { collateral: 10n * WAD, debt: 4n * WAD },
    [OTHER.toLowerCase()]: { collateral: 5n * WAD, debt: 0n },
  }
  for (const name of ['arbitrum', 'base', 'optimism'] as const) {
    deployFakeMarket(chain[name], POOL, { price: () => prices[name], holdings })
    deployFakeRouter(chain[name], ROUTER, {})
  }
  const client = createMarginClient({
    chains,
    transports: {
      [arbitrum.id]: chain.arbitrum.transport,
      [base.id]: chain.base.transport,
      [optimism.id]: chain.optimism.transport,
    },
    adapters: chains.map(({ id }) => fakeMarket({ chainId: id, pool: POOL })),
    routers: chains.map(({ id }) => ({
      chainId: id,
      eid: EIDS[id],
      endpoint: ROUTER,
      router: ROUTER,
      wrappedNative: POOL,
    })),
    maxBlockAge,
  })
  return {
    client,
    chain,
    prices,
    holdings,
    owe: (health) => {
      // The threshold is 0.8: debt is collateral × 0.8 / health.
      const collateral = Wad.fromDecimal(health) * 10n
      holdings[OWNER.toLowerCase()] = { collateral, debt: 8n * WAD }
    },
    watch: (parameters = {}) => {
      const watch = watchMarginView(client, {
        accounts: [{ owner: OWNER }],
        ...parameters,
      } as WatchMarginViewParameters)
      watches.push(watch)
      return watch
    },
  }
}

const EVENTS = ['view', 'health', 'verdict', 'chain:degraded', 'chain:recovered', 'move', 'error'] as const

/** Everything that a watch tells, in order. */
function record(watch: MarginWatch): Emission[] {
  const told: Emission[] = []
  for (const event of EVENTS) watch.on(event, (payload: unknown) => void told.push({ event, payload } as Emission))
  return told
}

function payloads<event extends keyof MarginWatchPayloads>(
  told: readonly Emission[],
  event: event,
): readonly MarginWatchPayloads[event][] {
  return told.flatMap((one) => (one.event === event ? [one.payload as MarginWatchPayloads[event]] : []))
}

const names = (told: readonly Emission[]): readonly string[] => told.map(({ event }) => event)

/** Lets what is under way come to its end, without time passing. */
const settle = () => vi.advanceTimersByTimeAsync(0)
/** One more round of a watch of `every: 1000`, whatever its jitter. */
const nextRound = () => vi.advanceTimersByTimeAsync(1_150)

/** A new block on these chains; on all of them, unless some are named. */
function mine(scene: Scene, ...names: readonly Name[]): void {
  for (const name of names.length === 0 ? (['arbitrum', 'base', 'optimism'] as const) : names) {
    scene.chain[name].number += 1n
    scene.chain[name].timestamp += 2n
  }
}

/** How many requests each chain has got so far. */
const requests = ({ chain }: Scene): readonly number[] => Object.values(chain).map((each) => each.requests.length)

const ownerAt = (index: number): Address => getAddress(`0x${(index + 1).toString(16).padStart(40, '0')}`)

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(async () => {
  for (const watch of watches.splice(0)) watch.close()
  await settle()
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
  vi.restoreAllMocks()
})

describe('watchMarginView', () => {
  test('default: refreshes at once, and tells the view and the verdict', async () => {
    const scene = setUp()
    const watch = scene.watch()
    const told = record(watch)
    expect(watch.latest()).toBeUndefined()
    await settle()
    expect(names(told)).toEqual(['view', 'verdict'])
    expect(payloads(told, 'verdict')).toMatchObject([{ account: { id: OWNER }, verdict: 'ok', previous: undefined }])
    expect(payloads(told, 'view')[0]?.view).toBe(watch.latest())
    expect(watch.latest(OWNER)).toBe(watch.latest())
    expect(watch.latest('nobody')).toBeUndefined()
    expect(watch.state).toBe('running')
  })

  describe('cost', () => {
    test('behavior: one request per chain and refresh for all accounts together', async () => {
      const scene = setUp()
      const accounts = Array.from({ length: 150 }, (_, index) => ({ owner: ownerAt(index) }))
      const watch = scene.watch({ accounts: [...accounts, { id: 'both', owners: [OWNER, OTHER] }], every: 1_000 })
      await settle()
      // The metadata comes with the first one.
      expect(requests(scene)).toEqual([2, 2, 2])
      await nextRound()
      expect(requests(scene)).toEqual([3, 3, 3])
      await watch.refresh()
      expect(requests(scene)).toEqual([4, 4, 4])
      expect(watch.latest('both')?.positions).toHaveLength(6)
      expect(watch.latest(ownerAt(149))?.positions).toHaveLength(3)
    })

    test('behavior: 1,000 owners cost 5 requests per chain and refresh, at one block', async () => {
      const scene = setUp()
      const watch = scene.watch({
        owners: Array.from({ length: 1_000 }, (_, index) => ownerAt(index)),
        accounts: undefined,
      })
      await settle()
      const before = scene.chain.base.requests.length
      await watch.refresh()
      const asked = scene.chain.base.requests.slice(before)
      // The head, a price, and four calls for each owner.
      expect(asked.map(({ params }) => params[1])).toEqual(['latest', ...Array.from({ length: 4 }, () => '0x3e8')])
      expect(watch.latest()?.positions).toHaveLength(3_000)
    })

    test('behavior: once per block of the quickest chain, but not more often than once a second', async () => {
      const scene = setUp()
      scene.watch()
      await settle()
      await vi.advanceTimersByTimeAsync(60 * SECOND)
      const refreshes = scene.chain.base.requests.length - 2
      // Arbitrum has four blocks a second; jitter is a tenth.
      expect(refreshes).toBeGreaterThanOrEqual(54)
      expect(refreshes).toBeLessThanOrEqual(67)
    })

    test('behavior: never two refreshes at once; the next one is planned when the last one has ended', async () => {
      const scene = setUp()
      let open = 0
      let most = 0
      scene.chain.base.intercept = async (answer) => {
        open += 1
        most = Math.max(most, open)
        await new Promise((resolve) => setTimeout(resolve, 5 * SECOND))
        open -= 1
        return answer()
      }
      const watch = scene.watch({ every: 1_000 })
      await vi.advanceTimersByTimeAsync(60 * SECOND)
      expect(most).toBe(1)
      expect(scene.chain.base.requests.length).toBeLessThanOrEqual(12)
      expect(watch.latest()?.chains.every(({ status }) => status === 'read')).toBe(true)
      watch.close()
      // The timer of the slow chain above.
      await vi.advanceTimersByTimeAsync(5 * SECOND)
    })

    test('behavior: a clock that jumps stops nothing', async () => {
      const scene = setUp()
      scene.watch({ every: 1_000 })
      await settle()
      for (const time of ['1999-01-01', '2040-01-01', '2000-01-01']) {
        const before = scene.chain.base.requests.length
        vi.setSystemTime(new Date(time))
        await nextRound()
        await nextRound()
        expect(scene.chain.base.requests.length).toBeGreaterThanOrEqual(before + 2)
      }
    })
  })

  describe('what did not change', () => {
    test('behavior: nothing new, nothing told, nothing judged, and the same view', async () => {
      const scene = setUp()
      const watch = scene.watch({ every: 1_000 })
      const told = record(watch)
      await settle()
      const view = watch.latest()
      const judged = vi.spyOn(fakeRule, 'assess')
      await nextRound()
      await watch.refresh()
      expect(names(told)).toEqual(['view', 'verdict'])
      expect(watch.latest()).toBe(view)
      expect(judged).not.toHaveBeenCalled()
    })

    test('behavior: at another block only what changed is understood and judged anew', async () => {
      const scene = setUp()
      const watch = scene.watch({ accounts: [{ owner: OWNER }, { owner: OTHER }], every: 1_000 })
      await settle()
      const before = { owner: watch.latest(OWNER), other: watch.latest(OTHER) }
      const judged = vi.spyOn(fakeRule, 'assess')
      mine(scene, 'base')
      scene.holdings[OTHER.toLowerCase()] = { collateral: 6n * WAD, debt: 0n }
      await nextRound()
      const after = { owner: watch.latest(OWNER), other: watch.latest(OTHER) }
      // The other owner's position on three chains.
      expect(judged).toHaveBeenCalledTimes(3)
      const on = (view: MarginView | undefined, chainId: number): ReadPosition => {
        const position = view?.positions.find(({ market }) => market.chainId === chainId)
        if (position?.status !== 'read') throw new TypeError('every chain was read')
        return position
      }
      expect(after.owner).not.toBe(before.owner)
      expect(on(after.owner, arbitrum.id)).toBe(on(before.owner, arbitrum.id))
      expect(on(after.owner, base.id)).not.toBe(on(before.owner, base.id))
      expect(on(after.owner, base.id).block.number).toBe(1_001n)
      expect(on(after.owner, base.id).collateral).toBe(on(before.owner, base.id).collateral)
      expect(on(after.owner, base.id).debt).toBe(on(before.owner, base.id).debt)
      expect(on(after.other, base.id).collateralValue).toBe(12_000n * WAD)
    })

    test('behavior: what could not be read stays the same object as long as nothing else is said of it', async () => {
      const scene = setUp()
      const watch = scene.watch({ every: 1_000 })
      await settle()
      scene.chain.base.intercept = () => Promise.reject(new Error('503'))
      scene.chain.optimism.set(POOL, () => '0x')
      await nextRound()
      const before = watch.latest()?.positions
      expect(before?.map(({ status }) => status)).toEqual(['read', 'unread', 'unread'])
      mine(scene, 'arbitrum')
      await nextRound()
      const after = watch.latest()?.positions
      expect(after?.[0]).not.toBe(before?.[0])
      expect(after?.[1]).toBe(before?.[1])
      expect(after?.[2]).toBe(before?.[2])
    })

    test('behavior: the same block with other values is no block that was seen', async () => {
      const scene = setUp()
      const watch = scene.watch({ every: 1_000 })
      const told = record(watch)
      await settle()
      scene.prices.base = 1n * WAD
      await nextRound()
      expect(payloads(told, 'view')).toHaveLength(2)
      expect(watch.latest()?.totals).toMatchObject({ collateralValue: 40_010n * WAD })
    })
  })

  describe('health', () => {
    test('behavior: tells each threshold once on the way down, and on the way back only above the hysteresis', async () => {
      const scene = setUp()
      const watch = scene.watch({ every: 1_000 })
      const told = record(watch)
      await settle()
      const crossings: string[][] = []
      for (const health of ['1.3', '1.2', '1.2499', '1.25', '1.26', '1.2625', '1.05', '0.9', '1.005', '1.01', '5']) {
        told.length = 0
        scene.owe(health)
        await nextRound()
        crossings.push([
          health,
          ...payloads(told, 'health')
            .filter(({ market }) => market.chainId === base.id)
            .map(({ direction, threshold }) => `${direction} ${Wad.format(threshold)}`),
        ])
      }
      expect(crossings).toEqual([
        ['1.3'],
        ['1.2', 'below 1.25'],
        ['1.2499'],
        ['1.25'],
        ['1.26'],
        ['1.2625', 'above 1.25'],
        ['1.05', 'below 1.25', 'below 1.1'],
        ['0.9', 'below 1'],
        ['1.005'],
        ['1.01', 'above 1'],
        ['5', 'above 1.25', 'above 1.1'],
      ])
    })

    test('behavior: says whose it is, and from where to where; what is below at first is told, without a previous', async () => {
      const scene = setUp()
      scene.owe('1.05')
      const watch = scene.watch({ every: 1_000, thresholds: [(WAD * 11n) / 10n], hysteresis: 0n })
      const told = record(watch)
      await settle()
      const first = payloads(told, 'health').find(({ market }) => market.chainId === base.id)
      expect(first).toMatchObject({
        account: { id: OWNER, owners: [OWNER] },
        owner: OWNER,
        direction: 'below',
        threshold: (WAD * 11n) / 10n,
        factor: (WAD * 105n) / 100n,
        previous: undefined,
      })
      expect(first?.position).toBe(watch.latest()?.positions.find(({ market }) => market.chainId === base.id)?.id)
      told.length = 0
      scene.holdings[OWNER.toLowerCase()] = { collateral: WAD, debt: 0n }
      await nextRound()
      expect(payloads(told, 'health')).toMatchObject(
        Array.from({ length: 3 }, () => ({
          direction: 'above',
          factor: undefined,
          previous: (WAD * 105n) / 100n,
        })),
      )
    })

    test('behavior: unknown crosses nothing, and the verdict tells', async () => {
      const scene = setUp()
      const watch = scene.watch({ every: 1_000 })
      const told = record(watch)
      await settle()
      told.length = 0
      const isDown = vi.fn(() => true)
      for (const chain of Object.values(scene.chain)) {
        chain.intercept = (answer) => (isDown() ? Promise.reject(new Error('503')) : answer())
      }
      scene.owe('1.05')
      await nextRound()
      expect(payloads(told, 'health')).toEqual([])
      expect(payloads(told, 'verdict')).toMatchObject([{ verdict: 'unknown', previous: 'ok' }])
      isDown.mockReturnValue(false)
      await watch.refresh()
      expect(payloads(told, 'health').map(({ previous }) => previous)).toEqual(
        Array.from({ length: 6 }, () => 2n * WAD),
      )
      expect(payloads(told, 'verdict').at(-1)).toMatchObject({ verdict: 'at-risk', previous: 'unknown' })
    })
  })

  describe('chains', () => {
    test('behavior: one that fails is told once, and shown as unread with what was last known', async () => {
      const scene = setUp()
      const watch = scene.watch({ every: 1_000 })
      const told = record(watch)
      await settle()
      const known = watch.latest()?.positions.find(({ market }) => market.chainId === base.id)
      const readAt = BigInt(Math.floor(Date.now() / 1_000))
      scene.chain.base.intercept = () => Promise.reject(new Error('503'))
      await vi.advanceTimersByTimeAsync(30 * SECOND)
      const degraded = payloads(told, 'chain:degraded')
      expect(degraded).toMatchObject([{ chainId: base.id, kind: 'unread' }])
      expect(watch.latest()?.verdict).toBe('unknown')
      const unread = watch.latest()?.positions.find(({ market }) => market.chainId === base.id)
      expect(unread).toMatchObject({ status: 'unread', health: { status: 'unknown' }, lastKnown: { readAt } })
      expect(unread?.status === 'unread' && unread.lastKnown?.position).toBe(known)
      // In no sum.
      expect(watch.latest()?.totals).toMatchObject({
        status: 'partial',
        known: { collateralValue: 40_000n * WAD },
        missing: [unread?.id],
      })

      scene.chain.base.intercept = (answer) => answer()
      await vi.advanceTimersByTimeAsync(60 * SECOND)
      expect(payloads(told, 'chain:recovered')).toMatchObject([
        { chainId: base.id, since: degraded[0]?.since, block: { chainId: base.id, number: 1_000n } },
      ])
      expect(payloads(told, 'chain:degraded')).toHaveLength(1)
      expect(watch.latest()?.verdict).toBe('ok')
    })

    test('behavior: one that fails is asked less and less often, at last once a minute, and as before once it answers', async () => {
      const scene = setUp()
      const watch = scene.watch({ every: 1_000 })
      await settle()
      scene.chain.base.intercept = () => Promise.reject(new Error('503'))
      const asked = async (seconds: number): Promise<number> => {
        const before = scene.chain.base.requests.length
        await vi.advanceTimersByTimeAsync(seconds * SECOND)
        return scene.chain.base.requests.length - before
      }
      expect(await asked(60)).toBeLessThanOrEqual(8)
      expect(await asked(600)).toBeLessThanOrEqual(12)
      expect(await asked(600)).toBeGreaterThanOrEqual(8)
      scene.chain.base.intercept = (answer) => answer()
      await asked(75)
      expect(await asked(60)).toBeGreaterThanOrEqual(50)
      expect(watch.latest()?.verdict).toBe('ok')
    })

    test('behavior: one that hangs holds up the others once, not in every refresh', async () => {
      const scene = setUp()
      const watch = scene.watch({ every: 1_000 })
      await settle()
      scene.chain.base.intercept = () => new Promise(() => {})
      const before = scene.chain.arbitrum.requests.length
      await vi.advanceTimersByTimeAsync(60 * SECOND)
      expect(scene.chain.arbitrum.requests.length - before).toBeGreaterThanOrEqual(40)
      expect(watch.latest()?.chains.map(({ status }) => status)).toEqual(['read', 'unread', 'read'])
    })

    test('behavior: one that answers again before the others have takes part right after them', async () => {
      const scene = setUp()
      const watch = scene.watch({ every: 30_000 })
      await settle()
      scene.chain.arbitrum.intercept = async (answer) => {
        await new Promise((resolve) => setTimeout(resolve, SECOND))
        return answer()
      }
      scene.chain.base.intercept = () => Promise.reject(new Error('503'))
      await vi.advanceTimersByTimeAsync(36 * SECOND)
      expect(watch.latest()?.verdict).toBe('unknown')
      scene.chain.base.intercept = (answer) => answer()
      // One more round, which tries the chain and is slower than the trial.
      await vi.advanceTimersByTimeAsync(36 * SECOND)
      expect(watch.latest()?.verdict).toBe('ok')
    })

    test('behavior: where the head alone is answered, the back-off grows all the same', async () => {
      const scene = setUp()
      scene.watch({ every: 1_000 })
      await settle()
      scene.chain.base.intercept = (answer, { params }) =>
        JSON.stringify(params).length > 1_500 ? Promise.reject(new Error('too large')) : answer()
      const before = scene.chain.base.requests.length
      await vi.advanceTimersByTimeAsync(300 * SECOND)
      expect(scene.chain.base.requests.length - before).toBeLessThanOrEqual(24)
    })

    test('behavior: when all fail, all are tried again, and a refresh that is asked for waits for none', async () => {
      const scene = setUp()
      const watch = scene.watch({ every: 1_000 })
      await settle()
      for (const chain of Object.values(scene.chain)) chain.intercept = () => Promise.reject(new Error('offline'))
      await vi.advanceTimersByTimeAsync(40 * SECOND)
      expect(watch.latest()?.verdict).toBe('unknown')
      for (const chain of Object.values(scene.chain)) chain.intercept = (answer) => answer()
      expect((await watch.refresh()).map(({ verdict }) => verdict)).toEqual(['ok'])
    })

    test('behavior: a market that fails alone degrades its chain as partial, without a back-off', async () => {
      const scene = setUp()
      const watch = scene.watch({ every: 1_000 })
      const told = record(watch)
      await settle()
      const answer = scene.chain.base.contracts.get(POOL.toLowerCase())
      scene.chain.base.set(POOL, () => '0x')
      const before = scene.chain.base.requests.length
      await nextRound()
      await nextRound()
      expect(scene.chain.base.requests.length).toBeGreaterThanOrEqual(before + 2)
      expect(payloads(told, 'chain:degraded')).toMatchObject([{ chainId: base.id, kind: 'partial' }])
      if (answer !== undefined) scene.chain.base.set(POOL, answer)
      await nextRound()
      expect(payloads(told, 'chain:recovered')).toHaveLength(1)
    })

    test('behavior: a block that went back or stands still degrades its chain as stale', async () => {
      vi.setSystemTime(new Date(1_700_000_001_000))
      const scene = setUp({ maxBlockAge: 30 })
      const watch = scene.watch({ every: 1_000 })
      const told = record(watch)
      await settle()
      for (let round = 0; round < 45; round++) {
        mine(scene, 'arbitrum', 'optimism')
        await nextRound()
      }
      expect(payloads(told, 'chain:degraded')).toMatchObject([{ chainId: base.id, kind: 'stale' }])
      const stale = watch.latest()?.flags.find(({ kind }) => kind === 'stale-head')
      expect(stale?.chainId).toBe(base.id)
      scene.chain.base.timestamp = BigInt(Math.floor(Date.now() / 1_000))
      scene.chain.base.number += 10n
      await nextRound()
      expect(payloads(told, 'chain:recovered')).toMatchObject([{ chainId: base.id, block: { number: 1_010n } }])
    })
  })

  describe('moves', () => {
    const move = { guid: guid(1), owner: OWNER, asset: POOL, amount: 3n }
    const told = async (scene: Scene, watch: MarginWatch, list: Emission[]): Promise<readonly string[]> => {
      list.length = 0
      mine(scene)
      await watch.refresh()
      return payloads(list, 'move').map((step) => `${step.guid === guid(1) ? 1 : 2} ${step.status} ${step.chainId}`)
    }

    test('behavior: in flight, then arrived; each told once', async () => {
      const scene = setUp()
      const watch = scene.watch()
      const list = record(watch)
      await settle()
      deployFakeRouter(scene.chain.arbitrum, ROUTER, { sent: [{ ...move, eid: EIDS[base.id] }] })
      expect(await told(scene, watch, list)).toEqual([`1 in-flight ${arbitrum.id}`])
      expect(payloads(list, 'move')).toMatchObject([{ account: { id: OWNER }, owner: OWNER, asset: POOL, amount: 3n }])
      expect(await told(scene, watch, list)).toEqual([])
      deployFakeRouter(scene.chain.base, ROUTER, { arrived: [{ ...move, eid: EIDS[arbitrum.id] }] })
      expect(await told(scene, watch, list)).toEqual([`1 arrived ${base.id}`])
      expect(await told(scene, watch, list)).toEqual([])
    })

    test('behavior: parked, then settled', async () => {
      const scene = setUp()
      deployFakeRouter(scene.chain.arbitrum, ROUTER, { sent: [{ ...move, eid: EIDS[base.id] }] })
      deployFakeRouter(scene.chain.base, ROUTER, { arrived: [{ ...move, eid: EIDS[arbitrum.id], status: 2 }] })
      const watch = scene.watch()
      const list = record(watch)
      await settle()
      expect(payloads(list, 'move')).toMatchObject([{ guid: guid(1), status: 'parked', chainId: base.id }])
      deployFakeRouter(scene.chain.base, ROUTER, { arrived: [{ ...move, eid: EIDS[arbitrum.id], status: 3 }] })
      expect(await told(scene, watch, list)).toEqual([`1 settled ${base.id}`])
      expect(await told(scene, watch, list)).toEqual([])
    })

    test('behavior: what left and arrived between two looks is told; what was over before the first look is not', async () => {
      const scene = setUp()
      deployFakeRouter(scene.chain.arbitrum, ROUTER, { sent: [{ ...move, eid: EIDS[base.id] }] })
      deployFakeRouter(scene.chain.base, ROUTER, { arrived: [{ ...move, eid: EIDS[arbitrum.id] }] })
      const watch = scene.watch()
      const list = record(watch)
      await settle()
      expect(payloads(list, 'move')).toEqual([])
      const second = { ...move, guid: guid(2) }
      deployFakeRouter(scene.chain.arbitrum, ROUTER, {
        sent: [
          { ...second, eid: EIDS[base.id] },
          { ...move, eid: EIDS[base.id] },
        ],
      })
      deployFakeRouter(scene.chain.base, ROUTER, {
        arrived: [
          { ...second, eid: EIDS[arbitrum.id] },
          { ...move, eid: EIDS[arbitrum.id] },
        ],
      })
      expect(await told(scene, watch, list)).toEqual([`2 arrived ${base.id}`])
    })

    test('behavior: a destination or a source that is not read moves nothing', async () => {
      const scene = setUp()
      deployFakeRouter(scene.chain.arbitrum, ROUTER, { sent: [{ ...move, eid: EIDS[base.id] }] })
      deployFakeRouter(scene.chain.base, ROUTER, { arrived: [{ ...move, eid: EIDS[arbitrum.id] }] })
      const watch = scene.watch()
      const list = record(watch)
      await settle()
      for (const name of ['base', 'arbitrum'] as const) {
        scene.chain[name].intercept = () => Promise.reject(new Error('503'))
        expect(await told(scene, watch, list)).toEqual([])
        scene.chain[name].intercept = (answer) => answer()
        expect(await told(scene, watch, list)).toEqual([])
      }
    })

    test('behavior: what a reorganisation takes back is told again when it comes back', async () => {
      const scene = setUp()
      const watch = scene.watch()
      const list = record(watch)
      await settle()
      for (let round = 0; round < 2; round++) {
        deployFakeRouter(scene.chain.arbitrum, ROUTER, { sent: [{ ...move, eid: EIDS[base.id] }] })
        expect(await told(scene, watch, list)).toEqual([`1 in-flight ${arbitrum.id}`])
        deployFakeRouter(scene.chain.arbitrum, ROUTER, {})
        expect(await told(scene, watch, list)).toEqual([])
      }
    })
  })

  describe('listeners', () => {
    test('behavior: one that throws, or rejects, harms nobody and is told to who listens to errors', async () => {
      const scene = setUp()
      const watch = scene.watch({ every: 1_000 })
      watch.on('view', () => {
        throw new TypeError('a bug of the app: https://rpc.example/v2/secret')
      })
      watch.on('verdict', () => Promise.reject(new TypeError('a later bug')))
      watch.on('error', () => {
        throw new TypeError('even here')
      })
      const told = record(watch)
      await settle()
      expect(names(told)).toEqual(['error', 'view', 'verdict', 'error'])
      expect(payloads(told, 'error')).toMatchObject([{ event: 'view' }, { event: 'verdict' }])
      expect(payloads(told, 'error').every((error) => error instanceof ListenerError)).toBe(true)
      expect(String(payloads(told, 'error')[0])).not.toContain('secret')
      mine(scene)
      await nextRound()
      expect(payloads(told, 'view')).toHaveLength(2)
    })

    test('behavior: one that is slow in a promise is not waited for, and nothing queues up', async () => {
      const scene = setUp()
      const watch = scene.watch({ every: 1_000 })
      let open = 0
      watch.on('view', async () => {
        open += 1
        await new Promise(() => {})
      })
      await settle()
      for (let round = 0; round < 10; round++) {
        mine(scene)
        await nextRound()
      }
      expect(open).toBe(11)
      expect(watch.latest()?.chains[0]).toMatchObject({ block: { number: 1_010n } })
    })

    test('behavior: one that closes the watch ends it in the middle of what is being told', async () => {
      const scene = setUp()
      const watch = scene.watch({ accounts: [{ owner: OWNER }, { owner: OTHER }] })
      watch.on('view', () => watch.close())
      const told = record(watch)
      await settle()
      expect(told).toEqual([])
      expect(watch.state).toBe('closed')
      expect(vi.getTimerCount()).toBe(0)
      // What was read is there.
      expect(watch.latest(OTHER)?.verdict).toBe('ok')
    })

    test('behavior: listening ends by the function that `on` gives, and by `off`', async () => {
      const scene = setUp()
      const watch = scene.watch()
      const [first, second] = [vi.fn(), vi.fn()]
      const stop = watch.on('view', first)
      watch.on('view', second)
      stop()
      watch.off('view', second)
      await settle()
      expect(first).not.toHaveBeenCalled()
      expect(second).not.toHaveBeenCalled()
    })

    test('behavior: who listens twice with one function and stops once still listens', async () => {
      const scene = setUp()
      const watch = scene.watch()
      const listener = vi.fn()
      const stop = watch.on('view', listener)
      watch.on('view', listener)
      stop()
      stop()
      await settle()
      expect(listener).toHaveBeenCalledTimes(1)
      watch.off('view', listener)
      mine(scene)
      await watch.refresh()
      expect(listener).toHaveBeenCalledTimes(1)
    })

    test('behavior: one that asks for a refresh gets one after the one that told it', async () => {
      const scene = setUp()
      const watch = scene.watch({ every: 60_000 })
      const asked: Promise<unknown>[] = []
      const stop = watch.on('verdict', () => void asked.push(watch.refresh(), watch.refresh()))
      await settle()
      stop()
      await Promise.all(asked)
      expect(asked).toHaveLength(2)
      expect(requests(scene)).toEqual([3, 3, 3])
    })
  })

  describe('pause, resume, refresh, close', () => {
    test('behavior: a pause asks nothing and forgets nothing; resuming refreshes at once', async () => {
      const scene = setUp()
      const watch = scene.watch({ every: 1_000 })
      const told = record(watch)
      await settle()
      watch.pause()
      watch.pause()
      expect(watch.state).toBe('paused')
      expect(vi.getTimerCount()).toBe(0)
      scene.owe('1.05')
      mine(scene)
      await vi.advanceTimersByTimeAsync(60 * SECOND)
      expect(requests(scene)).toEqual([2, 2, 2])
      expect(watch.latest()?.verdict).toBe('ok')
      watch.resume()
      watch.resume()
      expect(watch.state).toBe('running')
      await settle()
      expect(requests(scene)).toEqual([3, 3, 3])
      expect(payloads(told, 'verdict').map(({ verdict }) => verdict)).toEqual(['ok', 'at-risk'])
      await nextRound()
      expect(requests(scene)).toEqual([4, 4, 4])
    })

    test('behavior: a refresh can be asked for while paused, and stays one', async () => {
      const scene = setUp()
      const watch = scene.watch({ every: 1_000 })
      await settle()
      watch.pause()
      expect(await watch.refresh()).toEqual([watch.latest()])
      await vi.advanceTimersByTimeAsync(60 * SECOND)
      expect(requests(scene)).toEqual([3, 3, 3])
    })

    test('behavior: who asks while a refresh is under way gets one that began afterwards, together', async () => {
      const scene = setUp()
      const watch = scene.watch({ every: 60_000 })
      // The first one has begun; what happens now must be in what is given.
      const views = [watch.refresh(), watch.refresh(), watch.refresh()]
      scene.owe('1.05')
      await settle()
      for (const [view] of await Promise.all(views)) expect(view?.verdict).toBe('at-risk')
      expect(requests(scene)).toEqual([3, 3, 3])
    })

    test('behavior: who resumes between a refresh and the one that was asked for starts no second one beside it', async () => {
      const scene = setUp()
      const watch = scene.watch({ every: 60_000 })
      await settle()
      let open = 0
      let most = 0
      scene.chain.base.intercept = async (answer) => {
        most = Math.max(most, ++open)
        await Promise.resolve()
        open -= 1
        return answer()
      }
      const first = watch.refresh().then(() => {
        watch.pause()
        watch.resume()
      })
      await Promise.all([first, watch.refresh()])
      await settle()
      expect(most).toBe(1)
    })

    test.each<[string, (scene: Scene, watch: MarginWatch, abort: () => void) => void]>([
      ['close', (_, watch) => watch.close()],
      ['its signal', (_, __, abort) => abort()],
      ['the client', (scene) => scene.client.close()],
    ])('behavior: ended by %s, a refresh under way rejects, and nothing is left', async (_, end) => {
      const scene = setUp()
      const controller = new AbortController()
      const watch = scene.watch({ signal: controller.signal })
      const told = record(watch)
      await settle()
      told.length = 0
      const hanging = vi.fn()
      for (const chain of Object.values(scene.chain)) {
        chain.intercept = () => {
          hanging()
          return new Promise(() => {})
        }
      }
      const refreshes = [watch.refresh(), watch.refresh()].map((one) => one.catch((error: unknown) => error))
      await settle()
      expect(hanging).toHaveBeenCalledTimes(3)
      end(scene, watch, () => controller.abort())
      expect(watch.state).toBe('closed')
      for (const error of await Promise.all(refreshes)) expect(error).toBeInstanceOf(WatchClosedError)
      expect(vi.getTimerCount()).toBe(0)
      await vi.advanceTimersByTimeAsync(60 * SECOND)
      expect(hanging).toHaveBeenCalledTimes(3)
      expect(told).toEqual([])
      expect(watch.latest()?.verdict).toBe('ok')
    })

    test('behavior: closed while it tries a chain that failed, nothing is left', async () => {
      const scene = setUp()
      const watch = scene.watch({ every: 1_000 })
      await settle()
      scene.chain.base.intercept = () => new Promise(() => {})
      await vi.advanceTimersByTimeAsync(12 * SECOND)
      expect(watch.latest()?.chains[1]?.status).toBe('unread')
      watch.close()
      await settle()
      expect(vi.getTimerCount()).toBe(0)
    })

    test('error: WatchClosedError', async () => {
      const scene = setUp()
      const watch = scene.watch()
      await settle()
      watch.close()
      watch.close()
      watch.off('view', () => {})
      for (const use of [() => watch.on('view', () => {}), watch.pause, watch.resume])
        expect(use).toThrow(WatchClosedError)
      await expect(watch.refresh()).rejects.toThrow(WatchClosedError)
      scene.client.close()
      expect(() => watchMarginView(scene.client, { owner: OWNER })).toThrow(WatchClosedError)
    })
  })

  describe('parameters', () => {
    test('behavior: one account by its owner or owners, without a list', async () => {
      const scene = setUp()
      const one = scene.watch({ accounts: undefined, owner: OWNER } as never)
      const two = scene.watch({ accounts: undefined, owners: [OWNER, OTHER], id: 'mine' } as never)
      expect(one.accounts).toEqual([{ id: OWNER, owners: [OWNER] }])
      expect(two.accounts).toEqual([{ id: 'mine', owners: [OWNER, OTHER] }])
      await settle()
      expect(two.latest('mine')?.positions).toHaveLength(6)
    })

    const wad = (text: string) => Wad.fromDecimal(text)
    test.each<[string, object, new (...args: never[]) => Error]>([
      ['no account', { accounts: [] }, NoOwnerError],
      ['an account of nobody', { accounts: [{ owners: [] }] }, NoOwnerError],
      ['no address', { accounts: [{ owner: '0x12' }] }, InvalidAddressError],
      ['the same account twice', { accounts: [{ owner: OWNER }, { owners: [OWNER] }] }, DuplicateAccountError],
      [
        'the same id twice',
        {
          accounts: [
            { owner: OWNER, id: 'a' },
            { owner: OTHER, id: 'a' },
          ],
        },
        DuplicateAccountError,
      ],
      ['an interval of nothing', { every: 0 }, InvalidTimeoutError],
      ['an interval for ever', { every: 2 ** 31 }, InvalidTimeoutError],
      ['a timeout that is none', { timeout: Number.NaN }, InvalidTimeoutError],
      ['a threshold of zero', { thresholds: [0n] }, OutOfRangeError],
      ['a negative hysteresis', { hysteresis: -1n }, OutOfRangeError],
      ['a hysteresis above one', { hysteresis: wad('1.1') }, OutOfRangeError],
      ['a signal that has fired', { signal: AbortSignal.abort() }, AbortedError],
    ])('error: %s; nothing is sent', (_, parameters, expected) => {
      const scene = setUp()
      expect(() => scene.watch(parameters)).toThrow(expected)
      expect(requests(scene)).toEqual([0, 0, 0])
    })
  })

  test('behavior: an error that no chain explains is told, and rejects the refresh; the watch goes on', async () => {
    const scene = setUp()
    const watch = scene.watch({ every: 1_000 })
    const told = record(watch)
    await settle()
    const broken = vi.spyOn(scene.client.metadata, 'load').mockRejectedValue(new RangeError('a mistake of our own'))
    await expect(watch.refresh()).rejects.toThrow(RangeError)
    expect(payloads(told, 'error')).toHaveLength(1)
    broken.mockRestore()
    scene.owe('1.05')
    await nextRound()
    expect(watch.latest()?.verdict).toBe('at-risk')
  })

  test('behavior: the client tells the views and errors of its watches as well', async () => {
    const scene = setUp()
    const views: MarginView[] = []
    scene.client.on('view', (view) => void views.push(view))
    const watch = scene.client.watchMarginView({ owner: OWNER })
    watches.push(watch)
    await settle()
    expect(views).toEqual([watch.latest()])
  })
})
