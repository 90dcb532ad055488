import type { Chain } from 'viem'
import type { Address, Hex } from '../model/Hex.ts'
import { MULTICALL3 } from '../reads/requestCalls.ts'
import {
  assertDistinct,
  assertMarketsOf,
  assertMockAddress,
  assertNodeUrls,
  assertUnsigned,
} from './chain/assertSetup.ts'
import { createLedger, type Inclusion } from './chain/createLedger.ts'
import { createMachine } from './chain/createMachine.ts'
import * as Markets from './chain/Markets.ts'
import type { MockChain } from './chain/MockChain.ts'
import type { MockMarket, MockPosition } from './chain/MockMarket.ts'
import type { MockBlock, MockContract, MockPart, MockTransaction } from './chain/MockPart.ts'
import { ForeignRecordingError, InvalidBlockCountError } from './chain/MockSetupErrors.ts'
import * as WorldState from './chain/WorldState.ts'
import { createMockNode } from './createMockNode.ts'
import { handlersOf } from './http/handlersOf.ts'
import type { RecordedBlock, Recording } from './record/Recording.ts'
import { createBackend, type MockMethod } from './rpc/createBackend.ts'
import { usedGas } from './rpc/Gas.ts'
import { transportTo } from './rpc/transportTo.ts'
import { unsignedHash } from './rpc/unsignedHash.ts'

/** Seconds between blocks where neither the test nor the chain says it. */
const BLOCK_TIME = 2n
const FIRST_BLOCK = 1_000_000n

/** What a mocked chain is, as a test begins. */
export type MockChainParameters = {
  readonly chain: Chain
  /** URLs of the nodes in front of it. Defaults to those of the chain, so that viem's `http()` reaches the mock. */
  readonly nodes?: readonly string[] | undefined
  /** The first block. Defaults to number 1,000,000 and the time now. */
  readonly block?: { readonly number?: bigint | undefined; readonly timestamp?: bigint | undefined } | undefined
  /** Whole seconds between blocks. Defaults to the chain's own, rounded up, or 2. */
  readonly blockTime?: bigint | undefined
  readonly markets?: readonly MockMarket[] | undefined
  readonly positions?: readonly (MockPosition & { readonly market?: string | undefined })[] | undefined
  readonly parts?: readonly MockPart[] | undefined
  readonly contracts?: Readonly<Record<Address, MockContract>> | undefined
  /** Where nothing stands, although it is called. A call of any other address that is not mocked fails loudly. */
  readonly codeless?: readonly Address[] | undefined
  /** Wei by account; nothing unless told otherwise. */
  readonly balances?: Readonly<Record<Address, bigint>> | undefined
  /** JSON-RPC methods that an app asks for besides, or instead of the kit's own. */
  readonly methods?: Readonly<Record<string, MockMethod>> | undefined
  /** What a real chain answered: it answers whatever nothing else does. */
  readonly recording?: Recording | undefined
}

/**
 * A chain in memory: a few lines say what is on it, and it answers JSON-RPC as a node does, by msw, by a server of
 * sockets or straight to viem. It can be changed while it runs. Every change makes a block, and older blocks keep their
 * state. What nobody mocked fails loudly and says what to add.
 *
 * Gas is free on it, and nothing waits: a transaction gets a block of its own at once.
 *
 * @throws UnknownMockMarketError, UnknownMockAssetError when a position names what no market has.
 * @throws ForeignMockMarketError, DuplicateMockPartError when a market is of another chain, or there twice.
 * @throws ForeignRecordingError when the recording is of another chain.
 * @throws InvalidNodeUrlError when a node's URL is none, or another node's.
 * @throws InvalidAddressError, InvalidDecimalError, OutOfRangeError when an address or a number is none of a chain.
 *
 * @example
 * import { mockChain, mockContract } from '@unimargin/sdk/testing'
 * import { setupServer } from 'msw/node'
 * import { erc20Abi } from 'viem'
 * import { arbitrum } from 'viem/chains'
 *
 * const usdc = '0xaf88d065e77c8cC2239327C5EDb3A432268e5831'
 * const chain = mockChain({
 *   chain: arbitrum,
 *   contracts: { [usdc]: mockContract(erc20Abi, { decimals: () => 6, balanceOf: () => 1_000_000n }) },
 * })
 * const server = setupServer(...chain.handlers)
 * server.listen({ onUnhandledRequest: 'error' })
 */
