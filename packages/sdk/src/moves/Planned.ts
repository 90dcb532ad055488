import type { KnownHealth } from '../model/Health.ts'
import type { KnownLegs } from '../model/Leg.ts'
import type { MoveAction } from './MoveIntent.ts'
import type { PlannedEnd, PlannedPosition } from './MovePlan.ts'
import * as Receiving from './Receiving.ts'
import type { MoveSide } from './resolveMove.ts'
import * as WhatIf from './WhatIf.ts'

const { ROUNDING } = Receiving

/** By the view itself. */
export function healthOf({ rule, legs }: MoveSide): KnownHealth {
  return rule.assess(legs).health
}

/** The donor without the amount; `later` are its legs with interest. */
export function donor(side: MoveSide, amount: bigint, later: KnownLegs): PlannedPosition {
  const after = side.rule.assess(WhatIf.withdrawn(side.legs, side.reserve, amount)).health
  const atArrival = side.rule.assess(WhatIf.withdrawn(later, side.reserve, amount + ROUNDING)).health
  return planned(side, { before: healthOf(side), inFlight: after, after, atArrival })
}

/** The receiver with what it gets. */
export function receiver(
  purpose: MoveAction,
  side: MoveSide,
  received: bigint,
  atArrival: KnownHealth,
): PlannedPosition {
  const before = healthOf(side)
  const after = side.rule.assess(Receiving.after(purpose, side, side.legs, received)).health
  return planned(side, { before, inFlight: before, after, atArrival })
}

function planned({ position }: MoveSide, health: PlannedPosition['health']): PlannedPosition {
  return { id: position.id, market: position.market, block: position.block, health }
}

export function endOf({ position, reserve, end, deployment, nativePrice, routed }: MoveSide): PlannedEnd {
  const { chainId, eid, endpoint, router } = deployment
  const place = routed.place ?? { market: position.market.id }
  return { chainId, eid, endpoint, router, ...place, asset: reserve.asset, oft: end.oft, nativePrice }
}
