import type { Verdict } from '../../model/Health.ts'
import type { MarginView } from '../../model/MarginView.ts'
import type { LastKnown, Position } from '../../model/Position.ts'
import { outcomeFor } from '../outcomeFor.ts'
import type { ChainOutcome } from '../readChain.ts'
import * as Crossings from './Crossings.ts'
import { isAlike } from './isAlike.ts'
import type { Emission, WatchedAccount } from './MarginWatch.ts'
import * as MoveTrail from './MoveTrail.ts'

/** What a watch remembers of one account. */
export type AccountWatch = {
  readonly account: WatchedAccount
  readonly view: MarginView | undefined
  readonly verdict: Verdict | undefined
  /** By position id. */
  readonly crossings: ReadonlyMap<string, Crossings.CrossingState>
  readonly lastKnown: ReadonlyMap<string, LastKnown>
  readonly moves: MoveTrail.MoveTrail
}

export function unseen(account: WatchedAccount): AccountWatch {
  return {
    account,
    view: undefined,
    verdict: undefined,
    crossings: new Map(),
    lastKnown: new Map(),
    moves: MoveTrail.UNSEEN,
  }
}

/** Takes a new view of an account, made of these outcomes, and says what is to be told about it. */
export function observe(
  watch: AccountWatch,
  fresh: MarginView,
  outcomes: readonly ChainOutcome[],
  rule: Crossings.CrossingRule,
): { readonly watch: AccountWatch; readonly emissions: readonly Emission[] } {
  const { account, verdict: previous } = watch
  const positions = fresh.positions.map((position, index) =>
    asBefore(withLastKnown(position, watch.lastKnown), watch.view?.positions[index]),
  )
  const lastKnown = remember(watch.lastKnown, positions, outcomes)
  const view: MarginView = { ...fresh, positions }
  const { verdict } = view
  const emissions: Emission[] = [{ event: 'view', payload: { account, view } }]
  if (verdict !== previous) emissions.push({ event: 'verdict', payload: { account, verdict, previous, view } })

  const crossings = new Map(watch.crossings)
  for (const { id, owner, market, health } of view.positions) {
    const before = crossings.get(id) ?? Crossings.UNSEEN
    const crossed = Crossings.cross(before, health, rule)
    crossings.set(id, crossed.state)
    const { factor } = crossed.state
    for (const { threshold, direction } of crossed.crossings) {
      const payload = { account, position: id, owner, market, threshold, direction, factor, previous: before.factor }
      emissions.push({ event: 'health', payload })
    }
  }

  const own = outcomes.map((outcome) => outcomeFor(outcome, account.owners))
  const { trail, steps } = MoveTrail.follow(watch.moves, own, view)
  for (const step of steps) emissions.push({ event: 'move', payload: { account, ...step } })
  return { watch: { account, view, verdict, crossings, lastKnown, moves: trail }, emissions }
}

function remember(
  known: AccountWatch['lastKnown'],
  positions: readonly Position[],
  outcomes: readonly ChainOutcome[],
): AccountWatch['lastKnown'] {
  const readAt = new Map(outcomes.map((outcome) => [outcome.chain.id, outcome.readAt]))
  const now = new Map(known)
  for (const position of positions) {
    const at = readAt.get(position.market.chainId)
    if (position.status === 'read' && at !== undefined) now.set(position.id, { position, readAt: at })
  }
  return now
}

function withLastKnown(position: Position, known: AccountWatch['lastKnown']): Position {
  if (position.status === 'read') return position
  const lastKnown = known.get(position.id)
  return lastKnown === undefined ? position : { ...position, lastKnown }
}

/** The object of the last view where it says the same: what is missing, and since when, is put together anew in every view. */
function asBefore(position: Position, before: Position | undefined): Position {
  if (before === undefined || position === before) return position
  if (position.status === 'unread' || before.status === 'unread') return kept(before, position)
  if (position.block.number === before.block.number && isAlike(before, position)) return before
  const collateral = kept(before.collateral, position.collateral)
  const debt = kept(before.debt, position.debt)
  const isNew = collateral === position.collateral && debt === position.debt
  return isNew ? position : { ...position, collateral, debt }
}

function kept<value>(before: value, now: value): value {
  return isAlike(before, now) ? before : now
}
