import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isTerminal, MOVE_STATES, type MoveState } from './MoveState.ts'
import { between, ENDS, FORWARD, kindOf, UNDONE } from './Transitions.ts'

const pairs = MOVE_STATES.flatMap((from) => MOVE_STATES.map((to) => [from, to] as const))

/** All that can come of a state by time alone. */
function reachable(from: MoveState): ReadonlySet<MoveState> {
  const seen = new Set<MoveState>([from])
  for (const state of seen) for (const next of FORWARD[state]) seen.add(next)
  return seen
}

describe('Transitions', () => {
  test('default', () => {
    expect(FORWARD).toMatchInlineSnapshot(`
      {
        "blocked-by-nonce": [
          "verified",
          "skipped-nilified-burnt",
        ],
        "claimed": [],
        "compose-failed": [
          "credited",
          "parked",
          "compose-queued",
        ],
        "compose-queued": [
          "credited",
          "parked",
          "compose-failed",
        ],
        "credited": [],
        "delivered": [
          "credited",
          "parked",
          "compose-queued",
          "unreceived",
        ],
        "failed": [],
        "intended": [
          "signed",
          "submitted",
          "failed",
        ],
        "mined": [
          "sent",
          "refunded",
          "failed",
        ],
        "parked": [
          "credited",
          "claimed",
        ],
        "refunded": [],
        "reorged": [
          "submitted",
          "mined",
          "sent",
          "replaced",
          "failed",
        ],
        "replaced": [
          "submitted",
          "sent",
          "mined",
          "failed",
        ],
        "sent": [
          "verified",
          "verifying",
          "skipped-nilified-burnt",
        ],
        "signed": [
          "submitted",
          "failed",
        ],
        "skipped-nilified-burnt": [
          "verified",
        ],
        "submitted": [
          "sent",
          "mined",
          "replaced",
          "failed",
        ],
        "unreceived": [
          "delivered",
          "compose-queued",
        ],
        "verified": [
          "delivered",
          "blocked-by-nonce",
          "skipped-nilified-burnt",
        ],
        "verifying": [
          "verified",
          "skipped-nilified-burnt",
        ],
      }
    `)
    expect(UNDONE).toMatchInlineSnapshot(`
      {
        "blocked-by-nonce": [
          "reorged",
          "sent",
          "verifying",
        ],
        "claimed": [
          "sent",
          "verifying",
          "verified",
          "blocked-by-nonce",
          "delivered",
          "unreceived",
          "compose-queued",
          "compose-failed",
          "parked",
        ],
        "compose-failed": [
          "sent",
          "verifying",
          "verified",
          "blocked-by-nonce",
          "delivered",
          "unreceived",
        ],
        "compose-queued": [
          "sent",
          "verifying",
          "verified",
          "blocked-by-nonce",
          "delivered",
          "unreceived",
        ],
        "credited": [
          "sent",
          "verifying",
          "verified",
          "blocked-by-nonce",
          "delivered",
          "unreceived",
          "compose-queued",
          "compose-failed",
          "parked",
        ],
        "delivered": [
          "sent",
          "verifying",
          "verified",
          "blocked-by-nonce",
        ],
        "failed": [
          "intended",
          "signed",
          "submitted",
          "mined",
          "reorged",
          "replaced",
        ],
        "intended": [],
        "mined": [
          "reorged",
        ],
        "parked": [
          "sent",
          "verifying",
          "verified",
          "blocked-by-nonce",
          "delivered",
          "unreceived",
          "compose-queued",
          "compose-failed",
        ],
        "refunded": [
          "mined",
          "reorged",
        ],
        "reorged": [],
        "replaced": [],
        "sent": [
          "reorged",
        ],
        "signed": [],
        "skipped-nilified-burnt": [
          "reorged",
          "sent",
          "verifying",
          "blocked-by-nonce",
        ],
        "submitted": [],
        "unreceived": [
          "sent",
          "verifying",
          "verified",
          "blocked-by-nonce",
        ],
        "verified": [
          "reorged",
          "sent",
          "verifying",
        ],
        "verifying": [
          "reorged",
          "sent",
        ],
      }
    `)
  })

  test('behavior: every state is reached from an intent, what is reorganised away by that alone', () => {
    const all = new Set([...reachable('intended'), 'reorged'])
    expect([...all].sort()).toEqual([...MOVE_STATES].sort())
  })

  test('behavior: what ends a move: nothing but a reorganisation leads away', () => {
    expect(ENDS).toEqual(['credited', 'claimed', 'refunded', 'failed'])
    for (const state of ENDS) expect(isTerminal(state)).toBe(true)
    expect(MOVE_STATES.filter(isTerminal).filter((state) => !ENDS.includes(state))).toEqual([
      'skipped-nilified-burnt',
      'parked',
    ])
  })

  test('behavior: from every state that is no end, an end is reached', () => {
    for (const state of MOVE_STATES) expect(ENDS.some((end) => reachable(state).has(end))).toBe(true)
  })

  test('behavior: what time brings and what a reorganisation takes back are never the same step', () => {
    for (const [from, to] of pairs) {
      const isBoth = FORWARD[from].includes(to) && UNDONE[from].includes(to)
      expect([from, to, isBoth]).toEqual([from, to, false])
      expect(kindOf(from, to) === undefined).toBe(!FORWARD[from].includes(to) && !UNDONE[from].includes(to))
    }
  })

  test('behavior: once the tokens have arrived nothing leads back to the source, and once debited nothing fails', () => {
    const arrived: readonly MoveState[] = ['delivered', 'unreceived', 'compose-queued', 'credited', 'parked', 'claimed']
    for (const state of arrived) expect(reachable(state).has('failed')).toBe(false)
    for (const state of arrived) expect(UNDONE[state]).not.toContain('reorged')
    expect(reachable('sent').has('failed')).toBe(false)
    expect(reachable('sent').has('refunded')).toBe(false)
  })

  test('behavior: what a router carries settles out of the queue, a direct move at once', () => {
    const states = (way: ReturnType<typeof between>) => way?.map(({ to }) => to)
    for (const end of ['credited', 'parked'] as const) {
      expect(states(between('delivered', end))).toEqual(['compose-queued', end])
      expect(states(between('unreceived', end))).toEqual(['compose-queued', end])
      expect(states(between('parked', end, { isDirect: true }))).toEqual(end === 'parked' ? [] : ['credited'])
    }
    expect(states(between('verified', 'credited', { isDirect: true }))).toEqual(['delivered', 'credited'])
    expect(states(between('unreceived', 'credited', { isDirect: true }))).toEqual(['delivered', 'credited'])
  })

  test('property: a way between two states is made of legal steps, and is by time alone if there is one', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...MOVE_STATES),
        fc.constantFrom(...MOVE_STATES),
        fc.boolean(),
        (from, to, isDirect) => {
          const way = between(from, to, { isDirect })
          const isAhead = reachable(from).has(to)
          if (way === undefined) return !isAhead
          const ends = [from, ...way.map((step) => step.to)]
          return (
            ends.at(-1) === to &&
            way.every((step, index) => step.from === ends[index] && kindOf(step.from, step.to) === step.kind) &&
            way.some(({ kind }) => kind === 'undone') === !isAhead
          )
        },
      ),
      { numRuns: 2_000 },
    )
  })
})
