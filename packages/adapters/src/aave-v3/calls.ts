import type { Address, Lending, LendingCallParameters } from '@unimargin/sdk'
import { encodeFunctionData, maxUint256 } from 'viem'
import { allowance } from '../shared/authorize.ts'
import { poolAbi } from './abi.ts'

/** How Aave numbers the variable rate. */
const VARIABLE = 2n

/** The pool's calls for each action. */
export function lendingCalls(pool: Address): Lending['calls'] {
  const request = (data: `0x${string}`) => ({ to: pool, data, value: 0n })
  // The pool takes all of a balance where the amount is the largest number.
  const orAll = (amount: bigint | 'all') => (amount === 'all' ? maxUint256 : amount)
  const fromSender = ({ owner, sender = owner, asset, amount }: LendingCallParameters) =>
    allowance({ owner: sender, token: asset, spender: pool, amount })
  return {
    supply: (parameters) => {
      const { owner, asset, amount } = parameters
      const args = [asset, orAll(amount), owner, 0] as const
      return {
        call: request(encodeFunctionData({ abi: poolAbi, functionName: 'supply', args })),
        authorizations: [fromSender(parameters)],
      }
    },
    withdraw: ({ owner, sender = owner, asset, amount }) => ({
      call: request(
        encodeFunctionData({ abi: poolAbi, functionName: 'withdraw', args: [asset, orAll(amount), sender] }),
      ),
      authorizations: [],
    }),
    borrow: ({ owner, asset, amount }) => ({
      call: request(
        encodeFunctionData({ abi: poolAbi, functionName: 'borrow', args: [asset, orAll(amount), VARIABLE, 0, owner] }),
      ),
      authorizations: [],
    }),
    repay: (parameters) => {
      const { owner, asset, amount } = parameters
      const args = [asset, orAll(amount), VARIABLE, owner] as const
      return {
        call: request(encodeFunctionData({ abi: poolAbi, functionName: 'repay', args })),
        authorizations: [fromSender(parameters)],
      }
    },
  }
}
