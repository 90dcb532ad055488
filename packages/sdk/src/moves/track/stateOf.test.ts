import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Hex } from '../../model/Hex.ts'
import type { ReadResult } from '../../model/ReadResult.ts'
import type { DestinationEvidence, Evidence, KnownBefore, SourceEvidence } from './Evidence.ts'
import { MOVE_STATES, type MoveState } from './MoveState.ts'
import { stateOf } from './stateOf.ts'
import { between } from './Transitions.ts'

const ZERO: Hex = `0x${'00'.repeat(32)}`
const HASH: Hex = `0x${'9a'.repeat(32)}`
const ONE: Hex = `0x${'00'.repeat(31)}01`
const NIL: Hex = `0x${'ff'.repeat(32)}`
const DEADLINE = 1_000n

const ok = <value>(value: value): ReadResult<value> => ({ status: 'ok', value })
const dead = { status: 'unavailable', reason: 'nobody answers' } as const
const unread = { status: 'unread', reason: 'nobody answers' } as const

const known: KnownBefore = { deadline: DEADLINE, local: 'submitted', wasSent: false }
const block = { chainId: 10, number: 100n, timestamp: 500n }
const late = { ...block, timestamp: DEADLINE + 1n }
const nothing: SourceEvidence = { status: 'read', block, sent: ok({ guid: ZERO, nonce: 0n }) }
const away: SourceEvidence = { status: 'read', block, sent: ok({ guid: HASH, nonce: 7n }) }
const none: DestinationEvidence = {
  status: 'read',
  block: { ...block, chainId: 20 },
  record: ok({ status: 'none', amount: 0n }),
  composeQueue: ok(ZERO),
  isUnreceived: ok(false),
  nonce: 7n,
  inboundPayloadHash: ok(ZERO),
  lazyInboundNonce: ok(6n),
  inboundNonce: ok(6n),
}
const verified = { ...none, inboundPayloadHash: ok(HASH), inboundNonce: ok(7n) }
const done = { ...none, lazyInboundNonce: ok(7n), inboundNonce: ok(7n) }
const there = (status: 'credited' | 'parked' | 'claimed') => ({ ...done, record: ok({ status, amount: 5n }) })

/** Without a router nothing is composed. */
const direct = { composeQueue: undefined }

const before = (source: Partial<SourceEvidence>, changes: Partial<KnownBefore> = {}): Evidence => ({
  known: { ...known, ...changes },
  source: { ...nothing, ...source },
})
const after = (destination: Evidence['destination']): Evidence => ({ known, source: away, destination })

