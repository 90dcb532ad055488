import type { MarginView } from '../../model/MarginView.ts'
import * as OwnerMoves from '../OwnerMoves.ts'
import type { ChainOutcome } from '../readChain.ts'
import type { MarginWatchPayloads } from './MarginWatch.ts'

/** A step of a move, without whose account it is of. */
export type MoveStep = Omit<MarginWatchPayloads['move'], 'account'>

/** What an account's moves were doing when they were last seen. */
export type MoveTrail = {
  /** Moves that are not over, by GUID. */
  readonly open: ReadonlyMap<string, 'in-flight' | 'parked'>
  /** The arrivals of each owner on each chain, as they were last read. */
  readonly arrivals: ReadonlyMap<string, OwnerMoves.Page<OwnerMoves.Arrived>>
}

export const UNSEEN: MoveTrail = { open: new Map(), arrivals: new Map() }

/**
 * Follows the moves of one account from one reading to the next.
 *
 * Only what a router lists is told: a chain that was not read says nothing, so that its moves neither arrive nor leave. What
 * left and arrived between two looks is told as arrived. A move that a reorganisation took back is forgotten, and told
 * again when it comes back.
 */
export function follow(
  trail: MoveTrail,
  outcomes: readonly ChainOutcome[],
  { inFlight, parked }: Pick<MarginView, 'inFlight' | 'parked'>,
): { readonly trail: MoveTrail; readonly steps: readonly MoveStep[] } {
  const open = new Map(trail.open)
  const arrivals = new Map(trail.arrivals)
  const steps: MoveStep[] = []
  const listed = new Set<string>()
  const isUnread = outcomes.some(({ router }) => router?.moves.some(({ status }) => status !== 'ok'))
  for (const { chainId, owner, arrived, sent } of pagesOf(outcomes)) {
    const key = `${chainId}:${owner}`
    const before = arrivals.get(key)
    for (const { guid } of sent.entries) listed.add(guid)
    for (const { guid } of arrived.entries) listed.add(guid)
    arrivals.set(key, arrived)
    // The very same page, thanks to reads that remember: nothing arrived, and nothing was settled.
    if (before === arrived) continue
    const known = new Set(before?.entries.map(({ guid }) => guid))
    for (const move of arrived.entries) {
      const was = open.get(move.guid)
      const isNew = before !== undefined && !known.has(move.guid)
      const status = move.isParked ? 'parked' : was === 'parked' ? 'settled' : 'arrived'
      if (move.isParked) open.set(move.guid, 'parked')
      else open.delete(move.guid)
      if (move.isParked ? was !== 'parked' : was !== undefined || isNew) {
        steps.push({ guid: move.guid, owner, status, chainId, asset: move.asset, amount: move.amount })
      }
    }
  }
  for (const { guid, owner, asset, amount, confirmed, sourceChainId } of inFlight) {
    // Of what nobody confirms, only that it left is known: it may have arrived long ago.
    if (!confirmed || open.get(guid) === 'in-flight') continue
    open.set(guid, 'in-flight')
    steps.push({ guid, owner, status: 'in-flight', chainId: sourceChainId, asset: asset.address, amount })
  }
  const shown = new Set([...inFlight, ...parked].map(({ guid }) => guid as string))
  for (const guid of open.keys()) if (!isUnread && !listed.has(guid) && !shown.has(guid)) open.delete(guid)
  return { trail: { open, arrivals }, steps }
}

function pagesOf(outcomes: readonly ChainOutcome[]): readonly (OwnerMoves.OwnerMoves & { readonly chainId: number })[] {
  return outcomes.flatMap(({ chain, router }) =>
    OwnerMoves.known(router?.moves ?? []).map((moves) => ({ chainId: chain.id, ...moves })),
  )
}
