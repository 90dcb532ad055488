import type { Position } from '../model/Position.ts'
import { UnknownPositionError } from './RiskErrors.ts'

/**
 * A position of a view by its id.
 *
 * @throws UnknownPositionError when there is none.
 */
export function positionOf({ positions }: { readonly positions: readonly Position[] }, id: string): Position {
  const position = positions.find((candidate) => candidate.id === id)
  if (position !== undefined) return position
  throw new UnknownPositionError(
    id,
    positions.map((candidate) => candidate.id),
  )
}
