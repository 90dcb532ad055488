import type { MarketState } from '../../model/Market.ts'
import type { Position, PositionFacts, ReadPosition } from '../../model/Position.ts'
import { isSame } from '../Legs.ts'
import type { RiskContext } from '../RiskAdapter.ts'
import { UnknownPositionError, UnlistedAssetError, UnlistedMarketError } from '../RiskErrors.ts'

/**
 * What a what-if works on: positions whose facts may have changed since they were judged, and their markets. What does not change
 * stays the very same object.
 */
export type Hypothesis = {
  readonly positions: readonly Position[]
  readonly markets: readonly MarketState[]
  /** Ids of positions whose amounts are bounds. */
  readonly bounds: ReadonlySet<string>
}

/** Applies one kind of change. */
export type Apply<change> = (context: RiskContext, hypothesis: Hypothesis, change: change) => Hypothesis

/** The position of an id, read or not. */
export function positionOf({ positions }: Hypothesis, id: string): Position {
  const position = positions.find((candidate) => candidate.id === id)
  if (position !== undefined) return position
  throw new UnknownPositionError(
    id,
    positions.map((candidate) => candidate.id),
  )
}

/** The market of a key. */
export function marketOf({ markets }: Hypothesis, key: string): MarketState {
  const state = markets.find(({ market }) => market.key === key)
  if (state !== undefined) return state
  throw new UnlistedMarketError(
    key,
    markets.map(({ market }) => market.key),
  )
}

/** Refuses an asset that a market does not list. */
export function assertListed({ market, reserves }: MarketState, asset: string): void {
  if (reserves.some((reserve) => isSame(reserve.asset.address, asset))) return
  throw new UnlistedAssetError(
    asset,
    market.key,
    reserves.map((reserve) => reserve.asset.address),
  )
}

/** Gives the facts of read positions another form; unread ones stay as unread as they are. */
export function mapPositions(
  hypothesis: Hypothesis,
  change: (position: ReadPosition) => PositionFacts,
): readonly Position[] {
  return hypothesis.positions.map((position) => {
    if (position.status === 'unread') return position
    const facts = change(position)
    return facts === position ? position : { ...position, ...facts }
  })
}

/** As {@link mapPositions}, the one of an id alone. */
export function mapPosition(
  hypothesis: Hypothesis,
  id: string,
  change: (position: ReadPosition) => PositionFacts,
): readonly Position[] {
  return mapPositions(hypothesis, (position) => (position.id === id ? change(position) : position))
}

/** The same list where nothing in it became another. */
export function mapped<item>(items: readonly item[], change: (item: item) => item): readonly item[] {
  let isChanged = false
  const next = items.map((item) => {
    const made = change(item)
    if (made !== item) isChanged = true
    return made
  })
  return isChanged ? next : items
}
