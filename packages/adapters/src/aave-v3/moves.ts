import type { Address, CollateralActions } from '@unimargin/sdk'
import { encodeFunctionData } from 'viem'
import { poolAbi } from './abi.ts'
import { NoCollateralTokenError } from './NoCollateralTokenError.ts'

/** Measured: see the test of the devnet. A first supply on behalf of an owner that is new to the reserve costs most. */
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
    pullAuthorization: ({ reserve, amount, supplied }) => {
      if (reserve.collateralToken === undefined) throw new NoCollateralTokenError({ asset: reserve.asset })
      const wanted = amount + ROUNDING
      return {
        token: reserve.collateralToken,
        amount: wanted < supplied ? wanted : supplied,
        permit: reserve.collateralTokenPermit,
      }
    },
    supplyGas: SUPPLY_GAS,
  }
}
