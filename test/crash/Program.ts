import type { DevnetMarket } from '@unimargin/devnet'
import type { Hex, Route, RouterDeployment } from '@unimargin/sdk'

/** How the program signs: by a key of its own, with a permit or an approval, or by a wallet that signs and sends in one go. */
export const WAYS = ['permit', 'approve', 'injected'] as const
export type Way = (typeof WAYS)[number]

/** The chains that a program works on: a plain value, which is handed to it in a file. */
export type World = {
  readonly chains: readonly {
    readonly id: number
    readonly name: string
    readonly rpcUrl: string
    readonly multicall3: Hex
  }[]
  readonly markets: readonly DevnetMarket[]
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
