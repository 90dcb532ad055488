import { aaveV3 } from '@unimargin/adapters/aave-v3'
import { aaveV3Lending } from '@unimargin/adapters/aave-v3/lending'
import type { DevnetSnapshot } from '@unimargin/devnet'
import {
  type Address,
  ArrivalRefusedError,
  CallRevertedError,
  createMarginClient,
  getDirectQuote,
  type MarginClient,
  type MovePlan,
  type PlanMoveParameters,
  planDirectMove,
  serialize,
  Wad,
} from '@unimargin/sdk'
import { custom, http, parseAbi } from 'viem'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { bootTwoChains, type TwoChains } from './twoChains.fixture.ts'

// What an `eth_call` with other code over the accounts says, held against `eth_simulateV1` of the same nodes.

const ETH = 10n ** 18n
const USD = 10n ** 6n

let chains: TwoChains
let old: MarginClient
let clean: DevnetSnapshot

/** A client of nodes that know less. */
function clientWithout(asked: (method: string, params: readonly unknown[]) => boolean): MarginClient {
  const { devnet } = chains
  const transports = Object.fromEntries(
    devnet.chains.map(({ chainId, chain, rpcUrl }) => {
      const { request } = http(rpcUrl)({ chain })
      const refuse = async (call: { method: string; params?: unknown }) => {
        if (!asked(call.method, Array.isArray(call.params) ? call.params : [])) return request(call as never)
        throw Object.assign(new Error('the method is not available'), { code: -32_601 })
      }
      return [chainId, custom({ request: refuse }, { retryCount: 0 })]
    }),
  )
  return createMarginClient({
    chains: devnet.chains.map(({ chain }) => chain),
    transports,
    adapters: (['arbitrum', 'base'] as const).map((name) =>
      aaveV3({ ...devnet.marketOf(name), lending: aaveV3Lending }),
    ),
    routers: devnet.routers,
    routes: devnet.routes,
  })
}

beforeAll(async () => {
  chains = await bootTwoChains()
  old = clientWithout((method) => method === 'eth_simulateV1')
  const { devnet, owner, stranger } = chains
  for (const chain of ['arbitrum', 'base'] as const) {
    await devnet.supply({ chain, owner: stranger.address, symbol: 'USDC', amount: 1_000_000n * USD })
    await devnet.supply({ chain, owner: stranger.address, symbol: 'WETH', amount: 100n * ETH })
  }
  const rich = { supply: { WETH: 10n * ETH }, borrow: { USDC: 5_000n * USD } }
  await devnet.openAavePosition({ chain: 'arbitrum', owner: owner.address, ...rich })
  const poor = { supply: { WETH: 6n * ETH }, borrow: { USDC: 6_000n * USD, WETH: ETH } }
  await devnet.openAavePosition({ chain: 'base', owner: owner.address, ...poor })
  await addNothing()
  clean = await devnet.snapshot()
})

beforeEach(async () => {
  await chains.devnet.revert(clean)
})

afterAll(async () => {
  await chains?.devnet.close()
})

/** Has the OFT at the source add no gas to what is bought for a delivery. */
async function addNothing(): Promise<void> {
  const { arbitrum, base, devnet } = chains
  const ends = devnet.routes.flatMap((route) => route.ends)
  const address = ends.find(({ chainId }) => chainId === arbitrum.chainId)?.oft
  if (address === undefined) throw new TypeError('there is a route')
  const abi = parseAbi([
    'struct EnforcedOptionParam { uint32 eid; uint16 msgType; bytes options; }',
    'function setEnforcedOptions(EnforcedOptionParam[] params)',
    'function owner() view returns (address)',
  ])
  const account = await arbitrum.client.readContract({ address, abi, functionName: 'owner' })
  await arbitrum.client.impersonateAccount({ address: account })
  const args = [[{ eid: base.eid, msgType: 2, options: '0x0003' }]] as const
  const hash = await arbitrum.client.writeContract({ account, address, abi, functionName: 'setEnforcedOptions', args })
  await arbitrum.client.waitForTransactionReceipt({ hash })
}

async function planOf(more: Partial<PlanMoveParameters> = {}): Promise<MovePlan> {
  const view = await old.getMarginView({ owner: chains.owner.address })
  const idOn = (chainId: number) => view.positions.find(({ market }) => market.chainId === chainId)?.id ?? ''
  const plan = old.planMove({
    view,
    donor: idOn(chains.arbitrum.chainId),
    receiver: idOn(chains.base.chainId),
    asset: 'WETH',
    amount: ETH / 2n,
    donorFloor: Wad.fromDecimal('1.5'),
    acceptFlags: ['single-source'],
    ...more,
  })
  if (plan.status !== 'plan') throw new TypeError(serialize(plan))
  return plan
}

type Situation = {
  readonly plan?: Partial<PlanMoveParameters>
  /** What of the plan is changed by hand. */
  readonly change?: (plan: MovePlan) => Partial<MovePlan>
  readonly recovery?: Address
  readonly prepare?: () => Promise<unknown>
}

const code = async (name: 'arbitrum' | 'base', bytecode: `0x${string}`) =>
  chains[name].client.setCode({ address: chains.owner.address, bytecode })
const delegated = `0xef0100${'42'.repeat(20)}` as const
const someone = `0x${'5e'.repeat(20)}` as const

