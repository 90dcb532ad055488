import { type MockAaveV3, mockAaveV3 } from '@unimargin/adapters/aave-v3/testing'
import {
  type AcceptableRouteReason,
  createMarginClient,
  deserialize,
  type Hex,
  isTerminal,
  type KnownHealth,
  type MarginClient,
  type MarginView,
  type MoveHandle,
  type MoveIntent,
  type MoveQuote,
  type MoveState,
  type MoveWallet,
  type PlanMoveParameters,
  parseMove,
  parseMoveQuote,
  prepareClaim,
  prepareRetry,
  serialize,
  type TrackedMove,
  Wad,
} from '@unimargin/sdk'
import {
  type MockChain,
  type MockMessageBus,
  type MockMessageBusParameters,
  MockStepError,
  mockChain,
  mockMessageBus,
} from '@unimargin/sdk/testing'
import fc from 'fast-check'
import { setupServer } from 'msw/node'
import { createWalletClient, erc20Abi, http } from 'viem'
import { type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts'
import { readContract, sendTransaction, waitForTransactionReceipt } from 'viem/actions'
import { arbitrum, base } from 'viem/chains'
import { beforeEach, describe, expect, test } from 'vitest'
import { allowanceOf } from '../fixtures/moves.ts'

// The moves of test/devnet/moves.test.ts, and what can happen to a message, without an EVM: same positions, same states.

const ETH = 10n ** 18n
const owner = privateKeyToAccount(`0x${'11'.repeat(32)}`)
const stranger = privateKeyToAccount(`0x${'22'.repeat(32)}`)
// Each mocked chain has one node.
const kept = { donorFloor: Wad.fromDecimal('1.8'), acceptFlags: ['single-source'] } as const
const goal = { asset: 'WETH', target: Wad.fromDecimal('1.5'), ...kept } as const
const reserves = {
  WETH: { price: '2000', liquidationThreshold: '0.825', loanToValue: '0.8' },
  USDC: { price: '1', decimals: 6, liquidationThreshold: '0.8', loanToValue: '0.77' },
} as const

type World = {
  readonly client: MarginClient
  readonly bus: MockMessageBus
  readonly source: MockChain
  readonly destination: MockChain
  readonly markets: readonly [source: MockAaveV3, destination: MockAaveV3]
}

function createWorld(options: Omit<MockMessageBusParameters, 'chains'> = {}): World {
  const markets = [
    mockAaveV3({
      chainId: arbitrum.id,
      name: 'Arbitrum',
      reserves,
      positions: [{ owner: owner.address, supply: { WETH: '10' }, borrow: { USDC: '5000' } }],
    }),
    mockAaveV3({
      chainId: base.id,
      name: 'Base',
      reserves,
      positions: [{ owner: owner.address, supply: { WETH: '5' }, borrow: { USDC: '7500' } }],
    }),
  ] as const
  const balances = { [owner.address]: 10n * ETH, [stranger.address]: 10n * ETH }
  const source = mockChain({ chain: arbitrum, markets: [markets[0]], balances })
  const destination = mockChain({ chain: base, markets: [markets[1]], balances })
  const bus = mockMessageBus({ chains: [source, destination], ...options })
  const client = createMarginClient({
    chains: [arbitrum, base],
    transports: { [arbitrum.id]: source.transport, [base.id]: destination.transport },
    adapters: markets.map(({ adapter }) => adapter),
    routers: bus.routers,
    routes: bus.routes,
  })
  return { client, bus, source, destination, markets }
}

let world: World
beforeEach(() => {
  world = createWorld()
})

const walletOn = ({ chain, transport }: MockChain, account: PrivateKeyAccount = owner): MoveWallet =>
  createWalletClient({ account, chain, transport })

const viewOf = (): Promise<MarginView> => world.client.getMarginView({ owner: owner.address })

function positionOn(view: MarginView, { chain: { id } }: MockChain) {
  const found = view.positions.find(({ market }) => market.chainId === id)
  if (found?.status !== 'read') throw new TypeError(`no position was read on ${id}: ${serialize(view.issues)}`)
  return found
}

async function quoted(
  changes: Partial<PlanMoveParameters> = {},
  [from, to]: readonly MockChain[] = [world.source, world.destination],
  acceptRoute: readonly AcceptableRouteReason[] = [],
): Promise<MoveQuote> {
  if (from === undefined || to === undefined) throw new TypeError('a move has two chains')
  const view = await viewOf()
  const ends = { donor: positionOn(view, from).id, receiver: positionOn(view, to).id }
  const plan = world.client.planMove({ view, ...ends, ...goal, ...changes })
  if (plan.status !== 'plan') throw new TypeError(`expected a plan, got ${serialize(plan)}`)
  return world.client.getMoveQuote({ plan, owner: owner.address, acceptRoute })
}

async function sent(changes: Partial<PlanMoveParameters> = {}): Promise<MoveHandle & { readonly guid: Hex }> {
  const handle = await world.client.sendMove({ quote: await quoted(changes), walletClient: walletOn(world.source) })
  if (handle.guid === undefined) throw new TypeError('a sent move has a GUID')
  return { ...handle, guid: handle.guid }
}

const ether = (amount: bigint): Partial<PlanMoveParameters> => ({ target: undefined, amount: amount * ETH })

const stateOf = async (move: TrackedMove): Promise<MoveState> => (await world.client.getMoveStatus({ move })).state

/** The states that a watcher sees until a move is over. */
function watched(move: MoveHandle): Promise<readonly MoveState[]> {
  const states: MoveState[] = []
  return new Promise((resolve, reject) => {
    world.client.watchMove({
      move,
      pollingInterval: 5,
      onState: (state) => {
        states.push(state)
        if (isTerminal(state)) resolve(states)
      },
      onError: reject,
    })
  })
}

const factor = (health: KnownHealth): bigint => (health.status === 'known' ? health.factor : 0n)

async function healthOn(chain: MockChain): Promise<bigint> {
  const { health } = positionOn(await viewOf(), chain)
  return health.status === 'known' ? health.factor : 0n
}

/** A transaction of somebody, to its end. */
async function transact(chain: MockChain, account: PrivateKeyAccount, call: { readonly to: Hex; readonly data: Hex }) {
  const wallet = createWalletClient({ account, chain: chain.chain, transport: chain.transport, pollingInterval: 5 })
  const hash = await sendTransaction(wallet, { ...call, gas: 1_000_000n })
  return (await waitForTransactionReceipt(wallet, { hash })).status
}

describe('a move on mocked chains', () => {
  test('default', async () => {
    const { source, destination, client, bus } = world
    const before = await viewOf()
    expect(before.issues).toEqual([])
    expect(before.inFlight).toEqual([])
    const quote = parseMoveQuote(deserialize(serialize(await quoted())))
    const { plan } = quote
    expect(factor(plan.receiver.health.before)).toBe(Wad.fromDecimal('1.1'))
    bus.hold({ before: 'compose' })
    const intents: MoveIntent[] = []
    const handle = await client.sendMove({
      quote,
      walletClient: walletOn(source),
      onIntent: (intent) => {
        intents.push(intent)
      },
    })
    expect(await stateOf(handle)).toBe('compose-queued')
    const flying = await viewOf()
    const wanted = { guid: handle.guid, amount: plan.amount, destinationChainId: base.id, confirmed: true }
    expect(flying.inFlight).toMatchObject([wanted])
    expect(flying.totals).not.toEqual(before.totals)

    const states = watched(handle)
    bus.release()
    expect(await states).toEqual(['submitted', 'sent', 'verified', 'delivered', 'compose-queued', 'credited'])

    const after = await viewOf()
    expect(after.inFlight).toEqual([])
    const weth = (chain: MockChain) =>
      positionOn(after, chain).collateral.find(({ asset }) => asset.symbol === 'WETH')?.amount
    expect(weth(source)).toBe(10n * ETH - plan.amount)
    expect(weth(destination)).toBe(5n * ETH + plan.received)
    // No interest here: what the plan foresaw comes to the wei.
    expect(await healthOn(source)).toBe(factor(plan.donor.health.after))
    expect(await healthOn(destination)).toBe(factor(plan.receiver.health.after))
    expect(await healthOn(destination)).toBeGreaterThanOrEqual(goal.target)
    // Nothing is left behind.
    const { token } = allowanceOf(plan)
    const read = { address: token, abi: erc20Abi } as const
    const reader = walletOn(source)
    const router = plan.source.router
    expect(await readContract(reader, { ...read, functionName: 'balanceOf', args: [router] })).toBe(0n)
    expect(
      await readContract(reader, { ...read, functionName: 'allowance', args: [owner.address, router] }),
    ).toBeLessThanOrEqual(2n)
    const [intent] = intents
    expect(await stateOf(parseMove(deserialize(serialize(intent))))).toBe('credited')
    expect(source.unmocked).toEqual([])
    expect(destination.unmocked).toEqual([])
  })
})

describe('a repayment', () => {
  beforeEach(() => {
    world.destination.setPosition({
      owner: owner.address,
      supply: { WETH: '6' },
      borrow: { WETH: '3', USDC: '3000' },
    })
  })

  const debtOf = (chain: MockChain) => world.markets[1].in(chain.state).borrowedOf(owner.address, wethOn(chain))
  const wethOn = (chain: MockChain) => world.markets[1].in(chain.state).addresses.reserves.WETH?.asset ?? '0x'

  test('default', async () => {
    const { client, source, destination } = world
    const quote = parseMoveQuote(deserialize(serialize(await quoted({ purpose: 'repay' }))))
    const { plan } = quote
    expect(plan).toMatchObject({ purpose: 'repay', excess: 0n })
    const handle = await client.sendMove({ quote, walletClient: walletOn(source) })
    expect(await client.getMoveStatus({ move: handle })).toMatchObject({ state: 'credited', amount: plan.received })
    expect(debtOf(destination)).toBe(3n * ETH - plan.received)
    expect(await healthOn(destination)).toBe(factor(plan.receiver.health.after))
    expect(await healthOn(source)).toBe(factor(plan.donor.health.after))
  })

  test('behavior: what the debt does not need is paid out', async () => {
    const { client, source, destination, markets } = world
    const quote = await quoted({ purpose: 'repay', ...ether(4n) })
    expect(quote.plan.excess).toBe(ETH)
    await client.sendMove({ quote, walletClient: walletOn(source) })
    expect(debtOf(destination)).toBe(0n)
    expect(markets[1].in(destination.state).tokensOf(owner.address, wethOn(destination))).toBe(ETH)
  })

  test('behavior: without a debt it is parked, until there is one', async () => {
    const { client, source, destination } = world
    const quote = await quoted({ purpose: 'repay', ...ether(1n) })
    destination.setPosition({ owner: owner.address, supply: { WETH: '6' } })
    const handle = await client.sendMove({ quote, walletClient: walletOn(source) })
    expect(await client.getMoveStatus({ move: handle })).toMatchObject({ state: 'parked', amount: ETH })
    destination.setPosition({ owner: owner.address, supply: { WETH: '6' }, borrow: { WETH: '2' } })
    const retry = await prepareRetry(client, { chainId: base.id, guid: handle.guid ?? '0x', caller: owner.address })
    expect(await transact(destination, owner, retry)).toBe('success')
    expect(await stateOf(handle)).toBe('credited')
    expect(debtOf(destination)).toBe(ETH)
  })
})

describe('a move over a bad route', () => {
  test.each([
    ['unpinned-library', ['unpinned-library', 'unpinned-library']],
    ['one-verifier', ['one-verifier']],
    ['default-verifiers', ['default-verifiers', 'default-verifiers', 'default-confirmations', 'default-confirmations']],
  ] as const)('behavior: a bus with a doubt of %s is refused, unless by name', async (doubt, found) => {
    world = createWorld({ doubts: [doubt] })
    const error = await quoted().catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ name: 'RefusedRouteError' })
    expect(Reflect.get(Object(error), 'reasons')[0]).toMatchObject({ kind: doubt })
    const { route } = await quoted({}, [world.source, world.destination], [doubt])
    expect(route.doubts.map(({ kind }) => kind)).toEqual(found)
  })
})

