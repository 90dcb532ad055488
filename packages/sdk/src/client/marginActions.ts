import { type GetMarginViewParameters, getMarginView } from '../actions/getMarginView.ts'
import type { MarginWatch } from '../actions/watch/MarginWatch.ts'
import { type WatchMarginViewParameters, watchMarginView } from '../actions/watchMarginView.ts'
import type { MarginContext } from '../adapter/MarginContext.ts'
import type { MarginView } from '../model/MarginView.ts'
import { type GetMoveQuoteParameters, getMoveQuote } from '../moves/getMoveQuote.ts'
import { type GetMoveStatusParameters, getMoveStatus } from '../moves/getMoveStatus.ts'
import type { MoveHandle, PreparedMove } from '../moves/MoveIntent.ts'
import type { MovePlanResult } from '../moves/MovePlan.ts'
import type { MoveQuote } from '../moves/MoveQuote.ts'
import type { MoveStatus } from '../moves/MoveStatus.ts'
import { type PlanMoveParameters, planMove } from '../moves/planMove.ts'
import { type PrepareMoveParameters, prepareMove } from '../moves/prepareMove.ts'
import { type SendMoveParameters, sendMove } from '../moves/sendMove.ts'
import { type WatchMoveParameters, watchMove } from '../moves/watchMove.ts'

/** The actions of a margin client: the free functions of the same names, bound to it. */
export type MarginActions = {
  readonly getMarginView: (parameters: GetMarginViewParameters) => Promise<MarginView>
  readonly watchMarginView: (parameters: WatchMarginViewParameters) => MarginWatch
  readonly planMove: (parameters: PlanMoveParameters) => MovePlanResult
  readonly getMoveQuote: (parameters: GetMoveQuoteParameters) => Promise<MoveQuote>
  readonly prepareMove: (parameters: PrepareMoveParameters) => Promise<PreparedMove>
  readonly sendMove: (parameters: SendMoveParameters) => Promise<MoveHandle>
  readonly getMoveStatus: (parameters: GetMoveStatusParameters) => Promise<MoveStatus>
  readonly watchMove: (parameters: WatchMoveParameters) => () => void
}

/** Binds the actions to a context; nothing else. */
export function marginActions(context: MarginContext): MarginActions {
  return {
    getMarginView: (parameters) => getMarginView(context, parameters),
    watchMarginView: (parameters) => watchMarginView(context, parameters),
    planMove: (parameters) => planMove(context, parameters),
    getMoveQuote: (parameters) => getMoveQuote(context, parameters),
    prepareMove: (parameters) => prepareMove(context, parameters),
    sendMove: (parameters) => sendMove(context, parameters),
    getMoveStatus: (parameters) => getMoveStatus(context, parameters),
    watchMove: (parameters) => watchMove(context, parameters),
  }
}
