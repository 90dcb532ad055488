import type { DevnetMarket } from '@unimargin/devnet'
import type { Hex, Route, RouterDeployment } from '@unimargin/sdk'

/**
 * How the program moves. Through the router: by a key of its own, with a permit or an approval, out of Aave; by a wallet that signs and
 * sends in one go; out of Morpho, by a grant. Without the router: one transaction after the other, or by wallets that send all or
 * nothing.
 */
export const WAYS = ['permit', 'approve', 'injected', 'morpho', 'direct', 'direct-batch'] as const
export type Way = (typeof WAYS)[number]

/** The chains that a program works on: a plain value, which is handed to it in a file. */
export type World = {
  readonly chains: readonly {
    readonly id: number
    readonly name: string
    readonly rpcUrl: string
    readonly multicall3: Hex
    /** Where wallets answer that send all or nothing, one for each account. */
    readonly walletUrl: string
  }[]
  readonly markets: readonly DevnetMarket[]
  readonly morpho: {
    readonly chainId: number
    readonly morpho: Hex
    readonly marketId: Hex
    readonly dollarOracle: Hex
  }
  readonly routers: readonly RouterDeployment[]
  readonly routes: readonly Route[]
}

/** What a program is told to do. */
export type Task = {
  /** The file with its {@link World}. */
  readonly world: string
  /** The file with the quote of the move that it is to make, unless its journal has one already. */
  readonly quote: string
  readonly id: Hex
  readonly key: Hex
  readonly way: Way
  /** Of the journal. */
  readonly directory: string
  /** The boundary at which it kills itself; none for 0. */
  readonly killAt: number
}
