import type { CallRequest } from '../../adapter/Lending.ts'
import type { MarginContext } from '../../adapter/MarginContext.ts'
import type { MarginView } from '../../model/MarginView.ts'
import type { Reserve } from '../../model/Market.ts'
import type { ReadPosition } from '../../model/Position.ts'
import { UnknownMarketError, UnknownPositionError } from '../../risk/RiskErrors.ts'
import { assertUndoubted } from '../assertUndoubted.ts'
import { NoLendingError } from '../NoLendingError.ts'
import { UnknownHealthError } from '../PlanErrors.ts'
import * as WhatIf from '../WhatIf.ts'
import { FloorBrokenError } from './DirectErrors.ts'
import type { DirectPlan } from './DirectPlan.ts'

/** What protocols may round away, in base units. */
const ROUNDING = 2n

/** A position of a view with its market and the adapter that lends there. */
export function lenderIn(client: Pick<MarginContext, 'adapters'>, view: MarginView, id: string) {
  const position = view.positions.find((candidate) => candidate.id === id)
  if (position === undefined) {
    throw new UnknownPositionError(
      id,
      view.positions.map((candidate) => candidate.id),
    )
  }
  if (position.status === 'unread') throw new UnknownHealthError(id, 'state', position.issues)
  const { key } = position.market
  const state = view.markets.find(({ market }) => market.key === key)
  const adapter = client.adapters.find(({ market }) => market.key === key)
  if (state === undefined || adapter === undefined) throw new UnknownMarketError(key)
  if (adapter.lending === undefined) throw new NoLendingError(key)
  return { position, state, adapter, lending: adapter.lending }
}

/**
 * The call that takes the amount of a plan out of the donor, as the client's own adapter makes it from a view.
 *
 * @throws DoubtfulViewError when that view is doubtful in a way that the plan has not accepted.
 * @throws FloorBrokenError when the donor would not keep its floor by that view, with the interest that the plan reckons with.
 * @throws UnknownPositionError, UnknownMarketError, UnknownHealthError, NoLendingError
 */
export function withdrawalOf(client: Pick<MarginContext, 'adapters'>, view: MarginView, plan: DirectPlan): CallRequest {
  const { position, state, adapter, lending } = lenderIn(client, view, plan.donor.id)
  const { asset } = plan.source
  const reserve = state.reserves.find(({ asset: { address } }) => WhatIf.isSame(address, asset.address))
  assertUndoubted(view, [{ position, reserve }], plan.acceptedFlags)
  assertFloor(plan, position, { state, reserve, rule: adapter.rules[position.rule] })
  const where = { state, position, owner: plan.owner, asset: asset.address, amount: plan.amount }
  return lending.calls.withdraw(where).call
}

function assertFloor(
  { amount, donorFloor, slack }: DirectPlan,
  position: ReadPosition,
  {
    state,
    reserve,
    rule,
  }: Pick<ReturnType<typeof lenderIn>, 'state'> & {
    readonly reserve: Reserve | undefined
    readonly rule: ReturnType<typeof lenderIn>['adapter']['rules'][string] | undefined
  },
): void {
  if (rule === undefined) throw new UnknownMarketError(position.market.key, position.rule)
  if (reserve === undefined) throw new UnknownMarketError(position.market.key)
  const later = WhatIf.accrued(position.id, WhatIf.knownLegs(position), state.reserves, slack.seconds)
  const { health } = rule.assess(WhatIf.withdrawn(later, reserve, amount + ROUNDING))
  if (!WhatIf.isAtLeast(health, donorFloor)) throw new FloorBrokenError(position.id, health, donorFloor)
}
