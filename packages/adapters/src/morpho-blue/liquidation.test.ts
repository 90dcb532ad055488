import {
  type Liquidation,
  type LiquidationChoice,
  type MarketState,
  type PositionFacts,
  type PositionInMarket,
  type Quantity,
  type Reserve,
  unknown,
} from '@unimargin/sdk'
import { describe, expect, test } from 'vitest'
import { morphoBlueLiquidation } from './liquidation.ts'

const WAD = 10n ** 18n
const USD = 10n ** 6n
const SHARES = 10n ** 6n
const LLTV = (WAD * 86n) / 100n
/** `1 / (1 − 0.3 · (1 − 0.86))`, rounded down as Morpho.sol does it: 4.38 % on top. */
const INCENTIVE = 1_043_841_336_116_910_229n
const usdc = { chainId: 1, address: '0x0000000000000000000000000000000000000001', symbol: 'USDC', decimals: 6 } as const
const weth = {
  chainId: 1,
  address: '0x0000000000000000000000000000000000000002',
  symbol: 'WETH',
  decimals: 18,
} as const
const { simulate } = morphoBlueLiquidation.model

/** How a case differs from the usual one: 10 WETH at 1,000 back 9,000 USDC, of 500,000 that are borrowed and a million lent. */
type Facts = {
  /** USDC for a WETH. */
  readonly price?: bigint
  readonly unread?: Quantity
  readonly collateral?: bigint
  readonly owed?: bigint
  readonly lent?: bigint
  readonly liquidity?: Quantity
  readonly isUnread?: true
  readonly isIdle?: true
}

function where(facts: Facts = {}): PositionInMarket {
  const { price = 1_000n, collateral = 10n * WAD, owed = 9_000n * USD, lent = 0n, liquidity = 10n ** 24n } = facts
  const plain: Omit<Reserve, 'asset' | 'price' | 'liquidationBonus' | 'availableLiquidity'> = {
    liquidationThreshold: LLTV,
    loanToValue: LLTV,
    supplyRoom: undefined,
    borrowRoom: undefined,
    supplyRate: 0n,
    borrowRate: 0n,
    supplyBlockedBy: [],
    withdrawBlockedBy: [],
    borrowBlockedBy: [],
  }
  const wadPrice = facts.unread ?? price * WAD
  const reserves: readonly Reserve[] = [
    { ...plain, asset: usdc, price: WAD, liquidationBonus: 0n, availableLiquidity: 10n ** 24n },
    { ...plain, asset: weth, price: wadPrice, liquidationBonus: INCENTIVE - WAD, availableLiquidity: liquidity },
  ]
  const state: MarketState = {
    market: { key: 'morpho-blue:1:0x01', protocol: 'morpho-blue', chainId: 1, id: '0x01', name: 'WETH/USDC' },
    reserves: facts.isIdle ? reserves.slice(0, 1) : reserves,
    details: {
      lltv: LLTV,
      ...(facts.unread === undefined && { oraclePrice: price * 10n ** 24n }),
      ...(!facts.isUnread && {
        supplyAssets: 1_000_000n * USD,
        supplyShares: 1_000_000n * USD * SHARES,
        borrowAssets: 500_000n * USD,
        borrowShares: 500_000n * USD * SHARES,
        accruedAt: 1n,
        fee: 0n,
      }),
    },
  }
  const leg = { value: 0n, liquidationThreshold: LLTV, loanToValue: LLTV }
  const exactPrice = { value: price * 10n ** 24n, decimals: 24 }
  const position: PositionFacts = {
    owner: '0x00000000000000000000000000000000000000a1',
    rule: 'morpho-blue',
    collateral: [
      ...(collateral > 0n
        ? [{ ...leg, asset: weth, amount: collateral, price: wadPrice, exactPrice, isCollateral: true }]
        : []),
      ...(lent > 0n ? [{ ...leg, asset: usdc, amount: lent, price: WAD, isCollateral: false }] : []),
    ],
    debt: owed > 0n ? [{ asset: usdc, amount: owed, price: WAD, value: 0n, liabilityWeight: WAD }] : [],
    details: { supplyShares: lent * SHARES, borrowShares: owed * SHARES },
  }
  return { state, position }
}

function liquidated(facts: Facts = {}, choice?: LiquidationChoice): Liquidation {
  const result = simulate(where(facts), choice)
  if (result.status !== 'liquidated') throw new TypeError(JSON.stringify(result))
  return result
}

function refusal(facts: Facts, choice?: LiquidationChoice) {
  const result = simulate(where(facts), choice)
  return result.status === 'refused' ? result.by : result.status
}

