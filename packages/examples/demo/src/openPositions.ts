import type { Devnet } from '@unimargin/devnet'
import { Wad } from '@unimargin/sdk'

/** Five positions of one owner, on three chains and in two protocols. */
export async function openPositions(devnet: Devnet, owner: `0x${string}`): Promise<void> {
  const weth = (amount: string) => Wad.fromDecimal(amount)
  await devnet.openAavePosition({
    chain: 'arbitrum',
    owner,
    supply: { WETH: weth('10') },
    borrow: { USDC: 6_000_000_000n },
  })
  await devnet.openAavePosition({
    chain: 'base',
    owner,
    supply: { WETH: weth('4') },
    borrow: { USDC: 6_000_000_000n },
  })
  await devnet.openAavePosition({
    chain: 'optimism',
    owner,
    supply: { WETH: weth('3'), USDC: 2_000_000_000n },
    borrow: { WBTC: 5_000_000n },
  })
  await devnet.openMorphoPosition({
    chain: 'base',
    market: 'wstETH/WETH',
    owner,
    collateral: weth('2'),
    borrow: weth('1.5'),
  })
  await devnet.openMorphoPosition({
    chain: 'optimism',
    market: 'WETH/USDC',
    owner,
    collateral: weth('3'),
    borrow: 3_500_000_000n,
  })
}