/** One look for each state that there is, and what else it shows. */
const table: readonly (readonly [MoveState, string, Evidence])[] = [
  ['intended', 'nothing was signed', before({}, { local: 'intended' })],
  ['signed', 'nothing was handed to a node', before({}, { local: 'signed' })],
  ['submitted', 'no receipt', before({ receipt: { status: 'none' }, isNonceUsed: ok(false) })],
  ['submitted', 'a receipt that nobody tells', before({ receipt: { ...dead } })],
  ['replaced', 'its place is taken', before({ receipt: { status: 'none' }, isNonceUsed: ok(true) })],
  ['mined', 'the receipt is ahead of the state', before({ receipt: { status: 'success', blockNumber: 101n } })],
  ['mined', 'the first of two steps', before({ isWithdrawn: ok(true) })],
  ['mined', 'a source that is dead', { known: { ...known, minedIn: 90n }, source: unread }],
  ['reorged', 'it was in a block', before({ receipt: { status: 'none' } }, { minedIn: 90n })],
  ['reorged', 'it was sent', { ...before({}, { wasSent: true, minedIn: 90n }), destination: none }],
  ['sent', 'a source that is dead', { known: { ...known, wasSent: true }, source: unread }],
  ['sent', 'a source behind its block', before({}, { wasSent: true, minedIn: 101n })],
  ['sent', 'nothing on the other side', after(none)],
  ['sent', 'the other side is dead', after(unread)],
  [
    'verifying',
    'one attestation of two',
    after({ ...none, attestations: { given: 1, needed: 2, isVerifiable: false } }),
  ],
  ['verified', 'all before it as well', after(verified)],
  ['verified', 'a later one went before it', after({ ...verified, lazyInboundNonce: ok(9n), inboundNonce: ok(6n) })],
  ['blocked-by-nonce', 'one before it is missing', after({ ...verified, inboundNonce: ok(5n) })],
  ['skipped-nilified-burnt', 'the hash of refusal', after({ ...verified, inboundPayloadHash: ok(NIL) })],
  ['skipped-nilified-burnt', 'gone and unknown to its application', after(done)],
  ['delivered', 'run, and no record to read', after({ ...done, composeQueue: ok(ONE), record: dead })],
  ['delivered', 'the OFT has paid it out, and no router takes it', after({ ...done, ...direct, received: ok(5n) })],
  ['delivered', 'executed or removed, and nobody tells', after({ ...done, ...direct, received: dead })],
  ['verified', 'not executed, without a router', after({ ...verified, ...direct })],
  ['credited', 'by the second step', after({ ...there('credited'), ...direct, received: ok(5n) })],
  [
    'refunded',
    'withdrawn, not sent, and too late',
    before({ block: late, isWithdrawn: ok(true) }, { local: 'intended' }),
  ],
  ['unreceived', 'the pool keeps it', after({ ...done, isUnreceived: ok(true) })],
  ['compose-queued', 'it waits', after({ ...done, composeQueue: ok(HASH) })],
  [
    'compose-failed',
    'and was tried',
    after({ ...done, composeQueue: ok(HASH), hints: { composeAlert: 'too little gas' } }),
  ],
  ['credited', 'by its record', after(there('credited'))],
  ['parked', 'by its record', after(there('parked'))],
  ['claimed', 'by its record', after(there('claimed'))],
  [
    'refunded',
    'taken out, and the second step reverted',
    before({ isWithdrawn: ok(true), receipt: { status: 'reverted', reason: 'no' } }),
  ],
  [
    'refunded',
    'taken back, and what was sent anew reverted',
    before({ isWithdrawn: ok(true), receipt: { status: 'reverted', reason: 'no' } }, { wasSent: true, minedIn: 90n }),
  ],
  ['refunded', 'taken out, and too late', before({ isWithdrawn: ok(true), block: late })],
  ['failed', 'it reverted', before({ receipt: { status: 'reverted', reason: 'no' } })],
  ['failed', 'too late', before({ block: late })],
  ['failed', 'reorganised away for good', { ...before({ block: late }, { wasSent: true }), destination: none }],
]

