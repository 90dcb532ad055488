import { type Address, pad, stringToHex } from 'viem'
import { own } from '../artifacts/Artifact.ts'
import type { ChainSpec } from '../ChainSpec.ts'
import type * as Node from '../chain/Node.ts'
import { readContract } from '../chain/readContract.ts'
import { creationData, startDeployment } from './Deployment.ts'

const SALT = pad(stringToHex('unimargin devnet'), { size: 32, dir: 'right' })

/** The factory and what it deployed. */
export type RouterContracts = { readonly factory: Address; readonly router: Address }

/** A market that a router trusts: `MarketConfig` of the contract. */
export type RouterMarket = {
  /** By the router's `Protocol`. */
  readonly protocol: number
  readonly market: Address
  /** The vTokens of a Comptroller. */
  readonly tokens: readonly Address[]
}

/** An Aave V3 pool, for a router. */
export const aaveMarket = (market: Address): RouterMarket => ({ protocol: 1, market, tokens: [] })

/** Morpho Blue with all its markets, for a router. */
export const morphoMarket = (market: Address): RouterMarket => ({ protocol: 2, market, tokens: [] })

export type DeployRouterParameters = {
  /** The same on every chain. What it does first there is to create the factory, which so stands at the same address. */
  readonly deployer: Address
  readonly endpoint: Address
  readonly remotes: readonly ChainSpec[]
  readonly markets: readonly RouterMarket[]
  readonly ofts: readonly Address[]
  /** The asset that stands for the native coin. */
  readonly wrappedNative: Address
}

/** Deploys the router at the address that it has on every chain of every devnet. */
export async function deployRouter(
  node: Node.Node,
  { deployer, endpoint, remotes, markets, ofts, wrappedNative }: DeployRouterParameters,
): Promise<RouterContracts> {
  const deployment = startDeployment(node, deployer, 0)
  const factory = deployment.deploy(own('Create3Factory'))
  const config = { endpoint, remotes: remotes.map(({ eid }) => eid), markets, ofts, wrappedNative }
  deployment.call(factory, 'deploy', [SALT, creationData(own('CollateralRouter'), [config])])
  await deployment.flush()
  const router = await readContract(node, {
    address: factory.address,
    abi: factory.artifact.abi,
    functionName: 'addressOf',
    args: [deployer, SALT],
  })
  return { factory: factory.address, router: router as Address }
}
