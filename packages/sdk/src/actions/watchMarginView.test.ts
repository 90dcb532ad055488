import { getAddress } from 'viem'
import { arbitrum, base, optimism } from 'viem/chains'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { FakeChain } from '../../test/FakeChain.ts'
import { deployFakeMarket, deployFakeRouter, fakeMarket } from '../../test/fakeMarket.ts'
import { createMarginClient, type MarginClient } from '../client/createMarginClient.ts'
import { AbortedError } from '../errors/AbortedError.ts'
import { InvalidAddressError } from '../errors/InvalidAddressError.ts'
import { InvalidTimeoutError } from '../errors/InvalidTimeoutError.ts'
import type { Address, Hex } from '../model/Hex.ts'
import * as Wad from '../units/Wad.ts'
import { NoOwnerError } from './NoOwnerError.ts'
import type { Emission, MarginWatch, MarginWatchPayloads } from './watch/MarginWatch.ts'
import { DuplicateAccountError, InvalidCrossingError, ListenerError, WatchClosedError } from './watch/WatchErrors.ts'
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
  readonly watch: (parameters?: Partial<WatchMarginViewParameters>) => MarginWatch
}

const watches: MarginWatch[] = []

/** Three chains with a market each: 10 tokens of collateral against 4 of debt, whose price does not matter then. */
function setUp({ ttl = 3_600 }: { readonly ttl?: number } = {}): Scene {
  const chain = {
    arbitrum: new FakeChain({ chainId: arbitrum.id }),
    base: new FakeChain({ chainId: base.id }),
    optimism: new FakeChain({ chainId: optimism.id }),
  }
  const prices = { arbitrum: 2_000n * WAD, base: 2_000n * WAD, optimism: 2_000n * WAD }
  const holdings = {
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
    adapters: chains.map(({ id }) => fakeMarket({ chainId: id, pool: POOL, ttl })),
    routers: chains.map(({ id }) => ({
      chainId: id,
      eid: EIDS[id],
      endpoint: ROUTER,
      router: ROUTER,
      wrappedNative: POOL,
    })),
    maxBlockAge: 10 ** 9,
  })
  return {
    client,
    chain,
    prices,
    holdings,
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

/** A new block on every chain. */
function mine(scene: Scene): void {
  for (const chain of Object.values(scene.chain)) {
    chain.number += 1n
    chain.timestamp += 2n
  }
}

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  for (const watch of watches.splice(0)) watch.close()
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
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
    expect(watch.state).toBe('running')
  })
})
