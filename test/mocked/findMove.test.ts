import { type MockAaveV3, mockAaveV3 } from '@unimargin/adapters/aave-v3/testing'
import {
  createMarginClient,
  type FindMoveParameters,
  findMove,
  getMoveStatus,
  type Hex,
  type MarginClient,
  type MarginClientConfig,
  type MessageScan,
  type MoveHandle,
  type TrackedMove,
  Wad,
} from '@unimargin/sdk'
import { type Fault, type MockChain, type MockMessageBus, mockChain, mockMessageBus } from '@unimargin/sdk/testing'
import { createWalletClient } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { arbitrum, base } from 'viem/chains'
import { beforeEach, describe, expect, test } from 'vitest'

// Moves of whom this client knows nothing: found by what anybody may paste.

const ETH = 10n ** 18n
const owner = privateKeyToAccount(`0x${'11'.repeat(32)}`)
const reserves = {
  WETH: { price: '2000', liquidationThreshold: '0.825', loanToValue: '0.8' },
  USDC: { price: '1', decimals: 6, liquidationThreshold: '0.8', loanToValue: '0.77' },
} as const

let client: MarginClient
let configured: MarginClientConfig
let bus: MockMessageBus
let source: MockChain
let destination: MockChain
let markets: readonly MockAaveV3[]

beforeEach(() => {
  const market = (chainId: number, WETH: string, USDC: string) =>
    mockAaveV3({
      chainId,
      name: `Chain ${chainId}`,
      reserves,
      positions: [{ owner: owner.address, supply: { WETH }, borrow: { USDC } }],
    })
  const [here, there] = [market(arbitrum.id, '10', '5000'), market(base.id, '5', '7500')]
  const balances = { [owner.address]: 10n * ETH }
  source = mockChain({ chain: arbitrum, markets: [here], balances })
  destination = mockChain({ chain: base, markets: [there], balances })
  bus = mockMessageBus({ chains: [source, destination] })
  markets = [here, there]
  configured = {
    chains: [arbitrum, base],
    transports: { [arbitrum.id]: source.transport, [base.id]: destination.transport },
    adapters: markets.map(({ adapter }) => adapter),
    routers: bus.routers,
    routes: bus.routes,
  }
  client = createMarginClient(configured)
})

async function sent(): Promise<MoveHandle & { readonly guid: Hex }> {
  const view = await client.getMarginView({ owner: owner.address })
  const at = (chainId: number) => view.positions.find(({ market }) => market.chainId === chainId)?.id ?? ''
  const ends = { donor: at(arbitrum.id), receiver: at(base.id) }
  const goal = { asset: 'WETH', amount: ETH, donorFloor: Wad.fromDecimal('1.5') }
  const plan = client.planMove({ view, ...ends, ...goal, acceptFlags: ['single-source'] })
  if (plan.status !== 'plan') throw new TypeError(plan.status)
  const quote = await client.getMoveQuote({ plan, owner: owner.address })
  const { chain, transport } = source
  const handle = await client.sendMove({
    quote,
    walletClient: createWalletClient({ account: owner, chain, transport }),
  })
  return { ...handle, guid: handle.guid ?? '0x' }
}

async function logsOf(hash: Hex): Promise<readonly unknown[]> {
  const given = await source.backend({ method: 'eth_getTransactionReceipt', params: [hash] })
  return given.status === 'result' ? Object(given.result).logs : []
}

const unanswered: Fault = { kind: 'unanswered', answer: () => ({ status: 'result', result: null }) }

const find = (parameters: FindMoveParameters): Promise<TrackedMove> => findMove(client, parameters)

/** What is found says all that the handle of its sender does, but for where it was kept before. */
const same = ({ hash, guid, nonce, id, owner: of, source: from, destination: to, deadline }: TrackedMove) => ({
  hash,
  guid,
  nonce,
  id,
  owner: of,
  source: from,
  destination: to,
  deadline,
})