describe('a move that is carried step by step', () => {
  test('behavior: shows each state as the devnet does', async () => {
    const { bus } = world
    bus.hold()
    const handle = await sent()
    const { guid } = handle
    expect(bus.messages).toMatchObject([{ guid, phase: 'sent', waits: 'held', nonce: 1n }])
    expect(await stateOf(handle)).toBe('sent')
    bus.deliver(guid, 'verified')
    expect(await stateOf(handle)).toBe('verified')
    bus.deliver(guid, 'delivered')
    expect(await stateOf(handle)).toBe('compose-queued')
    bus.deliver(guid)
    expect(await world.client.getMoveStatus({ move: handle })).toMatchObject({ state: 'credited', issues: [] })
    expect(bus.messages).toMatchObject([{ guid, phase: 'composed', failed: undefined, waits: undefined }])
  })

  test('behavior: goes the other way, by an approval', async () => {
    const { client, source, destination } = world
    destination.setPosition({ owner: owner.address, supply: { WETH: '20' }, borrow: { USDC: '7500' } })
    const quote = await quoted({ target: Wad.fromDecimal('3.5') }, [destination, source])
    const steps: string[] = []
    const handle = await client.sendMove({
      quote,
      approval: 'approve',
      walletClient: walletOn(destination),
      onSubmit: ({ step }) => steps.push(step),
    })
    expect(steps).toEqual(['approve', 'send'])
    expect(await stateOf(handle)).toBe('credited')
    expect(await healthOn(source)).toBeGreaterThanOrEqual(Wad.fromDecimal('3.5'))
  })

  test('behavior: costs what was quoted, with the surplus of the fee refunded', async () => {
    const { client, source } = world
    const quote = await quoted()
    const balance = async () => {
      const read = await source.backend({ method: 'eth_getBalance', params: [owner.address, 'latest'] })
      return read.status === 'result' ? BigInt(String(read.result)) : -1n
    }
    const before = await balance()
    await client.sendMove({ quote, walletClient: walletOn(source) })
    expect(quote.value).toBeGreaterThan(quote.costs.messagingFee.amount)
    expect(before - (await balance())).toBe(quote.costs.messagingFee.amount)
  })

  test('behavior: waits for blocks of its source', async () => {
    const { bus, source, destination } = world
    bus.delay(3)
    const handle = await sent()
    source.mine(2)
    destination.mine(10)
    expect(bus.messages).toMatchObject([{ phase: 'sent', waits: 'delayed' }])
    expect(await stateOf(handle)).toBe('sent')
    source.mine()
    expect(await stateOf(handle)).toBe('credited')
  })

  test('behavior: a lost message stays sent and in flight, and blocks those behind it on its path', async () => {
    const { bus } = world
    bus.hold()
    const lost = await sent(ether(1n))
    bus.drop({ guid: lost.guid })
    bus.release()
    expect(await stateOf(lost)).toBe('sent')
    const later = await sent(ether(1n))
    // As the endpoint has it: verified, but not before the one in front of it is.
    expect(await stateOf(later)).toBe('blocked-by-nonce')
    const view = await viewOf()
    expect(view.inFlight.map(({ guid }) => guid).sort()).toEqual([lost.guid, later.guid].sort())
    expect(() => bus.deliver(later.guid)).toThrowError(MockStepError)
    bus.release({ guid: lost.guid })
    expect(await stateOf(lost)).toBe('credited')
    expect(await stateOf(later)).toBe('credited')
    expect((await viewOf()).inFlight).toEqual([])
  })

  test('behavior: messages arrive in another order', async () => {
    const { bus, client } = world
    bus.hold()
    const [first, second] = [await sent(ether(1n)), await sent(ether(2n))]
    expect([first.nonce, second.nonce]).toEqual([1n, 2n])
    bus.reorder([second.guid])
    expect(await stateOf(second)).toBe('credited')
    expect(await stateOf(first)).toBe('verified')
    expect((await viewOf()).inFlight).toMatchObject([{ guid: first.guid }])
    bus.release()
    // What was executed late was not skipped: it is no failure that a nonce above it is done.
    expect(await client.getMoveStatus({ move: first })).toMatchObject({ state: 'credited', amount: ETH })
  })

  test('behavior: a delivery that reverts leaves the message where it was, until it is tried again', async () => {
    const { bus } = world
    bus.revert('deliver')
    const handle = await sent()
    expect(await stateOf(handle)).toBe('verified')
    expect(bus.messages).toMatchObject([{ phase: 'verified', failed: 'deliver' }])
    bus.release()
    expect(await stateOf(handle)).toBe('verified')
    bus.revert('compose')
    expect(() => bus.deliver(handle.guid)).toThrowError(expect.objectContaining({ step: 'compose' }))
    expect(await stateOf(handle)).toBe('compose-queued')
    expect((await viewOf()).inFlight).toMatchObject([{ guid: handle.guid }])
    // Each order strikes once.
    bus.revert('compose')
    expect(() => bus.deliver(handle.guid)).toThrowError(expect.objectContaining({ step: 'compose' }))
    expect(await stateOf(handle)).toBe('compose-queued')
    bus.deliver(handle.guid)
    expect(await stateOf(handle)).toBe('credited')
  })

  test('behavior: an asset of two decimals moves as well', async () => {
    const gusd = { WETH: reserves.WETH, GUSD: { price: '1', decimals: 2, liquidationThreshold: '0.8' } }
    const markets = [arbitrum, base].map(({ id }) => mockAaveV3({ chainId: id, reserves: gusd }))
    const [from, to] = [arbitrum, base].map((chain, index) =>
      mockChain({
        chain,
        markets: markets.slice(index, index + 1),
        positions: [{ owner: owner.address, supply: { GUSD: '100' } }],
        balances: { [owner.address]: ETH },
      }),
    )
    if (from === undefined || to === undefined) throw new TypeError('a move has two chains')
    const bus = mockMessageBus({ chains: [from, to] })
    const client = createMarginClient({
      chains: [arbitrum, base],
      transports: { [arbitrum.id]: from.transport, [base.id]: to.transport },
      adapters: markets.map(({ adapter }) => adapter),
      routers: bus.routers,
      routes: bus.routes,
    })
    const view = await client.getMarginView({ owner: owner.address })
    const ends = { donor: positionOn(view, from).id, receiver: positionOn(view, to).id }
    const plan = client.planMove({ view, ...ends, asset: 'GUSD', amount: 1_234n, ...kept })
    if (plan.status !== 'plan') throw new TypeError(serialize(plan))
    const quote = await client.getMoveQuote({ plan, owner: owner.address })
    const move = await client.sendMove({ quote, walletClient: walletOn(from) })
    expect(await client.getMoveStatus({ move })).toMatchObject({ state: 'credited', amount: 1_234n })
  })
})

