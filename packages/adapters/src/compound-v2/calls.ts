import type {
  Address,
  Authorization,
  CallRequest,
  Hex,
  Lending,
  LendingAction,
  LendingCallParameters,
  PositionAsset,
  Reserve,
} from '@unimargin/sdk'
import { encodeFunctionData, isAddressEqual, maxUint256 } from 'viem'
import { allowance } from '../shared/authorize.ts'
import { NoSuchCallError } from '../shared/NoSuchCallError.ts'
import * as Account from './Account.ts'
import { actionsAbi, coinTokenAbi, membershipAbi } from './actionsAbi.ts'
import type { Flavour } from './Flavour.ts'

/** A supply counts as collateral only once its owner has entered the asset. Either is sent by the owner. */
export type Membership = {
  /** Makes what the owner has of an asset collateral. */
  readonly enter: (where: Pick<PositionAsset, 'state' | 'asset'>) => CallRequest
  /** Makes it collateral no longer, as far as the debts allow. */
  readonly exit: (where: Pick<PositionAsset, 'state' | 'asset'>) => CallRequest
}

/** The calls of each action. */
export function lendingCalls(comptroller: Address, flavour: Flavour): Lending['calls'] {
  return {
    supply: (parameters) => {
      const { asset, amount, token, isCoin, isOwn, owner } = understood(parameters, 'supply', flavour)
      if (amount === 'all') throw new NoSuchCallError('supply all that a wallet has', asset, 'Pass the amount.')
      if (!isOwn && !flavour.isVenus) throw noBehalf('supply', asset)
      if (isCoin) {
        if (!isOwn) throw noBehalf('supply', asset)
        return {
          call: withValue(token, encodeFunctionData({ abi: coinTokenAbi, functionName: 'mint' }), amount),
          authorizations: [],
        }
      }
      const data = isOwn
        ? encodeFunctionData({ abi: actionsAbi, functionName: 'mint', args: [amount] })
        : encodeFunctionData({ abi: actionsAbi, functionName: 'mintBehalf', args: [owner, amount] })
      return { call: withValue(token, data), authorizations: [pay(parameters, token)] }
    },
    withdraw: (parameters) => {
      const { asset, amount, token, isOwn, owner } = understood(parameters, 'withdraw', flavour)
      const shares = Account.of(parameters).collateral?.shares?.balance
      if (amount === 'all' && shares === undefined) {
        throw new NoSuchCallError('withdraw an unknown balance', asset, 'Read the position again, or pass the amount.')
      }
      // All is said in shares: interest until then comes with it.
      const [name, number] =
        amount === 'all' ? (['redeem', shares ?? 0n] as const) : (['redeemUnderlying', amount] as const)
      const data = isOwn
        ? encodeFunctionData({ abi: actionsAbi, functionName: name, args: [number] })
        : encodeFunctionData({ abi: actionsAbi, functionName: `${name}Behalf`, args: [owner, number] })
      return { call: withValue(token, data), authorizations: delegations(parameters, comptroller) }
    },
    borrow: (parameters) => {
      const { asset, amount, token, isOwn, owner } = understood(parameters, 'borrow', flavour)
      if (amount === 'all') {
        throw new NoSuchCallError('borrow as much as it gives', asset, 'Pass an amount within `limits.borrow`.')
      }
      const data = isOwn
        ? encodeFunctionData({ abi: actionsAbi, functionName: 'borrow', args: [amount] })
        : encodeFunctionData({ abi: actionsAbi, functionName: 'borrowBehalf', args: [owner, amount] })
      return { call: withValue(token, data), authorizations: delegations(parameters, comptroller) }
    },
    repay: (parameters) => {
      const { asset, amount, token, isCoin, isOwn, owner } = understood(parameters, 'repay', flavour)
      if (isCoin) {
        if (amount === 'all')
          throw new NoSuchCallError('repay all with the chain’s own coin', asset, 'Pass the amount.')
        const data = isOwn
          ? encodeFunctionData({ abi: coinTokenAbi, functionName: 'repayBorrow' })
          : encodeFunctionData({ abi: coinTokenAbi, functionName: 'repayBorrowBehalf', args: [owner] })
        return { call: withValue(token, data, amount), authorizations: [] }
      }
      const number = amount === 'all' ? maxUint256 : amount
      const data = isOwn
        ? encodeFunctionData({ abi: actionsAbi, functionName: 'repayBorrow', args: [number] })
        : encodeFunctionData({ abi: actionsAbi, functionName: 'repayBorrowBehalf', args: [owner, number] })
      return { call: withValue(token, data), authorizations: [pay(parameters, token)] }
    },
  }
}

/** The calls that make a supply collateral, or no longer. */
export function membership(comptroller: Address): Membership {
  return {
    enter: ({ state, asset }) => {
      const token = tokenOf(state.reserves, asset, 'enter')
      return withValue(
        comptroller,
        encodeFunctionData({ abi: membershipAbi, functionName: 'enterMarkets', args: [[token]] }),
      )
    },
    exit: ({ state, asset }) => {
      const token = tokenOf(state.reserves, asset, 'exit')
      return withValue(
        comptroller,
        encodeFunctionData({ abi: membershipAbi, functionName: 'exitMarket', args: [token] }),
      )
    },
  }
}

function understood(parameters: LendingCallParameters, action: LendingAction, { isVenus }: Flavour) {
  const { state, asset, owner, sender = owner, amount } = parameters
  const isOwn = isAddressEqual(owner, sender)
  if (!isOwn && !isVenus && (action === 'withdraw' || action === 'borrow')) throw noBehalf(action, asset)
  const token = tokenOf(state.reserves, asset, action)
  const { reserve } = Account.of(parameters)
  return { asset, owner, amount, isOwn, token, isCoin: reserve?.details?.isCoin === true }
}

function tokenOf(reserves: readonly Reserve[], asset: Address, action: string): Address {
  const token = reserves.find((one) => isAddressEqual(one.asset.address, asset))?.collateralToken
  if (token === undefined)
    throw new NoSuchCallError(`${action} an asset that it does not list`, asset, 'Take one of its reserves.')
  return token
}

function noBehalf(action: LendingAction, asset: Address): NoSuchCallError {
  return new NoSuchCallError(`${action} in the name of another`, asset, 'Let the owner send it.')
}

function pay({ owner, sender = owner, asset, amount }: LendingCallParameters, token: Address): Authorization {
  return allowance({ owner: sender, token: asset, spender: token, amount })
}

function delegations({ owner, sender = owner }: LendingCallParameters, comptroller: Address): readonly Authorization[] {
  if (isAddressEqual(owner, sender)) return []
  const update = (isAllowed: boolean) =>
    withValue(
      comptroller,
      encodeFunctionData({ abi: membershipAbi, functionName: 'updateDelegate', args: [sender, isAllowed] }),
    )
  return [
    { kind: 'operator', owner, contract: comptroller, spender: sender, grant: update(true), revoke: update(false) },
  ]
}

function withValue(to: Address, data: Hex, value = 0n): CallRequest {
  return { to, data, value }
}