describe('findMove', () => {
  test('default: by its transaction', async () => {
    bus.hold()
    const move = await sent()
    const found = await find({ hash: move.hash, chainId: arbitrum.id })
    expect(same(found)).toEqual(same(move))
    expect(found).toMatchObject({ version: 1, transaction: { from: owner.address } })
    expect(await getMoveStatus(client, { move: found })).toMatchObject({ state: 'sent', issues: [] })
    bus.release()
    expect(await getMoveStatus(client, { move: found })).toMatchObject({ state: 'credited', issues: [] })
  })

  test('behavior: by its GUID, from the newest logs of the chain that knows it', async () => {
    bus.hold()
    const move = await sent()
    source.mine(30)
    expect(same(await find({ guid: move.guid }))).toEqual(same(move))
    expect(same(await find({ guid: move.guid, chainId: arbitrum.id }))).toEqual(same(move))
  })

  test('behavior: by its GUID, from storage alone, where it arrived or its owner is known', async () => {
    const [logless, blocks] = [{ methods: ['eth_getLogs'] }, 1n]
    bus.hold()
    const move = await sent()
    source.mine(30)
    source.break(unanswered, logless)
    await expect(find({ guid: move.guid, blocks })).rejects.toMatchObject({
      name: 'MoveNotFoundError',
      searched: [base.id],
      unread: [arbitrum.id],
    })
    const { hash: _, ...known } = same(move)
    const bare = { ...known, deadline: 2n ** 64n - 1n }
    const byOwner = await find({ guid: move.guid, owner: owner.address })
    expect(byOwner).toMatchObject(bare)
    expect(byOwner.hash).toBeUndefined()
    bus.release()
    expect(await find({ guid: move.guid })).toMatchObject(bare)
    // With logs of the second in which it was sent, its transaction as well, however old it is.
    source.mend()
    expect(same(await find({ guid: move.guid, blocks }))).toEqual(same(move))
  })

  test('behavior: an indexer saves searching; one that lies, is silent or garbled changes nothing else', async () => {
    bus.hold()
    const [first, second] = [await sent(), await sent()]
    const told: MessageScan = { sourceOf: () => ({ hash: second.hash, srcEid: second.source.eid }) }
    const methods: string[] = []
    const end = source.break({
      kind: 'listener',
      ask: (request) => {
        methods.push(request.method)
        return request
      },
    })
    expect(same(await find({ guid: second.guid, scan: told }))).toEqual(same(second))
    expect(methods).not.toContain('eth_getLogs')
    end()
    const lies: readonly MessageScan['sourceOf'][] = [
      () => ({ hash: first.hash, srcEid: first.source.eid }),
      () => ({ hash: `0x${'12'.repeat(32)}`, srcEid: first.source.eid }),
      () => ({ hash: second.hash, srcEid: second.destination.eid }),
      () => ({ hash: 'nothing', srcEid: Number.NaN }) as never,
      () => Promise.reject(new Error('connect ECONNREFUSED https://scan.example/secret-key')),
      () => new Promise(() => {}),
    ]
    for (const sourceOf of lies) {
      const found = await find({ guid: second.guid, scan: { sourceOf }, timeout: 200 })
      expect(same(found)).toEqual(same(second))
    }
  })

  test('behavior: without a receipt it is found by the call that is to send it', async () => {
    bus.hold()
    const move = await sent()
    source.break(unanswered, { methods: ['eth_getTransactionReceipt'] })
    expect(same(await find({ hash: move.hash, chainId: arbitrum.id }))).toEqual(same(move))
    source.mend()
    source.reorg(1)
    await expect(find({ hash: move.hash, chainId: arbitrum.id })).rejects.toMatchObject({
      name: 'NoMoveInTransactionError',
    })
  })

  test('error: NoMoveInTransactionError, SeveralMovesError, MoveNotFoundError', async () => {
    bus.hold()
    const [first, move] = [await sent(), await sent()]
    const chainId = arbitrum.id
    const none = { name: 'NoMoveInTransactionError' }
    await expect(find({ hash: `0x${'12'.repeat(32)}`, chainId })).rejects.toMatchObject(none)
    await expect(find({ hash: move.hash, chainId, guid: `0x${'12'.repeat(32)}` })).rejects.toMatchObject(none)
    await expect(find({ guid: `0x${'12'.repeat(32)}` })).rejects.toMatchObject({
      name: 'MoveNotFoundError',
      searched: [chainId, base.id],
      unread: [],
    })
    // As a batch of a wallet would.
    const logs = await logsOf(first.hash)
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
        when: ({ params }) => Array.isArray(params) && params[0] === move.hash,
      },
    )
    await expect(find({ hash: move.hash, chainId })).rejects.toMatchObject({
      name: 'SeveralMovesError',
      guids: [first.guid, move.guid],
    })
    expect(await find({ hash: move.hash, chainId, guid: move.guid })).toMatchObject({ id: move.id })
  })

  test('error: UnknownChainError, UnknownRouterError, UnknownEidError, InvalidAddressError, AbortedError', async () => {
    const { hash, guid } = await sent()
    const of = (changes: Partial<MarginClientConfig>) => createMarginClient({ ...configured, ...changes })
    const at = { hash, chainId: arbitrum.id }
    await expect(find({ hash, chainId: 1 })).rejects.toMatchObject({ name: 'UnknownChainError' })
    const [here, there] = bus.routers
    if (here === undefined || there === undefined) throw new TypeError('two routers')
    const without = of({ routers: [there], routes: [] })
    await expect(findMove(without, at)).rejects.toMatchObject({ name: 'UnknownRouterError', chainId: arbitrum.id })
    const alone = of({ routers: [here], routes: [] })
    await expect(findMove(alone, at)).rejects.toMatchObject({ name: 'UnknownEidError', eid: there.eid })
    const wrong = { guid, owner: `${owner.address.slice(0, -1)}x` as Hex }
    await expect(find(wrong)).rejects.toMatchObject({ name: 'InvalidAddressError' })
    await expect(find({ ...at, signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortedError' })
  })

  test('behavior: a route that the client does not know is asked of the OFT itself', async () => {
    bus.hold()
    const move = await sent()
    const routeless = createMarginClient({ ...configured, routes: [] })
    expect(same(await findMove(routeless, { hash: move.hash, chainId: arbitrum.id }))).toEqual(same(move))
  })
})