describe('a move that cannot be supplied', () => {
  test('behavior: ends parked when the destination is frozen; the owner alone retries it', async () => {
    const { client, bus, destination, markets } = world
    const quote = await quoted()
    const freeze = (isFrozen: boolean) =>
      destination.update(markets[1].in(destination.state).withReserve('WETH', { isFrozen }))
    freeze(true)
    const handle = await client.sendMove({ quote, walletClient: walletOn(world.source) })
    expect(await watched(handle)).toEqual(['submitted', 'sent', 'verified', 'delivered', 'compose-queued', 'parked'])
    const view = await viewOf()
    expect(view.inFlight).toEqual([])
    expect(view.parked).toMatchObject([{ guid: handle.guid, chainId: base.id, amount: quote.amountReceived }])
    const parked = { chainId: base.id, guid: handle.guid ?? '0x', caller: owner.address }
    await expect(prepareRetry(client, parked)).rejects.toThrowError(
      expect.objectContaining({ name: 'CallRevertedError', message: expect.stringContaining('the reserve is frozen') }),
    )
    freeze(false)
    await expect(prepareRetry(client, { ...parked, caller: stranger.address })).rejects.toThrowError(
      expect.objectContaining({ name: 'NotOwnerError' }),
    )
    const retry = await prepareRetry(client, parked)
    expect(await transact(destination, stranger, retry)).toBe('reverted')
    expect(await stateOf(handle)).toBe('parked')
    expect(await transact(destination, owner, retry)).toBe('success')
    expect(await stateOf(handle)).toBe('credited')
    expect((await viewOf()).parked).toEqual([])
    expect(await healthOn(destination)).toBeGreaterThanOrEqual(goal.target)
    await expect(prepareRetry(client, parked)).rejects.toThrowError(expect.objectContaining({ name: 'NotParkedError' }))
    expect(bus.messages).toMatchObject([{ phase: 'composed' }])
  })

  test('behavior: ends parked as the test orders; the owner alone claims it', async () => {
    const { client, bus, destination, markets } = world
    const endParking = bus.park()
    const handle = await sent()
    endParking()
    expect(await stateOf(handle)).toBe('parked')
    const claim = await prepareClaim(client, {
      chainId: base.id,
      guid: handle.guid,
      caller: owner.address,
      to: owner.address,
    })
    expect(await transact(destination, stranger, claim)).toBe('reverted')
    const tokens = () => {
      const pool = markets[1].in(destination.state)
      return pool.tokensOf(owner.address, pool.addresses.reserves.WETH?.asset ?? '0x')
    }
    expect(tokens()).toBe(0n)
    expect(await transact(destination, owner, claim)).toBe('success')
    const status = await client.getMoveStatus({ move: handle })
    expect(status.state).toBe('claimed')
    expect(tokens()).toBe(status.amount)
    expect((await viewOf()).parked).toEqual([])
    const next = await sent(ether(1n))
    expect(await stateOf(next)).toBe('credited')
  })
})

