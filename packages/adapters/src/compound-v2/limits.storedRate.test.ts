import type { CollateralLeg, MarketState, PositionFacts, Reserve } from '@unimargin/sdk'
import { describe, expect, test } from 'vitest'
import { compoundV2 } from './compoundV2.ts'
import { compoundV2Lending } from './lending.ts'
import { toExactPrice } from './rule.ts'

const WAD = 10n ** 18n
const { market, lending } = compoundV2({
  chainId: 31_337,
  comptroller: '0x317c1A5739F39046E20b08ac9BeEa3f10fD43326',
  flavour: 'venus-isolated',
  lending: compoundV2Lending,
})
const USDC = {
  chainId: 31_337,
  address: '0x0000000000000000000000000000000000000001',
  symbol: 'USDC',
  decimals: 6,
} as const
const WETH = {
  chainId: 31_337,
  address: '0x0000000000000000000000000000000000000002',
  symbol: 'WETH',
  decimals: 18,
} as const
const oracle = { USDC: 13_986_908_431_293_507_887_111_660_006_242_002n, WETH: 3_930_000_000_000_000_000_322n }
const rates = { stored: 10_000_012_396_850_250n, accrued: 10_000_019_797_193_133n }

const leg = (asset: typeof USDC | typeof WETH, more: Partial<CollateralLeg>): CollateralLeg => {
  const exactPrice = toExactPrice(oracle[asset.symbol], asset.decimals)
  const price = (exactPrice.value * WAD) / 10n ** BigInt(exactPrice.decimals)
  const weights = { liquidationThreshold: (8n * WAD) / 10n, loanToValue: (7n * WAD) / 10n }
  return { asset, price, exactPrice, amount: 0n, value: 0n, isCollateral: false, ...weights, ...more }
}
const reserve = (asset: typeof USDC | typeof WETH, details: Record<string, bigint>): Reserve => ({
  asset,
  collateralToken: asset.address,
  price: leg(asset, {}).price,
  liquidationThreshold: (8n * WAD) / 10n,
  loanToValue: (7n * WAD) / 10n,
  liquidationBonus: WAD / 10n,
  supplyRoom: undefined,
  borrowRoom: undefined,
  availableLiquidity: 10n ** 24n,
  supplyRate: 0n,
  borrowRate: 0n,
  supplyBlockedBy: [],
  withdrawBlockedBy: [],
  borrowBlockedBy: [],
  details: { isListed: true, isBorrowPaused: false, isEnterPaused: false, ...details },
})
const state: MarketState = {
  market,
  reserves: [reserve(USDC, { storedExchangeRate: rates.stored }), reserve(WETH, { storedExchangeRate: WAD })],
}
const position = (supplied: Partial<CollateralLeg>): PositionFacts => ({
  owner: '0x0000000000000000000000000000000000000003',
  rule: 'compound-v2/venus-isolated',
  collateral: [leg(USDC, { isCollateral: true, ...supplied })],
  debt: [],
  firstSupplies: [leg(WETH, { shares: { balance: 0n, rate: WAD } })],
  details: {},
})
const borrowed = (supplied: Partial<CollateralLeg>) =>
  lending.limits.borrow({ state, position: position(supplied), asset: WETH.address })

describe('borrow', () => {
  // `_getHypotheticalLiquiditySnapshot` asks each market for its balance, its debt and its *stored* exchange rate.
  test('behavior: other collateral counts at its stored rate, also where its shares come to less than a base unit', () => {
    // ⌊99 · ⌊0.7 · ⌊stored · price⌋⌋⌋ may be owed: a real Comptroller took this much, and refused one more.
    const weighted = (((7n * WAD) / 10n) * ((rates.stored * oracle.USDC) / WAD)) / WAD
    const power = (weighted * 99n) / WAD
    const most = ((power + 1n) * WAD - 1n) / oracle.WETH
    expect(most).toBe(2_466_396_834_367n)
    expect(borrowed({ shares: { balance: 99n, rate: rates.accrued } })).toEqual({ amount: most, by: ['loan-to-value'] })
  })

  test('behavior: nothing supplied counts as nothing, at whatever rate', () => {
    expect(borrowed({ shares: { balance: 0n, rate: rates.accrued } })).toEqual({ amount: 0n, by: ['loan-to-value'] })
    expect(borrowed({ shares: undefined })).toEqual({ amount: 0n, by: ['loan-to-value'] })
  })
})
