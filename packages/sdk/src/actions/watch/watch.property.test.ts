import fc from 'fast-check'
import { getAddress } from 'viem'
import { arbitrum, base, optimism } from 'viem/chains'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { FakeChain } from '../../../test/FakeChain.ts'
import { deployFakeMarket, fakeMarket } from '../../../test/fakeMarket.ts'
import { createMarginClient } from '../../client/createMarginClient.ts'
import type { MarginView } from '../../model/MarginView.ts'
import { totals } from '../../risk/Totals.ts'
import { verdict } from '../../risk/Verdict.ts'
import * as Wad from '../../units/Wad.ts'
import type { Emission } from './MarginWatch.ts'

const OWNERS = [1, 2].map((index) => getAddress(`0x${String(index).padStart(40, '0')}`))
const POOL = getAddress('0x0000000000000000000000000000000000000900')
const chains = [arbitrum, base, optimism] as const
const EVENTS = ['view', 'health', 'verdict', 'chain:degraded', 'chain:recovered', 'move', 'error'] as const

type Step =
  | { readonly kind: 'break'; readonly chain: number; readonly how: 'fail' | 'garble' | 'market' }
  | { readonly kind: 'mend'; readonly chain: number }
  | { readonly kind: 'owe'; readonly owner: number; readonly debt: bigint }
  | { readonly kind: 'mine'; readonly chain: number }
  | { readonly kind: 'wait'; readonly seconds: number }
  | { readonly kind: 'ask' }

const chain = fc.nat(2)
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('break' as const), chain, how: fc.constantFrom('fail', 'garble', 'market') }),
  fc.record({ kind: fc.constant('mend' as const), chain }),
  fc.record({
    kind: fc.constant('owe' as const),
    owner: fc.nat(1),
    // Of 10 tokens with a threshold of 0.8: health factors from 0.9 to 2.
    debt: fc.bigInt({ min: 4n * Wad.WAD, max: 9n * Wad.WAD }),
  }),
  fc.record({ kind: fc.constant('mine' as const), chain }),
  fc.record({ kind: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 20 }) }),
  fc.record({ kind: fc.constant('ask' as const) }),
)

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

describe('watchMarginView', () => {
  test('behavior: whatever happens to the chains, what is told agrees with what is shown', async () => {
    const seen = new Set<string>()
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
        const told = await play(steps)
        for (const { event } of told) seen.add(event)
        expect(told.filter(({ event }) => event === 'error')).toEqual([])
        verdictsAgree(told)
        chainsTakeTurns(told)
        healthsAgree(told)
        for (const one of told) if (one.event === 'view') isHonest(one.payload.view)
      }),
      { numRuns: 50 },
    )
    expect([...seen].sort()).toEqual(['chain:degraded', 'chain:recovered', 'health', 'verdict', 'view'])
  })
})