describe('whatever happens to messages', () => {
  const act = fc.oneof(
    fc.record({ what: fc.constantFrom('hold' as const, 'release' as const, 'drop' as const, 'find' as const) }),
    fc.record({ what: fc.constantFrom('step' as const, 'reorg' as const, 'revert' as const), which: fc.nat(2) }),
    fc.record({ what: fc.constant('park' as const), which: fc.nat(2) }),
  )

  test('property: nothing is counted twice, and nothing is lost from sight', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 8 }), async (acts) => {
        world = createWorld()
        const { bus, destination } = world
        const { number: clean } = destination.block
        bus.hold()
        const guids = [(await sent(ether(1n))).guid, (await sent(ether(1n))).guid, (await sent(ether(1n))).guid]
        for (const { what, ...rest } of acts) {
          const guid = guids['which' in rest ? rest.which : 0] ?? '0x'
          if (what === 'hold' || what === 'release' || what === 'drop') bus[what]()
          if (what === 'find') for (const one of guids) bus.release({ guid: one })
          if (what === 'park') bus.park({ guid })
          if (what === 'revert') bus.revert('deliver', { guid })
          if (what === 'reorg') {
            const depth = Number(destination.block.number - clean)
            if (depth > 0) destination.reorg(Math.min(depth, 2 + Number(BigInt(guid) % 3n)))
          }
          if (what === 'step') {
            const phase = bus.messages.find((message) => message.guid === guid)?.phase
            const next = {
              sent: 'verified',
              verified: 'delivered',
              delivered: 'composed',
              composed: 'composed',
            } as const
            try {
              bus.deliver(guid, next[phase ?? 'sent'])
            } catch (error) {
              // One before it is not verified, or it was to revert.
              expect(error).toBeInstanceOf(MockStepError)
            }
          }
          const view = await viewOf()
          const supplied = view.positions.flatMap((position) => {
            if (position.status !== 'read') throw new TypeError(serialize(position.issues))
            return position.collateral.map(({ amount }) => amount)
          })
          const amounts = [...supplied, ...[...view.inFlight, ...view.parked].map(({ amount }) => amount)]
          expect(amounts.reduce<bigint>((sum, amount) => sum + BigInt(amount as bigint), 0n)).toBe(15n * ETH)
        }
      }),
      { numRuns: 15 },
    )
  })
})

