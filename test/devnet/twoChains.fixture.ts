import { aaveV3 } from '@unimargin/adapters/aave-v3'
import { createDevnet, type Devnet, type DevnetAccount, type DevnetChain } from '@unimargin/devnet'
import { createMarginClient, type MarginClient, type MoveWallet, type ProtocolAdapter } from '@unimargin/sdk'
import { createWalletClient, http } from 'viem'

/** Two chains with routers and a route for WETH between them, and a client that knows all of it. */
export type TwoChains = {
  readonly devnet: Devnet
  readonly client: MarginClient
  readonly arbitrum: DevnetChain
  readonly base: DevnetChain
  readonly owner: DevnetAccount
  readonly stranger: DevnetAccount
}

/** Boots them, with ETH at 2,000 dollars. @param more Adapters besides those of both Aave pools. */
export async function bootTwoChains(
  more: (devnet: Devnet) => readonly ProtocolAdapter[] = () => [],
): Promise<TwoChains> {
  const devnet = await createDevnet({ chains: ['arbitrum', 'base'] })
  const [owner, stranger] = devnet.accounts
  if (owner === undefined || stranger === undefined) throw new TypeError('the devnet has accounts')
  const client = createMarginClient({
    chains: devnet.chains.map(({ chain }) => chain),
    transports: Object.fromEntries(devnet.chains.map(({ chainId, rpcUrl }) => [chainId, http(rpcUrl)])),
    adapters: [aaveV3(devnet.marketOf('arbitrum')), aaveV3(devnet.marketOf('base')), ...more(devnet)],
    routers: devnet.routers,
    routes: devnet.routes,
  })
  await devnet.setPrice('WETH', '2000')
  await devnet.setPrice('USDC', '1')
  return { devnet, client, arbitrum: devnet.chain('arbitrum'), base: devnet.chain('base'), owner, stranger }
}

/** The wallet of an account on a chain. */
export function walletOf({ chain, rpcUrl }: DevnetChain, { account }: DevnetAccount): MoveWallet {
  return createWalletClient({ account, chain, transport: http(rpcUrl) })
}
