import { mockAaveV3 } from '@unimargin/adapters/aave-v3/testing'
import { createMarginClient } from '@unimargin/sdk'
import {
  type MockChain,
  type MockNode,
  type MockPart,
  mockAddress,
  mockChain,
  mockMessageBus,
} from '@unimargin/sdk/testing'
import { privateKeyToAccount } from 'viem/accounts'
import { arbitrum, base } from 'viem/chains'
import { sendDirectly, unapproved } from './movesOf.ts'
import { CANARY, type Scene, type SceneChain, type Stage } from './Stage.ts'
import { directTo } from './truth.ts'

/** How the nodes of a scene are reached, and what ends that. */
export type Reach = {
  readonly urlOf: (node: MockNode) => string
  readonly fetch?: typeof fetch | undefined
  readonly close: () => Promise<void>
}

const account = privateKeyToAccount(`0x${'11'.repeat(32)}`)
const other = '0x3333333333333333333333333333333333333333'
const ETH = 10n ** 18n
/** More than the blocks that a stale head of the catalogue is behind. */
const HISTORY = 70
const LOGGER = mockAddress('leaves logs')
const reserves = {
  // What it was before the blocks of the history: a node that is behind says something else.
  WETH: { price: '1500', liquidationThreshold: '0.825', loanToValue: '0.8' },
  USDC: { price: '1', decimals: 6, liquidationThreshold: '0.8', loanToValue: '0.77' },
} as const

let scenes = 0

/** Mocked chains, new ones for each case, whose nodes are reached as told. */
export function mockedStage(name: string, reach: (nodes: readonly MockNode[]) => Promise<Reach>): Stage {
  return { name, open: async () => open(reach) }
}

async function open(reach: (nodes: readonly MockNode[]) => Promise<Reach>): Promise<Scene> {
  scenes += 1
  const markets = [arbitrum, base].map(({ id, name }) =>
    mockAaveV3({
      chainId: id,
      name,
      reserves,
      positions: [{ owner: other, supply: { WETH: '3' }, borrow: { USDC: '1000' } }],
    }),
  )
  const chains = [arbitrum, base].map((chain, index) =>
    mockChain({
      chain,
      nodes: ['one', 'two', 'three'].map((name) => `https://s${scenes}-${chain.id}.${name}.example/v2/${CANARY}?app=1`),
      block: { timestamp: BigInt(Math.floor(Date.now() / 1_000) - (HISTORY + 20) * (chain === arbitrum ? 1 : 2)) },
      markets: markets.slice(index, index + 1),
      parts: [logger],
      balances: { [account.address]: 10n * ETH },
    }),
  )
  const bus = mockMessageBus({ chains })
  const [source, destination] = chains
  if (source === undefined || destination === undefined) throw new TypeError('two were made')
  for (const [index, chain] of chains.entries()) {
    chain.mine(HISTORY)
    const supply = { WETH: index === 0 ? '10' : '5' }
    chain.setPosition({ owner: account.address, supply, borrow: { USDC: index === 0 ? '5000' : '6500' } })
  }
  const logged = new Map(
    chains.map((chain) => [chain.chain.id, chain.include({ to: LOGGER, from: other, data: '0x', value: 0n })]),
  )
  let price = 2_000
  const setPrices = () => {
    for (const chain of chains) {
      chain.setPrice('WETH', String(price))
      chain.setBalance(account.address, 10n * ETH + BigInt(price))
    }
  }
  setPrices()

  const { urlOf, fetch, close } = await reach(chains.flatMap(({ nodes }) => nodes))
  const side = ({ chain, nodes, backend }: MockChain): SceneChain => ({ chain, nodes, backend, urlOf })
  const direct = createMarginClient({
    chains: [arbitrum, base],
    transports: { [arbitrum.id]: directTo(source.backend), [base.id]: directTo(destination.backend) },
    adapters: markets.map(({ adapter }) => adapter),
    routers: bus.routers,
    routes: bus.routes,
  })
  const scene: Scene = {
    source: side(source),
    destination: side(destination),
    adapters: direct.adapters,
    routers: bus.routers,
    routes: bus.routes,
    account,
    other,
    fetch,
    direct,
    advance: async () => {
      price += 1
      setPrices()
    },
    flying: async (seed) => {
      bus.hold({ before: seed % 2 === 0 ? 'deliver' : 'compose' })
      return sendDirectly(scene)
    },
    reverted: async () => {
      const { call, move } = await unapproved(scene)
      return { ...move, hash: source.include({ ...call, from: account.address }) }
    },
    sent: () => bus.messages.length,
    landmarks: ({ chain }) => ({
      transaction: logged.get(chain.id) ?? '0x',
      contract: direct.routers[0]?.router ?? LOGGER,
    }),
    close: async () => {
      direct.close()
      bus.close()
      await close()
    },
  }
  return scene
}

/** Leaves three logs whenever it is called. */
const logger: MockPart = {
  key: 'logger',
  contracts: () => ({ [LOGGER]: () => '0x' }),
  execute: ({ to }) =>
    to.toLowerCase() === LOGGER.toLowerCase()
      ? { logs: [1, 2, 3].map((data) => ({ address: LOGGER, topics: [`0x${'ab'.repeat(32)}`], data: `0x0${data}` })) }
      : undefined,
}
