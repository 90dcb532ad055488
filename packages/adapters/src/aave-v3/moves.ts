import type { Address, CollateralActions } from '@unimargin/sdk'
import { encodeFunctionData } from 'viem'
import { poolAbi } from './abi.ts'
import { NoCollateralTokenError } from './NoCollateralTokenError.ts'

/**
 * A first supply for an owner who is new to the reserve, which costs most, was measured at 177,000 gas as a transaction of
 * its own. The router adds an approval and its checks, about 100,000; the rest is margin for tokens behind proxies.
 */
const SUPPLY_GAS = 500_000n

/** Scaled balances round half up: pulling and withdrawing may each take one base unit more than was asked. */
const ROUNDING = 2n

/** How collateral leaves and enters an Aave V3 pool. */
export function collateralActions(pool: Address): CollateralActions {
  return {
    withdraw: ({ owner, asset, amount }) => ({
      to: pool,
      data: encodeFunctionData({ abi: poolAbi, functionName: 'withdraw', args: [asset, amount, owner] }),
      value: 0n,
    }),
    supply: ({ owner, asset, amount }) => ({
      to: pool,
      data: encodeFunctionData({ abi: poolAbi, functionName: 'supply', args: [asset, amount, owner, 0] }),
      value: 0n,
    }),
    pullAuthorization: ({ reserve, amount }) => {
      if (reserve.collateralToken === undefined) throw new NoCollateralTokenError({ asset: reserve.asset })
      // Also where that is more than what is supplied now: with exactly all of it, what interest adds until then could
      // not be pulled, and rounding would leave the router a unit short.
      return { token: reserve.collateralToken, amount: amount + ROUNDING, permit: reserve.collateralTokenPermit }
    },
    supplyGas: SUPPLY_GAS,
  }
}
