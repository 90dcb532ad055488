import type { CollateralLeg, MarketState, PositionFacts, Reserve } from '@unimargin/sdk'
import { describe, expect, test } from 'vitest'
import { after as afterChange } from './after.ts'
import * as Holding from './Holding.ts'

const WAD = 10n ** 18n
const USD = 10n ** 6n
const SHARES = 10n ** 6n
const LLTV = (WAD * 80n) / 100n
const usdc = { chainId: 1, address: '0x0000000000000000000000000000000000000001', symbol: 'USDC', decimals: 6 } as const
const weth = {
  chainId: 1,
  address: '0x0000000000000000000000000000000000000002',
  symbol: 'WETH',
  decimals: 18,
} as const

const terms = { liquidationThreshold: LLTV, loanToValue: LLTV }
const reserve: Omit<Reserve, 'asset' | 'price'> = {
  ...terms,
  liquidationBonus: 0n,
  supplyRoom: undefined,
  borrowRoom: undefined,
  availableLiquidity: 10n ** 24n,
  supplyRate: 0n,
  borrowRate: 0n,
  supplyBlockedBy: [],
  withdrawBlockedBy: [],
  borrowBlockedBy: [],
}
const state: MarketState = {
  market: { key: 'morpho-blue:1:0x01', protocol: 'morpho-blue', chainId: 1, id: '0x01', name: 'WETH/USDC' },
  reserves: [
    { ...reserve, asset: usdc, price: WAD },
    { ...reserve, asset: weth, price: 2_000n * WAD },
  ],
  details: {
    lltv: LLTV,
    oraclePrice: 2_000n * 10n ** 24n,
    supplyAssets: 1_000_000n * USD,
    supplyShares: 1_000_000n * USD * SHARES,
    borrowAssets: 500_000n * USD,
    borrowShares: 500_000n * USD * SHARES,
    accruedAt: 1n,
    fee: 0n,
  },
}

/** 10 WETH against 10,000 USDC. */
function position(changes: Partial<CollateralLeg> = {}): PositionFacts {
  const held = { ...terms, asset: weth, amount: 10n * WAD, price: 2_000n * WAD, value: 0n, isCollateral: true }
  return {
    owner: '0x00000000000000000000000000000000000000a1',
    rule: 'morpho-blue',
    collateral: [{ ...held, ...changes }],
    debt: [{ asset: usdc, amount: 10_000n * USD, price: WAD, value: 0n, liabilityWeight: WAD }],
    details: { supplyShares: 0n, borrowShares: 10_000n * USD * SHARES },
  }
}

describe('after', () => {
  test('behavior: what a what-if took the threshold of is the collateral all the same, and no loan', () => {
    const facts = position({ isCollateral: false, liquidationThreshold: 0n })
    const amounts = ({ collateral }: PositionFacts) =>
      collateral.map(({ asset, amount }): [string, unknown] => [asset.symbol, amount])
    const lent = afterChange({ state, position: facts, asset: usdc.address }, { action: 'supply', amount: 5n * USD })
    expect(amounts(lent)).toEqual([
      ['WETH', 10n * WAD],
      ['USDC', 5n * USD],
    ])
    expect(Holding.of({ state, position: lent })).toMatchObject({
      collateral: { asset: weth },
      supplied: { asset: usdc },
      supplyShares: 5n * USD * SHARES,
    })
    const more = afterChange({ state, position: lent, asset: weth.address }, { action: 'supply', amount: WAD })
    expect(new Map(amounts(more))).toEqual(
      new Map<string, unknown>([
        ['WETH', 11n * WAD],
        ['USDC', 5n * USD],
      ]),
    )
    const none = afterChange({ state, position: facts, asset: weth.address }, { action: 'withdraw', amount: 10n * WAD })
    expect(amounts(none)).toEqual([])
  })
})
