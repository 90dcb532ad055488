import type { LendingAction, MarketState } from '@unimargin/sdk'
import { describe, expect, test } from 'vitest'
import { ratesAfter } from './rates.ts'
import type { AaveV3Version } from './version.ts'

const asset = '0x0000000000000000000000000000000000000002'
const pool = '0x00000000000000000000000000000000000000f0'
const RAY = 10n ** 27n
const LIQUIDITY = 900n
const DEBT = 100n

function state(version: AaveV3Version): MarketState {
  const details = {
    borrowIndex: RAY,
    scaledDebt: DEBT,
    stableDebt: 0n,
    averageStableRate: 0n,
    unbacked: 0n,
    reserveFactor: 1_000n,
    optimalUsage: (RAY * 8n) / 10n,
    baseRate: RAY / 100n,
    slope1: RAY / 20n,
    slope2: RAY,
  }
  const reserve = {
    asset: { chainId: 1, address: asset, symbol: 'USDC', decimals: 6 },
    price: 10n ** 18n,
    liquidationThreshold: 0n,
    loanToValue: 0n,
    liquidationBonus: 0n,
    supplyRoom: undefined,
    borrowRoom: undefined,
    availableLiquidity: LIQUIDITY,
    supplyRate: 0n,
    borrowRate: 0n,
    supplyBlockedBy: [],
    withdrawBlockedBy: [],
    borrowBlockedBy: [],
    details,
  } as const
  const market = { key: 'aave-v3:1:pool', protocol: 'aave-v3', chainId: 1, id: pool, name: 'Aave' } as const
  return { market, reserves: [reserve], details: { version } }
}

describe.each(['3.0', '3.6'] as const)('ratesAfter of %s', (version) => {
  const of = (action: LendingAction, amount: bigint) => ratesAfter(state(version), { action, asset, amount })

  test('default', () => {
    // 100 of 1,000 lent: 1 % and an eighth of 5 %.
    expect(of('supply', 0n)).toEqual({ supplyRate: 1_462_500_000_000_000n, borrowRate: 16_250_000_000_000_000n })
  })

  test.each([
    ['repay', DEBT],
    ['withdraw', LIQUIDITY],
    ['borrow', LIQUIDITY],
  ] as const)('behavior: %s of more than there is counts as all of it', (action, all) => {
    for (const more of [all + 1n, LIQUIDITY + DEBT, 2n ** 256n - 1n]) expect(of(action, more)).toEqual(of(action, all))
  })
})
