import { type MockAaveV3Position, mockAaveV3 } from '@unimargin/adapters/aave-v3/testing'
import {
  createMarginClient,
  guarded,
  type MarginClient,
  type MarginView,
  type ProtocolAdapter,
  quorum,
} from '@unimargin/sdk'
import { createMockNode, type MockChain, type MockNode, mockChain } from '@unimargin/sdk/testing'
import { type Address, type Chain, getAddress, http, type Transport } from 'viem'
import { arbitrum, base, optimism } from 'viem/chains'
import type { Random } from '../../differential/Random.ts'
import { fetchFrom } from '../fetchFrom.ts'
import { directTo } from '../truth.ts'
import * as Answers from './Answers.ts'

/** One chain with its nodes: one alone, or three of which two have to agree. */
export type WorldChain = {
  readonly chain: Chain
  readonly mock: MockChain
  readonly nodes: readonly MockNode[]
  readonly answers: Answers.Answers
  readonly adapter: ProtocolAdapter
}

/** An account over some chains, and whoever reads it. */
export type World = {
  readonly chains: readonly WorldChain[]
  readonly owners: readonly Address[]
  readonly createClient: () => MarginClient
  /** What a view says with no node in between, at the blocks of another view. */
  readonly truthAt: (view: MarginView) => Promise<MarginView>
}

const CHAINS = [arbitrum, base, optimism] as const
/** Milliseconds of silence after which a quorum asks one more: nothing is slow here but what is broken. */
const HEDGE = 25

let worlds = 0

/** Makes a random account on random chains, whose blocks all have other prices. */
export function create(random: Random): World {
  worlds += 1
  const owners = Array.from({ length: random.pick([1, 1, 2, 3]) }, (_, index) =>
    getAddress(`0x${String(index + 1).repeat(40)}`),
  )
  const count = random.pick([1, 1, 2, 2, 3])
  const first = random.below(1 + CHAINS.length - count)
  const chains = CHAINS.slice(first, first + count).map((chain) => createChain(random, chain, owners))
  const fetch = fetchFrom(chains.flatMap(({ nodes }) => nodes))
  const transportOf = ({ nodes }: WorldChain): Transport => {
    // A second attempt would wait in real time, and is as good as the first.
    const parts = nodes.map(({ url }) => guarded(http(url), { fetch, retryCount: 0 }))
    return quorum(parts, { hedgeAfter: HEDGE })
  }
  const clientOver = (transport: (chain: WorldChain) => Transport): MarginClient =>
    createMarginClient({
      chains: chains.map(({ chain }) => chain),
      transports: Object.fromEntries(chains.map((one) => [one.chain.id, transport(one)])),
      adapters: chains.map(({ adapter }) => adapter),
    })
  const truths = new Map<string, Promise<MarginView>>()
  return {
    chains,
    owners,
    createClient: () => clientOver(transportOf),
    truthAt: (view) => {
      const blocks = new Map(
        view.chains.flatMap((one) => (one.status === 'read' ? [[one.chainId, one.block.number]] : [])),
      )
      const key = [...blocks].join(' ')
      const known = truths.get(key)
      if (known !== undefined) return known
      const direct = clientOver(({ mock }) => directTo(mock.backend, blocks.get(mock.chain.id)))
      const truth = direct.getMarginView({ owners }).finally(() => direct.close())
      truths.set(key, truth)
      return truth
    },
  }
}

function createChain(random: Random, chain: Chain, owners: readonly Address[]): WorldChain {
  const version = random.pick(['3.0', '3.2'] as const)
  const eMode = random.chance(40)
  const symbols = ['WETH', 'USDC', 'WBTC', 'DAI'].slice(0, 2 + random.below(3))
  const reserves = Object.fromEntries(symbols.map((symbol) => [symbol, reserveOf(random, eMode && random.chance(50))]))
  const aave = mockAaveV3({
    chainId: chain.id,
    version,
    reserves,
    ...(eMode ? { eModes: { 1: { liquidationThreshold: random.pick(['0.93', '0.9', '0.5']) } } } : {}),
    positions: owners.filter(() => random.chance(90)).map((owner) => positionOf(random, owner, symbols, eMode)),
  })
  const mock = mockChain({ chain, markets: [aave] })
  // Behind the head everything was otherwise: whoever answers for another block says something else.
  for (const symbol of symbols) mock.setPrice(symbol, priceOf(random))
  const answers = Answers.create(mock.backend)
  const isQuorum = random.chance(35)
  const nodes = (isQuorum ? ['one', 'two', 'three'] : ['one']).map((name) =>
    createMockNode({ url: `https://w${worlds}-${chain.id}.${name}.example/`, backend: answers.backend }),
  )
  return { chain, mock, nodes, answers, adapter: aave.adapter }
}

function reserveOf(random: Random, inCategory: boolean) {
  // Neighbours, so that averages lie next to whole basis points.
  const liquidationThreshold = random.pick(['0.8', '0.8', '0.7999', '0.78', '0.825', '0.0001', '0'])
  return {
    price: priceOf(random),
    decimals: random.pick([18, 6, 8]),
    liquidationThreshold,
    eMode: inCategory ? 1 : 0,
    liquidity: '1000000000000',
  }
}

function priceOf(random: Random): string {
  return `${random.magnitude(1n, 99_999n)}.${random.below(100_000_000).toString().padStart(8, '0')}`
}

/** Whole tokens, from dust on: it is dust that tips an average. */
function amountOf(random: Random): string {
  return random.chance(40) ? `0.${random.pick(['00001', '0002', '003', '04'])}` : String(random.magnitude(1n, 9_999n))
}

function positionOf(random: Random, owner: Address, symbols: readonly string[], hasEMode: boolean): MockAaveV3Position {
  const some = (percent: number) =>
    Object.fromEntries(symbols.filter(() => random.chance(percent)).map((symbol) => [symbol, amountOf(random)]))
  const supply = some(75)
  const disabled = random.chance(25) ? { collateral: Object.keys(supply).filter(() => random.chance(60)) } : {}
  return { owner, supply, borrow: some(40), ...(hasEMode && random.chance(60) ? { eMode: 1 } : {}), ...disabled }
}
