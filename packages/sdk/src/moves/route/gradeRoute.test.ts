import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fakeChain, fakeContext, stage } from '../../../../../test/fixtures/fakeChain.ts'
import {
  blockedLibrary,
  type FakeRoute,
  receiveLibrary,
  sendLibrary,
  ulnOf,
  unset,
} from '../../../../../test/fixtures/fakeRoute.ts'
import { DONOR_CHAIN, RECEIVER_CHAIN, route, router, verifierOn, world } from '../../../../../test/fixtures/moves.ts'
import type { Address } from '../../model/Hex.ts'
import type { OftRoute, StargateRoute } from '../../model/Route.ts'
import { deserialize, serialize } from '../../model/serialize.ts'
import { gradeRoute } from './gradeRoute.ts'
import type { RouteReasonKind } from './RouteReason.ts'
import * as RouteReason from './RouteReason.ts'

const [from, to] = [DONOR_CHAIN, RECEIVER_CHAIN]
const named = (name: string) => expect.objectContaining({ name })
const here = (name: 'one' | 'two' | 'three') => verifierOn(from, name)
const there = (name: 'one' | 'two' | 'three') => verifierOn(to, name)

type Side = 'source' | 'destination'
type Change = (end: FakeRoute) => void
type Row = readonly [kind: RouteReasonKind, side: Side, severity: string, where: Side, change: Change, fact: object]

const sends =
  (all: ReturnType<typeof ulnOf>, own = all): Change =>
  (end) => {
    end.sends = { ...end.sends, all, own }
  }
const receives =
  (all: ReturnType<typeof ulnOf>, own = all): Change =>
  (end) => {
    end.receives = { ...end.receives, all, own }
  }
const set =
  (changes: Partial<FakeRoute>): Change =>
  (end) => {
    Object.assign(end, changes)
  }

/** Every doubt once, each alone: what is changed at which end, and what is found. */
const doubts: readonly Row[] = [
  ['wrong-peer', 'source', 'stops', 'source', set({ peer: `0x${'00'.repeat(32)}` }), { found: `0x${'00'.repeat(32)}` }],
  ['wrong-peer', 'destination', 'stops', 'destination', set({ peer: `0x${'0e'.repeat(32)}` }), {}],
  ['wrong-token', 'source', 'stops', 'source', set({ token: router }), { found: router }],
  ['wrong-decimals', 'destination', 'stops', 'destination', set({ sharedDecimals: 8 }), { expected: 6, found: 8 }],
  ['no-library', 'source', 'stops', 'source', (end) => end.reverts.set('getSendLibrary', '0x6c1ccdb5'), {}],
  [
    'blocked-library',
    'source',
    'stops',
    'source',
    (end) => Object.assign(end.sends, { library: blockedLibrary }),
    { library: blockedLibrary },
  ],
  [
    'blocked-library',
    'destination',
    'stops',
    'destination',
    (end) => Object.assign(end.receives, { library: blockedLibrary }),
    {},
  ],
  [
    'unpinned-library',
    'source',
    'refused',
    'source',
    (end) => Object.assign(end.sends, { isDefault: true }),
    { library: sendLibrary },
  ],
  [
    'unpinned-library',
    'destination',
    'refused',
    'destination',
    (end) => Object.assign(end.receives, { isDefault: true }),
    { library: receiveLibrary },
  ],
  [
    'old-library',
    'destination',
    'refused',
    'destination',
    set({ oldLibrary: { address: router, isValid: true } }),
    { library: router },
  ],
  ['no-verifiers', 'destination', 'stops', 'destination', (end) => end.reverts.set('getUlnConfig', '0xce2c3751'), {}],
  [
    'one-verifier',
    'destination',
    'refused',
    'destination',
    receives(ulnOf([there('one')])),
    { verifiers: [there('one')] },
  ],
  [
    'default-verifiers',
    'destination',
    'refused',
    'destination',
    receives(ulnOf([there('one'), there('two')]), { ...unset, confirmations: 15n }),
    { verifiers: [there('one'), there('two')] },
  ],
  [
    'default-verifiers',
    'source',
    'weak',
    'source',
    sends(ulnOf([here('one'), here('two')]), { ...unset, confirmations: 15n }),
    {},
  ],
  [
    'dead-verifier',
    'source',
    'stops',
    'source',
    set({ verifiers: { [here('two')]: 'dead' } }),
    { verifier: here('two') },
  ],
  [
    'dead-verifier',
    'destination',
    'stops',
    'destination',
    set({ verifiers: { [there('one')]: 'dead' } }),
    { verifier: there('one') },
  ],
  [
    'refusing-verifier',
    'source',
    'stops',
    'source',
    set({ verifiers: { [here('one')]: 'refuses' } }),
    { verifier: here('one'), reason: 'getFee reverted: Error(no such chain)' },
  ],
  [
    'unpaid-verifier',
    'destination',
    'stops',
    'destination',
    receives(ulnOf([there('one'), there('two'), there('three')])),
    { verifiers: [there('three')], needed: 3, paid: 2 },
  ],
  [
    'needless-verifier',
    'source',
    'weak',
    'source',
    sends(ulnOf([here('one'), here('two'), here('three')])),
    { verifiers: [here('three')] },
  ],
  [
    'too-few-confirmations',
    'source',
    'stops',
    'source',
    sends(ulnOf([here('one'), here('two')], { confirmations: 14n })),
    { waits: 14n, needed: 15n },
  ],
  [
    'no-confirmations',
    'destination',
    'weak',
    'destination',
    receives(
      ulnOf([there('one'), there('two')], { confirmations: 0n }),
      ulnOf([there('one'), there('two')], { confirmations: 2n ** 64n - 1n }),
    ),
    {},
  ],
  [
    'default-confirmations',
    'destination',
    'weak',
    'destination',
    receives(ulnOf([there('one'), there('two')]), ulnOf([there('one'), there('two')], { confirmations: 0n })),
    { confirmations: 15n },
  ],
  ['default-executor', 'source', 'weak', 'source', set({ executorOwn: false }), {}],
  ['inspector', 'source', 'weak', 'source', set({ inspector: router }), { inspector: router }],
  ['no-capacity', 'source', 'stops', 'source', set({ capacity: 0n }), {}],
]

