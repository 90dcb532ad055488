import type { PlanMovesParameters, Quantity } from '@unimargin/sdk'

/** The same wishes for an account of twice the size, with limits and fixed costs of twice the size. */
export function twice(parameters: PlanMovesParameters): PlanMovesParameters {
  const { view, routes, costs, pending } = parameters
  return {
    ...parameters,
    view: {
      ...view,
      positions: view.positions.map((position) =>
        position.status === 'unread'
          ? position
          : {
              ...position,
              collateral: position.collateral.map((leg) => ({ ...leg, amount: double(leg.amount) })),
              debt: position.debt.map((leg) => ({ ...leg, amount: double(leg.amount) })),
            },
      ),
      markets: view.markets.map((state) => ({
        ...state,
        reserves: state.reserves.map((reserve) => ({
          ...reserve,
          availableLiquidity: double(reserve.availableLiquidity),
          ...(reserve.supplyRoom !== undefined && { supplyRoom: double(reserve.supplyRoom) }),
        })),
      })),
    },
    routes: routes.map((route) => ({
      ...route,
      messaging: 2n * route.messaging,
      ...(route.least !== undefined && { least: 2n * route.least }),
      ...(route.most !== undefined && { most: 2n * route.most }),
    })),
    costs: {
      ...costs,
      chains: Object.fromEntries(
        Object.entries(costs.chains).map(([chainId, { withdraw, supply, repay, send }]) => [
          chainId,
          { withdraw: 2n * withdraw, supply: 2n * supply, repay: 2n * repay, send: 2n * send },
        ]),
      ),
    },
    ...(pending && { pending: pending.map((move) => ({ ...move, amount: 2n * move.amount })) }),
  }
}

function double(quantity: Quantity): Quantity {
  return typeof quantity === 'bigint' ? 2n * quantity : quantity
}
