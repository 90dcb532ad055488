import { aaveV3Liquidation } from '@unimargin/adapters/aave-v3/liquidation'
import { mockAaveV3 } from '@unimargin/adapters/aave-v3/testing'
import { morphoBlueLiquidation } from '@unimargin/adapters/morpho-blue/liquidation'
import { mockMorphoBlue } from '@unimargin/adapters/morpho-blue/testing'
import {
  createMarginClient,
  type LiquidationResult,
  type MarginView,
  NoLiquidationModelError,
  selectAssets,
  shockOf,
  simulateLiquidation,
  Wad,
  whatIf,
} from '@unimargin/sdk'
import { mockChain } from '@unimargin/sdk/testing'
import { arbitrum, base } from 'viem/chains'
import { describe, expect, test } from 'vitest'

// What a wallet would show: a fall of ether, and what a liquidator would then leave of two positions on two chains.

const owner = '0x2222222222222222222222222222222222222222'
const reserves = {
  WETH: { price: '2000', liquidationThreshold: '0.8', liquidationBonus: '0.05' },
  USDC: { price: '1', decimals: 6, liquidationThreshold: '0.8' },
} as const

function createWorld(version: '3.0' | '3.2' | '3.6' = '3.6') {
  const positions = (usdc: string) => [{ owner, supply: { WETH: '10' }, borrow: { USDC: usdc } }] as const
  const aave = mockAaveV3({
    chainId: arbitrum.id,
    version,
    reserves,
    liquidation: aaveV3Liquidation,
    positions: positions('14000'),
  })
  const morpho = mockMorphoBlue({
    chainId: base.id,
    collateral: { symbol: 'WETH' },
    loan: { symbol: 'USDC', decimals: 6 },
    price: '2000',
    lltv: '0.86',
    liquidation: morphoBlueLiquidation,
    positions: positions('16000'),
  })
  const chains = [
    mockChain({ chain: arbitrum, markets: [aave] }),
    mockChain({ chain: base, markets: [morpho] }),
  ] as const
  const client = createMarginClient({
    chains: [arbitrum, base],
    transports: { [arbitrum.id]: chains[0].transport, [base.id]: chains[1].transport },
    adapters: [aave.adapter, morpho.adapter],
  })
  return { aave, morpho, client }
}

/** The two positions liquidated, with all ether at a share of its price. */
function afterFall({ client }: ReturnType<typeof createWorld>, view: MarginView, share: string) {
  const assets = selectAssets(view, { symbols: ['WETH'] })
  const fallen = whatIf(client, { view, changes: [shockOf({ name: 'ether', assets, factor: Wad.fromDecimal(share) })] })
  return view.positions.map(({ id }) => simulateLiquidation(client, { view: fallen, position: id }))
}

const summary = (result: LiquidationResult) =>
  result.status === 'liquidated'
    ? {
        repaid: result.repaid.map(({ amount }) => amount),
        seized: result.seized.map(({ amount }) => Wad.format(amount)),
        left: result.after.collateral.map(({ amount }) => (typeof amount === 'bigint' ? Wad.format(amount) : amount)),
        owed: result.after.debt.map(({ amount }) => amount),
        bad: result.badDebt.map(({ amount }) => amount),
      }
    : result

describe('simulateLiquidation', () => {
  test('default: nobody is liquidated until prices fall, and then by each protocol in its own way', async () => {
    const world = createWorld()
    const view = await world.client.getMarginView({ owner })
    expect(view.issues).toEqual([])
    expect(afterFall(world, view, '1')).toEqual([
      { status: 'refused', by: ['healthy'] },
      { status: 'refused', by: ['healthy'] },
    ])
    const [aave, morpho] = afterFall(world, view, '0.86').map(summary)
    // 17,200 of ether back 13,760, for 14,000: half of it is repaid, 7,350 / 1,720 are seized.
    expect(aave).toEqual({
      repaid: [7_000_000_000n],
      seized: ['4.273255813953488372'],
      left: ['5.726744186046511628'],
      owed: [7_000_000_000n],
      bad: [],
    })
    // 14,792 of 16,000: all of it, for 16,000 · 1.0438… / 1,720.
    expect(morpho).toMatchObject({ repaid: [16_000_000_000n], owed: [], bad: [] })
  })

  test('behavior: where the collateral is worth too little, debts are written off', async () => {
    const world = createWorld()
    const view = await world.client.getMarginView({ owner })
    for (const result of afterFall(world, view, '0.4')) {
      expect(summary(result)).toMatchObject({ seized: ['10'], left: [], owed: [] })
      if (result.status !== 'liquidated') throw new TypeError(result.status)
      expect(result.badDebt[0]?.amount).toBeGreaterThan(6_000_000_000n)
      expect(result.cost).toBeLessThan(0n)
    }
  })

  test.each(['3.0', '3.2', '3.6'] as const)('behavior: a mocked pool of %s says all that it needs', async (version) => {
    const world = createWorld(version)
    const [result] = afterFall(world, await world.client.getMarginView({ owner }), '0.86')
    expect(result).toMatchObject({ status: 'liquidated', closeFactor: Wad.WAD / 2n })
  })

  test('error: NoLiquidationModelError', async () => {
    const aave = mockAaveV3({ chainId: arbitrum.id, reserves })
    const { transport } = mockChain({ chain: arbitrum, markets: [aave] })
    const client = createMarginClient({
      chains: [arbitrum],
      transports: { [arbitrum.id]: transport },
      adapters: [aave.adapter],
    })
    const view = await client.getMarginView({ owner })
    const [position] = view.positions
    expect(() => simulateLiquidation(client, { view, position: position?.id ?? 'none' })).toThrow(
      NoLiquidationModelError,
    )
  })
})