const gradeBy = { stops: 'refused', refused: 'refused', weak: 'B' } as Record<string, string>

describe('gradeRoute', () => {
  test('default', async () => {
    const { client, source, destination } = stage()
    const grade = await gradeRoute(client, { route, from, to })
    expect(grade).toMatchObject({ grade: 'A', route: 'WETH OFT', reasons: [] })
    expect(grade.source).toMatchObject({
      chainId: from,
      block: { chainId: from, number: 1_000n },
      app: route.ends[0]?.oft,
      library: { value: { address: sendLibrary, isPinned: true, isBlocked: false } },
      verification: { value: { confirmations: 15n, required: [here('one'), here('two')], threshold: 0 } },
      executor: { value: { maxMessageSize: 10_000, isOwn: true } },
      owner: { value: '0x0000000000000000000000000000000000000aBc' },
      delegate: { value: '0x0000000000000000000000000000000000000dE1' },
      enforcedOptions: { value: '0x0003' },
      inspector: { status: 'ok', value: undefined },
      capacity: { status: 'ok', value: undefined },
    })
    expect(grade.destination).toMatchObject({ block: { chainId: to }, oldLibrary: { status: 'ok', value: undefined } })
    expect(deserialize(serialize(grade))).toEqual(grade)
    // What a library knows is known after the library, and what a verifier says after that.
    for (const { state } of [source, destination]) expect(state.requests).toEqual(['eth_call', 'eth_call', 'eth_call'])
  })

  test.each(doubts)('behavior: %s at the %s (%s)', async (kind, side, severity, where, change, fact) => {
    const { client, ...scene } = stage()
    change(scene[where].state.route)
    const { grade, reasons } = await gradeRoute(client, { route, from, to })
    expect(reasons[0]).toMatchObject({ kind, side, severity, ...fact })
    // One doubt too few at one end can be one too many at the other.
    expect(reasons.slice(1).every((other) => other.kind === 'needless-verifier')).toBe(true)
    expect(reasons[0]?.wayOut).toMatch(/^[A-Z`].{20,}\.$/)
    expect(grade).toBe(gradeBy[severity])
  })

  test('behavior: every doubt that exists is played', () => {
    const below: Partial<Record<RouteReasonKind, true>> = {
      unread: true,
      'unmatched-verifiers': true,
      'wrong-pool': true,
      paused: true,
    }
    expect(new Set([...doubts.map(([kind]) => kind), ...Object.keys(below)])).toEqual(new Set(RouteReason.kinds()))
  })

  test('behavior: the worst doubt comes first', async () => {
    const { client, source } = stage()
    Object.assign(source.state.route, { executorOwn: false, token: router })
    source.state.route.sends.isDefault = true
    source.state.route.garbles.add('sharedDecimals')
    const { grade, reasons } = await gradeRoute(client, { route, from, to })
    expect(reasons.map(({ kind }) => kind)).toEqual(['wrong-token', 'unpinned-library', 'unread', 'default-executor'])
    expect(grade).toBe('refused')
  })

  test.each([
    ['source', 'blockedLibrary', 'library'],
    ['source', 'getSendLibrary', 'library'],
    ['source', 'isDefaultSendLibrary', 'library'],
    ['destination', 'getReceiveLibrary', 'library'],
    ['destination', 'receiveLibraryTimeout', 'old library'],
    ['destination', 'isValidReceiveLibrary', 'old library'],
    ['source', 'getUlnConfig', 'verifiers'],
    ['source', 'getAppUlnConfig', 'verifiers'],
    ['destination', 'getUlnConfig', 'verifiers'],
    ['destination', 'getAppUlnConfig', 'verifiers'],
    ['source', 'getExecutorConfig', 'executor'],
    ['source', 'executorConfigs', 'executor'],
    ['source', 'getFee', `verifier ${here('one')}`],
    ['source', 'peers', 'peer'],
    ['destination', 'peers', 'peer'],
    ['source', 'token', 'token'],
    ['destination', 'sharedDecimals', 'shared decimals'],
    ['source', 'msgInspector', 'inspector'],
    ['source', 'getAmountCanBeSent', 'capacity'],
  ] as const)('behavior: without an answer at the %s of %s the grade is unknown', async (side, what, field) => {
    const { client, ...scene } = stage()
    scene[side].state.route.oldLibrary.address = router
    scene[side].state.route.garbles.add(what)
    const { grade, reasons } = await gradeRoute(client, { route, from, to })
    expect(grade).toBe('unknown')
    expect(reasons).toContainEqual(
      expect.objectContaining({ kind: 'unread', side, what: field, severity: 'unread', reason: expect.any(String) }),
    )
  })

  test.each(['source', 'destination'] as const)('behavior: a %s that is down is unknown', async (side) => {
    const { client, ...scene } = stage()
    scene[side].state.down = true
    const { grade, reasons, [side]: facts } = await gradeRoute(client, { route, from, to })
    expect(grade).toBe('unknown')
    expect(new Set(reasons.map((reason) => `${reason.kind} ${reason.side}`))).toEqual(new Set([`unread ${side}`]))
    expect(facts.block).toBeUndefined()
    expect(JSON.stringify(facts)).not.toContain('secret-key')
  })

  test('property: whatever is not answered, or answered with anything, never makes a grade of A or B', async () => {
    const functions = {
      source: ['blockedLibrary', 'getSendLibrary', 'isDefaultSendLibrary', 'getUlnConfig', 'getAppUlnConfig', 'getFee'],
      destination: ['getReceiveLibrary', 'receiveLibraryTimeout', 'getUlnConfig', 'getAppUlnConfig', 'blockedLibrary'],
    } as const
    const places = (['source', 'destination'] as const).flatMap((side) =>
      ['peers', 'token', 'sharedDecimals', ...functions[side]].map((name) => ({ side, name })),
    )
    const failures = fc.subarray(places, { minLength: 1 })
    const how = fc.array(fc.constantFrom('garbles', 'reverts'), { minLength: places.length, maxLength: places.length })
    await fc.assert(
      fc.asyncProperty(failures, how, async (failing, ways) => {
        const { client, ...scene } = stage()
        for (const [index, { side, name }] of failing.entries()) {
          const end = scene[side].state.route
          if (ways[index] === 'garbles') end.garbles.add(name)
          else end.reverts.set(name, '0x')
        }
        const { grade, reasons } = await gradeRoute(client, { route, from, to })
        expect(['unknown', 'refused']).toContain(grade)
        for (const { side } of failing) expect(reasons.map((reason) => reason.side)).toContain(side)
      }),
    )
  })

  test('behavior: who owns an app changes no grade, known or not', async () => {
    const { client, source } = stage()
    source.state.route.garbles.add('owner').add('delegates').add('enforcedOptions')
    expect(await gradeRoute(client, { route, from, to })).toMatchObject({
      grade: 'A',
      source: { owner: { status: 'unavailable' } },
    })
  })

  test('behavior: lists that do not hold together are no configuration', async () => {
    const { client, destination } = stage()
    const endless = Array.from(
      { length: 300 },
      (_, index): `0x${string}` => `0x${index.toString(16).padStart(40, '0')}`,
    )
    receives(ulnOf(endless, { requiredDVNCount: 2 }))(destination.state.route)
    const { grade } = await gradeRoute(client, { route, from, to })
    expect(grade).toBe('unknown')
    expect(destination.state.requests).toHaveLength(2)
  })

  test('behavior: what was read is used again while it is young, unless it was not whole', async () => {
    const { client, source, destination } = stage()
    const requests = () => source.state.requests.length + destination.state.requests.length
    source.state.route.garbles.add('msgInspector')
    const first = await gradeRoute(client, { route, from, to, maxAge: 60 })
    expect([first.grade, requests()]).toEqual(['unknown', 6])
    source.state.route.garbles.clear()
    const second = await gradeRoute(client, { route, from, to, maxAge: 60 })
    expect([second.grade, requests()]).toEqual(['A', 9])
    expect(await gradeRoute(client, { route, from, to, maxAge: 60 })).toEqual(second)
    expect(requests()).toBe(9)
    source.state.route.sends.isDefault = true
    expect((await gradeRoute(client, { route, from, to })).grade).toBe('refused')
  })

  test('behavior: the same contract twice, or two of one verifier, are one', async () => {
    const twice = ulnOf([there('one')], { optionalDVNs: [there('one'), there('two')], optionalDVNThreshold: 1 })
    const sent = ulnOf([here('one'), here('two')])
    const { client, source, destination } = stage()
    sends(sent)(source.state.route)
    receives(twice)(destination.state.route)
    const { reasons } = await gradeRoute(client, { route, from, to })
    expect(reasons).toEqual([expect.objectContaining({ kind: 'one-verifier' })])
    const alias: Address = '0x00000000000000000000000000000000000000A1'
    const same = (route.verifiers ?? []).map((one) =>
      one.name === 'one' ? { ...one, contracts: [...one.contracts, { chainId: to, address: alias }] } : one,
    )
    receives(ulnOf([there('one'), alias]))(destination.state.route)
    const known: OftRoute = { ...route, verifiers: same }
    const both = await gradeRoute(client, { route: known, from, to })
    expect(both.reasons).toContainEqual(expect.objectContaining({ kind: 'one-verifier' }))
  })

  test('behavior: optional verifiers count as far as their threshold', async () => {
    const grade = async (threshold: number, own = true) => {
      const { client, source, destination } = stage()
      const all = ['one', 'two', 'three'] as const
      sends(ulnOf([], { optionalDVNs: all.map(here), optionalDVNThreshold: threshold }))(source.state.route)
      const uln = ulnOf([], { optionalDVNs: all.map(there), optionalDVNThreshold: threshold })
      receives(uln, own ? { ...uln, requiredDVNCount: 255 } : { ...unset, confirmations: 15n })(destination.state.route)
      return gradeRoute(client, { route, from, to })
    }
    expect((await grade(2)).reasons).toEqual([])
    expect((await grade(1)).reasons).toEqual([expect.objectContaining({ kind: 'one-verifier' })])
    expect((await grade(2, false)).reasons).toEqual([expect.objectContaining({ kind: 'default-verifiers' })])
  })

  test('behavior: of optional verifiers one may be dead or unpaid, as long as the threshold is reached', async () => {
    const all = ['one', 'two', 'three'] as const
    const { client, source, destination } = stage()
    const uln = ulnOf([], { optionalDVNs: all.map(there), optionalDVNThreshold: 2 })
    receives(uln)(destination.state.route)
    destination.state.route.verifiers = { [there('three')]: 'dead' }
    const { grade, reasons } = await gradeRoute(client, { route, from, to })
    expect([grade, reasons]).toEqual([
      'B',
      [expect.objectContaining({ kind: 'dead-verifier', severity: 'weak', verifier: there('three') })],
    ])
    sends(ulnOf([here('one')]))(source.state.route)
    const unpaid = await gradeRoute(client, { route, from, to })
    expect(unpaid.reasons[0]).toMatchObject({
      kind: 'unpaid-verifier',
      verifiers: [there('two'), there('three')],
      paid: 1,
    })
  })

  test('behavior: verifiers that nobody named are counted, and the grade is no A', async () => {
    const { client, source } = stage()
    const { verifiers: _, ...nameless } = route
    const { grade, reasons } = await gradeRoute(client, { route: nameless, from, to })
    expect([grade, reasons]).toEqual([
      'B',
      [
        expect.objectContaining({ kind: 'unmatched-verifiers', side: 'source', verifiers: [here('one'), here('two')] }),
        expect.objectContaining({ kind: 'unmatched-verifiers', side: 'destination' }),
      ],
    ])
    sends(ulnOf([here('one')]))(source.state.route)
    const fewer = await gradeRoute(client, { route: nameless, from, to })
    expect(fewer.reasons[0]).toMatchObject({ kind: 'unpaid-verifier', needed: 2, paid: 1 })
  })

  test('behavior: any account may attest at the receiving end', async () => {
    const { client, destination } = stage()
    destination.state.route.verifiers = { [there('one')]: 'silent', [there('two')]: 'refuses' }
    expect((await gradeRoute(client, { route, from, to })).grade).toBe('A')
  })

  test('behavior: a pool of Stargate is graded by the contract that it sends through', async () => {
    const messaging = { [from]: verifierOn(from, 'three'), [to]: verifierOn(to, 'three') }
    const chains = [fakeChain(from), fakeChain(to)] as const
    const scene = world()
    const client = fakeContext(scene, chains)
    const stargate: StargateRoute = {
      ...route,
      kind: 'stargate',
      ends: route.ends.slice(0, 2).map((end) => ({ ...end, messaging: messaging[end.chainId] ?? router })),
    }
    for (const [index, { state }] of chains.entries()) {
      const [own, other] = index === 0 ? [from, to] : [to, from]
      const pool = { messaging: messaging[own] ?? router, assetId: 13, status: 1 }
      const peer: FakeRoute['peer'] = `0x${(messaging[other] ?? router).slice(2).padStart(64, '0')}`
      // A pool of native coins: the fixture's wrapped native coin is its WETH.
      Object.assign(state.route, { pool, peer, token: '0x0000000000000000000000000000000000000000' })
    }
    const grade = () => gradeRoute(client, { route: stargate, from, to })
    const good = await grade()
    expect(good).toMatchObject({
      grade: 'A',
      reasons: [],
      source: { app: messaging[from], pool: { value: { assetId: 13 } }, capacity: { value: 10n ** 24n } },
    })
    const [{ state }, { state: far }] = chains
    state.route.capacity = 0n
    Object.assign(far.route, { pool: { messaging: router, assetId: 14, status: 3 } })
    expect((await grade()).reasons.map(({ kind, side }) => `${kind} ${side}`)).toEqual([
      'wrong-pool destination',
      'paused destination',
      'wrong-pool destination',
      'no-capacity source',
    ])
    state.route.pool = undefined
    expect((await grade()).reasons).toContainEqual(expect.objectContaining({ kind: 'unread', what: 'pool' }))
  })

  test.each([
    ['UnknownRouteEndError', { to: 99 }],
    ['UnknownRouteEndError', { to: DONOR_CHAIN }],
    ['AbortedError', { signal: AbortSignal.abort() }],
  ] as const)('error: %s (%#)', async (name, changes) => {
    const { client } = stage()
    await expect(gradeRoute(client, { route, from, to, ...changes })).rejects.toThrowError(named(name))
  })

  test('error: UnknownRouterError', async () => {
    const { client } = stage()
    await expect(gradeRoute({ ...client, routers: [] }, { route, from, to })).rejects.toThrowError(
      named('UnknownRouterError'),
    )
  })
})
