import type { Address } from './Hex.ts'

/** The router and the LayerZero endpoint on one chain. */
export type RouterDeployment = {
  readonly chainId: number
  /** LayerZero endpoint id. */
  readonly eid: number
  readonly endpoint: Address
  readonly router: Address
  /** The ERC-20 whose price is the price of the chain's native coin: fees are valued with it. */
  readonly wrappedNative: Address
}

/** The LayerZero endpoint on a chain. */
export type EndpointDeployment = Omit<RouterDeployment, 'router'>

/** Where a route begins or ends. */
export type RouteEnd = {
  readonly chainId: number
  /** The underlying asset that markets take. */
  readonly asset: Address
  /** The OFT that carries it; the asset itself unless it is wrapped by an OFTAdapter. */
  readonly oft: Address
}

/** Where a route through Stargate V2 begins or ends. */
export type StargateEnd = RouteEnd & {
  /** The `TokenMessaging` through which all pools of the chain send: libraries, verifiers and peers are its own. */
  readonly messaging: Address
}

/** Who attests to messages (a DVN), and its contract on each chain: they have different addresses. */
export type RouteVerifier = {
  readonly name: string
  readonly contracts: readonly { readonly chainId: number; readonly address: Address }[]
}

type RouteFacts = {
  /** For people, e.g. `WETH OFT`. */
  readonly key: string
  /** Decimals that every end can represent: smaller amounts are dust and stay behind. */
  readonly sharedDecimals: number
  /**
   * Which contracts of the two chains are one verifier. Without it, grading can only count them: nobody knows then whether
   * those that the sender pays are those that the receiver waits for.
   */
  readonly verifiers?: readonly RouteVerifier[] | undefined
}

/** An OFT or an OFTAdapter at each end: what is locked or burnt at one is released or minted at the other, whole. */
export type OftRoute = RouteFacts & { readonly kind: 'oft'; readonly ends: readonly RouteEnd[] }

/**
 * A Stargate V2 pool at each end (`oft` is the pool): always by taxi, because a bus drops what is to be composed. It pays out
 * of what the other end deposited, may take a fee, and carries no more than its credit. Where the pool holds native coins,
 * `asset` is the wrapped native coin.
 */
export type StargateRoute = RouteFacts & { readonly kind: 'stargate'; readonly ends: readonly StargateEnd[] }

/** How an asset gets from chain to chain: any end to any other. */
export type Route = OftRoute | StargateRoute
