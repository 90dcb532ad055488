import {
  type CollateralLeg,
  type DebtLeg,
  type Details,
  type Liquidation,
  type LiquidationChoice,
  type MarketState,
  type PositionFacts,
  PositionHealth,
  type PositionInMarket,
  type Quantity,
  type Reserve,
  unknown,
} from '@unimargin/sdk'
import { describe, expect, test } from 'vitest'
import { aaveV3Liquidation } from './liquidation.ts'
import { ruleOf } from './rule.ts'
import type { AaveV3Version } from './version.ts'

const WAD = 10n ** 18n
const RAY = 10n ** 27n
const USD = 10n ** 6n
const VERSIONS = ['3.0', '3.1', '3.2', '3.3', '3.4', '3.5', '3.6', '3.7'] as const
const SYMBOLS = ['WETH', 'USDC', 'WBTC', 'DAI'] as const
const addresses = {
  WETH: '0x0000000000000000000000000000000000000001',
  USDC: '0x0000000000000000000000000000000000000002',
  WBTC: '0x0000000000000000000000000000000000000003',
  DAI: '0x0000000000000000000000000000000000000004',
} as const
const decimals = { WETH: 18, USDC: 6, WBTC: 8, DAI: 18 }
const { simulate } = aaveV3Liquidation.model
const now = 1_900_000_000n

type Symbol = (typeof SYMBOLS)[number]

/** One unit of each is a dollar, so that an amount is a value; a threshold of 80 %, a bonus of 5 %, no share for the protocol. */
type Facts = {
  readonly version?: AaveV3Version
  /** Whole dollars. */
  readonly supplied?: Partial<Record<Symbol, number>>
  readonly owed?: Partial<Record<Symbol, number>>
  readonly unused?: readonly Symbol[]
  readonly reserves?: Partial<Record<Symbol, Partial<Reserve>>>
  readonly market?: Details
  readonly position?: Details
  readonly price?: Quantity
}

const unitOf = (symbol: Symbol) => 10n ** BigInt(decimals[symbol])
const dollars = (symbol: Symbol, value: number) => (BigInt(Math.round(value * 100)) * unitOf(symbol)) / 100n

function where({ supplied = {}, owed = {}, unused = [], ...facts }: Facts): PositionInMarket {
  const { version = '3.6', reserves = {}, market = {}, price = WAD } = facts
  const listed = SYMBOLS.map((symbol, id): Reserve => {
    const more = reserves[symbol] ?? {}
    return {
      asset: { chainId: 1, address: addresses[symbol], symbol, decimals: decimals[symbol] },
      price: symbol === 'WETH' ? price : WAD,
      liquidationThreshold: (WAD * 80n) / 100n,
      loanToValue: (WAD * 75n) / 100n,
      liquidationBonus: WAD / 20n,
      supplyRoom: undefined,
      borrowRoom: undefined,
      availableLiquidity: 10n ** 30n,
      supplyRate: 0n,
      borrowRate: 0n,
      supplyBlockedBy: [],
      withdrawBlockedBy: [],
      borrowBlockedBy: [],
      ...more,
      details: {
        id,
        debtCeiling: 0n,
        eModeCategory: 0,
        liquidityIndex: RAY,
        borrowIndex: RAY,
        liquidationBonus: 10_500n,
        liquidationProtocolFee: 0n,
        graceUntil: 0n,
        ...more.details,
      },
    }
  })
  const state: MarketState = {
    market: { key: 'aave-v3:1:pool', protocol: 'aave-v3', chainId: 1, id: '0xf0', name: 'Aave' },
    reserves: listed,
    details: { version, now, liquidationAllowed: true, ...market },
  }
  const legOf = ({ asset, price, liquidationThreshold, loanToValue }: Reserve, value: number) => {
    const amount = dollars(asset.symbol as Symbol, value)
    const shares = amount === 0n ? undefined : { balance: amount, rate: RAY }
    return { asset, price, amount, shares, value: 0n, liquidationThreshold, loanToValue, liabilityWeight: WAD }
  }
  const isUsed = (symbol: string) => !unused.some((one) => one === symbol)
  const collateral = listed.map(
    (reserve): CollateralLeg => ({
      ...legOf(reserve, supplied[reserve.asset.symbol as Symbol] ?? 0),
      isCollateral: isUsed(reserve.asset.symbol),
    }),
  )
  const debt = listed.map((reserve): DebtLeg => legOf(reserve, owed[reserve.asset.symbol as Symbol] ?? 0))
  const configuration = SYMBOLS.reduce((bits, symbol, id) => {
    const bit = (isOn: boolean, at: number) => (isOn ? 1n << BigInt(at) : 0n)
    return bits | bit((owed[symbol] ?? 0) > 0, 2 * id) | bit((supplied[symbol] ?? 0) > 0 && isUsed(symbol), 2 * id + 1)
  }, 0n)
  const position: PositionFacts = {
    owner: '0x00000000000000000000000000000000000000A1',
    rule: ruleOf(version).key,
    collateral: collateral.filter(({ amount }) => amount !== 0n),
    firstSupplies: collateral.filter(({ amount }) => amount === 0n),
    debt: debt.filter(({ amount }) => amount !== 0n),
    details: { configuration, eModeId: 0, ...facts.position },
  }
  return { state, position }
}