describe('stateOf', () => {
  test.each(table)('default: %s: %s', (state, _, evidence) => {
    expect(stateOf(evidence).state).toBe(state)
  })

  test('behavior: what a wallet was handed outlives the deadline: no contract refuses it', () => {
    expect(stateOf(before({ block: late, isUnderWay: true })).state).toBe('submitted')
    expect(stateOf(before({ block: late, isUnderWay: true, isWithdrawn: ok(false) })).state).toBe('submitted')
    const reverted = { receipt: { status: 'reverted', reason: 'no' } } as const
    expect(stateOf(before({ isUnderWay: true, ...reverted })).state).toBe('failed')
  })

  test('behavior: what is executed and not told by a log is no message to be delivered, and says what is missing', () => {
    const { state, amount, gaps } = stateOf(after({ ...done, ...direct, received: dead }))
    expect({ state, amount }).toEqual({ state: 'delivered', amount: undefined })
    expect(gaps).toMatchObject([{ side: 'destination', path: 'received', reason: 'nobody answers' }])
  })

  test('behavior: every state is found', () => {
    expect(new Set(table.map(([state]) => state))).toEqual(new Set(MOVE_STATES))
  })

  test('behavior: C1: the same look leads from what was intended to every state by legal steps', () => {
    for (const [state] of table) {
      const isReached = state === 'reorged' || between('intended', state) !== undefined
      expect([state, isReached]).toEqual([state, true])
    }
  })

  test.each([
    ['executed', after({ ...done, composeQueue: ok(HASH) }), 'compose-queued', undefined],
    ['cleared', after(done), 'skipped-nilified-burnt', 'removed'],
    ['skipped', after({ ...done, hints: { removal: 'skipped' } }), 'skipped-nilified-burnt', 'skipped'],
    ['burnt', after({ ...done, hints: { removal: 'burnt' } }), 'skipped-nilified-burnt', 'burnt'],
    ['nilified', after({ ...none, inboundPayloadHash: ok(NIL) }), 'skipped-nilified-burnt', 'nilified'],
    [
      'nilified, and hinted otherwise',
      after({ ...none, inboundPayloadHash: ok(NIL), hints: { removal: 'burnt' } }),
      'skipped-nilified-burnt',
      'nilified',
    ],
    ['blocked', after({ ...verified, inboundNonce: ok(6n) }), 'blocked-by-nonce', undefined],
  ] as const)('behavior: B28: %s is told from the others by storage', (_, evidence, state, removal) => {
    const found = stateOf(evidence)
    expect({ state: found.state, removal: found.removal }).toEqual({ state, removal })
  })

  test('behavior: B15: a pool that cannot pay out is called unreceived, and one that does not answer is not called lost', () => {
    expect(stateOf(after({ ...done, isUnreceived: ok(true) }))).toMatchObject({ state: 'unreceived', gaps: [] })
    expect(stateOf(after({ ...done, isUnreceived: dead }))).toMatchObject({
      state: 'sent',
      gaps: [{ side: 'destination', path: 'unreceivedTokens' }],
    })
  })

  test('behavior: what a record says stands, whatever else is dead', () => {
    const rest = {
      composeQueue: dead,
      isUnreceived: dead,
      inboundPayloadHash: dead,
      lazyInboundNonce: dead,
      inboundNonce: dead,
    }
    expect(stateOf(after({ ...there('parked'), ...rest }))).toEqual({ state: 'parked', amount: 5n, gaps: [] })
  })

  test('property: to read less never brings a move further, and never calls it failed or lost', () => {
    const parts = [
      'record',
      'composeQueue',
      'isUnreceived',
      'inboundPayloadHash',
      'lazyInboundNonce',
      'inboundNonce',
    ] as const
    const rows = table.filter(([, , evidence]) => evidence.destination?.status === 'read')
    fc.assert(
      fc.property(fc.constantFrom(...rows), fc.subarray([...parts]), ([whole, , evidence], blind) => {
        if (evidence.destination?.status !== 'read') return false
        const less = Object.fromEntries(blind.map((part) => [part, dead]))
        const { state, gaps } = stateOf({ ...evidence, destination: { ...evidence.destination, ...less } })
        if (state === whole) return true
        const way = between(state, whole)
        return (
          gaps.length > 0 &&
          state !== 'failed' &&
          state !== 'skipped-nilified-burnt' &&
          way?.every(({ kind }) => kind === 'forward') === true
        )
      }),
      { numRuns: 1_000 },
    )
  })

  test('property: hints choose only between states that storage does not tell apart', () => {
    const hint = fc.record(
      {
        composeAlert: fc.string(),
        deliveryAlert: fc.string(),
        removal: fc.constantFrom('skipped' as const, 'burnt' as const),
      },
      { requiredKeys: [] },
    )
    const rows = table.filter(([, , evidence]) => evidence.destination?.status === 'read')
    const plain = (state: MoveState) => (state === 'compose-failed' ? 'compose-queued' : state)
    fc.assert(
      fc.property(fc.constantFrom(...rows), hint, ([, , evidence], hints) => {
        if (evidence.destination?.status !== 'read') return false
        const bare = stateOf({ ...evidence, destination: { ...evidence.destination, hints: undefined } })
        const hinted = stateOf({ ...evidence, destination: { ...evidence.destination, hints } })
        return plain(hinted.state) === plain(bare.state) && hinted.amount === bare.amount
      }),
      { numRuns: 1_000 },
    )
  })
})
