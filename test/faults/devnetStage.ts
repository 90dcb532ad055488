import { aaveV3 } from '@unimargin/adapters/aave-v3'
import { createDevnet, type Devnet, type DevnetChain } from '@unimargin/devnet'
import { createMarginClient, type TrackedMove } from '@unimargin/sdk'
import { createMockNode, forwardTo, type RpcBackend } from '@unimargin/sdk/testing'
import { createWalletClient, type Hex, http } from 'viem'
import { sendDirectly, unapproved } from './movesOf.ts'
import { CANARY, type Scene, type SceneChain, type Stage } from './Stage.ts'
import { served } from './socketStage.ts'
import { directTo, resultOf } from './truth.ts'

const ETH = 10n ** 18n
const USD = 10n ** 6n
const CHAINS = ['arbitrum', 'base'] as const

/** Real contracts on two local chains. Each case has proxies of its own in front of them; nothing may be sent. */
export async function devnetStage(
  hosts: Set<string>,
): Promise<{ readonly stage: Stage; readonly close: () => Promise<void> }> {
  const devnet = await createDevnet({ chains: CHAINS })
  for (const { rpcUrl } of devnet.chains) hosts.add(new URL(rpcUrl).host)
  const shared = await setUp(devnet)
  return {
    stage: { name: 'the devnet behind a proxy with faults', open: () => open(devnet, shared, hosts) },
    close: devnet.close,
  }
}

/** What all cases look at, and none changes. */
type Shared = Pick<Scene, 'adapters' | 'routers' | 'routes' | 'account' | 'other' | 'direct'> & {
  readonly flying: TrackedMove
  readonly reverted: TrackedMove
  /** A transaction with logs, by chain. */
  readonly transactions: ReadonlyMap<number, Hex>
}

async function setUp(devnet: Devnet): Promise<Shared> {
  const [owner, lender] = devnet.accounts
  if (owner === undefined || lender === undefined) throw new TypeError('the devnet has accounts')
  const other = lender.address
  await devnet.setPrice('WETH', '2000')
  for (const [index, chain] of CHAINS.entries()) {
    await devnet.openAavePosition({
      chain,
      owner: other,
      supply: { WETH: 3n * ETH, USDC: 1_000_000n * USD },
      borrow: { USDC: 1_000n * USD },
    })
    const supply = { WETH: (index === 0 ? 10n : 5n) * ETH }
    await devnet.openAavePosition({
      chain,
      owner: owner.address,
      supply,
      borrow: { USDC: (index === 0 ? 5_000n : 6_500n) * USD },
    })
  }
  await devnet.messages.hold({ before: 'deliver' })
  const adapters = CHAINS.map((name) => aaveV3(devnet.marketOf(name)))
  const { routers, routes } = devnet
  const direct = createMarginClient({
    chains: devnet.chains.map(({ chain }) => chain),
    transports: Object.fromEntries(devnet.chains.map(({ chainId, rpcUrl }) => [chainId, directTo(forwardTo(rpcUrl))])),
    adapters,
    routers,
    routes,
  })
  const account = owner.account
  const sides = devnet.chains.map((chain) => ({ chain: chain.chain, backend: forwardTo(chain.rpcUrl) }))
  const transactions = new Map<number, Hex>()
  for (const { chain, backend } of sides) transactions.set(chain.id, await loggedOn(backend))

  const known = { adapters, routers, routes, account, other, direct }
  const scene = await open(devnet, { ...known, flying: NO_MOVE, reverted: NO_MOVE, transactions }, new Set())
  const reverted = await revert(devnet.chain('arbitrum'), scene)
  const flying = await sendDirectly(scene)
  if (flying.guid === undefined) throw new TypeError('a sent move has a GUID')
  await devnet.messages.waitFor(flying.guid, 'verified')
  await scene.close()
  return { ...known, flying, reverted, transactions }
}

/** Until there are moves, nothing asks for them. */
const NO_MOVE = {} as TrackedMove

async function revert({ chain, rpcUrl }: DevnetChain, scene: Scene): Promise<TrackedMove> {
  const { call, move } = await unapproved(scene)
  const wallet = createWalletClient({ account: scene.account, chain, transport: http(rpcUrl) })
  // With a limit nobody estimates, and nobody sees that it will revert.
  const hash = await wallet.sendTransaction({ to: call.to, data: call.data, value: call.value, gas: 1_500_000n })
  return { ...move, hash }
}

async function loggedOn(backend: RpcBackend): Promise<Hex> {
  const logs = resultOf(await backend({ method: 'eth_getLogs', params: [{ fromBlock: '0x0', toBlock: 'latest' }] }))
  const last: unknown = Array.isArray(logs) ? logs.at(-1) : undefined
  return Reflect.get(Object(last), 'transactionHash')
}

async function open(devnet: Devnet, shared: Shared, hosts: Set<string>): Promise<Scene> {
  const proxied = devnet.chains.map(({ chain, rpcUrl }) => {
    const backend = forwardTo(rpcUrl)
    const nodes = ['one', 'two', 'three'].map((name) =>
      createMockNode({ url: `https://${chain.id}.${name}.example/v2/${CANARY}?app=1`, backend }),
    )
    return { chain, nodes, backend }
  })
  const { urlOf, close } = await served(
    proxied.flatMap(({ nodes }) => nodes),
    hosts,
  )
  const [source, destination] = proxied.map((one): SceneChain => ({ ...one, urlOf }))
  if (source === undefined || destination === undefined) throw new TypeError('two were booted')
  const { transactions, flying, reverted, ...known } = shared
  return {
    ...known,
    source,
    destination,
    advance: async () => {
      for (const { client } of devnet.chains) await client.mine({ blocks: 1 })
    },
    flying: async () => flying,
    reverted: async () => reverted,
    landmarks: ({ chain }) => ({
      transaction: transactions.get(chain.id) ?? '0x',
      contract: shared.routers[0]?.router ?? shared.other,
    }),
    close,
  }
}
