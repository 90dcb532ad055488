import { zeroAddress } from 'viem'
import type { MarginContext } from '../../adapter/MarginContext.ts'
import type { ProtocolAdapter } from '../../adapter/ProtocolAdapter.ts'
import type { AlreadySafe, PlannedEnd, Unsavable } from '../MovePlan.ts'
import { NoLendingError } from '../NoLendingError.ts'
import { type PlanMoveParameters, planMove } from '../planMove.ts'
import type { DirectPlan } from './DirectPlan.ts'
import { endpointsOf } from './endpointsOf.ts'

/** Delivery, and the owner coming back for the second step. */
const DEFAULT_ARRIVAL_SECONDS = 7_200n

/**
 * Plans one move as `planMove` does, to be carried out by the owner's own calls, without a contract of ours on either chain: for markets
 * that the router has no connector for, for chains where it is not, and for those who want none. The adapters of both markets need their
 * `lending`. Pure: nothing is read.
 *
 * It is slower, because the owner has to supply what has arrived: interest of two hours is reckoned with unless `arrivalSeconds` says
 * otherwise. What else is different is in `risks`.
 *
 * @throws NoLendingError when an adapter was not given its `lending`, and all that `planMove` throws for what was passed and for the
 * view; UnknownRouterError when neither `routers` nor `endpoints` of the client say where LayerZero is.
 *
 * @example
 * import { type MarginClient, type MarginView, planDirectMove, Wad } from '@unimargin/sdk'
 *
 * export function rescue(client: MarginClient, view: MarginView, donor: string, receiver: string) {
 *   const target = Wad.fromDecimal('1.5')
 *   return planDirectMove(client, { view, asset: 'WETH', donor, receiver, target, donorFloor: target, arrivalSeconds: 3_600n })
 * }
 */
export function planDirectMove(
  client: Pick<MarginContext, 'adapters' | 'routes' | 'routers' | 'endpoints'>,
  parameters: PlanMoveParameters,
): DirectPlan | AlreadySafe | Unsavable {
  const { view, donor, receiver } = parameters
  const keys = view.positions.filter(({ id }) => id === donor || id === receiver).map(({ market }) => market.key)
  const adapters = client.adapters.map((adapter) => {
    if (!keys.includes(adapter.market.key)) return adapter
    if (adapter.lending === undefined) throw new NoLendingError(adapter.market.key)
    return unrouted(adapter)
  })
  const context = { adapters, routes: client.routes, routers: endpointsOf(client) }
  const plan = planMove(context, { arrivalSeconds: DEFAULT_ARRIVAL_SECONDS, ...defined(parameters) })
  if (plan.status !== 'plan') return plan
  const { authorization: _, gas: __, source, destination, ...rest } = plan
  return {
    ...rest,
    way: 'direct',
    source: withoutRouter(source),
    destination: withoutRouter(destination),
    risks: ['floor-unchecked', 'partly-done', 'backs-nothing-until-supplied'],
  }
}

/** The owner's own calls need no leave of the owner's, and no gas that is paid for beforehand. */
function unrouted(adapter: ProtocolAdapter): ProtocolAdapter {
  return {
    ...adapter,
    routed: {
      pullAuthorization: () => ({ kind: 'erc20', token: zeroAddress, amount: 0n }),
      supplyGas: 0n,
      place: adapter.routed?.place,
    },
  }
}

function withoutRouter(end: PlannedEnd): PlannedEnd {
  return { ...end, router: zeroAddress }
}

/** What is there but undefined is not there. */
function defined({ arrivalSeconds, ...rest }: PlanMoveParameters): PlanMoveParameters {
  return arrivalSeconds === undefined ? rest : { ...rest, arrivalSeconds }
}
