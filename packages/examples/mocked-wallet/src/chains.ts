// Two chains that exist in this page only, and one person's positions on them.
import { mockAaveV3 } from '@unimargin/adapters/aave-v3/testing'
import { mockChain } from '@unimargin/sdk/testing'
import { arbitrum, base } from 'viem/chains'

export const owner = '0x1111111111111111111111111111111111111111'

const reserves = {
  WETH: { price: '3000', liquidationThreshold: '0.825', loanToValue: '0.8' },
  USDC: { price: '1', decimals: 6, liquidationThreshold: '0.78', loanToValue: '0.75' },
}

export const markets = [arbitrum, base].map(({ id, name }) =>
  mockAaveV3({ chainId: id, name: `Aave V3 ${name}`, reserves }),
)

export const onArbitrum = mockChain({
  chain: arbitrum,
  markets: markets.slice(0, 1),
  positions: [{ owner, supply: { WETH: '4' }, borrow: { USDC: '4000' } }],
})

export const onBase = mockChain({
  chain: base,
  markets: markets.slice(1),
  positions: [{ owner, supply: { WETH: '2' }, borrow: { USDC: '3000' } }],
})
