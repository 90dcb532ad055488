import { type MockAaveV3, mockAaveV3 } from '@unimargin/adapters/aave-v3/testing'
import {
  createJournal,
  createMarginClient,
  type DirectMove,
  deserialize,
  findMove,
  getDirectQuote,
  getMoveStatus,
  type MarginClient,
  type MarginClientConfig,
  type MarginView,
  type MoveState,
  type MoveWallet,
  memoryJournalStorage,
  type PlanMoveParameters,
  parseMove,
  planDirectMove,
  prepareArrival,
  prepareDirectMove,
  recover,
  restoreDirectMove,
  sendArrival,
  sendDirectMove,
  serialize,
  type TrackedMove,
  Wad,
  watchMove,
} from '@unimargin/sdk'
import { type Fault, type MockChain, type MockMessageBus, mockChain, mockMessageBus } from '@unimargin/sdk/testing'
import { createWalletClient, encodeFunctionData, erc20Abi, type Hex, padHex, parseAbi } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { readContract, sendTransaction } from 'viem/actions'
import { arbitrum, base, optimism } from 'viem/chains'
import { beforeEach, describe, expect, test } from 'vitest'

// Direct moves without an EVM, as an integrator plays them: no contract of ours is known to the client.

const ETH = 10n ** 18n
const owner = privateKeyToAccount(`0x${'11'.repeat(32)}`)
const stranger = privateKeyToAccount(`0x${'22'.repeat(32)}`)
const reserves = {
  WETH: { price: '2000', liquidationThreshold: '0.825', loanToValue: '0.8' },
  USDC: { price: '1', decimals: 6, liquidationThreshold: '0.8', loanToValue: '0.77' },
} as const
const goal = {
  asset: 'WETH',
  amount: 2n * ETH,
  donorFloor: Wad.fromDecimal('1.5'),
  acceptFlags: ['single-source'],
} as const

let configured: MarginClientConfig
let client: MarginClient
let bus: MockMessageBus
let source: MockChain
let destination: MockChain
let markets: readonly [source: MockAaveV3, destination: MockAaveV3]

beforeEach(() => {
  const market = (chainId: number, WETH: string, USDC: string) =>
    mockAaveV3({
      chainId,
      name: `Chain ${chainId}`,
      reserves,
      positions: [{ owner: owner.address, supply: { WETH }, borrow: { USDC } }],
    })
  markets = [market(arbitrum.id, '10', '5000'), market(base.id, '5', '7500')]
  const balances = { [owner.address]: 10n * ETH, [stranger.address]: 10n * ETH }
  source = mockChain({ chain: arbitrum, markets: [markets[0]], balances })
  destination = mockChain({ chain: base, markets: [markets[1]], balances })
  bus = mockMessageBus({ chains: [source, destination] })
  configured = {
    chains: [arbitrum, base],
    transports: { [arbitrum.id]: source.transport, [base.id]: destination.transport },
    adapters: markets.map(({ adapter }) => adapter),
    endpoints: bus.endpoints,
    routes: bus.routes,
  }
  client = createMarginClient(configured)
})

const walletOn = ({ chain, transport }: MockChain, account = owner): MoveWallet =>
  createWalletClient({ account, chain, transport, pollingInterval: 5 })

const viewOf = (): Promise<MarginView> => client.getMarginView({ owner: owner.address })

const stateOf = async (move: TrackedMove): Promise<MoveState> => (await getMoveStatus(client, { move })).state

const wethOf = ({ chain: { id } }: MockChain): Hex =>
  markets.find(({ adapter }) => adapter.market.chainId === id)?.addresses.reserves.WETH?.asset ?? '0x'

const supplied = (chain: MockChain, index: 0 | 1): bigint =>
  markets[index].in(chain.state).suppliedOf(owner.address, wethOf(chain))

const held = (chain: MockChain, index: 0 | 1): bigint =>
  markets[index].in(chain.state).tokensOf(owner.address, wethOf(chain))

function positionOn(view: MarginView, { chain: { id } }: MockChain): string {
  return view.positions.find(({ market }) => market.chainId === id)?.id ?? ''
}

async function prepared(changes: Partial<PlanMoveParameters> = {}) {
  const view = await viewOf()
  const ends = { donor: positionOn(view, source), receiver: positionOn(view, destination) }
  const plan = planDirectMove(client, { view, ...ends, ...goal, ...changes })
  if (plan.status !== 'plan') throw new TypeError(`expected a plan, got ${serialize(plan)}`)
  const quote = await getDirectQuote(client, { plan, owner: owner.address, view })
  return { view, prepared: await prepareDirectMove(client, { quote, view }) }
}

