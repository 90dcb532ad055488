import { type GetMarginViewParameters, getMarginView } from '../actions/getMarginView.ts'
import type { MarginContext } from '../adapter/MarginContext.ts'
import type { MarginView } from '../model/MarginView.ts'
import type { MovePlanResult } from '../moves/MovePlan.ts'
import { type PlanMoveParameters, planMove } from '../moves/planMove.ts'

/** The actions of a margin client: the free functions of the same names, bound to it. */
export type MarginActions = {
  readonly getMarginView: (parameters: GetMarginViewParameters) => Promise<MarginView>
  readonly planMove: (parameters: PlanMoveParameters) => MovePlanResult
}

/** Binds the actions to a context; nothing else. */
export function marginActions(context: MarginContext): MarginActions {
  return {
    getMarginView: (parameters) => getMarginView(context, parameters),
    planMove: (parameters) => planMove(context, parameters),
  }
}
