import {
  type Chain,
  createTestClient,
  defineChain,
  type HttpTransport,
  http,
  type PublicActions,
  publicActions,
  type TestClient,
  type WalletActions,
  walletActions,
} from 'viem'
import { MULTICALL3_ADDRESS } from '../artifacts/multicall3Creation.ts'
import type { ChainSpec } from '../ChainSpec.ts'

/** A viem client that can do everything on a local chain. */
export type DevnetClient = TestClient<'anvil', HttpTransport, Chain> &
  PublicActions<HttpTransport, Chain> &
  WalletActions<Chain>

/** A chain as viem describes it, with the local node. */
export function localChain({ chainId, title }: ChainSpec, rpcUrl: string): Chain {
  return defineChain({
    id: chainId,
    name: title,
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [rpcUrl] } },
    contracts: { multicall3: { address: MULTICALL3_ADDRESS } },
  })
}

export function createClient(chain: Chain): DevnetClient {
  return createTestClient({ mode: 'anvil', chain, transport: http(), pollingInterval: 20, cacheTime: 0 })
    .extend(publicActions)
    .extend(walletActions)
}