describe('simulate', () => {
  test('default: all that is owed is repaid, and its worth with the incentive is seized', () => {
    const { after, ...result } = liquidated()
    // 9,000 · 1.0438… / 1,000.
    const seized = (9_000n * INCENTIVE) / 1_000n
    expect(result).toEqual({
      status: 'liquidated',
      closeFactor: WAD,
      repaid: [{ asset: usdc, amount: 9_000n * USD }],
      seized: [{ asset: weth, amount: seized - (seized % 10n ** 9n), protocolFee: 0n }],
      paidIn: 'asset',
      badDebt: [],
      cost: (seized - (seized % 10n ** 9n)) * 1_000n - 9_000n * WAD,
    })
    expect(after.debt).toEqual([])
    expect(after.collateral).toMatchObject([{ asset: weth, amount: 10n * WAD - (seized - (seized % 10n ** 9n)) }])
    expect(after.details).toEqual({ supplyShares: 0n, borrowShares: 0n })
  })

  test('behavior: below what the collateral allows, and not before', () => {
    expect(refusal({ owed: 8_600n * USD })).toEqual(['healthy'])
    expect(refusal({ owed: 8_600n * USD + 1n })).toBe('liquidated')
    expect(refusal({ owed: 0n })).toEqual(['no-debt'])
    expect(refusal({ isIdle: true })).toEqual(['no-debt'])
  })

  test('behavior: collateral that is worth less goes whole, and what is still owed is lost to those who lent', () => {
    const { repaid, seized, badDebt, after, cost } = liquidated({ price: 500n, lent: 100_000n * USD })
    // 10 WETH at 500 pay for 5,000 / 1.0438… = 4,790; rounded up, for the lenders.
    expect(repaid[0]?.amount).toBe(4_790_000_001n)
    expect(seized[0]?.amount).toBe(10n * WAD)
    expect(badDebt[0]?.amount).toBe(9_000n * USD - 4_790_000_001n)
    expect(after.debt).toEqual([])
    // A tenth of all that was lent is the owner's, and so is a tenth of the loss.
    const [lent, ...others] = after.collateral
    expect([lent?.asset.symbol, lent?.amount, others]).toEqual(['USDC', 100_000n * USD - 421_000_000n, []])
    expect(after.firstSupplies?.map(({ asset }) => asset.symbol)).toEqual(['WETH'])
    expect(cost).toBe((5_000n - 9_000n) * WAD)
  })

  test('behavior: a liquidator may name what is repaid, or what is seized, and is rounded against', () => {
    const some = liquidated({}, { repay: 1_000n * USD + 1n })
    expect(some.repaid[0]?.amount).toBe(1_000n * USD + 1n)
    expect(some.after.debt[0]?.amount).toBe(8_000n * USD - 1n)
    const seized = liquidated({}, { seize: WAD })
    expect(seized.seized[0]?.amount).toBe(WAD)
    // 1,000 / 1.0438… = 958, and a unit for the rounding.
    expect(seized.repaid[0]?.amount).toBe(958_000_001n)
    expect(refusal({}, { seize: 10n * WAD + 1n })).toEqual(['amount'])
    // All of it would repay more than is owed.
    expect(refusal({}, { seize: 10n * WAD })).toEqual(['amount'])
    expect(refusal({}, { seize: WAD, repay: 958n * USD })).toEqual(['amount'])
    expect(refusal({}, { seize: WAD, repay: 958n * USD + 1n })).toBe('liquidated')
  })

  test('behavior: no more is repaid than the collateral pays for, and than is owed', () => {
    expect(liquidated({ price: 500n }, { repay: 8_999n * USD }).repaid[0]?.amount).toBe(4_790_000_001n)
    expect(liquidated({}, { repay: 10n ** 15n }).repaid[0]?.amount).toBe(9_000n * USD)
  })

  test('behavior: worthless collateral is given away, and nothing is got for none', () => {
    const { repaid, seized, badDebt, cost } = liquidated({ price: 0n })
    expect([repaid[0]?.amount, seized[0]?.amount, badDebt[0]?.amount]).toEqual([0n, 10n * WAD, 9_000n * USD])
    expect(cost).toBe(-9_000n * WAD)
    expect(refusal({ price: 0n, collateral: 0n })).toEqual(['amount'])
    // A share that is worth nothing may be repaid, and ends the rest.
    expect(liquidated({ collateral: 0n }).badDebt[0]?.amount).toBeGreaterThan(8_999n * USD)
  })

  test('behavior: what cannot be had is refused', () => {
    expect(refusal({}, { debt: weth.address })).toEqual(['no-debt'])
    expect(refusal({}, { collateral: usdc.address })).toEqual(['not-collateral'])
    expect(refusal({}, { paidIn: 'collateral-token' })).toEqual(['no-collateral-token'])
    expect(refusal({}, { debt: usdc.address, collateral: weth.address, paidIn: 'asset' })).toBe('liquidated')
    expect(refusal({ liquidity: WAD })).toEqual(['liquidity'])
  })

  test('behavior: what nobody has read leaves it unknown', () => {
    const reason = unknown({ kind: 'reverted', chainId: 1, path: 'price', reason: 'stale' })
    expect(simulate(where({ unread: reason }))).toEqual(reason)
    expect(simulate(where({ liquidity: reason }))).toEqual(reason)
    expect(refusal({ isUnread: true })).toBe('unknown')
  })
})