/** By what they are, and how they end: in what is `simulated`, or the name of an error. */
const situations: Readonly<Record<string, readonly [Situation, string]>> = {
  'a supply': [{}, 'yes'],
  'a repayment': [{ plan: { purpose: 'repay' } }, 'yes'],
  'an owner without coins': [
    { prepare: () => chains.arbitrum.client.setBalance({ address: chains.owner.address, value: 0n }) },
    'yes',
  ],
  'a donor that would go too low': [
    { change: () => ({ donorFloor: Wad.fromDecimal('50') }) },
    'CallRevertedError: SourceHealthTooLow',
  ],
  'more than the market lets go': [
    { change: ({ amount }) => ({ amount: amount * 25n, minAmount: 0n }) },
    'CallRevertedError: CollateralNotAvailable',
  ],
  'a delivery with too little gas': [
    { change: ({ gas }) => ({ gas: { ...gas, delivery: 60_000n } }) },
    'ArrivalRefusedError: OutOfGas',
  ],
  'a frozen market': [
    { prepare: () => chains.devnet.setReserve({ chain: 'base', symbol: 'WETH', frozen: true }) },
    'ArrivalRefusedError: 28',
  ],
  'a market that is full': [
    {
      prepare: async () => {
        const { base, devnet, owner, stranger } = chains
        const { markets } = await old.getMarginView({ owner: owner.address })
        const reserves = markets.find(({ market }) => market.chainId === base.chainId)?.reserves
        const supplyRoom = reserves?.find(({ asset }) => asset.symbol === 'WETH')?.supplyRoom
        if (typeof supplyRoom !== 'bigint') throw new TypeError('there is a cap')
        await devnet.supply({ chain: 'base', owner: stranger.address, symbol: 'WETH', amount: supplyRoom - ETH / 4n })
      },
    },
    'ArrivalRefusedError: 51',
  ],
  'a paused market': [
    { prepare: () => chains.devnet.setReserve({ chain: 'base', symbol: 'WETH', paused: true }) },
    'ArrivalRefusedError: 29',
  ],
  'a paused market at the source': [
    { prepare: () => chains.devnet.setReserve({ chain: 'arbitrum', symbol: 'WETH', paused: true }) },
    'CallRevertedError: 29',
  ],
  'a contract on one chain only': [
    { prepare: () => code('arbitrum', '0x00'), recovery: someone },
    'ArrivalRefusedError: OwnerHasNoCode',
  ],
  'a contract on both chains': [
    { prepare: async () => [await code('arbitrum', '0x00'), await code('base', '0x00')], recovery: someone },
    'yes',
  ],
  'a contract that names nobody': [
    { prepare: async () => [await code('arbitrum', '0x00'), await code('base', '0x00')] },
    'CallRevertedError: RecoveryRequired',
  ],
  'an account that delegates': [{ prepare: () => code('arbitrum', delegated), recovery: someone }, 'yes'],
  'an account that delegates and names nobody': [
    { prepare: () => code('arbitrum', delegated) },
    'CallRevertedError: RecoveryRequired',
  ],
}

describe('a simulation by eth_call', () => {
  test('default: comes to the same end as one by eth_simulateV1, by about as much gas', async () => {
    const { client, owner, devnet } = chains
    const plans = new Map<string, MovePlan>()
    for (const [name, [{ plan, change }]] of Object.entries(situations)) {
      const planned = await planOf(plan)
      plans.set(name, { ...planned, ...change?.(planned) })
    }
    for (const [name, [{ prepare, recovery }, expected]] of Object.entries(situations)) {
      await prepare?.()
      const plan = plans.get(name)
      if (plan === undefined) throw new TypeError(name)
      const endOf = async (asked: MarginClient) => {
        try {
          const { simulation, costs } = await asked.getMoveQuote({ plan, owner: owner.address, recovery })
          return { end: 'yes', simulation, gas: costs.sourceGas.units }
        } catch (error) {
          if (!(error instanceof CallRevertedError || error instanceof ArrivalRefusedError)) throw error
          return { end: `${error.name}: ${error.revert.name}`, message: error.message }
        }
      }
      const known = await endOf(client)
      const called = await endOf(old)
      expect([name, known.end, called.end]).toEqual([name, expected, expected])
      expect(called.message).toBe(known.message)
      if (known.gas !== undefined && called.gas !== undefined) {
        const [by, other] = [
          { simulated: 'yes', by: 'eth_simulateV1' },
          { simulated: 'yes', by: 'eth_call' },
        ]
        expect([known.simulation, called.simulation]).toEqual([
          { source: by, destination: by },
          { source: other, destination: other },
        ])
        expectAbout(called.gas, known.gas)
      }
      await devnet.revert(clean)
    }
  })

  test('behavior: the calls of a direct move are run by it as well', async () => {
    const { arbitrum, base, owner } = chains
    const view = await old.getMarginView({ owner: owner.address })
    const idOn = (chainId: number) => view.positions.find(({ market }) => market.chainId === chainId)?.id ?? ''
    const [donor, receiver] = [idOn(arbitrum.chainId), idOn(base.chainId)]
    const terms = { asset: 'WETH', amount: ETH / 2n, donorFloor: Wad.fromDecimal('1.5') } as const
    const plan = planDirectMove(old, { view, donor, receiver, acceptFlags: ['single-source'], ...terms })
    if (plan.status !== 'plan') throw new TypeError(serialize(plan))
    const [known, called] = await Promise.all(
      [clientWithout(() => false), old].map((asked) => getDirectQuote(asked, { plan, owner: owner.address, view })),
    )
    const [gas, other] = [known?.costs.sourceGas, called?.costs.sourceGas]
    expect([gas?.basis, other?.basis]).toEqual(['simulated', 'simulated'])
    expectAbout(other?.units ?? 0n, gas?.units ?? 0n)
  })
})

/** Refunds are not seen, and what one call has warmed is not paid for again. */
function expectAbout(gas: bigint, exact: bigint): void {
  expect(gas).toBeGreaterThan((exact * 9n) / 10n)
  expect(gas).toBeLessThan((exact * 11n) / 10n)
}
