import { describe, expect, test } from 'vitest'
import { stage } from '../../../../../test/fixtures/fakeChain.ts'
import { DONOR_CHAIN, ETH, RECEIVER_CHAIN, route, WAD } from '../../../../../test/fixtures/moves.ts'
import { getRouteLimits } from './getRouteLimits.ts'

const [from, to] = [DONOR_CHAIN, RECEIVER_CHAIN]
const asked = { route, from, to, amount: ETH }

describe('getRouteLimits', () => {
  test('default', async () => {
    const { client, source, destination } = stage()
    expect(await getRouteLimits(client, asked)).toEqual({
      least: 1n,
      most: 10n ** 24n,
      sent: ETH,
      received: ETH,
      fee: 0n,
      block: { chainId: from, number: 1_000n, timestamp: 1_700_000_000n },
    })
    expect([source.state.requests, destination.state.requests]).toEqual([['eth_call'], []])
  })

  test('behavior: the fee is a share of what is sent, rounded up', async () => {
    const { client, source } = stage()
    source.state.route.keeps = 3n
    const { sent, received, fee } = await getRouteLimits(client, { ...asked, amount: 7n })
    expect([sent, received, fee]).toEqual([7n, 4n, (3n * WAD + 6n) / 7n])
  })

  test('behavior: a reward is no fee below zero, and of nothing there is no share', async () => {
    const { client, source } = stage()
    source.state.route.keeps = -5n
    expect(await getRouteLimits(client, asked)).toMatchObject({ received: ETH + 5n, fee: 0n })
    expect((await getRouteLimits(client, { ...asked, amount: 0n })).fee).toBeUndefined()
  })

  test('behavior: the lower of the limits holds', async () => {
    const { client, source } = stage()
    source.state.route.capacity = 5n
    expect((await getRouteLimits(client, asked)).most).toBe(5n)
    source.state.route.capacity = 0n
    expect((await getRouteLimits(client, asked)).most).toBe(0n)
  })

  test.each([
    ['InvalidParameterError', { amount: -1n }],
    ['InvalidParameterError', { amount: 2n ** 128n + 1n }],
    ['UnknownRouteEndError', { from: 99 }],
    ['UnknownRouteEndError', { to: 99 }],
    ['UnknownRouteEndError', { to: DONOR_CHAIN }],
    ['AbortedError', { signal: AbortSignal.abort() }],
  ] as const)('error: %s (%#)', async (name, changes) => {
    const { client } = stage()
    await expect(getRouteLimits(client, { ...asked, ...changes })).rejects.toThrowError(
      expect.objectContaining({ name }),
    )
  })

  test('error: UnknownRouterError', async () => {
    const { client } = stage()
    await expect(getRouteLimits({ ...client, routers: [] }, asked)).rejects.toThrowError(
      expect.objectContaining({ name: 'UnknownRouterError' }),
    )
  })

  test.each([
    [
      'CallRevertedError',
      (state: ReturnType<typeof stage>['source']['state']) => state.route.reverts.set('quoteOFT', '0x'),
    ],
    [
      'ChainUnavailableError',
      (state: ReturnType<typeof stage>['source']['state']) => state.route.garbles.add('quoteOFT'),
    ],
    [
      'ChainUnavailableError',
      (state: ReturnType<typeof stage>['source']['state']) => state.route.garbles.add('getAmountCanBeSent'),
    ],
    [
      'ChainUnavailableError',
      (state: ReturnType<typeof stage>['source']['state']) => Object.assign(state.route, { keeps: -(2n ** 200n) }),
    ],
    [
      'ChainUnavailableError',
      (state: ReturnType<typeof stage>['source']['state']) => Object.assign(state, { down: true }),
    ],
  ] as const)('error: %s of what the node says (%#)', async (name, change) => {
    const { client, source } = stage()
    change(source.state)
    await expect(getRouteLimits(client, asked)).rejects.toThrowError(expect.objectContaining({ name }))
  })
})
