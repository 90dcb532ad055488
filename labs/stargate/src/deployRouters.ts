import type { DevnetChain } from '@unimargin/devnet'
import { CHAIN_SPECS } from '../../../packages/devnet/src/ChainSpec.ts'
import { impersonated } from '../../../packages/devnet/src/chain/impersonated.ts'
import * as Node from '../../../packages/devnet/src/chain/Node.ts'
import { aaveMarket, deployRouter } from '../../../packages/devnet/src/deploy/deployRouter.ts'
import { POOL_NAMES, type Stargate } from './Stargate.ts'

/**
 * Deploys a second router on every chain, at one address, whose routes are Stargate's pools, and which trusts the chain's Aave.
 * Gives the chains with that router in the place of the devnet's own.
 */
export async function deployRouters({
  chains,
}: Stargate): Promise<readonly [arbitrum: DevnetChain, base: DevnetChain]> {
  const deployer = impersonated('stargate router deployer')
  const [arbitrum, base] = await Promise.all(
    chains.map(async ({ chain, node, pools }) => {
      await Node.impersonate(node, deployer)
      const { router, factory } = await deployRouter(node, {
        deployer,
        endpoint: chain.endpoint,
        remotes: chains.filter((other) => other.chain !== chain).map(({ name }) => CHAIN_SPECS[name]),
        markets: [aaveMarket(chain.addresses.pool)],
        ofts: POOL_NAMES.map((name) => pools[name].pool.address),
        wrappedNative: chain.tokens.WETH.address,
      })
      return { ...chain, addresses: { ...chain.addresses, router, create3Factory: factory } }
    }),
  )
  if (arbitrum === undefined || base === undefined) throw new RangeError('two chains are needed')
  return [arbitrum, base]
}

/** What a router calls the asset of a pool: coins are wrapped. */
export function assetOf(
  { tokens }: DevnetChain,
  pool: (typeof POOL_NAMES)[number],
): (typeof tokens)[keyof typeof tokens] {
  return pool === 'ETH' ? tokens.WETH : tokens[pool]
}
