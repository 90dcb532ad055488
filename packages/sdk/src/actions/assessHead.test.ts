import { arbitrum, base, mainnet } from 'viem/chains'
import { describe, expect, test } from 'vitest'
import type { Finality } from '../model/Block.ts'
import { createReadHistory } from '../reads/ReadHistory.ts'
import { assessHead, type Head } from './assessHead.ts'

const NOW = 1_700_000_000n
const agreed = { status: 'agreed', agree: 2, of: 3 } as const

const head = (age: bigint, changes: Partial<Head> = {}): Head => {
  const { chain = base } = changes
  const block = { chainId: chain.id, number: 1n, timestamp: NOW - age }
  return { chain, block, finality: 'latest', agreement: agreed, ...changes }
}
const kindsOf = (...parameters: Parameters<typeof assessHead>) =>
  assessHead(...parameters).flags.map(({ kind }) => kind)
const now = { now: NOW, before: undefined }

describe('assessHead', () => {
  test('default: a young head that two nodes agree on is beyond doubt', () => {
    expect(assessHead({}, head(3n), now)).toEqual({ age: 3n, lag: 0n, flags: [] })
  })

  test('behavior: one node alone is a flag', () => {
    expect(kindsOf({}, head(0n, { agreement: { status: 'single-source' } }), now)).toEqual(['single-source'])
  })

  // Base makes a block in two seconds, Arbitrum One in a quarter of one, Ethereum in twelve.
  test.each([
    ['Base', base, 'latest', 70n],
    ['Arbitrum One', arbitrum, 'latest', 62n],
    ['Ethereum', mainnet, 'latest', 120n],
    ['Base', base, 'safe', 1_870n],
    ['Base', base, 'finalized', 3_670n],
  ] as const)('behavior: a head of %s turns stale exactly at its limit (%#)', (_, chain, finality: Finality, limit) => {
    expect(kindsOf({}, head(limit, { chain, finality }), now)).toEqual([])
    expect(kindsOf({}, head(limit + 1n, { chain, finality }), now)).toEqual(['stale-head'])
  })

  test('behavior: the limit can be set for all chains or for one', () => {
    expect(kindsOf({ maxBlockAge: 5 }, head(6n), now)).toEqual(['stale-head'])
    expect(kindsOf({ maxBlockAge: { [base.id]: 500 } }, head(500n), now)).toEqual([])
    expect(kindsOf({ maxBlockAge: { [mainnet.id]: 500 } }, head(500n), now)).toEqual(['stale-head'])
  })

  test('behavior: a chain that runs ahead of the clock is not old', () => {
    expect(assessHead({}, head(-5_000n), now)).toEqual({ age: 0n, lag: 0n, flags: [] })
  })

  test('behavior: lag is measured against the youngest block that was seen, whatever its finality', () => {
    const history = createReadHistory()
    history.noteBlock(head(2n).block, 'latest', NOW)
    expect(assessHead({ history }, head(900n, { finality: 'finalized' }), now)).toMatchObject({ lag: 898n, flags: [] })
  })

  test('behavior: a head goes back by more than nodes differ and chains reorganise', () => {
    expect(kindsOf({}, head(15n), { now: NOW, before: NOW - 10n })).toEqual([])
    expect(kindsOf({}, head(16n), { now: NOW, before: NOW - 10n })).toEqual(['head-went-back'])
    expect(kindsOf({}, head(34n, { chain: mainnet }), { now: NOW, before: NOW - 10n })).toEqual([])
    expect(kindsOf({}, head(35n, { chain: mainnet }), { now: NOW, before: NOW - 10n })).toEqual(['head-went-back'])
  })

  test.each([
    ['is up', { status: 'ok', value: { answer: 0n, startedAt: NOW - 3_601n, updatedAt: NOW } }, []],
    ['is back', { status: 'ok', value: { answer: 0n, startedAt: NOW - 3_600n, updatedAt: NOW } }, ['sequencer-grace']],
    ['is down', { status: 'ok', value: { answer: 1n, startedAt: NOW - 9_999n, updatedAt: NOW } }, ['sequencer-down']],
    ['never reported', { status: 'ok', value: { answer: 0n, startedAt: 0n, updatedAt: 0n } }, ['sequencer-unknown']],
    [
      'is back in future',
      { status: 'ok', value: { answer: 0n, startedAt: NOW + 1n, updatedAt: NOW } },
      ['sequencer-unknown'],
    ],
    [
      'is something else',
      { status: 'ok', value: { answer: 2n, startedAt: 1n, updatedAt: NOW } },
      ['sequencer-unknown'],
    ],
    ['reverts', { status: 'reverted', reason: 'no', data: '0x' }, ['sequencer-unknown']],
  ] as const)('behavior: a sequencer that %s', (_, sequencer, expected) => {
    const sequencers = [{ chainId: base.id, feed: '0x0000000000000000000000000000000000000001' }] as const
    expect(kindsOf({ sequencers }, head(0n, { sequencer }), now)).toEqual(expected)
    expect(kindsOf({}, head(0n, { sequencer }), now)).toEqual([])
  })

  test('behavior: the grace of a sequencer can be set, and flips exactly at its end', () => {
    const sequencers = [{ chainId: base.id, feed: '0x0000000000000000000000000000000000000001', grace: 60 }] as const
    const since = (startedAt: bigint) => ({ status: 'ok', value: { answer: 0n, startedAt, updatedAt: NOW } }) as const
    expect(kindsOf({ sequencers }, head(0n, { sequencer: since(NOW - 60n) }), now)).toEqual(['sequencer-grace'])
    expect(kindsOf({ sequencers }, head(0n, { sequencer: since(NOW - 61n) }), now)).toEqual([])
  })
})
