import { aaveV3 } from '@unimargin/adapters/aave-v3'
import { aaveV3Lending } from '@unimargin/adapters/aave-v3/lending'
import type { DevnetChain, DevnetSnapshot } from '@unimargin/devnet'
import {
  type Address,
  createMarginClient,
  type DirectPlan,
  deserialize,
  getDirectQuote,
  type Hex,
  type MarginClient,
  type MovePlan,
  type PlanMoveParameters,
  parsePreparedMove,
  planDirectMove,
  prepareDirectMove,
  prepareMove,
  serialize,
  Wad,
} from '@unimargin/sdk'
import { custom, hexToBytes, http, isAddressEqual, parseAbi, toFunctionSelector } from 'viem'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { bootTwoChains, type TwoChains, walletOf } from './twoChains.fixture.ts'

// What a quote runs beforehand, on real endpoints, OFTs, pools and routers.

const ETH = 10n ** 18n
const USD = 10n ** 6n
const ORIGIN = '(uint32 srcEid, bytes32 sender, uint64 nonce)'
const LZ_RECEIVE = `function lzReceive(${ORIGIN}, bytes32, bytes, address, bytes)`
const LZ_COMPOSE = 'function lzCompose(address, address, bytes32, uint16, bytes, bytes)'
const oappAbi = parseAbi([
  'struct EnforcedOptionParam { uint32 eid; uint16 msgType; bytes options; }',
  'function setEnforcedOptions(EnforcedOptionParam[] params)',
  'function owner() view returns (address)',
])
const yes = { simulated: 'yes', by: 'eth_simulateV1' }
const both = { source: yes, destination: yes }

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

type Asked = { readonly method: string; readonly params?: unknown }

/** A client with no memory, whose requests are seen by the way. */
function clientOf(
  seen: (asked: Asked, request: () => Promise<unknown>) => Promise<unknown> = (_, request) => request(),
): MarginClient {
  const { devnet } = chains
  const transports = devnet.chains.map(({ chainId, chain, rpcUrl }) => {
    const { request } = http(rpcUrl)({ chain })
    const relay = async (asked: Parameters<typeof request>[0]) => seen(asked, () => request(asked))
    return [chainId, custom({ request: relay }, { retryCount: 0 })] as const
  })
  return createMarginClient({
    chains: devnet.chains.map(({ chain }) => chain),
    transports: Object.fromEntries(transports),
    adapters: (['arbitrum', 'base'] as const).map((name) =>
      aaveV3({ ...devnet.marketOf(name), lending: aaveV3Lending }),
    ),
    routers: devnet.routers,
    routes: devnet.routes,
  })
}

type Frame = { readonly to: Address; readonly input: Hex; readonly gas: Hex; readonly calls?: readonly Frame[] }

