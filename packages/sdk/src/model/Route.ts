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

/** Where a route begins or ends. */
export type RouteEnd = {
  readonly chainId: number
  /** The underlying asset that markets take. */
  readonly asset: Address
  /** The OFT that carries it; the asset itself unless it is wrapped by an OFTAdapter. */
  readonly oft: Address
}

/** How an asset gets from chain to chain: any end to any other. */
export type Route = {
  readonly kind: 'oft'
  /** For people, e.g. `WETH OFT`. */
  readonly key: string
  /** Decimals that every end can represent: smaller amounts are dust and stay behind. */
  readonly sharedDecimals: number
  readonly ends: readonly RouteEnd[]
}
