import {
  type Address,
  type CallRequest,
  getSnapshot,
  type Hex,
  type ProtocolAdapter,
  type Read,
  type ReadResult,
  reasonOf,
} from '@unimargin/sdk'
import {
  isMockMarket,
  type MockChain,
  type MockMarket,
  type MockPart,
  mockChain,
  UnmockedCallError,
} from '@unimargin/sdk/testing'
import { createClient, defineChain } from 'viem'
import { call, getBalance, getTransactionReceipt } from 'viem/actions'
import { UnusableWorldError } from './ConformanceErrors.ts'
import type { ChangedFact, ConformanceTransaction, ConformanceWorld } from './ConformanceWorld.ts'

/** What {@link mockWorld} is made of. */
export type MockWorldParameters = {
  readonly market: MockMarket
  readonly owners: readonly Address[]
  /** What stands on the chain besides. */
  readonly parts?: readonly MockPart[] | undefined
  /** Wei by account. */
  readonly balances?: Readonly<Record<Address, bigint>> | undefined
  /** Number and time of the block; always the same ones unless told. */
  readonly block?: { readonly number: bigint; readonly timestamp: bigint } | undefined
  /** The market with a slow-moving fact changed, by what changed: `{ 'a reserve was added': … }`. */
  readonly changedFacts?: Readonly<Record<string, MockMarket>> | undefined
  /** Addresses of the assets whose price `market.withPrice` can change; all of them unless told. */
  readonly priced?: readonly Address[] | undefined
  readonly adapter?: ProtocolAdapter | undefined
}

const BLOCK = { number: 1_000_000n, timestamp: 1_750_000_000n }
const NO_DEBT = 2n ** 256n - 1n

/**
 * A world for the conformance checks on a mocked chain, from a market's part of the testing kit. Transactions are run by the
 * market's `execute`, and count as included in the world's own block, so that no interest comes in between.
 *
 * @example
 * import { mockAaveV3 } from '@unimargin/adapters/aave-v3/testing'
 * import { mockWorld } from '@unimargin/adapters/conformance'
 *
 * const owners = ['0x1111111111111111111111111111111111111111', '0x2222222222222222222222222222222222222222'] as const
 * const world = mockWorld({
 *   market: mockAaveV3({ chainId: 8453, reserves: { WETH: { price: '3000', liquidationThreshold: '0.8' } } }),
 *   owners,
 * })
 */
export function mockWorld(parameters: MockWorldParameters): ConformanceWorld {
  const { market, owners, parts = [], balances = {}, block = BLOCK, changedFacts = {} } = parameters
  const { chainId } = market.market
  const definition = defineChain({
    id: chainId,
    name: `Chain ${chainId}`,
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [`https://chain-${chainId}.example`] } },
  })
  /** A fresh chain, so many blocks before the world's own. */
  const chainBefore = (blocks: number) => {
    const chain = mockChain({
      chain: definition,
      markets: [market],
      parts,
      balances,
      block: { number: block.number - BigInt(blocks), timestamp: block.timestamp },
      blockTime: 0n,
    })
    const client = createClient({ chain: definition, transport: chain.transport })
    const assertMocked = () => {
      const [unmocked] = chain.unmocked
      if (unmocked !== undefined) throw new UnusableWorldError({ seed: 0, reason: unmocked })
    }
    return { chain, client, assertMocked }
  }
  const reader = chainBefore(0)
  const { withTokens } = market
  return {
    owners,
    adapter: parameters.adapter,
    answer: async (calls) => {
      const snapshot = await getSnapshot(reader.client, { chainId, reads: calls.map(asRead) })
      reader.assertMocked()
      if (snapshot.status !== 'read') throw new UnusableWorldError({ seed: 0, reason: snapshot.reason })
      return snapshot.results
    },
    send: async (transactions) => {
      const { chain, client, assertMocked } = chainBefore(transactions.length)
      for (const [index, transaction] of transactions.entries()) {
        const before = chain.block.number
        const hash = includedIn(chain, transaction)
        const { status } = await getTransactionReceipt(client, { hash })
        if (status === 'success') continue
        const reason = await refusalOf(transaction, (request) => call(client, { ...request, blockNumber: before }))
        assertMocked()
        return { status: 'refused', index, reason }
      }
      const after = [...chain.state.values()]
      const left: Record<Address, bigint> = {}
      for (const account of new Set([...owners, ...addressesOf(balances), ...transactions.map(({ from }) => from)])) {
        left[account] = await getBalance(client, { address: account })
      }
      const markets = after.filter(isMockMarket)
      const next = markets.find(({ key }) => key === market.key) ?? market
      const others = after.filter((part) => part.key !== market.key)
      return {
        status: 'done',
        world: mockWorld({ ...parameters, market: next, parts: others, balances: left, changedFacts: {} }),
      }
    },
    withTokens: async (holder, asset, amount) =>
      withTokens === undefined
        ? mockWorld(parameters)
        : mockWorld({ ...parameters, market: withTokens(holder, asset, amount) }),
    withPrice: async (asset, price) =>
      parameters.priced === undefined || parameters.priced.includes(asset)
        ? mockWorld({ ...parameters, market: market.withPrice(asset, price), changedFacts: {} })
        : undefined,
    healthOf:
      market.healthOf === undefined
        ? undefined
        : async (owner) => {
            const health = market.healthOf?.(owner)
            return health === NO_DEBT ? undefined : health
          },
    changedFacts: Object.entries(changedFacts).map(
      ([what, changed]): ChangedFact => ({
        what,
        world: mockWorld({ ...parameters, market: changed, changedFacts: {} }),
      }),
    ),
  }
}

/** What nobody mocked is a gap of the fixture, not a refusal. */
function includedIn(chain: MockChain, transaction: ConformanceTransaction): Hex {
  try {
    return chain.include(transaction)
  } catch (error) {
    if (error instanceof UnmockedCallError) throw new UnusableWorldError({ seed: 0, reason: error.shortMessage })
    throw error
  }
}

/** The bytes as they are. */
function asRead(one: Read.ContractCall): Read.Read<Hex> {
  return {
    calls: [one],
    decode: ([result]): ReadResult<Hex> => result ?? { status: 'unavailable', reason: 'no result' },
  }
}

async function refusalOf(
  { from, to, data, value }: ConformanceTransaction,
  simulate: (request: CallRequest & { readonly account: Address }) => Promise<unknown>,
): Promise<string> {
  try {
    await simulate({ account: from, to, data, value })
    return 'reverted'
  } catch (error) {
    return reasonOf(error)
  }
}

function addressesOf(record: Readonly<Record<Address, bigint>>): readonly Address[] {
  return Object.keys(record).filter((key): key is Address => key.startsWith('0x'))
}