/** Every call of the transactions after a block. */
async function framesIn({ client }: DevnetChain, start: bigint): Promise<readonly Frame[]> {
  const all = (frame: Frame): readonly Frame[] => [frame, ...(frame.calls ?? []).flatMap(all)]
  const count = Number((await client.getBlockNumber()) - start)
  const blocks = await Promise.all(
    Array.from({ length: count }, (_, index) => client.getBlock({ blockNumber: start + 1n + BigInt(index) })),
  )
  const traces = blocks
    .flatMap(({ transactions }) => transactions)
    .map((hash): Promise<Frame> => {
      return client.request({ method: 'debug_traceTransaction', params: [hash, { tracer: 'callTracer' }] } as never)
    })
  return (await Promise.all(traces)).flatMap(all)
}

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

  test('behavior: the arrival is run with the gas that an executor has for it, to the unit', async () => {
    const { devnet, arbitrum, base, owner } = chains
    const run: { readonly to: string; readonly data: Hex; readonly gas?: Hex }[] = []
    const client = clientOf((asked, request) => {
      if (asked.method === 'eth_simulateV1') run.push(...Object(asked).params[0].blockStateCalls[0].calls)
      return request()
    })
    const plan = await planOf({}, client)
    const quote = await client.getMoveQuote({ plan, owner: owner.address })
    const simulated = (to: string) => {
      const call = run.find((one) => isAddressEqual(one.to as Address, to as Address) && one.gas !== undefined)
      const bytes = hexToBytes(call?.data ?? '0x')
      return bytes.reduce((left, byte) => left - (byte === 0 ? 4 : 16), Number(call?.gas) - 21_000)
    }
    const start = await base.client.getBlockNumber()
    const move = await client.sendMove({ quote, walletClient: walletOf(arbitrum, owner) })
    await devnet.messages.waitFor(move.guid ?? '0x', 'composed')
    const frames = await framesIn(base, start)
    const had = (to: string, selector: string) =>
      Number(frames.find((one) => isAddressEqual(one.to, to as Address) && one.input.startsWith(selector))?.gas)
    const { endpoint } = plan.destination
    expect(simulated(endpoint)).toBe(had(endpoint, toFunctionSelector(LZ_COMPOSE)))
    // The endpoint's share is rounded up: it is less for later messages.
    const delivered = had(plan.destination.oft, toFunctionSelector(LZ_RECEIVE))
    expect(simulated(plan.destination.oft)).toBeLessThan(delivered)
    expect(simulated(plan.destination.oft)).toBeGreaterThan(delivered - 25_000)
  })

  test('error: ArrivalRefusedError when the delivery has too little gas, with what the OFT adds', async () => {
    const { arbitrum, base } = chains
    const plan = await planOf()
    const poor = { ...plan, gas: { ...plan.gas, delivery: 40_000n } }
    // It is delivered with what the OFT adds.
    expect((await quoteOf(poor)).simulation).toEqual(both)
    const { oft: address } = plan.source
    const account = await arbitrum.client.readContract({ address, abi: oappAbi, functionName: 'owner' })
    await arbitrum.client.impersonateAccount({ address: account })
    const args = [[{ eid: base.eid, msgType: 2, options: '0x0003' }]] as const
    const hash = await arbitrum.client.writeContract({
      account,
      address,
      abi: oappAbi,
      functionName: 'setEnforcedOptions',
      args,
    })
    await arbitrum.client.waitForTransactionReceipt({ hash })
    const quote = clientOf().getMoveQuote({ plan: poor, owner: chains.owner.address })
    const error = { name: 'ArrivalRefusedError', step: 'deliver', chainId: base.chainId, revert: { name: 'OutOfGas' } }
    await expect(quote).rejects.toMatchObject(error)
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
    const accepted = { source: yes, destination: { ...yes, accepted: 'OwnerHasNoCode' } }
    expect(quote.simulation).toEqual(accepted)
    const prepared = await prepareMove(client, { quote, owner: owner.address })
    expect(parsePreparedMove(deserialize(serialize(prepared))).simulation).toEqual(accepted)
    await expect(prepareMove(client, { quote, owner: owner.address, acceptArrival: [] })).rejects.toThrowError(
      expect.objectContaining({ name: 'ArrivalRefusedError' }),
    )
  })

  test('behavior: a node that cannot simulate is named, and what was not run is no promise', async () => {
    const { devnet, owner, base } = chains
    const old = clientOf((asked, request) => {
      const hasOverrides = asked.method === 'eth_call' && Array.isArray(asked.params) && asked.params.length > 2
      if (asked.method !== 'eth_simulateV1' && !hasOverrides) return request()
      throw Object.assign(new Error('the method is not available'), { code: -32_601 })
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

describe('getDirectQuote', () => {
  async function quoted(
    more: Partial<PlanMoveParameters> & Partial<Parameters<typeof getDirectQuote>[1]> = {},
    client = clientOf(),
  ) {
    const { owner, arbitrum, base } = chains
    const view = await client.getMarginView({ owner: owner.address })
    const idOn = (chainId: number) => view.positions.find(({ market }) => market.chainId === chainId)?.id ?? ''
    const ends = { donor: idOn(arbitrum.chainId), receiver: idOn(base.chainId), asset: 'WETH' }
    const goal = { amount: ETH / 2n, donorFloor: Wad.fromDecimal('1.5'), acceptFlags: ['single-source'] } as const
    const plan: DirectPlan | { readonly status: string } = planDirectMove(client, { view, ...ends, ...goal, ...more })
    if (!('way' in plan)) throw new TypeError(serialize(plan))
    return { client, view, quote: await getDirectQuote(client, { plan, owner: owner.address, view, ...more }) }
  }

  test('default: both steps are run, and every part is known', async () => {
    for (const [purpose, amount] of [
      ['supply', ETH / 2n],
      ['repay', ETH / 2n],
      // More than is owed: all of the debt, and what is left stays with its owner.
      ['repay', 2n * ETH],
    ] as const) {
      const { quote } = await quoted({ purpose, amount, waiting: Wad.fromDecimal('0.001') })
      const { costs, simulation, total, plan } = quote
      expect(simulation).toMatchObject(both)
      const { dust: _, ...summed } = costs
      const sum = Object.values(summed).reduce((known, part) => known + ('value' in part ? part.value : 0n), 0n)
      expect([total, quote.totalKnown]).toEqual([sum, sum])
      expect([costs.l1DataFee, costs.destinationDataFee]).toEqual([
        { amount: 0n, value: 0n },
        { amount: 0n, value: 0n },
      ])
      expect(costs.destinationGas).toMatchObject({ basis: 'simulated', paidBy: 'owner' })
      expect(costs.waiting).toEqual({ seconds: 7_200n, value: (amount * 2_000n * 2n) / 1_000n })
      expect([quote.amountSent, quote.amountReceived, quote.minimumReceived]).toEqual([amount, amount, plan.received])
      expect(quote.expiresAt).toBe(quote.block.timestamp + 600n)
    }
  })

  test('behavior: a part that nobody says makes the total unknown, and names its chain', async () => {
    const { quote } = await quoted({ dataFee: { destination: 'in-gas-units' } })
    const { chainId } = chains.base
    expect(quote.total).toMatchObject({
      status: 'unknown',
      issues: [{ path: 'costs.destinationDataFee', chainId }],
    })
    expect(quote.costs.l1DataFee).toEqual({ amount: 0n, value: 0n })
  })

  test('error: ArrivalRefusedError names the call that the market would refuse, unless that is accepted', async () => {
    const { devnet, base } = chains
    const client = clientOf()
    const { quote, view } = await quoted({}, client)
    await devnet.setReserve({ chain: base.name, symbol: 'WETH', frozen: true })
    const { plan, owner } = quote
    const error = { name: 'ArrivalRefusedError', step: 'supply', chainId: base.chainId, revert: { name: '28' } }
    await expect(getDirectQuote(client, { plan, owner, view })).rejects.toMatchObject(error)
    const accepted = await getDirectQuote(client, { plan, owner, view, acceptArrival: ['28'] })
    expect(accepted.simulation.destination).toMatchObject({ simulated: 'yes', accepted: '28' })
    expect(accepted.costs.destinationGas.basis).toBe('stated')
  })

  test('error: ExpiredQuoteError, InsufficientFundsError when it is prepared', async () => {
    const { arbitrum, devnet } = chains
    const { client, quote, view } = await quoted({ expiresIn: 5n, validFor: 100n })
    const needed = quote.value + quote.costs.sourceGas.amount
    await arbitrum.client.setBalance({ address: quote.owner, value: needed - 1n })
    await expect(prepareDirectMove(client, { quote, view })).rejects.toMatchObject({ name: 'InsufficientFundsError' })
    await arbitrum.client.setBalance({ address: quote.owner, value: needed })
    expect(await prepareDirectMove(client, { quote, view })).toMatchObject({ isSimulated: true })
    await devnet.increaseTime(10)
    await expect(prepareDirectMove(client, { quote, view })).rejects.toMatchObject({ name: 'ExpiredQuoteError' })
  })
})
