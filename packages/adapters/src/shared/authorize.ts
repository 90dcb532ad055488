import type { Address, Authorization } from '@unimargin/sdk'
import { encodeFunctionData, maxUint256 } from 'viem'
import { item } from './abi.ts'

const approveAbi = [item('nonpayable', 'approve', ['address', 'uint256'], ['bool'])] as const

/** That a spender may take tokens of an owner: just the amount, or without limit where nobody knows how much it will be. */
export function allowance(parameters: {
  readonly owner: Address
  readonly token: Address
  readonly spender: Address
  readonly amount: bigint | 'all'
  readonly signature?: 'permit' | undefined
}): Authorization {
  const { owner, token, spender, amount, signature } = parameters
  const approve = (value: bigint) => ({
    to: token,
    data: encodeFunctionData({ abi: approveAbi, functionName: 'approve', args: [spender, value] }),
    value: 0n,
  })
  return {
    kind: 'allowance',
    owner,
    contract: token,
    spender,
    amount: amount === 'all' ? undefined : amount,
    grant: approve(amount === 'all' ? maxUint256 : amount),
    revoke: approve(0n),
    signature,
  }
}