describe('over HTTP', () => {
  test('behavior: msw plays the nodes, and a wallet sends by http()', async () => {
    const { source, destination, bus, markets } = world
    const server = setupServer(...source.handlers, ...destination.handlers)
    server.listen({ onUnhandledRequest: 'error' })
    try {
      world = {
        ...world,
        client: createMarginClient({
          chains: [arbitrum, base],
          transports: { [arbitrum.id]: http(), [base.id]: http() },
          adapters: markets.map(({ adapter }) => adapter),
          routers: bus.routers,
          routes: bus.routes,
        }),
      }
      const walletClient = createWalletClient({ account: owner, chain: arbitrum, transport: http() })
      const handle = await world.client.sendMove({ quote: await quoted(), walletClient })
      expect(await watched(handle)).toEqual([
        'submitted',
        'sent',
        'verified',
        'delivered',
        'compose-queued',
        'credited',
      ])
      expect(source.nodes[0]?.requests.some(({ calls }) => calls[0]?.method === 'eth_sendRawTransaction')).toBe(true)
    } finally {
      server.close()
    }
  })
})

describe('a move that would not count', () => {
  test('behavior: ends parked where the supply would be no collateral', async () => {
    const { client, source, destination, markets } = world
    const quote = await quoted(ether(1n))
    // In between the owner made another asset the only collateral, and it is one for isolation.
    const isolated = markets[1].in(destination.state).withReserve('USDC', { debtCeiling: 1_000_000n })
    const position = { owner: owner.address, supply: { USDC: '10000' }, collateral: ['USDC'] } as const
    destination.update(isolated.withPosition(position))
    const handle = await client.sendMove({ quote, walletClient: walletOn(source) })
    expect(await stateOf(handle)).toBe('parked')
    const retry = prepareRetry(client, { chainId: base.id, guid: handle.guid ?? '0x', caller: owner.address })
    await expect(retry).rejects.toThrowError(
      expect.objectContaining({ revert: expect.objectContaining({ name: 'CollateralNotEnabled' }) }),
    )
  })

  test('behavior: ends parked where the owner, a contract at the source, has no code', async () => {
    const { source, destination, client, bus } = world
    const contract = '0x00000000000000000000000000000000000000c1'
    source.setPosition({ owner: contract, supply: { WETH: '2' } })
    destination.setPosition({ owner: contract, supply: { WETH: '1' } })
    const view = await client.getMarginView({ owner: contract })
    const ends = { donor: positionOn(view, source).id, receiver: positionOn(view, destination).id, asset: 'WETH' }
    const plan = client.planMove({ view, ...ends, amount: ETH, ...kept })
    if (plan.status !== 'plan') throw new TypeError(plan.status)
    source.setContract(contract, () => '0x')
    const quote = await client.getMoveQuote({ plan, owner: contract, recovery: owner.address })
    source.setBalance(contract, ETH)
    const prepared = await client.prepareMove({ quote, owner: contract })
    if (prepared.approval !== 'approve') throw new TypeError(prepared.approval)
    for (const { to, data, value } of [prepared.approve, prepared.call]) {
      source.include({ from: contract, to, data, value })
    }
    expect(bus.messages).toMatchObject([{ phase: 'composed' }])
    const { parked } = await client.getMarginView({ owner: contract })
    expect(parked).toMatchObject([{ amount: ETH }])
    // Its recovery address may take it.
    const guid = parked[0]?.guid ?? '0x'
    const claim = await prepareClaim(client, { chainId: base.id, guid, caller: owner.address, to: owner.address })
    expect(await transact(destination, owner, claim)).toBe('success')
  })
})

