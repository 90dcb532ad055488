import {
  type CollateralLeg,
  type LendingCallParameters,
  type MarketState,
  type PositionFacts,
  type Reserve,
  unknown,
} from '@unimargin/sdk'
import { decodeFunctionData, maxUint256 } from 'viem'
import { describe, expect, test } from 'vitest'
import { actionsAbi } from './actionsAbi.ts'
import { aaveV3Lending } from './lending.ts'
import type { AaveV3Version } from './version.ts'

const pool = '0x00000000000000000000000000000000000000f0'
const owner = '0x00000000000000000000000000000000000000A1'
const helper = '0x00000000000000000000000000000000000000b2'
const weth = '0x0000000000000000000000000000000000000001'
const usdc = '0x0000000000000000000000000000000000000002'
const RAY = 10n ** 27n
const WAD = 10n ** 18n
const { limits, after: afterChange, ratesAfter, calls } = aaveV3Lending.of(pool)

function reserve(symbol: 'WETH' | 'USDC', more: Partial<Reserve> = {}): Reserve {
  const isWeth = symbol === 'WETH'
  return {
    asset: { chainId: 1, address: isWeth ? weth : usdc, symbol, decimals: isWeth ? 18 : 6 },
    collateralToken: isWeth ? '0x0000000000000000000000000000000000000011' : undefined,
    collateralTokenPermit: { name: 'Aave WETH', version: '1' },
    price: (isWeth ? 2_000n : 1n) * WAD,
    liquidationThreshold: 800_000_000_000_000_000n,
    loanToValue: 750_000_000_000_000_000n,
    liquidationBonus: 0n,
    supplyRoom: undefined,
    borrowRoom: undefined,
    availableLiquidity: 10n ** 24n,
    supplyRate: 0n,
    borrowRate: 0n,
    supplyBlockedBy: [],
    withdrawBlockedBy: [],
    borrowBlockedBy: [],
    ...more,
    details: {
      id: isWeth ? 0 : 1,
      variableDebtToken: isWeth ? '' : '0x0000000000000000000000000000000000000022',
      reserveFactor: 1_000n,
      supplyCap: 0n,
      borrowCap: 0n,
      isSiloed: false,
      isBorrowableInIsolation: false,
      debtCeiling: 0n,
      isolatedDebt: 0n,
      eModeCategory: 0,
      liquidityIndex: RAY,
      borrowIndex: RAY,
      scaledSupply: 10n ** 24n,
      scaledDebt: 10n ** 23n,
      accruedToTreasury: 0n,
      stableDebt: 0n,
      averageStableRate: 0n,
      unbacked: 0n,
      optimalUsage: (RAY * 8n) / 10n,
      baseRate: 0n,
      slope1: RAY / 20n,
      slope2: RAY,
      ...more.details,
    },
  }
}

function state(version: AaveV3Version, reserves: readonly Reserve[] = [reserve('WETH'), reserve('USDC')]): MarketState {
  const market = { key: 'aave-v3:1:pool', protocol: 'aave-v3', chainId: 1, id: pool, name: 'Aave' } as const
  return { market, reserves, details: { version } }
}

const leg = (of: Reserve, amount: bigint, isCollateral: boolean): CollateralLeg => ({
  asset: of.asset,
  amount,
  price: of.price,
  shares: { balance: amount, rate: RAY },
  value: 0n,
  isCollateral,
  liquidationThreshold: of.liquidationThreshold,
  loanToValue: of.loanToValue,
})

/** 10 WETH, and 10,000 USDC owed. */
function position({ reserves: [first, second] }: MarketState, more: Partial<PositionFacts> = {}): PositionFacts {
  if (first === undefined || second === undefined) throw new TypeError('two reserves are needed')
  return {
    owner,
    rule: 'aave-v3/3.0',
    collateral: [leg(first, 10n * WAD, true)],
    firstSupplies: [leg(second, 0n, true)],
    debt: [
      {
        asset: second.asset,
        amount: 10_000_000_000n,
        price: second.price,
        shares: { balance: 10_000_000_000n, rate: RAY },
        value: 0n,
        liabilityWeight: WAD,
      },
    ],
    details: { eMode: 'none', isolated: false, configuration: 0b0110n, eModeId: 0 },
    ...more,
  }
}

