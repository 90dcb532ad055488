import type { Address, Authorization, Lending, LendingCallParameters } from '@unimargin/sdk'
import { encodeFunctionData, type Hex, isAddress, isAddressEqual, maxUint256 } from 'viem'
import { AmountNeededError } from '../shared/AmountNeededError.ts'
import { allowance } from '../shared/authorize.ts'
import { actionsAbi } from './actionsAbi.ts'
import { reserveOf } from './Facts.ts'
import { NoCollateralTokenError } from './NoCollateralTokenError.ts'
import { NoDebtTokenError } from './NoDebtTokenError.ts'

const delegationAbi = [
  {
    type: 'function',
    name: 'approveDelegation',
    stateMutability: 'nonpayable',
    inputs: [{ type: 'address' }, { type: 'uint256' }],
    outputs: [],
  },
] as const

/** How Aave numbers the variable rate. */
const VARIABLE = 2n

/** Scaled balances are rounded: what is pulled may be up to this much more than what is withdrawn. */
const ROUNDING = 2n

/**
 * The pool's calls for each action.
 *
 * A withdrawal is always of the sender's own aTokens, so that another sender has to pull the owner's first, with `transferFrom`
 * and the allowance that is named. A loan for somebody else needs the owner's delegation at the debt token; it goes to the
 * sender. All that is owed by somebody else is repaid by offering more than anybody can owe, of which the pool takes the debt.
 */
export function lendingCalls(pool: Address): Lending['calls'] {
  const called = (data: Hex, ...authorizations: readonly Authorization[]) => ({
    call: { to: pool, data, value: 0n },
    authorizations,
  })
  const payment = ({ owner, sender = owner, asset, amount }: LendingCallParameters) =>
    allowance({ owner: sender, token: asset, spender: pool, amount })
  return {
    supply: (parameters) => {
      const args = [parameters.asset, numberOf(parameters, 'supply'), parameters.owner, 0] as const
      return called(encodeFunctionData({ abi: actionsAbi, functionName: 'supply', args }), payment(parameters))
    },
    withdraw: (parameters) => {
      const { owner, sender = owner, asset, amount } = parameters
      const args = [asset, amount === 'all' ? maxUint256 : amount, sender] as const
      const data = encodeFunctionData({ abi: actionsAbi, functionName: 'withdraw', args })
      return isAddressEqual(owner, sender) ? called(data) : called(data, pull(parameters, sender))
    },
    borrow: (parameters) => {
      const { owner, sender = owner, asset } = parameters
      const amount = numberOf(parameters, 'borrow')
      const args = [asset, amount, VARIABLE, 0, owner] as const
      const data = encodeFunctionData({ abi: actionsAbi, functionName: 'borrow', args })
      return isAddressEqual(owner, sender) ? called(data) : called(data, delegation(parameters, sender, amount))
    },
    repay: (parameters) => {
      const { owner, sender = owner, asset, amount } = parameters
      const all = isAddressEqual(owner, sender) ? maxUint256 : maxUint256 - 1n
      const args = [asset, amount === 'all' ? all : amount, VARIABLE, owner] as const
      return called(encodeFunctionData({ abi: actionsAbi, functionName: 'repay', args }), payment(parameters))
    },
  }
}

function numberOf({ state, asset, amount }: LendingCallParameters, action: 'supply' | 'borrow'): bigint {
  if (amount === 'all') throw new AmountNeededError({ ...state, action, asset: reserveOf(state, asset).asset.address })
  return amount
}

function pull({ state, asset, owner, amount }: LendingCallParameters, spender: Address): Authorization {
  const { collateralToken: token, collateralTokenPermit, asset: of } = reserveOf(state, asset)
  if (token === undefined) throw new NoCollateralTokenError({ asset: of })
  return allowance({
    owner,
    token,
    spender,
    amount: amount === 'all' ? amount : amount + ROUNDING,
    signature: collateralTokenPermit && 'permit',
  })
}

function delegation({ state, asset, owner }: LendingCallParameters, spender: Address, amount: bigint): Authorization {
  const { details, asset: of } = reserveOf(state, asset)
  const contract = details?.variableDebtToken
  if (typeof contract !== 'string' || !isAddress(contract)) throw new NoDebtTokenError({ asset: of })
  const delegate = (value: bigint) => ({
    to: contract,
    data: encodeFunctionData({ abi: delegationAbi, functionName: 'approveDelegation', args: [spender, value] }),
    value: 0n,
  })
  return { kind: 'operator', owner, contract, spender, amount, grant: delegate(amount), revoke: delegate(0n) }
}
