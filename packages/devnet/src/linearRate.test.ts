import { parseAbi } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDevnet } from './createDevnet.ts'
import type { Devnet } from './Devnet.ts'
import { linearRate } from './linearRate.ts'

const IRM_ABI = parseAbi([
  'struct Params { address loanToken; address collateralToken; address oracle; address irm; uint256 lltv; }',
  'struct Market { uint128 supplyAssets; uint128 supplyShares; uint128 borrowAssets; uint128 borrowShares; uint128 lastUpdate; uint128 fee; }',
  'function borrowRateView(Params params, Market market) view returns (uint256)',
])

describe('linearRate', () => {
  let devnet: Devnet
  beforeAll(async () => {
    devnet = await createDevnet({ chains: ['base'] })
  })
  afterAll(() => devnet.close())

  test('default: equal to the contract, to the last unit', async () => {
    const { client, addresses, morphoMarkets } = devnet.chain('base')
    const { params } = morphoMarkets['WETH/USDC']
    const most = 2n ** 128n - 1n
    const cases = [
      [0n, 0n],
      [0n, 5n],
      [3n, 1n],
      [20_000_000_000_000n, 13_999_999_999_999n],
      [7n, 11n],
      [most, most - 1n],
      [1n, most],
    ] as const
    for (const [supplied, borrowed] of cases) {
      const shares = { supplyShares: 0n, borrowShares: 0n, lastUpdate: 0n, fee: 0n }
      const market = { supplyAssets: supplied, borrowAssets: borrowed, ...shares }
      const rate = await client.readContract({
        address: addresses.morphoIrm,
        abi: IRM_ABI,
        functionName: 'borrowRateView',
        args: [params, market],
      })
      const totals = { supply: { assets: supplied }, borrow: { assets: borrowed } }
      expect(linearRate.borrowRate(totals)).toEqual({ average: rate, state: 0n })
    }
  })

  test('behavior: a market of the devnet names it by the address of its model', () => {
    const { interestRateModels } = devnet.morphoMarketOf('base', 'WETH/USDC')
    expect(interestRateModels).toEqual({ [devnet.chain('base').addresses.morphoIrm]: linearRate })
  })
})
