import { aaveV3 } from '@unimargin/adapters/aave-v3'
import { type Address, createMarginClient, quorum, Wad } from '@unimargin/sdk'
import { http } from 'viem'
import { base } from 'viem/chains'

/** Watches owners on Base through nodes of several operators, of whom two have to agree; gives the function that ends it. */
export function watchOwners(pool: Address, nodes: readonly string[], owners: readonly Address[]): () => void {
  const client = createMarginClient({
    chains: [base],
    transports: {
      [base.id]: quorum(
        nodes.map((url) => http(url)),
        { agree: 2 },
      ),
    },
    adapters: [aaveV3({ chainId: base.id, pool, name: 'Aave V3 Base' })],
  })
  const watch = client.watchMarginView({ accounts: owners.map((owner) => ({ owner })) })
  watch.on('health', ({ owner, market, direction, threshold }) => {
    console.log(owner, market.name, direction, Wad.format(threshold))
  })
  watch.on('chain:degraded', ({ chainId, kind, reason }) => console.warn(chainId, kind, reason))
  watch.on('chain:recovered', ({ chainId }) => console.warn(chainId, 'recovered'))
  return client.close
}