const where = (asset: typeof weth | typeof usdc, of = state('3.6'), more?: Partial<PositionFacts>) => ({
  state: of,
  position: position(of, more),
  asset,
})

describe('after', () => {
  test('default', () => {
    const facts = afterChange(where(weth), { action: 'withdraw', amount: 10n * WAD })
    expect(facts.collateral).toEqual([])
    expect(facts.firstSupplies?.map(({ asset, amount }) => [asset.symbol, amount])).toEqual([
      ['WETH', 0n],
      ['USDC', 0n],
    ])
    expect(facts.details.configuration).toBe(0b0100n)
  })

  test('behavior: a repayment takes no more than is owed, and ends the debt', () => {
    const facts = afterChange(where(usdc), { action: 'repay', amount: 10n ** 18n })
    expect([facts.debt, facts.details.configuration]).toEqual([[], 0b0010n])
  })

  test('behavior: the pool rounds in its own favour from 3.5 on, and half up before', () => {
    const index = RAY + 3n * 10n ** 26n
    const of = (version: AaveV3Version) =>
      state(version, [reserve('WETH'), reserve('USDC', { details: { liquidityIndex: index } })])
    const supplied = (version: AaveV3Version) =>
      afterChange(where(usdc, of(version)), { action: 'supply', amount: 10n }).collateral.find(
        ({ asset }) => asset.symbol === 'USDC',
      )
    // 10 / 1.3 are 7.69.
    expect(supplied('3.4')).toMatchObject({ amount: 10n, shares: { balance: 8n }, isCollateral: true })
    expect(supplied('3.5')).toMatchObject({ amount: 9n, shares: { balance: 7n }, isCollateral: true })
  })

  test('behavior: up to 3.4 a balance that rounding emptied keeps its bit, and what comes next counts', () => {
    const index = RAY + RAY / 2n
    const of = state('3.4', [
      reserve('WETH', { loanToValue: 0n, details: { liquidityIndex: index } }),
      reserve('USDC', { details: { liquidityIndex: index } }),
    ])
    // 1 scaled is 2, of which 1 takes all: the pool clears the bit only where 2 are withdrawn.
    const [first] = of.reserves
    if (first === undefined) throw new TypeError('no reserve')
    const collateral = [{ ...leg(first, 2n, true), shares: { balance: 1n, rate: index } }]
    const emptied = afterChange(where(weth, of, { collateral }), { action: 'withdraw', amount: 1n })
    expect(emptied.collateral).toEqual([])
    expect(emptied.firstSupplies?.[0]).toMatchObject({ amount: 0n, isCollateral: true })
    expect(emptied.details.configuration).toBe(0b0110n)
    const refilled = afterChange({ state: of, position: emptied, asset: weth }, { action: 'supply', amount: 9n })
    expect(refilled.collateral).toMatchObject([{ amount: 9n, isCollateral: true }])
  })

  test('behavior: what comes to an owner in isolation is no collateral', () => {
    const of = state('3.6', [reserve('WETH', { details: { debtCeiling: 1_000n } }), reserve('USDC')])
    const facts = afterChange(where(usdc, of), { action: 'supply', amount: 100n })
    expect(facts.collateral.map(({ isCollateral }) => isCollateral)).toEqual([true, false])
    expect(facts.details).toMatchObject({ configuration: 0b0110n, isolated: true })
  })

  test('behavior: without an index the amount is unknown', () => {
    const of = state('3.6', [reserve('WETH'), reserve('USDC')])
    const blind = { ...of, details: {} }
    expect(afterChange(where(weth, blind), { action: 'withdraw', amount: 1n }).collateral[0]?.amount).toMatchObject({
      status: 'unknown',
    })
    expect(afterChange(where(usdc, blind), { action: 'repay', amount: 1n }).debt[0]?.amount).toMatchObject({
      status: 'unknown',
    })
  })

  test('behavior: a loan that nobody can size still binds the collateral', () => {
    const unread = unknown({ kind: 'unavailable', chainId: 1, path: 'debt', reason: 'no answer' })
    const free = { eMode: 'none', isolated: false, configuration: 0b0010n, eModeId: 0 }
    const blind = state('3.6', [reserve('WETH'), reserve('USDC', { details: { borrowIndex: 'none' } })])
    const blurred = position(state('3.6')).debt.map((debt) => ({ ...debt, amount: unread, shares: undefined }))
    for (const before of [
      where(usdc, blind, { debt: [], details: free }),
      where(usdc, state('3.6'), { debt: blurred, details: free }),
    ]) {
      const after = afterChange(before, { action: 'borrow', amount: 1n })
      expect(after.details.configuration).toBe(0b0110n)
      expect(limits.withdraw({ ...before, asset: weth, position: after }).amount).toMatchObject({ status: 'unknown' })
    }
  })
})

