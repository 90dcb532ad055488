import type { RequestHandler } from 'msw'
import type { Chain, CustomTransport } from 'viem'
import type { Address, Hex } from '../../model/Hex.ts'
import type { MockNode } from '../createMockNode.ts'
import type { Fault, FaultScope } from '../faults/Fault.ts'
import type { RpcBackend } from '../rpc/RpcBackend.ts'
import type { MockAmount, MockPosition } from './MockMarket.ts'
import type { MockBlock, MockContract, MockPart, MockState, MockTransaction } from './MockPart.ts'

/** A chain in memory, the nodes in front of it, and the ways to change it while it runs. Every change makes a block. */
export type MockChain = {
  readonly chain: Chain
  /** One per URL; each may be broken on its own. */
  readonly nodes: readonly MockNode[]
  /** For msw's `setupServer` and `setupWorker`. */
  readonly handlers: readonly RequestHandler[]
  /** The chain itself, without nodes, HTTP and faults. */
  readonly backend: RpcBackend
  /** A viem transport to the first node that needs neither msw nor a socket; faults of content strike, those of the wire do not. */
  readonly transport: CustomTransport
  /** The head. */
  readonly block: MockBlock
  /** All parts as of the head. */
  readonly state: MockState
  /** The price of an asset, by symbol or address, in every market that has it (or in one, by its key). */
  readonly setPrice: (asset: string, price: MockAmount, market?: string) => MockBlock
  /** What an owner has; `market` (its key) where the chain has several. */
  readonly setPosition: (position: MockPosition & { readonly market?: string | undefined }) => MockBlock
  /** Wei of an account. */
  readonly setBalance: (account: Address, wei: bigint) => MockBlock
  /** A contract at an address, or none. */
  readonly setContract: (address: Address, contract: MockContract | undefined) => MockBlock
  /** Puts a part in, or in the place of the one with its key. */
  readonly update: (...parts: readonly MockPart[]) => MockBlock
  /** Makes empty blocks; `seconds` between them (the chain's block time otherwise). */
  readonly mine: (count?: number, options?: { readonly seconds?: bigint | undefined }) => MockBlock
  /** Takes back the last blocks with all that was in them, and makes one more in their place, so that the head is new and higher. */
  readonly reorg: (depth: number) => MockBlock
  /** Includes a transaction in a block of its own; a revert is in its receipt. */
  readonly include: (transaction: Omit<MockTransaction, 'hash' | 'gas' | 'nonce'> & { readonly hash?: Hex }) => Hex
  /** Tells of each new head, also after a reorg; gives the function that ends it. */
  readonly watchBlocks: (listener: (block: MockBlock) => void) => () => void
  /** What was asked for and is not mocked, in words; empty in a complete test. */
  readonly unmocked: readonly string[]
  /** Breaks all nodes; gives the function that mends them. */
  readonly break: (fault: Fault, scope?: FaultScope) => () => void
  /** Ends all faults of all nodes. */
  readonly mend: () => void
}