async function sent(changes: Partial<PlanMoveParameters> = {}): Promise<DirectMove & { readonly guid: Hex }> {
  const move = await sendDirectMove(client, { ...(await prepared(changes)), walletClient: walletOn(source) })
  if (move.guid === undefined) throw new TypeError('a sent move has a GUID')
  return { ...move, guid: move.guid }
}

async function finish(move: TrackedMove, receiver?: string): Promise<DirectMove> {
  const arrival = await prepareArrival(client, { move, view: await viewOf(), receiver })
  return sendArrival(client, { prepared: arrival, walletClient: walletOn(destination) })
}

/** The states that a watcher sees until one of them. */
function watched(move: TrackedMove, last: MoveState): Promise<readonly MoveState[]> {
  const states: MoveState[] = []
  return new Promise((resolve) => {
    const stop = watchMove(client, {
      move,
      pollingInterval: 5,
      onState: (state) => {
        states.push(state)
        if (state !== last) return
        stop()
        resolve(states)
      },
    })
  })
}

describe('a direct move on mocked chains', () => {
  test('default', async () => {
    const { view, prepared: ready } = await prepared()
    expect(ready.calls.map(({ step }) => step)).toEqual(['withdraw', 'approve', 'send'])
    bus.hold()
    const move = await sendDirectMove(client, { prepared: ready, view, walletClient: walletOn(source) })
    expect([supplied(source, 0), held(source, 0)]).toEqual([8n * ETH, 0n])
    const states = watched(move, 'delivered')
    bus.release()
    expect(await states).toEqual(['submitted', 'sent', 'verified', 'delivered'])
    expect(bus.messages).toMatchObject([{ guid: move.guid, phase: 'delivered', failed: undefined, waits: undefined }])
    const status = await getMoveStatus(client, { move: parseMove(deserialize(serialize(move))) })
    expect(status).toMatchObject({ state: 'delivered', amount: goal.amount, issues: [] })
    expect([supplied(destination, 1), held(destination, 1)]).toEqual([5n * ETH, goal.amount])
    expect((await recover(client, { move })).advice).toContain('prepareArrival')

    const done = await finish(move)
    expect(await getMoveStatus(client, { move: done })).toMatchObject({ state: 'credited', amount: goal.amount })
    expect([supplied(destination, 1), held(destination, 1)]).toEqual([7n * ETH, 0n])
    // Nothing stays allowed, and nothing was asked that is not mocked.
    for (const [chain, spender] of [
      [source, ready.plan.source.oft],
      [destination, markets[1].addresses.pool],
    ] as const) {
      const read = { address: wethOf(chain), abi: erc20Abi, functionName: 'allowance' } as const
      expect(await readContract(walletOn(chain), { ...read, args: [owner.address, spender] })).toBe(0n)
      expect(chain.unmocked).toEqual([])
    }
  })

  test('behavior: each step of its message is shown, and what fails can be done again', async () => {
    bus.hold()
    const move = await sent()
    expect(await stateOf(move)).toBe('sent')
    bus.deliver(move.guid, 'verified')
    expect(await stateOf(move)).toBe('verified')
    bus.revert('deliver')
    expect(() => bus.deliver(move.guid)).toThrowError(expect.objectContaining({ name: 'MockStepError' }))
    const { status, actions } = await recover(client, { move })
    expect(status.state).toBe('verified')
    const [deliver] = actions
    if (deliver?.refused !== undefined || deliver === undefined) throw new TypeError(`refused: ${deliver?.refused}`)
    const wallet = walletOn(destination, stranger)
    await sendTransaction(wallet, { account: stranger, chain: base, ...deliver.call })
    expect(await stateOf(move)).toBe('delivered')
    destination.reorg(1)
    expect(await stateOf(move)).toBe('verified')
    bus.deliver(move.guid)
    expect(await stateOf(await finish(move))).toBe('credited')
  })

  test('behavior: repays, and what is not owed stays in the wallet', async () => {
    destination.setPosition({ owner: owner.address, supply: { WETH: '6' }, borrow: { WETH: '1', USDC: '3000' } })
    const move = await sent({ purpose: 'repay' })
    const arrival = await prepareArrival(client, { move, view: await viewOf() })
    expect(arrival.calls.map(({ step }) => step)).toEqual(['approve', 'repay', 'revoke'])
    expect(await stateOf(await finish(move))).toBe('credited')
    expect(markets[1].in(destination.state).borrowedOf(owner.address, wethOf(destination))).toBe(0n)
    expect(held(destination, 1)).toBe(ETH)
  })

  test('error: CallRevertedError where the market refuses, and nothing is sent', async () => {
    const ready = await prepared()
    source.update(markets[0].in(source.state).withReserve('WETH', { isPaused: true }))
    const send = sendDirectMove(client, { ...ready, walletClient: walletOn(source) })
    await expect(send).rejects.toMatchObject({ name: 'CallRevertedError' })
    expect([supplied(source, 0), bus.messages.length]).toEqual([10n * ETH, 0])
  })
})

