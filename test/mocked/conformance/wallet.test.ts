import { describeAdapter, mockWorld } from '@unimargin/adapters/conformance'
import { mockWallet } from '@unimargin/adapters/wallet/testing'
import { owners } from './owners.ts'

const chainId = 8453
const symbols = ['WETH', 'USDC', 'WBTC', 'DUST'] as const
const one = { price: '1' }
const { adapter } = mockWallet({
  chainId,
  assets: { WETH: one, USDC: one, WBTC: one, DUST: one },
  wrappedNative: 'WETH',
})

describeAdapter(adapter, {
  world: (random) => {
    const decimals = symbols.map((symbol) => [symbol, symbol === 'WETH' ? 18 : random.integer(0, 36)] as const)
    const assets = decimals.map(([symbol, decimals]) => {
      const price = random.bigint(1n, 10n ** 14n) * 10n ** 10n
      return [symbol, { price, decimals }] as const
    })
    const held = () =>
      decimals.map(([symbol]) => [symbol, random.boolean() ? 0n : random.bigint(1n, 10n ** 38n)] as const)
    const market = mockWallet({
      chainId,
      assets: Object.fromEntries(assets),
      wrappedNative: 'WETH',
      positions: owners.map((owner) => ({ owner, supply: Object.fromEntries(held()) })),
    })
    const balances = Object.fromEntries(owners.map((owner) => [owner, random.bigint(0n, 10n ** 24n)]))
    const priced = market.assets.map(({ address }) => address)
    return mockWorld({ market, owners, balances, priced, adapter: market.adapter })
  },
  excuses: { 'stale metadata': 'decimals and names of tokens do not change, and the list of them is given' },
})
