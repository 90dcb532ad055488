import {
  type Address,
  InvalidAddressError,
  type LendingCallParameters,
  type MarketState,
  type PositionFacts,
} from '@unimargin/sdk'
import { decodeFunctionData, maxUint256 } from 'viem'
import { describe, expect, test } from 'vitest'
import { NoSuchCallError } from '../shared/NoSuchCallError.ts'
import { actionsAbi, membershipAbi } from './actionsAbi.ts'
import { compoundV2 } from './compoundV2.ts'
import type { FlavourName } from './Flavour.ts'
import { compoundV2Lending } from './lending.ts'
import { UnknownFlavourError } from './UnknownFlavourError.ts'

const comptroller = '0x317c1A5739F39046E20b08ac9BeEa3f10fD43326'
const asset = '0x0000000000000000000000000000000000000001'
const token = '0x0000000000000000000000000000000000000002'
const owner = '0x0000000000000000000000000000000000000003'
const sender = '0x0000000000000000000000000000000000000004'
const adapterOf = (flavour: FlavourName = 'venus-isolated') =>
  compoundV2({ chainId: 42161, comptroller, flavour, lending: compoundV2Lending })

const place = (amount: bigint | 'all', by: Address = owner): LendingCallParameters => {
  const facts = { chainId: 42161, address: asset, symbol: 'A', decimals: 18 } as const
  const leg = {
    asset: facts,
    amount: 10n,
    price: 1n,
    value: 1n,
    shares: { balance: 77n, rate: 10n ** 18n },
    isCollateral: true,
    liquidationThreshold: 0n,
    loanToValue: 0n,
  }
  const state: MarketState = {
    market: adapterOf().market,
    reserves: [
      {
        asset: facts,
        collateralToken: token,
        price: 1n,
        liquidationThreshold: 0n,
        loanToValue: 0n,
        liquidationBonus: 0n,
        supplyRoom: undefined,
        borrowRoom: undefined,
        availableLiquidity: 1n,
        supplyRate: 0n,
        borrowRate: 0n,
        supplyBlockedBy: [],
        withdrawBlockedBy: [],
        borrowBlockedBy: [],
        details: { isCoin: false, isListed: true },
      },
    ],
  }
  const position: PositionFacts = { owner, rule: 'r', collateral: [leg], debt: [], firstSupplies: [], details: {} }
  return { state, position, asset, owner, sender: by, amount }
}

describe('compoundV2', () => {
  test('default: one Comptroller is one market', () => {
    const { market, rules, routed } = adapterOf()
    expect(market.key).toBe(`compound-v2:42161:${comptroller.toLowerCase()}`)
    expect(Object.keys(rules)).toEqual(['compound-v2/venus-isolated'])
    expect(routed).toBeUndefined()
  })

  test('default: calls of the owner', () => {
    const { calls } = adapterOf().lending
    const said = (action: keyof typeof calls, amount: bigint | 'all') => {
      const { functionName, args } = decodeFunctionData({
        abi: actionsAbi,
        data: calls[action](place(amount)).call.data,
      })
      return [functionName, args]
    }
    expect(said('supply', 5n)).toEqual(['mint', [5n]])
    expect(said('withdraw', 5n)).toEqual(['redeemUnderlying', [5n]])
    expect(said('withdraw', 'all')).toEqual(['redeem', [77n]])
    expect(said('borrow', 5n)).toEqual(['borrow', [5n]])
    expect(said('repay', 'all')).toEqual(['repayBorrow', [maxUint256]])
    expect(calls.borrow(place(5n)).authorizations).toEqual([])
  })

  test('behavior: another one acts as a delegate, whom the owner allows and takes back', () => {
    const { call, authorizations } = adapterOf().lending.calls.withdraw(place(5n, sender))
    expect(decodeFunctionData({ abi: actionsAbi, data: call.data })).toEqual({
      functionName: 'redeemUnderlyingBehalf',
      args: [owner, 5n],
    })
    const [authorization] = authorizations
    const args = (data = authorization?.grant.data ?? '0x') => decodeFunctionData({ abi: membershipAbi, data }).args
    expect([authorization?.kind, authorization?.spender]).toEqual(['operator', sender])
    expect([args(), args(authorization?.revoke.data)]).toEqual([
      [sender, true],
      [sender, false],
    ])
  })

  test('behavior: what is not read is not taken for open', () => {
    const limit = adapterOf().lending.limits.borrow(place(0n))
    expect(typeof limit.amount).toBe('object')
    expect(limit.by).toEqual([])
  })

  test('error: NoSuchCallError', () => {
    const { calls } = adapterOf('moonwell').lending
    expect(() => calls.withdraw(place(5n, sender))).toThrow(NoSuchCallError)
    expect(() => calls.supply(place(5n, sender))).toThrow(NoSuchCallError)
    expect(() => calls.supply(place('all'))).toThrow(NoSuchCallError)
    expect(() => calls.borrow(place('all'))).toThrow(NoSuchCallError)
  })

  test('error: InvalidAddressError', () => {
    expect(() => compoundV2({ chainId: 1, comptroller: '0x12', flavour: 'compound' })).toThrow(InvalidAddressError)
    const coin = { token: '0x12', symbol: 'ETH' } as const
    expect(() => compoundV2({ chainId: 1, comptroller, flavour: 'compound', coin })).toThrow('`coin.token` is not')
    // @ts-expect-error: no compiler looks at what JavaScript passes, e.g. an entry of another adapter.
    expect(() => compoundV2({ chainId: 1, pool: comptroller })).toThrow(InvalidAddressError)
  })

  test('error: UnknownFlavourError', () => {
    // @ts-expect-error: of Venus on BNB Chain, which is not supported.
    expect(() => adapterOf('venus-core')).toThrow(UnknownFlavourError)
  })
})
