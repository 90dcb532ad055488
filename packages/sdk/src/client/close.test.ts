import { getEventListeners } from 'node:events'
import { createClient, getAddress } from 'viem'
import { getBlockNumber } from 'viem/actions'
import { arbitrum, base } from 'viem/chains'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { FakeChain } from '../../test/FakeChain.ts'
import { deployFakeMarket, fakeMarket } from '../../test/fakeMarket.ts'
import { getMarginView } from '../actions/getMarginView.ts'
import { isUnimarginError } from '../errors/BaseError.ts'
import type { TrackedMove } from '../moves/MoveIntent.ts'
import { watchMove } from '../moves/watchMove.ts'
import { ClientClosedError } from './ClientClosedError.ts'
import { createMarginClient } from './createMarginClient.ts'

const OWNER = getAddress('0x00000000000000000000000000000000000a11ce')
const POOL = getAddress('0x0000000000000000000000000000000000000900')

function setUp() {
  const chains = [arbitrum, base].map(({ id }) => new FakeChain({ chainId: id }))
  for (const chain of chains) deployFakeMarket(chain, POOL, { price: () => 1n, holdings: {} })
  const [one, two] = chains
  if (one === undefined || two === undefined) throw new TypeError('two were made')
  const client = createMarginClient({
    chains: [arbitrum, base],
    transports: { [arbitrum.id]: one.transport, [base.id]: two.transport },
    adapters: [arbitrum, base].map(({ id }) => fakeMarket({ chainId: id, pool: POOL })),
  })
  const hang = () => {
    for (const chain of chains) chain.intercept = () => new Promise(() => {})
  }
  return { client, hang, asked: () => one.requests.length + two.requests.length }
}

const caught = async (run: () => unknown): Promise<unknown> => {
  try {
    return await run()
  } catch (error) {
    return error
  }
}

const end = { router: POOL, eid: 30_110, endpoint: POOL, oft: POOL }
const move: TrackedMove = {
  version: 1,
  id: `0x${'01'.repeat(32)}`,
  owner: OWNER,
  sourceChainId: arbitrum.id,
  destinationChainId: base.id,
  deadline: 2_000_000_000n,
  source: end,
  destination: end,
}

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

describe('close', () => {
  test('default: what is under way ends at once, with a ClientClosedError, and leaves nothing behind', async () => {
    const { client, hang, asked } = setUp()
    hang()
    const errors: unknown[] = []
    client.on('error', (error) => errors.push(error))
    const under = [client.getMarginView({ owner: OWNER }), client.getMoveStatus({ move })]
    const ends = under.map((one) => caught(() => one))
    const watch = client.watchMarginView({ owner: OWNER })
    const stop = client.watchMove({ move, onState: () => {} })
    await vi.advanceTimersByTimeAsync(10)
    expect(vi.getTimerCount()).toBeGreaterThan(0)
    const before = asked()
    client.close()
    client.close()
    for (const end of await Promise.all(ends)) expect(end).toBeInstanceOf(ClientClosedError)
    expect(watch.state).toBe('closed')
    await vi.advanceTimersByTimeAsync(0)
    expect(vi.getTimerCount()).toBe(0)
    expect(getEventListeners(client.closing, 'abort')).toHaveLength(0)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(asked()).toBe(before)
    expect(errors).toEqual([])
    stop()
  })

  test('error: ClientClosedError of every action, and nothing is asked', async () => {
    const { client, asked } = setUp()
    client.close()
    const actions = Object.entries(client).filter(
      ([name, value]) => typeof value === 'function' && !['getClient', 'on', 'off', 'close'].includes(name),
    )
    expect(actions.map(([name]) => name).sort()).toEqual([
      'getMarginView',
      'getMoveQuote',
      'getMoveStatus',
      'planMove',
      'prepareMove',
      'sendMove',
      'watchMarginView',
      'watchMove',
    ])
    for (const [, action] of actions) {
      const error = await caught(() => Reflect.apply(action as () => unknown, client, [{ owner: OWNER, move }]))
      expect(isUnimarginError(error) && error.name).toBe('ClientClosedError')
    }
    expect(client.closing.aborted).toBe(true)
    expect(asked()).toBe(0)
  })

  test("behavior: who has a chain's viem client, or uses a free function, asks nothing any more", async () => {
    const { client, asked } = setUp()
    const reader = client.getClient(base.id)
    client.close()
    await expect(getBlockNumber(reader)).rejects.toThrow('closed')
    const view = await getMarginView(client, { owner: OWNER })
    expect(view.verdict).toBe('unknown')
    expect(view.chains.map((chain) => chain.status === 'unread' && chain.reason)).toEqual([
      'The margin client is closed.',
      'The margin client is closed.',
    ])
    const onState = vi.fn()
    watchMove(client, { move, onState })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(onState).not.toHaveBeenCalled()
    expect(vi.getTimerCount()).toBe(0)
    expect(asked()).toBe(0)
  })

  test('behavior: an open client leaves no listener of what has ended', async () => {
    const { client } = setUp()
    const controller = new AbortController()
    const listeners = getEventListeners(client.closing, 'abort').length
    await client.getMarginView({ owner: OWNER, signal: controller.signal })
    const watch = client.watchMarginView({ owner: OWNER, signal: controller.signal })
    await vi.advanceTimersByTimeAsync(5_000)
    watch.close()
    await vi.advanceTimersByTimeAsync(0)
    expect(getEventListeners(client.closing, 'abort')).toHaveLength(listeners)
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0)
    expect(vi.getTimerCount()).toBe(0)
  })

  test("behavior: an own signal still aborts as itself, and a transport keeps its name and its node's words", async () => {
    const { client, hang } = setUp()
    const controller = new AbortController()
    hang()
    const view = caught(() => client.getMarginView({ owner: OWNER, signal: controller.signal }))
    await vi.advanceTimersByTimeAsync(10)
    controller.abort()
    expect(await view).toMatchObject({ name: 'AbortedError' })
    expect(client.getClient(base.id).transport.type).toBe('custom')
    expect(createClient({ transport: new FakeChain({ chainId: 1 }).transport }).transport.type).toBe('custom')
  })
})