describe('a move and reorganisations', () => {
  test('behavior: the source takes back what nobody has verified, and it can be sent again', async () => {
    const { client, bus, source } = world
    bus.hold()
    const quote = await quoted(ether(1n))
    const prepared = await client.prepareMove({ quote, owner: owner.address })
    const first = await client.sendMove({ prepared, walletClient: walletOn(source) })
    source.reorg(1)
    expect(bus.messages).toEqual([])
    expect((await viewOf()).inFlight).toEqual([])
    expect(await client.getMoveStatus({ move: prepared.intent })).toMatchObject({ state: 'intended' })
    // A handle has seen it, and in which block: it says that this node does not show it any more.
    expect(await client.getMoveStatus({ move: first })).toMatchObject({
      state: 'reorged',
      issues: [{ path: 'sentMove', reason: expect.stringContaining('does not show the move any more') }],
    })
    const second = await client.sendMove({ prepared, walletClient: walletOn(source) })
    bus.release()
    expect(await stateOf(second)).toBe('credited')
    // The nonce was free again, and so was the GUID.
    expect(second.guid).toBe(first.guid)
  })

  test('behavior: what was delivered stays, although the source has forgotten it', async () => {
    const { bus, source, destination } = world
    const handle = await sent(ether(1n))
    source.reorg(1)
    expect(bus.messages).toMatchObject([{ guid: handle.guid, phase: 'composed' }])
    // 10 there and 6 here would be one too many: what the source says is not believed until it shows the sending again.
    const view = await viewOf()
    const [left, arrived] = [source, destination].map(({ chain: { id } }) =>
      view.positions.find(({ market }) => market.chainId === id),
    )
    expect(left).toMatchObject({
      status: 'unread',
      issues: [{ reason: expect.stringContaining('a move has arrived on Base that it does not show as sent') }],
    })
    expect(arrived).toMatchObject({ status: 'read', collateral: [{ amount: 6n * ETH }] })
    expect(view.inFlight).toEqual([])
    expect(await stateOf(handle)).toBe('credited')
  })

  test('behavior: what the destination takes back is carried once more', async () => {
    const { bus, destination } = world
    const { number: clean } = destination.block
    const handle = await sent(ether(1n))
    const before = destination.block
    // The supply and the delivery.
    destination.reorg(2)
    expect(destination.block.number).toBeGreaterThan(before.number)
    expect(bus.messages).toMatchObject([{ guid: handle.guid, phase: 'composed' }])
    expect(await stateOf(handle)).toBe('credited')
    bus.hold()
    destination.reorg(Number(destination.block.number - clean))
    expect(await stateOf(handle)).toBe('sent')
    expect((await viewOf()).inFlight).toMatchObject([{ guid: handle.guid }])
    bus.release()
    expect(await stateOf(handle)).toBe('credited')
    expect((await viewOf()).inFlight).toEqual([])
  })
})

