import type { Asset } from '../../model/Asset.ts'
import type { Address } from '../../model/Hex.ts'
import type { EndpointDeployment, Route, RouterDeployment } from '../../model/Route.ts'
import { assertUnsigned } from '../chain/assertSetup.ts'
import type { MockChain } from '../chain/MockChain.ts'
import { isMockMarket, type MockMarket } from '../chain/MockMarket.ts'
import { mockAddress } from '../mockAddress.ts'
import { BusChainsError, NoMockRouteError } from './BusErrors.ts'
import type { EndpointState } from './EndpointState.ts'
import { endpointPart } from './mockEndpoint.ts'
import { oftsPart } from './mockOfts.ts'
import { type MockRouteDoubt, mockVerifiers, pathsPart } from './mockPaths.ts'
import { routerPart } from './mockRouter.ts'
import type { RouterOft } from './RouterState.ts'

/** LayerZero's own ids of chains that tests are often about. */
const KNOWN_EIDS: Readonly<Record<number, number>> = {
  1: 30_101,
  10: 30_111,
  137: 30_109,
  8453: 30_184,
  42161: 30_110,
  43114: 30_106,
}
const FIRST_FREE_EID = 40_001
const MOST_SHARED_DECIMALS = 6

/** What can move between which chains, and what it costs. */
export type MoveSetup = {
  readonly chains: readonly MockChain[]
  /** Symbols that can move; all that two of the chains list unless told. */
  readonly assets?: readonly string[] | undefined
  /** The asset, by symbol, whose price is that of the chains' native coins; `WETH` unless told. */
  readonly wrappedNative?: string | undefined
  /** Wei that LayerZero takes for a message; 10^14 unless told. */
  readonly fee?: bigint | undefined
  /** What is wrong with every path, for tests of what an app does with a bad route; nothing unless told. */
  readonly doubts?: readonly MockRouteDoubt[] | undefined
}

/** The deployments and routes that a client needs to know of. */
export type MoveDeployments = {
  readonly routers: readonly RouterDeployment[]
  /** The same without their routers: for a client that moves directly, and knows of none. */
  readonly endpoints: readonly EndpointDeployment[]
  readonly routes: readonly Route[]
}

/** Puts a router, an endpoint and OFTs onto each of some chains. Each chain makes a block. */
export function setUpMoves({
  chains,
  assets,
  wrappedNative = 'WETH',
  fee = 10n ** 14n,
  doubts = [],
}: MoveSetup): MoveDeployments {
  const ids = chains.map(({ chain }) => chain.id)
  if (ids.length < 2 || new Set(ids).size < ids.length) throw new BusChainsError(ids)
  assertUnsigned('messaging fee', fee)
  const markets = new Map(chains.map((chain) => [chain.chain.id, marketsOf(chain)]))
  const assetOn = (chainId: number, symbol: string): Asset | undefined =>
    markets
      .get(chainId)
      ?.flatMap((market) => market.assets)
      .find((asset) => asset.symbol === symbol)
  const shared = (symbol: string) => chains.filter(({ chain }) => assetOn(chain.id, symbol) !== undefined)
  const symbols = assets ?? [...symbolsOf(markets)].filter((symbol) => shared(symbol).length > 1)
  const routes = symbols.map((symbol): Route => {
    if (shared(symbol).length < 2) throw new NoMockRouteError({ asset: symbol, chains: [...markets.keys()] })
    const ends = chains.flatMap(({ chain: { id } }) => {
      const asset = assetOn(id, symbol)
      return asset === undefined ? [] : [{ chainId: id, asset: asset.address, oft: oftAddress(id, symbol) }]
    })
    // No OFT shares more decimals than its token has.
    const decimals = chains.map(({ chain: { id } }) => assetOn(id, symbol)?.decimals ?? MOST_SHARED_DECIMALS)
    const sharedDecimals = Math.min(MOST_SHARED_DECIMALS, ...decimals)
    return { kind: 'oft', key: `${symbol} OFT`, sharedDecimals, verifiers: mockVerifiers(ids), ends }
  })
  const routers = chains.map(({ chain: { id } }, index): RouterDeployment => {
    const native = assetOn(id, wrappedNative)?.address ?? mockAddress(`wrapped native coin of ${id}`)
    return { ...addresses(), chainId: id, eid: KNOWN_EIDS[id] ?? FIRST_FREE_EID + index, wrappedNative: native }
  })

  for (const [index, chain] of chains.entries()) {
    const deployment = routers[index]
    if (deployment === undefined) continue
    const { chainId, eid } = deployment
    const ofts = routes.flatMap(({ sharedDecimals, ends }): readonly RouterOft[] => {
      const own = ends.find((end) => end.chainId === chainId)
      const asset = (markets.get(chainId) ?? [])
        .flatMap((market) => market.assets)
        .find(({ address }) => address === own?.asset)
      if (own === undefined || asset === undefined) return []
      const peers = ends.flatMap((end): readonly (readonly [number, Address])[] => {
        const peer = routers.find((router) => router.chainId === end.chainId)
        return peer === undefined || peer.eid === eid ? [] : [[peer.eid, end.oft]]
      })
      const { decimals } = asset
      return [{ asset: own.asset, oft: own.oft, decimals, sharedDecimals, peers: Object.fromEntries(peers) }]
    })
    const endpoint: EndpointState = {
      chainId,
      eid,
      address: deployment.endpoint,
      isDefault: doubts.includes('unpinned-library'),
      outbox: [],
      payloads: new Map(),
      lazyNonces: new Map(),
      composes: new Map(),
    }
    const router = routerPart({
      deployment,
      fee,
      remotes: routers.filter((other) => other.eid !== eid).map((other) => other.eid),
      markets: (markets.get(chainId) ?? []).map(({ market }) => market.id),
      ofts,
      sent: [],
      arrivals: [],
      refusals: new Map(),
    })
    chain.update(endpointPart(endpoint), pathsPart(chainId, doubts), oftsPart(deployment, ofts, fee), router)
  }
  return { routers, endpoints: routers.map(({ router: _, ...endpoint }) => endpoint), routes }
}

/** The same on every chain, as they are deployed. */
function addresses(): Pick<RouterDeployment, 'endpoint' | 'router'> {
  return { endpoint: mockAddress('layerzero endpoint'), router: mockAddress('collateral router') }
}

function oftAddress(chainId: number, symbol: string): Address {
  return mockAddress(`oft of ${symbol} on ${chainId}`)
}

function marketsOf({ state }: MockChain): readonly MockMarket[] {
  return [...state.values()].filter(isMockMarket)
}

function symbolsOf(markets: ReadonlyMap<number, readonly MockMarket[]>): ReadonlySet<string> {
  return new Set([...markets.values()].flat().flatMap(({ assets }) => assets.map(({ symbol }) => symbol)))
}