function liquidated(facts: Facts, choice?: LiquidationChoice): Liquidation {
  const result = simulate(where(facts), choice)
  if (result.status !== 'liquidated') throw new TypeError(JSON.stringify(result))
  return result
}

function refusal(facts: Facts, choice?: LiquidationChoice) {
  const result = simulate(where(facts), choice)
  return result.status === 'refused' ? result.by : result.status
}

/** The details of one with a bonus of 1 %. */
const eMode = (more: Details): Details => {
  const all = {
    label: 'ether',
    loanToValue: 7_500n,
    liquidationThreshold: 8_000n,
    liquidationBonus: 10_100n,
    collateral: 0n,
    borrowable: 0n,
    ltvZero: 0n,
    isIsolated: false,
    hasPrice: false,
    ...more,
  }
  return Object.fromEntries(Object.entries(all).map(([name, value]) => [`eModes.1.${name}`, value]))
}

const left = (legs: readonly (CollateralLeg | DebtLeg)[]) =>
  Object.fromEntries(legs.map(({ asset, amount }) => [asset.symbol, amount]))

/** 10,000 of collateral, so that 8,000 may be owed: `owed` says at which health. */
const weak = (owed: number, version: AaveV3Version, more: Partial<Facts> = {}): Facts => ({
  version,
  supplied: { WETH: 10_000 },
  owed: { USDC: owed },
  ...more,
})

