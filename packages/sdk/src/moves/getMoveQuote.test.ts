import { describe, expect, test } from 'vitest'
import { healthTooLow, stage } from '../../../../test/fixtures/fakeChain.ts'
import { allowanceOf, ETH, owner, router, WAD } from '../../../../test/fixtures/moves.ts'
import { unknown } from '../model/Quantity.ts'
import { deserialize, serialize } from '../model/serialize.ts'
import { getMoveQuote } from './getMoveQuote.ts'
import { parseMoveQuote } from './parseMove.ts'

const named = (name: string) => expect.objectContaining({ name })

describe('getMoveQuote', () => {
  test('default', async () => {
    const { client, source, destination, plan } = stage()
    const quote = await getMoveQuote(client, { plan, owner })
    const units = 1_200_000n + 600_000n
    expect(quote).toEqual({
      status: 'quote',
      plan,
      owner,
      recovery: '0x0000000000000000000000000000000000000000',
      deadline: 1_700_001_200n,
      value: 1_050_000_000_000_000n,
      amountSent: plan.amount,
      amountReceived: plan.received,
      costs: {
        messagingFee: { amount: 10n ** 15n, value: 2n * WAD },
        sourceGas: {
          units,
          price: 10n ** 8n,
          amount: units * 10n ** 8n,
          value: (WAD * 36n) / 100n,
          basis: 'stated',
        },
        destinationGas: {
          units: plan.gas.delivery + 400_000n,
          price: 10n ** 8n,
          amount: (plan.gas.delivery + 400_000n) * 10n ** 8n,
          value: (plan.gas.delivery + 400_000n) * 10n ** 8n * 2_000n,
          paidBy: 'messaging-fee',
        },
        dust: { amount: 0n, value: 0n },
      },
      route: { grade: 'A', doubts: [], accepted: [] },
      total: (WAD * 236n) / 100n,
      block: { chainId: 10, number: 1_000n, timestamp: 1_700_000_000n },
    })
    expect([...source.state.sent, ...destination.state.sent]).toEqual([])
  })

  test('behavior: estimates the real call where the router may pull already', async () => {
    const { client, source, plan } = stage()
    source.state.allowance = allowanceOf(plan).amount
    const { costs } = await getMoveQuote(client, { plan, owner })
    expect(costs.sourceGas).toMatchObject({ units: 600_000n, basis: 'estimated' })
    source.state.revertSend = healthTooLow()
    const fallen = await getMoveQuote(client, { plan, owner })
    expect(fallen.costs.sourceGas).toMatchObject({ units: 1_200_000n, basis: 'stated' })
  })

  test('behavior: a fee that nobody has is none, and a quote can always be written down', async () => {
    const { client, source, plan } = stage()
    source.state.fee = 2n ** 128n
    const quote = await getMoveQuote(client, { plan, owner })
    expect(parseMoveQuote(deserialize(serialize(quote)))).toEqual(quote)
    source.state.fee = 2n ** 255n + 10n ** 15n
    await expect(getMoveQuote(client, { plan, owner })).rejects.toThrowError(named('ChainUnavailableError'))
  })

  test('behavior: the deadline counts from the time of the source chain', async () => {
    const { client, plan } = stage()
    expect((await getMoveQuote(client, { plan, owner, validFor: 60n })).deadline).toBe(1_700_000_060n)
    expect((await getMoveQuote(client, { plan, owner, deadline: 1_800_000_000n })).deadline).toBe(1_800_000_000n)
  })

  test('behavior: the dust of an asked amount is shown, not added', async () => {
    const { client, plan } = stage()
    const quote = await getMoveQuote(client, { plan: { ...plan, dust: 5n * 10n ** 11n }, owner })
    expect(quote.costs.dust).toEqual({ amount: 5n * 10n ** 11n, value: 10n ** 15n })
    expect(quote.total).toBe((WAD * 236n) / 100n)
  })

  test.each([
    ['InvalidAddressError', { owner: '0x12' }],
    ['InvalidAddressError', { recovery: '0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2a' }],
    ['WrongOwnerError', { owner: router }],
    ['ExpiredDeadlineError', { deadline: 1_700_000_000n }],
    ['ExpiredDeadlineError', { deadline: -1n }],
    ['ExpiredDeadlineError', { validFor: 0n }],
    ['InvalidDeadlineError', { deadline: 2n ** 64n }],
    ['InvalidDeadlineError', { validFor: 2n ** 64n }],
  ] as const)('error: %s (%#)', async (name, changes) => {
    const { client, source, plan } = stage()
    await expect(getMoveQuote(client, { plan, owner, ...changes })).rejects.toThrowError(named(name))
    expect(source.state.sent).toEqual([])
  })

  test.each([
    ['router', router.replace('F0', 'F9')],
    ['endpoint', router],
    ['eid', 1],
    ['oft', router],
    ['market', router],
    ['asset', { chainId: 10, address: router, symbol: 'WETH', decimals: 18 }],
  ] as const)('error: ForeignMoveError when a stored plan names another %s', async (field, value) => {
    const { client, plan } = stage()
    for (const end of ['source', 'destination'] as const) {
      const other = { ...plan, [end]: { ...plan[end], [field]: value } }
      const error = expect.objectContaining({ name: 'ForeignMoveError', field: `${end}.${field}` })
      await expect(getMoveQuote(client, { plan: other, owner })).rejects.toThrowError(error)
    }
  })

  test('error: UnknownRouterError, UnknownRouteError', async () => {
    const { client, plan } = stage()
    await expect(getMoveQuote({ ...client, routers: [] }, { plan, owner })).rejects.toThrowError(
      named('UnknownRouterError'),
    )
    await expect(getMoveQuote({ ...client, routes: [] }, { plan, owner })).rejects.toThrowError(
      named('UnknownRouteError'),
    )
  })

  test('error: UnknownPriceError', async () => {
    const { client, plan } = stage()
    const nativePrice = unknown({ kind: 'reverted', chainId: 10, path: 'reserves.WETH.price', reason: 'stale' })
    const other = { ...plan, source: { ...plan.source, nativePrice } }
    await expect(getMoveQuote(client, { plan: other, owner })).rejects.toThrowErrorMatchingInlineSnapshot(`
      [UnknownPriceError: The price of the chain's native coin is unknown, so costs cannot be valued.
      Chain:   10
      Missing: reserves.WETH.price (stale)
      Use an adapter whose market lists the wrapped native coin, or wait until its price can be read.]
    `)
  })

  test.each([
    ['market', 'market'],
    ['remote', 'endpoint id'],
    ['oft', 'OFT'],
  ] as const)('error: UntrustedRouteError when a router does not know the %s', async (part, field) => {
    for (const side of ['source', 'destination'] as const) {
      const { plan, ...scene } = stage()
      scene[side].state.distrusts = part
      const error = expect.objectContaining({ name: 'UntrustedRouteError', chainId: plan[side].chainId, field })
      await expect(getMoveQuote(scene.client, { plan, owner })).rejects.toThrowError(error)
    }
  })

  test('error: RefusedRouteError unless the doubt is accepted by name', async () => {
    const { client, source, destination, plan } = stage()
    source.state.route.sends.isDefault = true
    destination.state.route.receives.isDefault = true
    source.state.route.executorOwn = false
    await expect(getMoveQuote(client, { plan, owner })).rejects.toThrowErrorMatchingInlineSnapshot(`
      [RefusedRouteError: The route is refused: a move over it could be lost, or be worth nothing where it arrives.
      Route:   WETH OFT
      From:    10
      To:      20
      Grade:   refused
      Reasons: unpinned-library (source), unpinned-library (destination)
      Take another route, ask the owner of the app to pin its libraries, or accept it by this name. To accept: \`acceptRoute: ['unpinned-library']\`.]
    `)
    const accepted = await getMoveQuote(client, { plan, owner, acceptRoute: ['unpinned-library'] })
    expect(accepted.route).toEqual({
      grade: 'refused',
      doubts: [
        { kind: 'unpinned-library', side: 'source' },
        { kind: 'unpinned-library', side: 'destination' },
        { kind: 'default-executor', side: 'source' },
      ],
      accepted: ['unpinned-library'],
    })
    expect(parseMoveQuote(deserialize(serialize(accepted)))).toEqual(accepted)
    expect([...source.state.sent, ...destination.state.sent]).toEqual([])
  })

  test('error: RefusedRouteError of what cannot be accepted, whatever is accepted', async () => {
    const acceptRoute = ['unpinned-library', 'old-library', 'one-verifier', 'default-verifiers', 'unread'] as const
    const { client, destination, plan } = stage()
    destination.state.route.peer = `0x${'00'.repeat(32)}`
    const error = await getMoveQuote(client, { plan, owner, acceptRoute }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ name: 'RefusedRouteError', grade: 'refused', reasons: [{ kind: 'wrong-peer' }] })
    expect(String(error)).not.toContain('acceptRoute')
  })

  test('error: RefusedRouteError of what could not be read, and what was read is used again', async () => {
    const { client, source, plan } = stage()
    source.state.route.garbles.add('getAppUlnConfig')
    const unknown = expect.objectContaining({ name: 'RefusedRouteError', grade: 'unknown' })
    await expect(getMoveQuote(client, { plan, owner })).rejects.toThrowError(unknown)
    expect((await getMoveQuote(client, { plan, owner, acceptRoute: ['unread'] })).route.grade).toBe('unknown')
    source.state.route.garbles.clear()
    await getMoveQuote(client, { plan, owner })
    const calls = () => source.state.requests.filter((method) => method === 'eth_call').length
    const before = calls()
    await getMoveQuote(client, { plan, owner })
    expect(calls() - before).toBe(1)
  })

  test('error: UnexpectedRouteError when the route takes a fee', async () => {
    const { client, source, plan } = stage()
    source.state.routeLoss = 1n
    await expect(getMoveQuote(client, { plan, owner })).rejects.toThrowError(named('UnexpectedRouteError'))
    expect(plan.amount).toBeGreaterThan(ETH)
  })

  test('error: CallRevertedError says why the router refuses', async () => {
    const { client, source, plan } = stage()
    source.state.revertQuote = '0x6592671c0000000000000000000000000000000000000000000000000000000000000000'
    await expect(getMoveQuote(client, { plan, owner })).rejects.toThrowErrorMatchingInlineSnapshot(`
      [CallRevertedError: \`quote\` would revert: the message has no options for its workers: LZ_ULN_InvalidWorkerOptions(0).
      Chain: 10
      Error: LZ_ULN_InvalidWorkerOptions
      It was not sent. Read the margin view again before you try once more.]
    `)
  })

  test('error: ChainUnavailableError tells no secret', async () => {
    const { client, source, plan } = stage()
    source.state.down = true
    const error: unknown = await getMoveQuote(client, { plan, owner }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ name: 'ChainUnavailableError', chainId: 10 })
    expect(JSON.stringify(error) + String(error) + String(Reflect.get(Object(error), 'stack'))).not.toContain(
      'secret-key',
    )
  })

  test('error: AbortedError', async () => {
    const { client, plan } = stage()
    await expect(getMoveQuote(client, { plan, owner, signal: AbortSignal.abort() })).rejects.toThrowError(
      named('AbortedError'),
    )
  })
})