describe('ratesAfter', () => {
  test('default', () => {
    // 10^23 of 1.1 · 10^24 are lent: a loan of all that is left brings the rate of full usage.
    const change = { action: 'borrow', asset: usdc, amount: 10n ** 24n } as const
    expect(ratesAfter(state('3.6'), change)).toEqual({
      borrowRate: 1_050_000_000_000_000_000n,
      supplyRate: 945_000_000_000_000_000n,
    })
  })

  test('behavior: unknown where the model is', () => {
    const of = state('3.6', [reserve('USDC', { details: { optimalUsage: 'none' } })])
    expect(ratesAfter(of, { action: 'supply', asset: usdc, amount: 1n })).toMatchObject({
      supplyRate: { status: 'unknown' },
      borrowRate: { status: 'unknown' },
    })
  })
})

describe('calls', () => {
  const parameters = (asset: typeof weth | typeof usdc, amount: bigint | 'all', sender?: typeof helper) =>
    ({ ...where(asset), owner, sender, amount }) satisfies LendingCallParameters
  const decoded = ({ call }: ReturnType<typeof calls.supply>) =>
    decodeFunctionData({ abi: actionsAbi, data: call.data })

  test('default', () => {
    expect(decoded(calls.supply(parameters(usdc, 7n))).args).toEqual([usdc, 7n, owner, 0])
    expect(decoded(calls.withdraw(parameters(weth, 'all'))).args).toEqual([weth, maxUint256, owner])
    expect(decoded(calls.borrow(parameters(usdc, 7n))).args).toEqual([usdc, 7n, 2n, 0, owner])
    expect(decoded(calls.repay(parameters(usdc, 'all'))).args).toEqual([usdc, maxUint256, 2n, owner])
    expect(calls.supply(parameters(usdc, 7n)).authorizations).toMatchObject([
      { kind: 'allowance', owner, contract: usdc, spender: pool, amount: 7n },
    ])
    expect(calls.withdraw(parameters(weth, 7n)).authorizations).toEqual([])
    expect(calls.borrow(parameters(usdc, 7n)).authorizations).toEqual([])
  })

  test('behavior: another sender needs the aTokens, or a delegation', () => {
    expect(calls.withdraw(parameters(weth, 7n, helper)).authorizations).toMatchObject([
      { kind: 'allowance', owner, spender: helper, amount: 9n, signature: 'permit' },
    ])
    expect(calls.borrow(parameters(usdc, 7n, helper)).authorizations).toMatchObject([
      { kind: 'operator', owner, contract: '0x0000000000000000000000000000000000000022', spender: helper, amount: 7n },
    ])
    // The pool takes its largest number from the debtor alone.
    expect(decoded(calls.repay(parameters(usdc, 'all', helper))).args?.[1]).toBe(maxUint256 - 1n)
  })

  test('error: AmountNeededError', () => {
    for (const action of ['supply', 'borrow'] as const) {
      const attempt = () => calls[action](parameters(usdc, 'all'))
      expect(attempt).toThrow(expect.objectContaining({ name: 'AmountNeededError', of: action }))
    }
  })

  test('error: NoCollateralTokenError', () => {
    expect(() => calls.withdraw(parameters(usdc, 1n, helper))).toThrow(
      expect.objectContaining({ name: 'NoCollateralTokenError' }),
    )
  })

  test('error: NoDebtTokenError', () => {
    expect(() => calls.borrow(parameters(weth, 1n, helper))).toThrow(
      expect.objectContaining({ name: 'NoDebtTokenError' }),
    )
  })
})
