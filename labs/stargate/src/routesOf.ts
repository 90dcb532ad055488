import type { Devnet } from '@unimargin/devnet'
import type { StargateRoute } from '@unimargin/sdk'
import { POOL_NAMES, SHARED_DECIMALS, type Stargate } from './Stargate.ts'

/** Every pool as a route, with the verifiers of the devnet. What the pool of coins carries is called WETH. */
export function routesOf({ chains }: Stargate, devnet: Devnet): readonly StargateRoute[] {
  const verifiers = devnet.routes[0]?.verifiers
  return POOL_NAMES.map((name) => ({
    kind: 'stargate',
    key: `${name} Stargate`,
    sharedDecimals: SHARED_DECIMALS,
    verifiers,
    ends: chains.map(({ chain, pools, tokenMessaging }) => ({
      chainId: chain.chainId,
      asset: chain.tokens[name === 'ETH' ? 'WETH' : name].address,
      oft: pools[name].pool.address,
      messaging: tokenMessaging.address,
    })),
  }))
}
