import type { Address, Authorization, Hex, Lending, LendingCall, LendingCallParameters } from '@unimargin/sdk'
import { encodeFunctionData, zeroAddress } from 'viem'
import { allowance } from '../shared/authorize.ts'
import { actionsAbi } from './actionsAbi.ts'
import * as Holding from './Holding.ts'
import * as MarketBook from './MarketBook.ts'
import { AmountNeededError, UnsupportedActionError } from './MarketErrors.ts'

type Action = keyof Lending['calls']

/** Morpho's calls for each action. All of a supply or of a debt goes by its shares, so that no dust stays. */
export function lendingCalls(morpho: Address): Lending['calls'] {
  const called = (data: Hex, authorizations: readonly Authorization[]): LendingCall => ({
    call: { to: morpho, data, value: 0n },
    authorizations,
  })
  const fromSender = ({ owner, sender = owner, asset, amount }: LendingCallParameters) => [
    allowance({ owner: sender, token: asset, spender: morpho, amount }),
  ]
  const byOperator = ({ owner, sender = owner }: LendingCallParameters) =>
    sender.toLowerCase() === owner.toLowerCase() ? [] : [operator(morpho, owner, sender)]
  return {
    supply: (parameters) => {
      const { params, kind } = marketOf(parameters, 'supply')
      const { owner, amount } = parameters
      if (amount === 'all')
        throw new AmountNeededError({ ...parameters.state, asset: parameters.asset, action: 'supply' })
      const data =
        kind === 'loan'
          ? encodeFunctionData({ abi: actionsAbi, functionName: 'supply', args: [params, amount, 0n, owner, '0x'] })
          : encodeFunctionData({
              abi: actionsAbi,
              functionName: 'supplyCollateral',
              args: [params, amount, owner, '0x'],
            })
      return called(data, fromSender(parameters))
    },
    withdraw: (parameters) => {
      const { params, kind } = marketOf(parameters, 'withdraw')
      const { owner, sender = owner, amount } = parameters
      const { collateral, supplyShares } = Holding.of(parameters)
      if (kind === 'loan') {
        const [assets, shares] = amount === 'all' ? [0n, supplyShares] : [amount, 0n]
        const args = [params, assets, shares, owner, sender] as const
        return called(encodeFunctionData({ abi: actionsAbi, functionName: 'withdraw', args }), byOperator(parameters))
      }
      const held = collateral?.amount ?? 0n
      const assets = amount === 'all' ? held : amount
      if (typeof assets !== 'bigint')
        throw new AmountNeededError({ ...parameters.state, asset: parameters.asset, action: 'withdraw' })
      const args = [params, assets, owner, sender] as const
      return called(
        encodeFunctionData({ abi: actionsAbi, functionName: 'withdrawCollateral', args }),
        byOperator(parameters),
      )
    },
    borrow: (parameters) => {
      const { owner, sender = owner, amount } = parameters
      const { params } = marketOf(parameters, 'borrow')
      if (amount === 'all')
        throw new AmountNeededError({ ...parameters.state, asset: parameters.asset, action: 'borrow' })
      const args = [params, amount, 0n, owner, sender] as const
      return called(encodeFunctionData({ abi: actionsAbi, functionName: 'borrow', args }), byOperator(parameters))
    },
    repay: (parameters) => {
      const { owner, amount } = parameters
      const { params } = marketOf(parameters, 'repay')
      const [assets, shares] = amount === 'all' ? [0n, Holding.of(parameters).borrowShares] : [amount, 0n]
      const args = [params, assets, shares, owner, '0x'] as const
      return called(encodeFunctionData({ abi: actionsAbi, functionName: 'repay', args }), fromSender(parameters))
    },
  }
}

/** What a market's id is the hash of, and which of its assets is meant. */
function marketOf({ state, asset }: LendingCallParameters, action: Action) {
  const book = MarketBook.of(state)
  const { loan, collateral, oracle = zeroAddress, irm = zeroAddress, lltv } = book
  const kind = MarketBook.sideOf(book, asset)
  const isLent = action === 'borrow' || action === 'repay'
  if (loan === undefined || kind === undefined || (isLent && kind === 'collateral')) {
    throw new UnsupportedActionError({ action, asset })
  }
  return {
    kind,
    params: {
      loanToken: loan.asset.address,
      collateralToken: collateral?.asset.address ?? zeroAddress,
      oracle,
      irm,
      lltv,
    },
  }
}

/** Morpho knows no amounts here: an operator may do anything in the owner's name, in every market, until it is revoked. */
function operator(morpho: Address, owner: Address, spender: Address): Authorization {
  const set = (isAuthorized: boolean) => ({
    to: morpho,
    data: encodeFunctionData({ abi: actionsAbi, functionName: 'setAuthorization', args: [spender, isAuthorized] }),
    value: 0n,
  })
  return {
    kind: 'operator',
    owner,
    contract: morpho,
    spender,
    grant: set(true),
    revoke: set(false),
    signature: 'morpho',
  }
}