describe('simulate', () => {
  test('default: half of the debt is repaid, and 5 % more than its worth is seized', () => {
    const { after, ...result } = liquidated(weak(8_100, '3.6'))
    const asset = (symbol: Symbol) => ({ chainId: 1, address: addresses[symbol], symbol, decimals: decimals[symbol] })
    expect(result).toEqual({
      status: 'liquidated',
      closeFactor: WAD / 2n,
      repaid: [{ asset: asset('USDC'), amount: 4_050n * USD }],
      seized: [{ asset: asset('WETH'), amount: dollars('WETH', 4_252.5), protocolFee: 0n }],
      paidIn: 'asset',
      badDebt: [],
      cost: dollars('WETH', 202.5),
    })
    expect(left(after.collateral)).toEqual({ WETH: dollars('WETH', 5_747.5) })
    expect(left(after.debt)).toEqual({ USDC: 4_050n * USD })
    const { health } = PositionHealth.assess(after, ruleOf('3.6'))
    expect(health).toEqual({ status: 'known', factor: (57_475n * 8n * WAD) / (40_500n * 10n) })
  })

  // Aave's documentation: "up to 50% of a borrower's debt", and all of it once the health factor is below 0.95
  // (https://aave.com/docs/concepts/liquidations); `CLOSE_FACTOR_HF_THRESHOLD` of LiquidationLogic.sol.
  test.each(VERSIONS)(
    'behavior: the close factor of %s is 50 %, and all from a health of 0.95 downwards',
    (version) => {
      const closeFactor = (owed: number) => liquidated(weak(owed, version)).closeFactor
      // 8,000 / 8,421.05 is just above 0.95, 8,000 / 8,421.06 just below.
      expect(closeFactor(8_421.05)).toBe(WAD / 2n)
      expect(closeFactor(8_421.06)).toBe(WAD)
      expect(closeFactor(8_000.01)).toBe(WAD / 2n)
      expect(refusal(weak(8_000, version))).toEqual(['healthy'])
    },
  )

  test('behavior: from 3.3 on the close factor is of all debts together', () => {
    // docs/3.3 of aave-v3-origin: three debts of 3,000 each; before, 1,500 of one, and now all 3,000 of it.
    const facts = { supplied: { WETH: 11_200 }, owed: { USDC: 3_000, WBTC: 3_000, DAI: 3_000 } }
    const repaid = (version: AaveV3Version) =>
      liquidated({ ...facts, version }, { debt: addresses.USDC }).repaid[0]?.amount
    expect(repaid('3.2')).toBe(1_500n * USD)
    expect(repaid('3.3')).toBe(3_000n * USD)
    expect(repaid('3.7')).toBe(3_000n * USD)
    // 8,000 of 9,000 is more than half of all.
    const uneven = { ...facts, owed: { USDC: 8_000, DAI: 1_000 } }
    expect(liquidated({ ...uneven, version: '3.6' }, { debt: addresses.USDC }).repaid[0]?.amount).toBe(4_500n * USD)
  })

  test('behavior: from 3.3 on what is below 2,000 is liquidated whole', () => {
    const small: Facts = { supplied: { WETH: 2_490 }, owed: { USDC: 1_999 } }
    expect(liquidated({ ...small, version: '3.2' }).closeFactor).toBe(WAD / 2n)
    expect(liquidated({ ...small, version: '3.3' }).closeFactor).toBe(WAD)
    expect(liquidated({ supplied: { WETH: 2_490 }, owed: { USDC: 2_000 } }).closeFactor).toBe(WAD / 2n)
    // Also where the collateral is small.
    const two: Facts = { supplied: { WETH: 8_000, WBTC: 1_999 }, owed: { USDC: 8_100 } }
    expect(liquidated(two, { collateral: addresses.WETH }).closeFactor).toBe(WAD / 2n)
    expect(liquidated(two, { collateral: addresses.WBTC }).closeFactor).toBe(WAD)
  })

  test('behavior: from 3.3 on nothing below 1,000 is left, neither of the debt nor of the collateral', () => {
    // docs/3.3 of aave-v3-origin, with its numbers doubled: what is below 2,000 there is 1,000.
    const facts: Facts = { supplied: { WETH: 2_000, WBTC: 800 }, owed: { USDC: 1_800, DAI: 800 } }
    const pair = { debt: addresses.USDC, collateral: addresses.WETH }
    const repay = (value: number) => ({ ...pair, repay: dollars('USDC', value) })
    expect(refusal(facts, repay(800.01))).toEqual(['dust'])
    expect(liquidated(facts, repay(800)).repaid[0]?.amount).toBe(800n * USD)
    expect(liquidated(facts, repay(1_800)).repaid[0]?.amount).toBe(1_800n * USD)
    expect(refusal({ ...facts, version: '3.2' }, repay(1_700))).toBe('liquidated')
    expect(liquidated(facts, { collateral: addresses.WBTC }).after.collateral.map(({ asset }) => asset.symbol)).toEqual(
      ['WETH'],
    )
  })

  test('behavior: by default as much is repaid as leaves enough', () => {
    // Two of 3,000, and 4,860 owed: half of it would leave 448.50 of the chosen one.
    const facts: Facts = { supplied: { WETH: 3_000, WBTC: 3_000 }, owed: { USDC: 4_860 } }
    const { repaid, after, closeFactor } = liquidated(facts, { collateral: addresses.WETH })
    expect(closeFactor).toBe(WAD / 2n)
    expect(left(after.collateral).WETH).toBeGreaterThanOrEqual(dollars('WETH', 1_000))
    const [{ amount } = { amount: 0n }] = repaid
    expect(amount).toBeLessThan(2_430n * USD)
    const repay = (repay: bigint) => refusal(facts, { collateral: addresses.WETH, debt: addresses.USDC, repay })
    expect(repay(amount)).toBe('liquidated')
    expect(repay(amount + 1n)).toEqual(['dust'])
  })

  test('behavior: the protocol keeps its share of the bonus', () => {
    const fee = { details: { liquidationProtocolFee: 1_000n } }
    const [seized] = liquidated(weak(8_100, '3.6', { reserves: { WETH: fee } })).seized
    // 5 % of 4,050 are 202.50, a tenth of which the protocol keeps.
    expect(seized).toMatchObject({ amount: dollars('WETH', 4_252.5), protocolFee: dollars('WETH', 20.25) })
  })

  test('behavior: in an e-mode its bonus counts, for what is its collateral', () => {
    const market = eMode({ collateral: 1n })
    const facts: Facts = {
      supplied: { WETH: 5_000, WBTC: 5_000 },
      owed: { USDC: 8_100 },
      market,
      position: { eModeId: 1 },
    }
    const seized = (collateral: (typeof addresses)[Symbol], version: AaveV3Version = '3.6') =>
      liquidated({ ...facts, version }, { collateral, debt: addresses.USDC, repay: 1_000n * USD }).seized[0]?.amount
    expect(seized(addresses.WETH)).toBe(dollars('WETH', 1_010))
    expect(seized(addresses.WBTC)).toBe(dollars('WBTC', 1_050))
    expect(simulate(where({ ...facts, market: {} })).status).toBe('unknown')
  })

  test('behavior: up to 3.1 the price of an e-mode counts for any debt of whoever is in it', () => {
    const market = eMode({ price: 2n * 10n ** 8n })
    const facts: Facts = { ...weak(8_100, '3.0'), market, position: { eModeId: 1 } }
    const pair = { debt: addresses.USDC, repay: 1_000n * USD }
    expect(liquidated(facts, pair).seized[0]?.amount).toBe(dollars('WETH', 2_100))
    expect(liquidated({ ...facts, version: '3.2' }, pair).seized[0]?.amount).toBe(dollars('WETH', 1_050))
    expect(simulate(where({ ...facts, market: eMode({}) })).status).toBe('unknown')
  })

  test('behavior: collateral that is worth less ends the liquidation, and from 3.3 on all debts with it', () => {
    const facts: Facts = { supplied: { WETH: 5_250 }, owed: { USDC: 6_000, DAI: 900 } }
    const before = liquidated({ ...facts, version: '3.2' })
    expect([before.repaid[0]?.amount, before.badDebt]).toEqual([5_000n * USD, []])
    expect(left(before.after.debt)).toEqual({ USDC: 1_000n * USD, DAI: dollars('DAI', 900) })
    for (const version of ['3.3', '3.4', '3.5', '3.6', '3.7'] as const) {
      const { repaid, badDebt, after, cost } = liquidated({ ...facts, version })
      expect(repaid[0]?.amount).toBe(5_000n * USD)
      expect(badDebt.map(({ asset, amount }) => [asset.symbol, amount])).toEqual([
        ['USDC', 1_000n * USD],
        ['DAI', dollars('DAI', 900)],
      ])
      expect([after.collateral, after.debt, after.details.configuration]).toEqual([[], [], 0n])
      // The owner loses 5,250, and owes 6,900 less.
      expect(cost).toBe(-1_650n * WAD)
    }
  })

  test('behavior: debts of what is not active are not written off', () => {
    const reserves = { DAI: { supplyBlockedBy: ['inactive'] } }
    const { badDebt, after } = liquidated({ supplied: { WETH: 5_250 }, owed: { USDC: 6_000, DAI: 900 }, reserves })
    expect(badDebt.map(({ asset }) => asset.symbol)).toEqual(['USDC'])
    expect(left(after.debt)).toEqual({ DAI: dollars('DAI', 900) })
  })

  test('behavior: a rest of no value keeps no debt alive, and from 3.7 on backs nothing', () => {
    const of = (version: AaveV3Version) => {
      const base = where({ version, supplied: { WETH: 5_250 }, owed: { USDC: 5_000, DAI: 900 } })
      const collateral = base.position.collateral.map((leg) => {
        const amount = dollars('WETH', 5_250) + 5n
        return { ...leg, amount, shares: { balance: amount, rate: RAY } }
      })
      const result = simulate({ ...base, position: { ...base.position, collateral } })
      if (result.status !== 'liquidated') throw new TypeError(result.status)
      const [leg] = result.after.collateral
      return {
        bad: result.badDebt.map(({ asset }) => asset.symbol),
        left: leg?.amount,
        isCollateral: leg?.isCollateral,
      }
    }
    expect(of('3.2')).toEqual({ bad: [], left: 5n, isCollateral: true })
    expect(of('3.3')).toEqual({ bad: ['DAI'], left: 5n, isCollateral: true })
    expect(of('3.6')).toEqual({ bad: ['DAI'], left: 5n, isCollateral: true })
    expect(of('3.7')).toEqual({ bad: ['DAI'], left: 5n, isCollateral: false })
  })

  test('behavior: 3.7 rounds every step against the liquidator', () => {
    // docs/3.7/liquidation-rounding.md of aave-v3-origin. 3 of DAI and a bonus of 5 %: 3.15 are 3 either way; 10 are 10.5.
    const choice = { debt: addresses.DAI, collateral: addresses.WETH, repay: 10n }
    const facts: Facts = { supplied: { WETH: 10_000 }, owed: { DAI: 8_100 } }
    expect(liquidated({ ...facts, version: '3.6' }, choice).seized[0]?.amount).toBe(11n)
    expect(liquidated({ ...facts, version: '3.7' }, choice).seized[0]?.amount).toBe(10n)
    const fee = { reserves: { WETH: { details: { liquidationProtocolFee: 1_000n } } } }
    // Base 100 of 105: the bonus is 5, a tenth of it half a unit.
    const hundred = { ...choice, repay: 100n }
    expect(liquidated({ ...facts, ...fee, version: '3.6' }, hundred).seized[0]?.protocolFee).toBe(1n)
    expect(liquidated({ ...facts, ...fee, version: '3.7' }, { ...choice, repay: 80n }).seized[0]).toMatchObject({
      amount: 84n,
      protocolFee: 1n,
    })
    expect(liquidated({ ...facts, ...fee, version: '3.6' }, { ...choice, repay: 80n }).seized[0]?.protocolFee).toBe(0n)
  })

  test('behavior: up to 3.1 what is more than the variable debt is taken of the stable one', () => {
    const base = where(weak(8_100, '3.0'))
    const [debt] = base.position.debt
    if (debt === undefined) throw new TypeError('no debt')
    const mixed = { ...debt, shares: { balance: 1_000n * USD, rate: RAY } }
    const result = simulate({ ...base, position: { ...base.position, debt: [mixed] } })
    if (result.status !== 'liquidated') throw new TypeError(result.status)
    expect(result.repaid[0]?.amount).toBe(4_050n * USD)
    expect(result.after.debt[0]).toMatchObject({ amount: 4_050n * USD, shares: { balance: 0n } })
  })

  test('behavior: another pair is chosen where the largest is refused', () => {
    const facts: Facts = { supplied: { WETH: 8_000, WBTC: 4_000 }, owed: { USDC: 6_000, DAI: 3_800 } }
    const of = (more: Facts) => {
      const { repaid, seized } = liquidated({ ...facts, ...more })
      return [repaid[0]?.asset.symbol, seized[0]?.asset.symbol]
    }
    expect(of({})).toEqual(['USDC', 'WETH'])
    expect(of({ reserves: { WETH: { supplyBlockedBy: ['paused'] } } })).toEqual(['USDC', 'WBTC'])
    expect(of({ reserves: { USDC: { supplyBlockedBy: ['paused'] } } })).toEqual(['DAI', 'WETH'])
    const all = { WETH: { supplyBlockedBy: ['paused'] }, WBTC: { supplyBlockedBy: ['inactive'] } }
    expect(refusal({ ...facts, reserves: all })).toEqual(['paused'])
  })

  test('behavior: where too little of the asset is there, its token is paid', () => {
    const reserves = { WETH: { availableLiquidity: 1n } }
    expect(liquidated(weak(8_100, '3.6', { reserves })).paidIn).toBe('collateral-token')
    expect(refusal(weak(8_100, '3.6', { reserves }), { paidIn: 'asset' })).toEqual(['liquidity'])
    expect(liquidated(weak(8_100, '3.6'), { paidIn: 'collateral-token' }).paidIn).toBe('collateral-token')
  })

  test('behavior: a pool may be closed to liquidations for a while', () => {
    const grace = (until: bigint) => ({ reserves: { USDC: { details: { graceUntil: until } } } })
    expect(refusal(weak(8_100, '3.6', grace(now)))).toEqual(['grace-period'])
    expect(refusal(weak(8_100, '3.6', grace(now - 1n)))).toBe('liquidated')
    const down = { market: { liquidationAllowed: false } }
    expect(refusal(weak(8_100, '3.6', down))).toEqual(['sequencer'])
    // Nobody asks the sentinel of what is below 0.95, and from 3.7 on of nothing.
    expect(refusal(weak(8_500, '3.6', down))).toBe('liquidated')
    expect(refusal(weak(8_100, '3.7', down))).toBe('liquidated')
  })

  test('behavior: what cannot be chosen is refused', () => {
    const facts = weak(8_100, '3.6', { supplied: { WETH: 10_000, WBTC: 50 }, unused: ['WBTC'] })
    expect(refusal(facts, { debt: addresses.DAI })).toEqual(['no-debt'])
    expect(refusal(facts, { collateral: addresses.WBTC })).toEqual(['not-collateral'])
    expect(refusal(facts, { seize: 1n })).toEqual(['amount'])
    expect(refusal({ supplied: { WETH: 1 } })).toEqual(['no-debt'])
    expect(refusal({ owed: { USDC: 5_000 } })).toEqual(['not-collateral'])
    const bare = { WETH: { liquidationThreshold: 0n } }
    const two: Facts = { supplied: { WETH: 5_000, WBTC: 5_000 }, owed: { USDC: 8_100 }, reserves: bare }
    expect(refusal({ ...two, version: '3.5' }, { collateral: addresses.WETH })).toEqual(['not-collateral'])
    expect(refusal({ ...two, version: '3.6' }, { collateral: addresses.WETH })).toBe('liquidated')
  })

  test('behavior: what nobody has read leaves it unknown', () => {
    const reason = unknown({ kind: 'reverted', chainId: 1, path: 'price', reason: 'stale' })
    expect(simulate(where(weak(8_100, '3.6', { price: reason })))).toEqual(reason)
    const without = (name: string, of: 'market' | Symbol) => {
      const base = where(weak(8_100, '3.6'))
      const drop = (details: Details = {}) =>
        Object.fromEntries(Object.entries(details).filter(([key]) => key !== name))
      const reserves = base.state.reserves.map((one) =>
        one.asset.symbol === of ? { ...one, details: drop(one.details) } : one,
      )
      const details = of === 'market' ? drop(base.state.details) : base.state.details
      return simulate({ ...base, state: { ...base.state, reserves, details } }).status
    }
    expect(without('version', 'market')).toBe('unknown')
    expect(without('liquidationAllowed', 'market')).toBe('unknown')
    expect(without('graceUntil', 'USDC')).toBe('unknown')
    expect(without('liquidityIndex', 'WETH')).toBe('unknown')
    expect(without('borrowIndex', 'USDC')).toBe('unknown')
    expect(without('liquidationBonus', 'WETH')).toBe('unknown')
    // A time is needed only where there is something to wait for.
    expect(without('now', 'market')).toBe('liquidated')
  })
})
