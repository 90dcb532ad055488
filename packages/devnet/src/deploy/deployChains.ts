import type { Address } from 'viem'
import { own } from '../artifacts/Artifact.ts'
import type { ChainSpec } from '../ChainSpec.ts'
import { impersonated } from '../chain/impersonated.ts'
import * as Node from '../chain/Node.ts'
import type { Compiled } from '../compile/ensureCompiled.ts'
import type { AaveMarket } from './AaveMarket.ts'
import { type Deployed, type Deployment, startDeployment } from './Deployment.ts'
import { deployAave } from './deployAave.ts'
import { deployAaveOrigin } from './deployAaveOrigin.ts'
import { deployFeeds, type FeedSet, SINCE } from './deployFeeds.ts'
import { connectLayerZero, deployLayerZero, type LayerZeroStack } from './deployLayerZero.ts'
import { deployMorpho, type MorphoContracts } from './deployMorpho.ts'
import { aaveMarket, deployRouter, morphoMarket, type RouterContracts } from './deployRouter.ts'
import { connectTokens, deployTokens, type TokenSet } from './deployTokens.ts'
import { installSystemContracts } from './installSystemContracts.ts'

/** A chain with everything on it. */
export type DeployedChain = {
  readonly spec: ChainSpec
  readonly node: Node.Node
  /** Owns and administers whatever has an owner or admin. */
  readonly admin: Address
  /** Submits for DVNs and executor. */
  readonly worker: Address
  readonly layerZero: LayerZeroStack
  readonly tokens: TokenSet
  readonly feeds: FeedSet
  readonly aave: AaveMarket
  readonly morpho: MorphoContracts
  /** Says whether the chain's sequencer is up: 0 is up, 1 is down. */
  readonly sequencerFeed: Deployed
  readonly router: RouterContracts
}

/** Protocols that come as sources. */
export type CompiledProtocols = {
  readonly morphoBlue: Compiled
  /** Aave V3.6; without it, V3.0 is deployed. */
  readonly aaveOrigin?: Compiled | undefined
}

/** Deploys and wires everything, each chain in two blocks. */
export async function deployChains(
  chains: readonly { readonly spec: ChainSpec; readonly node: Node.Node }[],
  { morphoBlue, aaveOrigin }: CompiledProtocols,
  { isPinned }: { readonly isPinned: boolean } = { isPinned: true },
): Promise<readonly DeployedChain[]> {
  const worker = impersonated('worker')
  const deployer = impersonated('router deployer')
  const started = chains.map(({ spec, node }) => {
    // Another sender per chain: contracts at the same address everywhere would hide mix-ups of chains.
    const admin = impersonated(`${spec.name} admin`)
    const deployment = startDeployment(node, admin, 0)
    const layerZero = deployLayerZero(deployment, spec, worker)
    const tokens = deployTokens(deployment, spec, layerZero)
    const feeds = deployFeeds(deployment)
    const sequencerFeed = deployment.deploy(own('DevnetFeed'), [0, 0n, SINCE, admin])
    const upon = { spec, tokens, feeds, sequencerFeed }
    const aave =
      aaveOrigin === undefined
        ? deployAave(deployment, upon)
        : deployAaveOrigin(deployment, { ...upon, compiled: aaveOrigin })
    const morpho = deployMorpho(deployment, { tokens, feeds, compiled: morphoBlue })
    return { spec, node, admin, worker, deployment, layerZero, tokens, feeds, aave, morpho, sequencerFeed }
  })
  return Promise.all(
    started.map(async ({ deployment, ...chain }) => {
      const remotes = started.filter(({ spec }) => spec !== chain.spec)
      connect(deployment, chain, remotes, isPinned)
      for (const address of [chain.admin, worker, deployer]) await Node.impersonate(chain.node, address)
      await installSystemContracts(chain.node, chain.spec)
      await deployment.flush()
      // What is minted has no coins behind it.
      await Node.makeRich(chain.node, chain.tokens.WETH.token.address)
      const router = await deployRouter(chain.node, {
        deployer,
        endpoint: chain.layerZero.endpoint.address,
        remotes: remotes.map(({ spec }) => spec),
        markets: [aaveMarket(chain.aave.pool.address), morphoMarket(chain.morpho.morpho.address)],
        ofts: Object.values(chain.tokens).flatMap(({ oft }) => (oft === undefined ? [] : [oft.address])),
        wrappedNative: chain.tokens.WETH.token.address,
      })
      return { ...chain, router }
    }),
  )
}

function connect(
  deployment: Deployment,
  { layerZero, tokens }: Pick<DeployedChain, 'layerZero' | 'tokens'>,
  remotes: readonly Pick<DeployedChain, 'spec' | 'tokens'>[],
  isPinned: boolean,
): void {
  if (remotes.length === 0) return
  connectLayerZero(
    deployment,
    layerZero,
    remotes.map(({ spec }) => spec),
  )
  connectTokens(deployment, layerZero, tokens, { remotes, isPinned })
}
