import { aaveV3 } from '@unimargin/adapters/aave-v3'
import { aaveV3Lending } from '@unimargin/adapters/aave-v3/lending'
import { morphoBlue } from '@unimargin/adapters/morpho-blue'
import { morphoBlueLending } from '@unimargin/adapters/morpho-blue/lending'
import { createDevnet, type Devnet, MORPHO_MARKET_NAMES, type TokenSymbol } from '@unimargin/devnet'
import {
  AccountHealth,
  type Change,
  createMarginClient,
  type MarginClient,
  type MarginView,
  type Position,
  selectAssets,
  shockOf,
  Wad,
  whatIf,
} from '@unimargin/sdk'
import { http } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const owner = '0x2222222222222222222222222222222222222222'

/** Factors that feeds with 8 decimals can say. */
const factors = { WETH: '0.8', wstETH: '0.8', WBTC: '0.7', USDC: '1.25' } as const

let devnet: Devnet
let client: MarginClient

beforeAll(async () => {
  devnet = await createDevnet()
  for (const [index, { name: chain }] of devnet.chains.entries()) {
    await devnet.openAavePosition({
      chain,
      owner,
      supply: { WETH: Wad.fromDecimal('1.7'), wstETH: Wad.fromDecimal('0.3') },
      borrow: { USDC: 1_234_567_891n + BigInt(index), WBTC: 1_000_001n },
    })
    const collateral = { 'WETH/USDC': Wad.fromDecimal('1'), 'WBTC/USDC': 10_000_000n, 'wstETH/WETH': 10n ** 18n }
    const borrow = { 'WETH/USDC': 1_700_000_007n, 'WBTC/USDC': 1_000_001n, 'wstETH/WETH': 10n ** 17n + 7n }
    for (const market of MORPHO_MARKET_NAMES) {
      await devnet.openMorphoPosition({ chain, market, owner, collateral: collateral[market], borrow: borrow[market] })
    }
  }
  client = createMarginClient({
    chains: devnet.chains.map(({ chain }) => chain),
    transports: Object.fromEntries(devnet.chains.map(({ chainId, rpcUrl }) => [chainId, http(rpcUrl)])),
    adapters: devnet.chains.flatMap(({ name }) => [
      aaveV3({ ...devnet.marketOf(name), lending: aaveV3Lending }),
      ...MORPHO_MARKET_NAMES.map((market) =>
        morphoBlue({ ...devnet.morphoMarketOf(name, market), lending: morphoBlueLending }),
      ),
    ]),
  })
})
afterAll(() => devnet?.close())

describe('whatIf', () => {
  test('behavior: is what every pool on three chains says once its feeds say so and as much time has passed', async () => {
    const view = await client.getMarginView({ owner })
    expect(view.issues).toEqual([])
    const shocks = Object.entries(factors).map(([symbol, factor]) =>
      shockOf({ name: symbol, assets: selectAssets(view, { symbols: [symbol] }), factor: Wad.fromDecimal(factor) }),
    )
    for (const [symbol, factor] of Object.entries(factors)) {
      const [reserve] = view.markets.flatMap(({ reserves }) => reserves.filter(({ asset }) => asset.symbol === symbol))
      if (typeof reserve?.price !== 'bigint') throw new TypeError(`no price of ${symbol}`)
      await devnet.setPrice(symbol as TokenSymbol, Wad.format(Wad.mulDown(reserve.price, Wad.fromDecimal(factor))))
    }
    await devnet.increaseTime(30 * 86_400)
    const then = await client.getMarginView({ owner })

    // Chains' clocks differ: as much time as passed on each.
    const predicted = view.chains.flatMap(({ chainId }) => {
      const seconds = timeOf(then, chainId) - timeOf(view, chainId)
      expect(seconds).toBeGreaterThanOrEqual(30n * 86_400n)
      const changes: readonly Change[] = [...shocks, { kind: 'time', seconds }]
      const { positions, bounds } = whatIf(client, { view, changes })
      expect(bounds).toEqual([])
      return positions.filter(({ market }) => market.chainId === chainId)
    })
    expect(predicted).toHaveLength(12)
    expect(predicted.map(seen)).toEqual(then.positions.map(seen))
    expect(AccountHealth.weakest(predicted)).toEqual(then.weakest)
    expect(AccountHealth.aggregate(predicted)).toEqual(then.aggregate)
    const factorsThen = then.positions.map(({ health }) => (health.status === 'known' ? health.factor : 0n))
    expect(factorsThen.some((factor) => factor < Wad.WAD)).toBe(true)
    expect(factorsThen.some((factor) => factor > Wad.WAD)).toBe(true)

    const changes = [...shocks, { kind: 'time', seconds: 1n } as const]
    expect(whatIf(client, { view, changes }).markets.map(pricesOf)).toEqual(then.markets.map(pricesOf))
  })
})

function timeOf({ chains }: MarginView, chainId: number): bigint {
  const chain = chains.find((one) => one.chainId === chainId)
  if (chain?.status !== 'read') throw new TypeError(`chain ${chainId} was not read`)
  return chain.block.timestamp
}

function pricesOf({ market, reserves, unit }: MarginView['markets'][number]) {
  return [market.key, unit?.price, ...reserves.map(({ price }) => price)]
}

/** Everything that a position's numbers are. */
function seen(position: Position) {
  if (position.status !== 'read') return position
  const { id, collateral, debt, health, conservativeHealth, unit } = position
  const { collateralValue, debtValue, weightedCollateral, weightedDebt } = position
  return {
    id,
    legs: [...collateral, ...debt].map(({ asset, amount, price, value }) => [asset.symbol, amount, price, value]),
    sums: [collateralValue, debtValue, weightedCollateral, weightedDebt],
    health,
    conservativeHealth,
    unit: unit?.price,
  }
}