describe('what the router refuses', () => {
  test('error: a price that falls after the quote: SourceHealthTooLow, and nothing is sent', async () => {
    const { client, bus, source } = world
    const quote = await quoted()
    source.setPrice('WETH', '900')
    await expect(client.sendMove({ quote, walletClient: walletOn(source) })).rejects.toThrowError(
      expect.objectContaining({
        name: 'CallRevertedError',
        hash: undefined,
        revert: expect.objectContaining({ name: 'SourceHealthTooLow' }),
      }),
    )
    expect(bus.messages).toEqual([])
  })

  test('error: a permit that somebody else has signed: CollateralNotAvailable', async () => {
    const { client, source, bus } = world
    const signed = await client.prepareMove({ quote: await quoted(ether(1n)), owner: owner.address })
    expect(signed.approval).toBe('permit')
    const impostor: PrivateKeyAccount = { ...stranger, address: owner.address }
    await expect(client.sendMove({ prepared: signed, walletClient: walletOn(source, impostor) })).rejects.toThrowError(
      expect.objectContaining({ revert: expect.objectContaining({ name: 'CollateralNotAvailable' }) }),
    )
    expect(bus.messages).toEqual([])
  })

  test('error: an id that was used: MoveAlreadySent', async () => {
    const { client, source, bus } = world
    const quote = await quoted(ether(1n))
    const prepared = await client.prepareMove({ quote, owner: owner.address, approval: 'approve' })
    await client.sendMove({ prepared, walletClient: walletOn(source) })
    await expect(client.sendMove({ prepared, walletClient: walletOn(source) })).rejects.toThrowError(
      expect.objectContaining({ revert: expect.objectContaining({ name: 'MoveAlreadySent' }) }),
    )
    await expect(client.prepareMove({ quote, owner: owner.address, id: prepared.intent.id })).rejects.toThrowError(
      expect.objectContaining({ name: 'MoveAlreadySentError' }),
    )
    expect(bus.messages).toHaveLength(1)
  })

  test('error: a contract without a recovery address', async () => {
    const { client, source } = world
    const quote = await quoted(ether(1n))
    source.setContract(owner.address, () => '0x')
    await expect(client.prepareMove({ quote, owner: owner.address })).rejects.toThrowError(
      expect.objectContaining({ name: 'RecoveryRequiredError' }),
    )
  })
})
