import type { RoutedCollateral } from '@unimargin/sdk'
import { NoCollateralTokenError } from './NoCollateralTokenError.ts'

/**
 * A first supply for an owner who is new to the reserve, which costs most, was measured at 177,000 gas as a transaction of
 * its own. The router adds an approval and its checks, about 100,000; the rest is margin for tokens behind proxies.
 */
const SUPPLY_GAS = 500_000n

/** Scaled balances round half up: pulling and withdrawing may each take one base unit more than was asked. */
const ROUNDING = 2n

/** What the router needs to know to take collateral out of an Aave V3 pool and to put it in. */
export const routed: RoutedCollateral = {
  pullAuthorization: ({ reserve, amount }) => {
    if (reserve.collateralToken === undefined) throw new NoCollateralTokenError({ asset: reserve.asset })
    // Also where that is more than what is supplied now: with exactly all of it, what interest adds until then could
    // not be pulled, and rounding would leave the router a unit short.
    return {
      kind: 'erc20',
      token: reserve.collateralToken,
      amount: amount + ROUNDING,
      permit: reserve.collateralTokenPermit,
    }
  },
  supplyGas: SUPPLY_GAS,
}
