import { aaveV3 } from '@unimargin/adapters/aave-v3'
import { aaveV3Lending } from '@unimargin/adapters/aave-v3/lending'
import type { DevnetChain } from '@unimargin/devnet'
import { createMarginClient, type MarginClient, type MarginView } from '@unimargin/sdk'
import { http } from 'viem'
import { deployRouters } from './deployRouters.ts'
import { routesOf } from './routesOf.ts'
import { open, type StargateLab } from './StargateLab.ts'

const ETH = 10n ** 18n
const USD = 10n ** 6n

/** Stargate between two chains, and clients to whom nothing is known but its routes. */
export type MarginLab = {
  readonly lab: StargateLab
  /** With the routers that trust the pools. */
  readonly client: MarginClient
  /** Knows of no router. */
  readonly routerless: MarginClient
  readonly arbitrum: DevnetChain
  readonly base: DevnetChain
}

/** Boots it, with ETH at 2,000 dollars, and the sender in a position to give on Arbitrum and in need on Base. */
export async function openMarginLab(): Promise<MarginLab> {
  let clients: Omit<MarginLab, 'lab'> | undefined
  const lab = await open(async ({ devnet, stargate, sender, stranger }) => {
    const [arbitrum, base] = await deployRouters(stargate)
    const chains = [arbitrum, base]
    const endpoints = chains.map(({ chainId, eid, endpoint, tokens }) => ({
      chainId,
      eid,
      endpoint,
      wrappedNative: tokens.WETH.address,
    }))
    const known = {
      chains: chains.map(({ chain }) => chain),
      transports: Object.fromEntries(chains.map(({ chainId, rpcUrl }) => [chainId, http(rpcUrl)])),
      adapters: chains.map(({ name }) => aaveV3({ ...devnet.marketOf(name), lending: aaveV3Lending })),
      routes: routesOf(stargate, devnet),
    }
    const routers = endpoints.map((one, index) => ({ ...one, router: chains[index]?.addresses.router ?? '0x' }))
    clients = {
      client: createMarginClient({ ...known, routers }),
      routerless: createMarginClient({ ...known, endpoints }),
      arbitrum,
      base,
    }
    await devnet.setPrice('WETH', '2000')
    for (const { name } of devnet.chains) {
      await devnet.supply({ chain: name, owner: stranger, symbol: 'USDC', amount: 1_000_000n * USD })
    }
    const supply = { WETH: 10n * ETH, USDC: 10_000n * USD }
    await devnet.openAavePosition({ chain: 'arbitrum', owner: sender, supply, borrow: { USDC: 5_000n * USD } })
    await devnet.openAavePosition({
      chain: 'base',
      owner: sender,
      supply: { WETH: 5n * ETH, USDC: 100n * USD },
      borrow: { USDC: 7_500n * USD },
    })
  })
  if (clients === undefined) throw new RangeError('nothing was prepared')
  return { lab, ...clients }
}

/** The one position that a view has on a chain. */
export function positionOn(view: MarginView, { chainId }: DevnetChain) {
  const found = view.positions.find(({ market }) => market.chainId === chainId)
  if (found?.status !== 'read') throw new RangeError('no position')
  return found
}