export function mockChain(parameters: MockChainParameters): MockChain {
  const { chain, recording, methods = {} } = parameters
  const chainId = chain.id
  const blockTime = parameters.blockTime ?? blockTimeOf(chain)
  assertUnsigned('block time', blockTime)
  const origin = originOf(parameters)
  const before = (recording?.blocks ?? []).map((block) => ({ chainId, ...headerOf(block) }))
  const ledger = createLedger({ origin, state: firstState(parameters), blockTime, before })
  const multicalls = [MULTICALL3, ...(chain.contracts?.multicall3 ? [chain.contracts.multicall3.address] : [])]
  const machine = createMachine({ multicalls, recording })
  const unmocked: string[] = []

  const listeners = new Set<(block: MockBlock) => void>()
  const tell = (): MockBlock => {
    const { block } = ledger.head
    for (const listener of [...listeners]) listener(block)
    return block
  }

  const change = (state: WorldState.WorldState, seconds?: bigint): MockBlock => {
    ledger.append({ block: ledger.next(seconds), state, inclusions: [] })
    return tell()
  }
  const current = () => ledger.head.state

  const include = (transaction: MockTransaction): Hex => {
    const block = ledger.next()
    const { status, state, logs } = machine.execute(transaction, current(), block)
    const inclusion: Inclusion = { transaction, status, logs, gasUsed: usedGas(transaction.data) }
    const after = WorldState.withNonce(state, transaction.from, transaction.nonce + 1)
    ledger.append({ block, state: after, inclusions: [inclusion] })
    tell()
    return transaction.hash
  }

  const backend = createBackend({
    chainId,
    ledger,
    machine,
    include,
    methods,
    recording,
    onUnmocked: ({ message }) => {
      if (!unmocked.includes(message)) unmocked.push(message)
    },
  })
  const nodes = urlsOf(parameters).map((url) => createMockNode({ url, backend }))
  const [first = createMockNode({ url: `https://chain-${chainId}.example`, backend })] = nodes

  return {
    chain,
    nodes,
    handlers: handlersOf(nodes),
    backend,
    transport: transportTo(first),
    unmocked,
    get block() {
      return ledger.head.block
    },
    get state() {
      return current().parts
    },
    setPrice: (asset, price, market) =>
      change(WorldState.withParts(current(), Markets.priced(current().parts, asset, price, market))),
    setPosition: ({ market, ...position }) =>
      change(WorldState.withParts(current(), [Markets.positioned(current().parts, position, market)])),
    setBalance: (account, wei) => change(withBalance(current(), account, wei)),
    setContract: (address, contract) => {
      assertMockAddress('address', address)
      return change(WorldState.withContract(current(), address, contract))
    },
    update: (...parts) => {
      assertMarketsOf(chainId, parts)
      return change(WorldState.withParts(current(), parts))
    },
    mine: (count = 1, { seconds } = {}) => {
      if (!Number.isSafeInteger(count) || count < 1 || count > MOST_BLOCKS) {
        throw new InvalidBlockCountError({ count, most: BigInt(MOST_BLOCKS) })
      }
      assertUnsigned('seconds between blocks', seconds ?? 0n)
      for (let made = 0; made < count; made++) change(current(), seconds)
      return ledger.head.block
    },
    reorg: (depth) => {
      ledger.reorg(depth)
      return tell()
    },
    include: ({ hash, ...call }) => {
      const transaction = { ...call, nonce: WorldState.nonceOf(current(), call.from) }
      return include({
        ...transaction,
        gas: usedGas(call.data),
        hash: hash ?? unsignedHash(chainId, transaction),
      })
    },
    watchBlocks: (listener) => {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
    break: (fault, scope) => {
      const mends = nodes.map((node) => node.break(fault, scope))
      return () => {
        for (const mend of mends) mend()
      }
    },
    mend: () => {
      for (const node of nodes) node.mend()
    },
  }
}

/** More than any test makes at once: a slip of the pen should not fill the memory. */
const MOST_BLOCKS = 1_000_000

function blockTimeOf({ blockTime }: Chain): bigint {
  return blockTime === undefined ? BLOCK_TIME : BigInt(Math.max(1, Math.ceil(blockTime / 1_000)))
}

function urlsOf({ chain, nodes = chain.rpcUrls.default.http }: MockChainParameters): readonly string[] {
  assertNodeUrls(nodes)
  return nodes.length === 0 ? [`https://chain-${chain.id}.example`] : nodes
}

function originOf({ chain, block = {}, recording }: MockChainParameters) {
  const now = BigInt(Math.floor(Date.now() / 1_000))
  assertUnsigned('number of the first block', block.number ?? 0n)
  assertUnsigned('timestamp of the first block', block.timestamp ?? 0n)
  if (recording === undefined) {
    return { chainId: chain.id, number: block.number ?? FIRST_BLOCK, timestamp: block.timestamp ?? now }
  }
  const { chainId, version, head } = recording
  if (chainId !== chain.id || version !== 1) {
    throw new ForeignRecordingError({ chainId: chain.id, recorded: chainId, version })
  }
  const header = headerOf(head)
  return { chainId, ...header, timestamp: block.timestamp ?? header.timestamp }
}

function headerOf({ number, timestamp, hash, parentHash }: RecordedBlock): Omit<MockBlock, 'chainId'> {
  return { number: BigInt(number), timestamp: BigInt(timestamp), hash, parentHash }
}

function firstState(parameters: MockChainParameters): WorldState.WorldState {
  const { markets = [], positions = [], parts = [], contracts = {}, codeless = [], balances = {} } = parameters
  assertDistinct([...markets, ...parts])
  assertMarketsOf(parameters.chain.id, [...markets, ...parts])
  let state = WorldState.withParts(WorldState.EMPTY, [...markets, ...parts])
  for (const { market, ...position } of positions) {
    state = WorldState.withParts(state, [Markets.positioned(state.parts, position, market)])
  }
  for (const [address, contract] of Object.entries(contracts)) {
    assertMockAddress('contracts', address)
    state = WorldState.withContract(state, WorldState.lowered(address), contract)
  }
  for (const address of codeless) {
    assertMockAddress('codeless', address)
    state = WorldState.withCodeless(state, address)
  }
  for (const [account, wei] of Object.entries(balances)) {
    state = withBalance(state, WorldState.lowered(account), wei)
  }
  return state
}

function withBalance(state: WorldState.WorldState, account: Address, wei: bigint): WorldState.WorldState {
  assertMockAddress('account', account)
  assertUnsigned('balance', wei)
  return WorldState.withBalance(state, account, wei)
}