describe('a direct move in a journal', () => {
  const journaled = async () => {
    const { view, prepared: ready } = await prepared()
    const journal = await createJournal({ storage: memoryJournalStorage() })
    return { view, prepared: ready, journal, walletClient: walletOn(source) }
  }

  test('behavior: what the journal has goes before the older move of whoever calls again', async () => {
    const all = await journaled()
    const move = await sendDirectMove(client, all)
    for (const stale of [all.prepared.intent, { ...move, hash: undefined }]) {
      expect((await sendDirectMove(client, { ...all, move: stale })).hash).toBe(move.hash)
    }
    expect([supplied(source, 0), bus.messages.length]).toEqual([8n * ETH, 1])
  })

  test('behavior: a move that was begun without it is written down as it is', async () => {
    const all = await journaled()
    const move = await sendDirectMove(client, { ...all, journal: undefined })
    await sendDirectMove(client, { ...all, move })
    const kept = all.journal.get(move.id)
    expect(kept && restoreDirectMove(kept).move).toMatchObject({ hash: move.hash, direct: { done: move.direct.done } })
    expect([supplied(source, 0), bus.messages.length]).toEqual([8n * ETH, 1])
  })

  test.each([
    ['failed', 'submitted'],
    ['refunded', 'mined'],
  ])('behavior: one that was %s is open again before anything is handed over', async (over, open) => {
    const all = await journaled()
    const lost: Fault = { kind: 'lost', answer: () => ({ status: 'result', result: null }) }
    source.break(lost, { methods: ['eth_sendRawTransaction'] })
    await expect(sendDirectMove(client, all)).rejects.toMatchObject({ name: 'WalletFailedError' })
    source.mend()
    const { id } = all.prepared.intent
    await all.journal.append(id, { state: over })
    const before = all.journal.get(id)?.records.length
    await sendDirectMove(client, { ...all, again: ['withdraw'] })
    const states = all.journal
      .get(id)
      ?.records.slice(before)
      .map(({ state }) => state)
    expect(states?.[0]).toBe(open)
    expect(states?.at(-1)).toBe(over === 'failed' ? 'mined' : 'direct-mined')
  })
})

