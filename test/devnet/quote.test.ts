import { aaveV3 } from '@unimargin/adapters/aave-v3'
import type { DevnetSnapshot } from '@unimargin/devnet'
import {
  type Address,
  createMarginClient,
  deserialize,
  type MarginClient,
  type MovePlan,
  type PlanMoveParameters,
  parsePreparedMove,
  prepareMove,
  serialize,
  Wad,
} from '@unimargin/sdk'
import { custom, http } from 'viem'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { bootTwoChains, type TwoChains } from './twoChains.fixture.ts'

// What a quote runs beforehand, on real endpoints, OFTs, pools and routers. Nothing is ever sent here.

const ETH = 10n ** 18n
const USD = 10n ** 6n
const both = { source: { simulated: 'yes' }, destination: { simulated: 'yes' } }

let chains: TwoChains
let clean: DevnetSnapshot

beforeAll(async () => {
  chains = await bootTwoChains()
  const { devnet, owner, stranger } = chains
  for (const chain of ['arbitrum', 'base'] as const) {
    await devnet.supply({ chain, owner: stranger.address, symbol: 'USDC', amount: 1_000_000n * USD })
    await devnet.supply({ chain, owner: stranger.address, symbol: 'WETH', amount: 100n * ETH })
  }
  const rich = { supply: { WETH: 10n * ETH }, borrow: { USDC: 5_000n * USD } }
  await devnet.openAavePosition({ chain: 'arbitrum', owner: owner.address, ...rich })
  const poor = { supply: { WETH: 6n * ETH }, borrow: { USDC: 6_000n * USD, WETH: ETH } }
  await devnet.openAavePosition({ chain: 'base', owner: owner.address, ...poor })
  clean = await devnet.snapshot()
})

beforeEach(async () => {
  await chains.devnet.revert(clean)
})

afterAll(async () => {
  await chains?.devnet.close()
})

async function planOf(more: Partial<PlanMoveParameters> = {}, client: MarginClient = chains.client): Promise<MovePlan> {
  const view = await client.getMarginView({ owner: chains.owner.address })
  const idOn = (chainId: number) => view.positions.find(({ market }) => market.chainId === chainId)?.id ?? ''
  const plan = client.planMove({
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

const quoteOf = (
  plan: MovePlan,
  more: { readonly acceptArrival?: readonly string[]; readonly recovery?: Address } = {},
) => chains.client.getMoveQuote({ plan, owner: chains.owner.address, ...more })

describe('getMoveQuote', () => {
  test('default: supplies and repayments are run to their credit, whatever the owner has of coins', async () => {
    const { arbitrum, owner } = chains
    await arbitrum.client.setBalance({ address: owner.address, value: 0n })
    for (const purpose of ['supply', 'repay'] as const) {
      const quote = await quoteOf(await planOf({ purpose }))
      expect(quote.simulation).toEqual(both)
      expect(quote.costs.l1DataFee).toEqual({ amount: 0n, value: 0n })
      expect(quote.total).toBe(quote.totalKnown)
      await expect(prepareMove(chains.client, { quote, owner: owner.address })).rejects.toThrowError(
        expect.objectContaining({ name: 'InsufficientFundsError' }),
      )
    }
  })

  test('error: CallRevertedError when the contract would not let the donor go so low', async () => {
    const plan = await planOf()
    const quote = quoteOf({ ...plan, donorFloor: Wad.fromDecimal('50') })
    await expect(quote).rejects.toThrowError(
      expect.objectContaining({ name: 'CallRevertedError', message: expect.stringContaining('SourceHealthTooLow') }),
    )
  })

  test('error: ArrivalRefusedError when the delivery has too little gas', async () => {
    const plan = await planOf()
    const quote = quoteOf({ ...plan, gas: { ...plan.gas, delivery: 40_000n } })
    await expect(quote).rejects.toThrowError(
      expect.objectContaining({ name: 'ArrivalRefusedError', step: 'deliver', chainId: chains.base.chainId }),
    )
  })

  test('error: ArrivalRefusedError for a contract that stands on one chain only, unless it is accepted', async () => {
    const { arbitrum, client, owner, stranger } = chains
    const plan = await planOf()
    await arbitrum.client.setCode({ address: owner.address, bytecode: '0x00' })
    const recovery = stranger.address
    await expect(quoteOf(plan, { recovery })).rejects.toThrowError(
      expect.objectContaining({
        name: 'ArrivalRefusedError',
        step: 'settle',
        message: expect.stringContaining('recovery'),
      }),
    )
    const quote = await quoteOf(plan, { recovery, acceptArrival: ['OwnerHasNoCode'] })
    const accepted = { source: { simulated: 'yes' }, destination: { simulated: 'yes', accepted: 'OwnerHasNoCode' } }
    expect(quote.simulation).toEqual(accepted)
    const prepared = await prepareMove(client, { quote, owner: owner.address })
    expect(parsePreparedMove(deserialize(serialize(prepared))).simulation).toEqual(accepted)
    await expect(prepareMove(client, { quote, owner: owner.address, acceptArrival: [] })).rejects.toThrowError(
      expect.objectContaining({ name: 'ArrivalRefusedError' }),
    )
  })

  test('behavior: a node that cannot simulate is named, and what was not run is no promise', async () => {
    const { devnet, owner, base } = chains
    const transports = Object.fromEntries(
      devnet.chains.map(({ chainId, chain, rpcUrl }) => {
        const { request } = http(rpcUrl)({ chain })
        const refuse = async (asked: Parameters<typeof request>[0]) => {
          if (asked.method !== 'eth_simulateV1') return request(asked)
          throw Object.assign(new Error('the method is not available'), { code: -32_601 })
        }
        return [chainId, custom({ request: refuse }, { retryCount: 0 })]
      }),
    )
    const old = createMarginClient({
      chains: devnet.chains.map(({ chain }) => chain),
      transports,
      adapters: [aaveV3(devnet.marketOf('arbitrum')), aaveV3(devnet.marketOf('base'))],
      routers: devnet.routers,
      routes: devnet.routes,
    })
    const plan = await planOf({}, old)
    await devnet.setReserve({ chain: base.name, symbol: 'WETH', frozen: true })
    const { simulation, costs } = await old.getMoveQuote({ plan, owner: owner.address })
    const no = { simulated: 'no', reason: expect.stringContaining('not available') }
    expect(simulation).toEqual({ source: no, destination: no })
    expect(costs.sourceGas.basis).toBe('stated')
    await expect(quoteOf(plan)).rejects.toThrowError(expect.objectContaining({ name: 'ArrivalRefusedError' }))
  })
})
