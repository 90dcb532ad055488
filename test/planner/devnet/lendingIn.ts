import type { PlanMovesParameters, ReadPosition } from '@unimargin/sdk'

/** The positions of a view that were read and that lend. */
export function lendingIn({ view }: PlanMovesParameters): readonly ReadPosition[] {
  return view.positions.flatMap((position) =>
    position.status === 'read' && position.market.holdsIdle !== true ? [position] : [],
  )
}