async function play(steps: readonly Step[]): Promise<readonly Emission[]> {
  const holdings = Object.fromEntries(
    OWNERS.map((owner) => [owner.toLowerCase(), { collateral: 10n * Wad.WAD, debt: 4n * Wad.WAD }]),
  )
  const fakes = chains.map(({ id }) => {
    const fake = new FakeChain({ chainId: id })
    deployFakeMarket(fake, POOL, { price: () => 2_000n * Wad.WAD, holdings })
    return fake
  })
  const [one, two, three] = fakes.map(({ transport }) => transport)
  if (one === undefined || two === undefined || three === undefined) throw new TypeError('three were made')
  const markets = fakes.map((fake) => fake.contracts.get(POOL))
  const client = createMarginClient({
    chains,
    transports: { [arbitrum.id]: one, [base.id]: two, [optimism.id]: three },
    adapters: chains.map(({ id }) => fakeMarket({ chainId: id, pool: POOL })),
    maxBlockAge: 10 ** 9,
  })
  const watch = client.watchMarginView({ accounts: OWNERS.map((owner) => ({ owner })), every: 1_000 })
  const told: Emission[] = []
  for (const event of EVENTS) watch.on(event, (payload: unknown) => void told.push({ event, payload } as Emission))
  for (const action of steps) {
    const fake = 'chain' in action ? fakes[action.chain] : undefined
    if (action.kind === 'wait') await vi.advanceTimersByTimeAsync(action.seconds * 1_000)
    if (action.kind === 'ask') await watch.refresh()
    if (action.kind === 'owe')
      holdings[(OWNERS[action.owner] ?? POOL).toLowerCase()] = { collateral: 10n * Wad.WAD, debt: action.debt }
    if (fake === undefined) continue
    if (action.kind === 'mine') {
      fake.number += 1n
      fake.timestamp += 2n
    }
    if (action.kind === 'break' && action.how === 'market') fake.set(POOL, () => '0x')
    if (action.kind === 'break' && action.how === 'fail') fake.intercept = () => Promise.reject(new Error('503'))
    if (action.kind === 'break' && action.how === 'garble') fake.intercept = (answer) => String(answer()).slice(0, -64)
    if (action.kind === 'mend') {
      fake.intercept = (answer) => answer()
      const market = markets[action.chain]
      if (market !== undefined) fake.set(POOL, market)
    }
  }
  await watch.refresh()
  for (const { id } of watch.accounts) {
    expect(told.filter((one) => one.event === 'view' && one.payload.account.id === id).at(-1)?.payload).toMatchObject({
      view: { verdict: watch.latest(id)?.verdict },
    })
  }
  watch.close()
  await vi.advanceTimersByTimeAsync(0)
  expect(vi.getTimerCount()).toBe(0)
  return told
}

/** Each change of the verdict between two views is told exactly once, right after the view that brought it. */
function verdictsAgree(told: readonly Emission[]): void {
  for (const owner of OWNERS) {
    const shown: string[] = []
    const said: string[] = []
    for (const { event, payload } of told) {
      if (event === 'view' && payload.account.id === owner && shown.at(-1) !== payload.view.verdict) {
        shown.push(payload.view.verdict)
      }
      if (event === 'verdict' && payload.account.id === owner) {
        expect(payload.previous).toBe(said.at(-1))
        said.push(payload.verdict)
        expect(said).toEqual(shown)
      }
    }
    expect(said).toEqual(shown)
  }
}

function chainsTakeTurns(told: readonly Emission[]): void {
  for (const { id } of chains) {
    const own = told.flatMap((one) =>
      (one.event === 'chain:degraded' || one.event === 'chain:recovered') && one.payload.chainId === id ? [one] : [],
    )
    expect(own.map(({ event }) => event)).toEqual(
      own.map((_, index) => (index % 2 === 0 ? 'chain:degraded' : 'chain:recovered')),
    )
    for (const [index, one] of own.entries()) {
      if (one.event === 'chain:recovered') expect(one.payload.since).toBe(own[index - 1]?.payload.since)
    }
  }
}

/** What was told about a position and a threshold takes turns, and is what the view before it shows. */
function healthsAgree(told: readonly Emission[]): void {
  const below = new Map<string, boolean>()
  let view: MarginView | undefined
  for (const { event, payload } of told) {
    if (event === 'view') view = payload.view
    if (event !== 'health') continue
    const key = `${payload.position} ${payload.threshold}`
    expect(payload.direction).toBe(below.get(key) === true ? 'above' : 'below')
    below.set(key, payload.direction === 'below')
    const position = view?.positions.find(({ id }) => id === payload.position)
    expect(position?.health).toEqual({ status: 'known', factor: payload.factor })
  }
}

/** What is not read counts nowhere, also when it is shown as it was. */
function isHonest(view: MarginView): void {
  const bare = view.positions.map((position) => {
    if (position.status === 'read') return position
    const { lastKnown: _, ...unread } = position
    return unread
  })
  expect(view.totals).toEqual(totals(bare))
  expect(view.verdict).toBe(verdict(bare))
  if (bare.some(({ status }) => status === 'unread')) expect(view.verdict).toBe('unknown')
}
