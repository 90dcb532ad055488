import type { Verdict } from '../../model/Health.ts'
import type { MarginView } from '../../model/MarginView.ts'
import type { LastKnown, Position } from '../../model/Position.ts'
import { outcomeFor } from '../outcomeFor.ts'
import type { ChainOutcome } from '../readChain.ts'
import * as Crossings from './Crossings.ts'
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
  const lastKnown = remember(watch.lastKnown, fresh.positions, outcomes)
  const view: MarginView = {
    ...fresh,
    positions: fresh.positions.map((position) => withLastKnown(position, lastKnown)),
  }
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
