import { describe, expect, test } from 'vitest'
import type { MoveState } from './MoveState.ts'
import { follow, type Progress } from './Progress.ts'

const at = (number: bigint) => ({ chainId: 1, number, timestamp: 0n })

function look(state: MoveState, source = 1n, destination: bigint | undefined = 1n): Parameters<typeof follow>[1] {
  return {
    state,
    move: {},
    blocks: { source: at(source), destination: destination === undefined ? undefined : at(destination) },
    issues: [],
  }
}

function play(...looks: readonly Parameters<typeof follow>[1][]): readonly MoveState[] {
  let progress: Progress | undefined
  const states: MoveState[] = []
  for (const status of looks) {
    const step = follow(progress, status)
    progress = step.progress
    states.push(...step.states)
  }
  return states
}

describe('follow', () => {
  test('default', () => {
    expect(play(look('submitted'), look('submitted'), look('credited'))).toEqual([
      'submitted',
      'sent',
      'verified',
      'delivered',
      'compose-queued',
      'credited',
    ])
  })

  test('behavior: between two looks a router settles only what was queued; a direct move has no queue', () => {
    expect(play(look('delivered'), look('credited')).slice(-3)).toEqual(['delivered', 'compose-queued', 'credited'])
    expect(play(look('unreceived'), look('parked')).slice(-3)).toEqual(['unreceived', 'compose-queued', 'parked'])
    const direct = (state: MoveState) => ({ ...look(state), move: { direct: {} } })
    expect(play(direct('credited'))).toEqual(['submitted', 'sent', 'verified', 'delivered', 'credited'])
    expect(play(direct('delivered'), direct('credited')).slice(-2)).toEqual(['delivered', 'credited'])
  })

  test('behavior: what is found under way was submitted before; what was only intended was not', () => {
    expect(play(look('intended'))).toEqual(['intended'])
    expect(play(look('intended'), look('sent'))).toEqual(['intended', 'submitted', 'sent'])
    expect(play(look('parked'))).toEqual(['submitted', 'sent', 'verified', 'delivered', 'compose-queued', 'parked'])
  })

  test('behavior: a reorganisation of either chain takes back what it showed, and it is told again', () => {
    expect(play(look('sent', 5n), look('reorged', 5n), look('sent', 6n)).slice(2)).toEqual(['reorged', 'sent'])
    expect(
      play(look('compose-queued', 5n, 5n), look('verified', 5n, 6n), look('compose-queued', 5n, 7n)).slice(5),
    ).toEqual(['verified', 'delivered', 'compose-queued'])
    expect(play(look('credited', 5n, 5n), look('parked', 5n, 6n)).at(-1)).toBe('parked')
  })

  test('behavior: a node that lags behind, or is silent, takes nothing back', () => {
    const queued = look('compose-queued', 5n, 5n)
    const silent = { chainId: 2, kind: 'unavailable', path: 'arrival', reason: 'dead' } as const
    const states = ['submitted', 'sent', 'verified', 'delivered', 'compose-queued']
    expect(play(queued, look('verified', 5n, 4n))).toEqual(states)
    expect(play(queued, look('reorged', 4n, 6n))).toEqual(states)
    expect(play(queued, { ...look('sent', 6n, undefined), issues: [silent] })).toEqual(states)
    expect(play(queued, look('verified', 5n, 4n), look('credited', 6n, 6n))).toEqual([...states, 'credited'])
    // A source that says nothing: what it says is only that it was handed to a node.
    const dead = { chainId: 1, kind: 'unavailable', path: 'sentMove', reason: 'dead' } as const
    const blind = { state: 'submitted', move: {}, blocks: {}, issues: [dead] } as const
    expect(play(look('failed', 5n), blind, { ...look('submitted', 6n), issues: [dead] })).toEqual([
      'submitted',
      'failed',
    ])
  })

  test('behavior: what the source has read and does not show any more is taken back, whatever the destination tells', () => {
    const gone = { chainId: 1, kind: 'disputed', path: 'sentMove', reason: 'not shown any more' } as const
    const silent = { chainId: 2, kind: 'unavailable', path: 'arrival', reason: 'dead' } as const
    const reorged = { ...look('reorged', 6n), issues: [gone, silent] }
    expect(play(look('verified', 5n), reorged).slice(3)).toEqual(['reorged'])
  })

  test('behavior: that nobody was asked who has attested takes no attestation back', () => {
    const counted = (given: number) => ({ ...look('sent'), attestations: { given, needed: 2, isVerifiable: false } })
    const states = ['submitted', 'sent', 'verifying']
    expect(play(look('verifying'), look('sent'), look('sent'))).toEqual(states)
    expect(play(look('verifying'), look('sent'), look('verified'))).toEqual([...states, 'verified'])
    expect(play(look('verifying'), counted(0))).toEqual([...states, 'sent'])
  })

  test('behavior: the clock of another branch may not have come to the deadline', () => {
    expect(play(look('intended', 5n), look('failed', 6n), look('intended', 7n), look('failed', 8n))).toEqual([
      'intended',
      'failed',
      'intended',
      'failed',
    ])
  })
})