describe('findMove of what an owner sent without a router', () => {
  const known = ({ hash, guid, nonce, owner: of, source: from, destination: to, direct }: TrackedMove) => {
    const { recipient, assets, amount, purpose } = direct ?? {}
    return { hash, guid, nonce, owner: of, source: from, destination: to, recipient, assets, amount, purpose }
  }

  test('default: by its transaction and by its GUID, and its second step for a position that is named', async () => {
    bus.hold()
    const move = await sent()
    for (const reference of [{ hash: move.hash ?? '0x', chainId: arbitrum.id }, { guid: move.guid }]) {
      const found = await findMove(client, reference)
      expect(known(found)).toEqual(known(move))
      expect(found).toMatchObject({ id: move.guid, transaction: { from: owner.address } })
      expect(found.direct?.receiver).toBeUndefined()
      expect(await getMoveStatus(client, { move: found })).toMatchObject({ state: 'sent', issues: [] })
    }
    bus.release()
    const found = parseMove(deserialize(serialize(await findMove(client, { guid: move.guid }))))
    expect(await getMoveStatus(client, { move: found })).toMatchObject({ state: 'delivered', amount: goal.amount })
    expect((await recover(client, { move: found })).advice).toContain('prepareArrival')
    await expect(finish(found)).rejects.toMatchObject({ name: 'ReceiverRequiredError' })
    const done = await finish(found, positionOn(await viewOf(), destination))
    expect(await stateOf(done)).toBe('credited')
    expect(supplied(destination, 1)).toBe(7n * ETH)
  })

  test('behavior: where routers are known as well, and by what an indexer says', async () => {
    bus.hold()
    const move = await sent()
    const routed = createMarginClient({ ...configured, endpoints: [], routers: bus.routers })
    expect(known(await findMove(routed, { guid: move.guid }))).toEqual(known(move))
    source.break({ kind: 'logless', answer: () => ({ status: 'result', result: null }) }, { methods: ['eth_getLogs'] })
    const scan = { sourceOf: () => ({ hash: move.hash ?? '0x', srcEid: move.source.eid }) }
    expect(known(await findMove(client, { guid: move.guid, scan }))).toEqual(known(move))
    const unread = findMove(client, { guid: move.guid, owner: owner.address })
    await expect(unread).rejects.toMatchObject({ name: 'MoveNotFoundError', unread: [arbitrum.id] })
  })

  test('behavior: before it is in a block, by its call', async () => {
    const move = await sent()
    const none: Fault = { kind: 'unanswered', answer: () => ({ status: 'result', result: null }) }
    source.break(none, { methods: ['eth_getTransactionReceipt'] })
    const found = await findMove(client, { hash: move.hash ?? '0x', chainId: arbitrum.id })
    expect(known(found)).toEqual({ ...known(move), guid: undefined, nonce: undefined })
    expect(found).toMatchObject({ id: move.hash, transaction: { from: owner.address } })
    source.mend()
    expect(await getMoveStatus(client, { move: found })).toMatchObject({
      state: 'delivered',
      move: { guid: move.guid },
    })
  })

  const abi = parseAbi([
    'struct SendParam { uint32 dstEid; bytes32 to; uint256 amountLD; uint256 minAmountLD; bytes extraOptions; bytes composeMsg; bytes oftCmd; }',
    'struct MessagingFee { uint256 nativeFee; uint256 lzTokenFee; }',
    'function send(SendParam sendParam, MessagingFee fee, address refundAddress) payable',
  ])

  test('error: NoMoveInTransactionError for what somebody has run at the destination, and what only approves', async () => {
    const { calls } = (await prepared()).prepared
    const wallet = walletOn(source)
    const hashes: Hex[] = []
    for (const { call } of calls.slice(0, 2)) {
      hashes.push(await sendTransaction(wallet, { account: owner, chain: arbitrum, ...call }))
    }
    const [{ oft = '0x' } = {}] = bus.routes.flatMap(({ ends }) => ends.filter(({ asset }) => asset === wethOf(source)))
    const to = padHex(owner.address, { size: 32 })
    const eid = bus.endpoints[1]?.eid ?? 0
    const amounts = { amountLD: ETH, minAmountLD: 0n, extraOptions: '0x', oftCmd: '0x' } as const
    const fee = { nativeFee: 10n ** 14n, lzTokenFee: 0n }
    const args = [{ dstEid: eid, to, ...amounts, composeMsg: '0x12' }, fee, owner.address] as const
    const data = encodeFunctionData({ abi, functionName: 'send', args })
    hashes.push(await sendTransaction(wallet, { account: owner, chain: arbitrum, to: oft, data, value: fee.nativeFee }))
    expect(bus.messages).toMatchObject([{ phase: 'delivered', failed: 'compose' }])
    for (const hash of hashes) {
      const found = findMove(client, { hash, chainId: arbitrum.id })
      await expect(found).rejects.toMatchObject({ name: 'NoMoveInTransactionError' })
    }
  })

  test('error: SeveralMovesError, UnknownEidError, UnknownRouteError, InvalidParameterError', async () => {
    bus.hold()
    const [first, second] = [await sent({ amount: ETH }), await sent({ amount: ETH })]
    const at = { hash: second.hash ?? '0x', chainId: arbitrum.id }
    const [here] = bus.endpoints
    if (here === undefined) throw new TypeError('two endpoints')
    const alone = createMarginClient({ ...configured, endpoints: [here] })
    await expect(findMove(alone, at)).rejects.toMatchObject({ name: 'UnknownEidError' })
    const elsewhere = <end extends { readonly chainId: number }>(end: end) =>
      end.chainId === base.id ? { ...end, chainId: optimism.id } : end
    const lost = createMarginClient({
      ...configured,
      chains: [...configured.chains, optimism],
      transports: { ...configured.transports, [optimism.id]: destination.transport },
      routes: bus.routes.map((route) =>
        route.kind === 'oft'
          ? { ...route, ends: route.ends.map(elsewhere) }
          : { ...route, ends: route.ends.map(elsewhere) },
      ),
    })
    await expect(findMove(lost, at)).rejects.toMatchObject({ name: 'UnknownRouteError' })
    await expect(findMove(client, { guid: first.guid, blocks: 0n })).rejects.toMatchObject({
      name: 'InvalidParameterError',
      parameter: 'blocks',
    })
    // As a batch of a wallet would.
    const receiptOf = (hash = '0x') => source.backend({ method: 'eth_getTransactionReceipt', params: [hash] })
    const own = await receiptOf(first.hash)
    const logs: readonly unknown[] = own.status === 'result' ? Object(own.result).logs : []
    source.break(
      {
        kind: 'batch',
        answer: (given) =>
          given.status === 'result'
            ? { ...given, result: { ...Object(given.result), logs: [...logs, ...Object(given.result).logs] } }
            : given,
      },
      {
        methods: ['eth_getTransactionReceipt'],
        when: ({ params }) => Array.isArray(params) && params[0] === second.hash,
      },
    )
    await expect(findMove(client, at)).rejects.toMatchObject({
      name: 'SeveralMovesError',
      guids: [first.guid, second.guid],
    })
    const found = await findMove(client, { ...at, guid: second.guid })
    expect(found).toMatchObject({ guid: second.guid })
    // What is tracked of it stays the same one.
    expect((await getMoveStatus(client, { move: found })).move.guid).toBe(second.guid)
  })
})
