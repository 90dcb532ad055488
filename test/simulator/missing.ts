import { isTerminal, MOVE_STATES, type MoveState } from '@unimargin/sdk'
import type { Round } from './play.ts'

/** Told by whoever signs. */
const elsewhere: readonly MoveState[] = ['signed']
/** They pass by themselves, or by verifiers alone. */
const passing: readonly MoveState[] = ['sent', 'mined', 'delivered']

/** What a run has not shown: states that it has never told, and those in which a move is stuck that `recover` has never led out of. */
export function missing(rounds: readonly Pick<Round, 'told' | 'recovered'>[]): readonly string[] {
  const told = new Set(rounds.flatMap((round) => round.told))
  const left = new Set(rounds.flatMap(({ recovered }) => recovered.map((way) => way.split(' ')[0])))
  const states = MOVE_STATES.filter((state) => !elsewhere.includes(state))
  const isStuck = (state: MoveState) =>
    state === 'parked' || state === 'skipped-nilified-burnt' || !(isTerminal(state) || passing.includes(state))
  return [
    ...states.filter((state) => !told.has(state)).map((state) => `${state} was never told`),
    ...states.filter((state) => isStuck(state) && !left.has(state)).map((state) => `${state} was never left`),
  ]
}
