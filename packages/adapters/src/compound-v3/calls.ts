import type { Address, Authorization, CallRequest, Hex, Lending, LendingCallParameters } from '@unimargin/sdk'
import { encodeFunctionData, isAddressEqual, maxUint256 } from 'viem'
import { allowance } from '../shared/authorize.ts'
import { NoSuchCallError } from '../shared/NoSuchCallError.ts'
import { actionsAbi } from './abi.ts'
import { baseBalanceOf, reserveOf } from './baseBalanceOf.ts'
import * as LendingDetails from './LendingDetails.ts'

/**
 * Comet's calls for each action. A supply of the base asset repays first; a withdrawal of more than is supplied is `borrow`. `all`
 * of a debt or of supplied base asset is Comet's own, up to the block that includes it; so is a repayment of more than is owed.
 */
export function lendingCalls(comet: Address): Lending['calls'] {
  const request = (data: Hex): CallRequest => ({ to: comet, data, value: 0n })

  const operator = (owner: Address, spender: Address): Authorization => {
    const allow = (isAllowed: boolean) =>
      request(encodeFunctionData({ abi: actionsAbi, functionName: 'allow', args: [spender, isAllowed] }))
    return {
      kind: 'operator',
      owner,
      contract: comet,
      spender,
      grant: allow(true),
      revoke: allow(false),
      signature: 'comet',
    }
  }

  const paid = ({ owner, sender = owner, asset, amount }: LendingCallParameters, argument: bigint) => ({
    call: request(encodeFunctionData({ abi: actionsAbi, functionName: 'supplyTo', args: [owner, asset, argument] })),
    authorizations: [allowance({ owner: sender, token: asset, spender: comet, amount })],
  })

  const takenOut = ({ owner, sender = owner, asset }: LendingCallParameters, amount: bigint) =>
    isAddressEqual(owner, sender)
      ? {
          call: request(
            encodeFunctionData({ abi: actionsAbi, functionName: 'withdrawTo', args: [owner, asset, amount] }),
          ),
          authorizations: [],
        }
      : {
          call: request(
            encodeFunctionData({ abi: actionsAbi, functionName: 'withdrawFrom', args: [owner, sender, asset, amount] }),
          ),
          authorizations: [operator(owner, sender)],
        }

  return {
    supply: (parameters) => {
      const { amount, asset } = parameters
      reserveOf(parameters)
      if (amount === 'all') throw new NoSuchCallError('supply all that a wallet has', asset, 'Pass the amount.')
      return paid(parameters, amount)
    },
    repay: (parameters) => {
      const { amount, asset } = parameters
      if (isCollateral(parameters)) throw new NoSuchCallError('repay a collateral', asset, 'Repay the base asset.')
      const { owed } = baseBalanceOf(parameters)
      // More than is owed would become a supply: Comet is told to take all that is owed when it is included.
      const isAll = amount === 'all' || (typeof owed === 'bigint' && amount > owed)
      return paid(parameters, isAll ? maxUint256 : amount)
    },
    withdraw: (parameters) => {
      const { amount, position, asset } = parameters
      if (!isCollateral(parameters)) {
        if (amount === 'all') return takenOut(parameters, maxUint256)
        const { supplied } = baseBalanceOf(parameters)
        // Comet would lend the rest: nobody takes a loan by the name of a withdrawal.
        const isLoan = typeof supplied === 'bigint' && amount > supplied
        if (isLoan) {
          throw new NoSuchCallError('withdraw more than is supplied', asset, 'Take what goes beyond it by `borrow`.')
        }
        return takenOut(parameters, amount)
      }
      if (amount !== 'all') return takenOut(parameters, amount)
      // A collateral earns nothing: all of it is what was read.
      const held = position.collateral.find((leg) => isAddressEqual(leg.asset.address, asset))?.amount ?? 0n
      if (typeof held !== 'bigint') {
        throw new NoSuchCallError('withdraw an unknown balance', asset, 'Read the position again, or pass the amount.')
      }
      return takenOut(parameters, held)
    },
    borrow: (parameters) => {
      const { amount, asset } = parameters
      if (isCollateral(parameters)) throw new NoSuchCallError('borrow a collateral', asset, 'Borrow the base asset.')
      if (amount === 'all') {
        throw new NoSuchCallError('borrow as much as it gives', asset, 'Pass an amount within `limits.borrow`.')
      }
      return takenOut(parameters, amount)
    },
  }
}

function isCollateral(where: LendingCallParameters): boolean {
  return LendingDetails.ofCollateral(reserveOf(where)) !== undefined
}
