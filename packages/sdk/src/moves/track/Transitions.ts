import { MOVE_STATES, type MoveState } from './MoveState.ts'

/** Which states can follow which. What is not in these two tables does not happen. */

type Table = Readonly<Record<MoveState, readonly MoveState[]>>

/** What time brings. Where a look comes late, several of these have happened. */
export const FORWARD: Table = {
  intended: ['signed', 'submitted', 'failed'],
  signed: ['submitted', 'failed'],
  submitted: ['sent', 'mined', 'replaced', 'failed'],
  // The same call may have been sent again, with more gas or by another wallet.
  replaced: ['submitted', 'sent', 'mined', 'failed'],
  mined: ['sent', 'refunded', 'failed'],
  reorged: ['submitted', 'mined', 'sent', 'replaced', 'failed'],
  sent: ['verified', 'verifying', 'skipped-nilified-burnt'],
  verifying: ['verified', 'skipped-nilified-burnt'],
  verified: ['delivered', 'blocked-by-nonce', 'skipped-nilified-burnt'],
  'blocked-by-nonce': ['verified', 'skipped-nilified-burnt'],
  // Nilified: its verifiers attested anew.
  'skipped-nilified-burnt': ['verified'],
  delivered: ['credited', 'parked', 'compose-queued', 'unreceived'],
  unreceived: ['delivered', 'compose-queued'],
  'compose-queued': ['credited', 'parked', 'compose-failed'],
  // What an executor said is a log, which a later look may not see.
  'compose-failed': ['credited', 'parked', 'compose-queued'],
  credited: [],
  parked: ['credited', 'claimed'],
  claimed: [],
  refunded: [],
  failed: [],
}

const beforeDelivery: readonly MoveState[] = ['sent', 'verifying', 'verified', 'blocked-by-nonce']
const onArrival: readonly MoveState[] = ['delivered', 'unreceived', 'compose-queued', 'compose-failed']

/** What a reorganisation can take back, of one chain or the other: as many blocks at once as it likes. */
export const UNDONE: Table = {
  intended: [],
  signed: [],
  submitted: [],
  replaced: [],
  mined: ['reorged'],
  reorged: [],
  sent: ['reorged'],
  verifying: ['reorged', 'sent'],
  verified: ['reorged', 'sent', 'verifying'],
  'blocked-by-nonce': ['reorged', 'sent', 'verifying'],
  'skipped-nilified-burnt': ['reorged', 'sent', 'verifying', 'blocked-by-nonce'],
  delivered: beforeDelivery,
  unreceived: beforeDelivery,
  'compose-queued': [...beforeDelivery, 'delivered', 'unreceived'],
  'compose-failed': [...beforeDelivery, 'delivered', 'unreceived'],
  credited: [...beforeDelivery, ...onArrival, 'parked'],
  parked: [...beforeDelivery, ...onArrival],
  claimed: [...beforeDelivery, ...onArrival, 'parked'],
  refunded: ['mined', 'reorged'],
  // Its deadline may not have passed by the clock of the other branch.
  failed: ['intended', 'signed', 'submitted', 'mined', 'reorged', 'replaced'],
}

/** A state that a move came to, and whether a reorganisation took it there. */
export type Transition = { readonly from: MoveState; readonly to: MoveState; readonly kind: 'forward' | 'undone' }

/**
 * Whether one state follows another at once, and how.
 *
 * @example
 * import { MoveTransitions } from '@unimargin/sdk'
 *
 * MoveTransitions.kindOf('sent', 'verified') // 'forward'
 * MoveTransitions.kindOf('sent', 'reorged') // 'undone'
 */
export function kindOf(from: MoveState, to: MoveState): Transition['kind'] | undefined {
  if (FORWARD[from].includes(to)) return 'forward'
  return UNDONE[from].includes(to) ? 'undone' : undefined
}

/**
 * The shortest way from one state to another that the tables allow: by time alone if there is one, else with what a
 * reorganisation takes back. Empty for the same state; nothing where no way leads there.
 *
 * What a router carries is queued before it settles, so that its way is never shorter than through the queue; a direct move has
 * no queue.
 *
 * @example
 * import { MoveTransitions } from '@unimargin/sdk'
 *
 * MoveTransitions.between('sent', 'delivered')?.map(({ to }) => to) // ['verified', 'delivered']
 * MoveTransitions.between('delivered', 'credited')?.map(({ to }) => to) // ['compose-queued', 'credited']
 * MoveTransitions.between('delivered', 'credited', { isDirect: true })?.map(({ to }) => to) // ['credited']
 */
export function between(
  from: MoveState,
  to: MoveState,
  { isDirect = false }: { readonly isDirect?: boolean | undefined } = {},
): readonly Transition[] | undefined {
  const forward = (state: MoveState) =>
    state === 'delivered' && !isDirect ? FORWARD[state].filter((next) => !SETTLED.includes(next)) : FORWARD[state]
  return shortest(from, to, forward) ?? shortest(from, to, (state) => [...UNDONE[state], ...forward(state)])
}

/** What a router makes of the message that waits for it. */
const SETTLED: readonly MoveState[] = ['credited', 'parked']

function shortest(
  from: MoveState,
  to: MoveState,
  next: (state: MoveState) => readonly MoveState[],
): readonly Transition[] | undefined {
  const ways = new Map<MoveState, readonly Transition[]>([[from, []]])
  const queue: MoveState[] = [from]
  for (const state of queue) {
    const way = ways.get(state) ?? []
    if (state === to) return way
    for (const after of next(state)) {
      if (ways.has(after)) continue
      ways.set(after, [...way, { from: state, to: after, kind: kindOf(state, after) ?? 'forward' }])
      queue.push(after)
    }
  }
  return undefined
}

/** States after which nothing is possible any more, but for a reorganisation. */
export const ENDS: readonly MoveState[] = MOVE_STATES.filter((state) => FORWARD[state].length === 0)
