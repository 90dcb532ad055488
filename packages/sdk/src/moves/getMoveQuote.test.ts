import { collateralRouterAbi, type Hex } from '@unimargin/sdk'
import { encodeErrorResult, encodeFunctionResult } from 'viem'
import { describe, expect, test } from 'vitest'
import { type FakeState, healthTooLow, stage, ZERO_HASH } from '../../../../test/fixtures/fakeChain.ts'
import { allowanceOf, ETH, endpoint, owner, router, WAD } from '../../../../test/fixtures/moves.ts'
import { unknown } from '../model/Quantity.ts'
import { deserialize, serialize } from '../model/serialize.ts'
import { createMetadataCache } from '../reads/MetadataCache.ts'
import { getMoveQuote } from './getMoveQuote.ts'
import * as MoveCalldata from './MoveCalldata.ts'
import * as OperatorGrant from './OperatorGrant.ts'
import { parseMoveQuote } from './parseMove.ts'
import { prepareMove } from './prepareMove.ts'
import * as ArrivalGas from './quote/ArrivalGas.ts'

const named = (name: string) => expect.objectContaining({ name })
const unsimulated = { simulated: 'no', reason: expect.stringContaining('eth_simulateV1') }

const yes = { status: '0x1', returnData: '0x', gasUsed: '0x64', logs: [] } as const

/** A destination where the router has this to say of what arrived, and of why it did not take it. */
function arriving(status: number, reason?: Hex): FakeState['simulate'] {
  return (calls) => {
    expect(calls).toMatchObject([{ from: endpoint }, { to: endpoint }, { to: router }, { to: router }])
    const arrival = {
      ...{ guid: ZERO_HASH, owner, status, srcEid: 30_010, arrivedAt: 1n, recovery: router, asset: router },
      ...{ market: router, amount: 5n, settleGas: 1n, action: 0, marketId: ZERO_HASH },
    }
    const returnData = encodeFunctionResult({ abi: collateralRouterAbi, functionName: 'arrival', result: arrival })
    const retried = reason === undefined ? yes : { ...yes, status: '0x0', error: { data: reason } }
    return [yes, yes, { ...yes, returnData }, retried]
  }
}

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
      expiresAt: 1_700_000_600n,
      value: 1_050_000_000_000_000n,
      amountSent: plan.amount,
      amountReceived: plan.received,
      minimumReceived: plan.received,
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
        l1DataFee: { amount: 10n ** 13n, value: (WAD * 2n) / 100n },
        dust: { amount: 0n, value: 0n },
        transferFee: { amount: 0n, value: 0n },
        slippage: { amount: 0n, value: 0n },
        waiting: { seconds: 1_800n, value: 0n },
      },
      route: { grade: 'A', doubts: [], accepted: [] },
      simulation: { source: unsimulated, destination: unsimulated },
      acceptArrival: [],
      total: (WAD * 238n) / 100n,
      totalKnown: (WAD * 238n) / 100n,
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
    expect(quote.total).toBe((WAD * 238n) / 100n)
  })

  test.each([
    ['InvalidAddressError', { owner: '0x12' }],
    ['InvalidAddressError', { recovery: '0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2a' }],
    ['WrongOwnerError', { owner: router }],
    ['ExpiredDeadlineError', { deadline: 1_700_000_000n }],
    ['ExpiredDeadlineError', { deadline: -1n }],
    ['InvalidParameterError', { validFor: 0n }],
    ['InvalidParameterError', { validFor: -5n }],
    ['InvalidDeadlineError', { deadline: 2n ** 64n }],
    ['InvalidParameterError', { validFor: 2n ** 64n }],
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

  test('behavior: a chain that nobody knows how to ask for its fee for data makes the total unknown, and not less', async () => {
    const { client, source, plan } = stage()
    source.state.dataFee = undefined
    const quote = await getMoveQuote(client, { plan, owner })
    expect(quote.costs.l1DataFee).toMatchObject({
      status: 'unknown',
      issues: [{ path: 'costs.l1DataFee', chainId: 10 }],
    })
    expect(quote.total).toEqual(quote.costs.l1DataFee)
    expect(quote.totalKnown).toBe((WAD * 236n) / 100n)
    expect(parseMoveQuote(deserialize(serialize(quote)))).toEqual(quote)
    const told = await getMoveQuote(client, { plan, owner, dataFee: 'none' })
    expect([told.costs.l1DataFee, told.total]).toEqual([{ amount: 0n, value: 0n }, (WAD * 236n) / 100n])
    const hidden = await getMoveQuote(client, { plan, owner, dataFee: 'in-gas-units' })
    expect(hidden.total).toMatchObject({ status: 'unknown' })
    // What a rollup takes would have to be more than any coin.
    source.state.dataFee = 2n ** 100n
    expect((await getMoveQuote(client, { plan, owner })).total).toMatchObject({ status: 'unknown' })
  })

  test('behavior: the gas is that of the calls as they were run, on both chains', async () => {
    const { client, source, destination, plan } = stage()
    const ran: unknown[] = []
    source.state.simulate = (calls) => {
      ran.push(...calls)
      return calls.map(() => ({ status: '0x1', returnData: '0x', gasUsed: '0x64', logs: [] }))
    }
    destination.state.simulate = arriving(1)
    const quote = await getMoveQuote(client, { plan, owner })
    expect(quote.costs.sourceGas).toMatchObject({ units: 200n, basis: 'simulated' })
    const simulated = { simulated: 'yes', by: 'eth_simulateV1' }
    expect(quote.simulation).toEqual({ source: simulated, destination: simulated })
    const { token, amount } = allowanceOf(plan)
    expect(ran).toMatchObject([
      { from: owner, to: token, data: MoveCalldata.encodeApprove(router, amount), value: '0x0' },
      { from: owner, to: router, value: `0x${quote.value.toString(16)}` },
    ])
    expect(parseMoveQuote(deserialize(serialize(quote)))).toEqual(quote)
  })

  test("behavior: what the chain's operator takes by the gas is in the fee for data", async () => {
    const { client, source, plan } = stage()
    source.state.operatorFee = { flat: 7n, perMillion: 3n * 10n ** 12n }
    source.state.simulate = (calls) => calls.map(() => ({ ...yes, gasUsed: '0x7a120' }))
    const { costs } = await getMoveQuote(client, { plan, owner })
    expect(costs.l1DataFee).toMatchObject({ amount: 2n * 5n * 10n ** 12n + 2n * 7n + 3n * 10n ** 12n })
    // It is unknown with the rest, and no operator is none.
    source.state.operatorFee = { flat: 2n ** 100n, perMillion: 0n }
    expect((await getMoveQuote(client, { plan, owner })).costs.l1DataFee).toMatchObject({ status: 'unknown' })
  })

  test('behavior: an authorisation of a whole account is paid for until its end', async () => {
    const { client, source, plan } = stage()
    const authorization = { kind: 'comet-allow', contract: plan.source.market } as const
    const operated = { ...plan, authorization }
    const ran: unknown[] = []
    source.state.simulate = (calls) => {
      ran.push(...calls)
      return calls.map(() => yes)
    }
    const quote = await getMoveQuote(client, { plan: operated, owner })
    const [give, takeBack] = [true, false].map((is) => OperatorGrant.encode(authorization, router, is))
    expect(ran).toMatchObject([{ data: give }, { to: router }, { to: plan.source.market, data: takeBack }])
    expect(quote.costs.sourceGas.units).toBe(300n)
    expect(quote.costs.l1DataFee).toMatchObject({ amount: 3n * 5n * 10n ** 12n })
    // Who pays the first two alone would leave the router what it is.
    source.state.funds = quote.value + 200n * 10n ** 8n + 2n * 5n * 10n ** 12n
    await expect(prepareMove(client, { quote, owner })).rejects.toThrowError(named('InsufficientFundsError'))
    // What was there before stays, and costs nothing.
    source.state.isAllowed = true
    const given = await getMoveQuote(client, { plan: operated, owner })
    expect([given.costs.sourceGas.units, given.costs.l1DataFee]).toMatchObject([100n, { amount: 5n * 10n ** 12n }])
  })

  test('behavior: it is run at a time that all nodes are told, and never after its deadline', async () => {
    const { client, source, destination, plan } = stage()
    const times: unknown[] = []
    for (const { state } of [source, destination]) {
      state.simulate = (_, block) => {
        times.push(Number(block?.time))
        return undefined
      }
    }
    const [soon] = [1_700_000_030]
    const quote = await getMoveQuote(client, { plan, owner })
    await prepareMove(client, { quote, owner })
    expect(times).toEqual([soon, soon, soon, soon])
    await getMoveQuote(client, { plan, owner, validFor: 9n })
    expect(times.slice(4)).toEqual([1_700_000_009, soon])
  })

  test('behavior: what a simulation cannot be is none', async () => {
    const { client, source, plan } = stage()
    const good = { status: '0x1', returnData: '0x', gasUsed: '0x64' }
    for (const answer of [
      undefined,
      'yes',
      [],
      [good],
      [good, good, good],
      [good, { ...good, status: 1 }],
      [good, { ...good, gasUsed: -5 }],
      [good, { ...good, returnData: '0x1' }],
      [good, null],
    ]) {
      source.state.simulate = () => answer
      const { simulation, costs } = await getMoveQuote(client, { plan, owner })
      expect(simulation.source).toEqual({
        simulated: 'no',
        reason: expect.stringContaining(
          'eth_simulateV1: the node answered something else than a simulation; eth_call: ',
        ),
      })
      expect(costs.sourceGas.basis).toBe('stated')
    }
  })

  test('behavior: waiting costs what the caller says, for the seconds of the plan', async () => {
    const { client, plan } = stage()
    const quote = await getMoveQuote(client, { plan, owner, waiting: WAD / 100n })
    const value = plan.amount * 2_000n
    expect(quote.costs.waiting).toEqual({ seconds: 1_800n, value: value / 200n })
    expect(quote.total).toBe((WAD * 238n) / 100n + value / 200n)
  })

  test('behavior: a quote expires, and not after the deadline', async () => {
    const { client, plan } = stage()
    expect((await getMoveQuote(client, { plan, owner, expiresIn: 30n })).expiresAt).toBe(1_700_000_030n)
    expect((await getMoveQuote(client, { plan, owner, validFor: 60n })).expiresAt).toBe(1_700_000_060n)
    for (const wrong of [{ expiresIn: 0n }, { waiting: -1n }, { waiting: WAD + 1n }]) {
      await expect(getMoveQuote(client, { plan, owner, ...wrong })).rejects.toThrowError(named('InvalidParameterError'))
    }
  })

  test('behavior: a fee that the plan allows for is a cost, and what it may still grow by is one as well', async () => {
    const { client, source, plan } = stage()
    const unit = 10n ** 12n
    const allowing = { ...plan, minAmount: plan.amount - 5n * unit, received: plan.received - 5n * unit }
    source.state.routeLoss = 2n * unit
    const { costs, ...quote } = await getMoveQuote(client, { plan: allowing, owner })
    const dollars = (amount: bigint) => ({ amount, value: amount * 2_000n })
    expect([costs.transferFee, costs.slippage]).toEqual([dollars(2n * unit), dollars(3n * unit)])
    expect([quote.amountSent, quote.amountReceived, quote.minimumReceived]).toEqual([
      plan.amount,
      plan.received - 2n * unit,
      allowing.received,
    ])
    expect(quote.total).toBe((WAD * 238n) / 100n + 5n * unit * 2_000n)
    // A pool that pays for being filled costs nothing.
    source.state.routeLoss = -unit
    expect((await getMoveQuote(client, { plan: allowing, owner })).costs.transferFee.amount).toBe(0n)
  })

  test('error: TransferFeeTooHighError says which share to plan with', async () => {
    const { client, source, plan } = stage()
    source.state.routeLoss = plan.amount / 1_000n
    await expect(getMoveQuote(client, { plan, owner })).rejects.toThrowErrorMatchingInlineSnapshot(`
      [TransferFeeTooHighError: The route keeps more of the amount than the plan allows for.
      Sent:      1818202000000000000
      Arrives:   1816383798000000000
      Needed:    1818202000000000000
      Fee (WAD): 1000000000000000
      Plan again with \`transferFee\`: 1000000000000000n is what the route keeps now; a little more leaves room until it is sent.]
    `)
  })

  test('error: UnexpectedRouteError when the route would take less than the amount', async () => {
    const { client, source, plan } = stage()
    source.state.routeDust = 1n
    await expect(getMoveQuote(client, { plan, owner })).rejects.toThrowError(named('UnexpectedRouteError'))
    expect(plan.amount).toBeGreaterThan(ETH)
  })

  test('error: CallRevertedError names the call that would revert', async () => {
    const { client, source, plan } = stage()
    source.state.simulate = () => [
      { status: '0x1', returnData: '0x', gasUsed: '0x1' },
      { status: '0x0', returnData: '0x', gasUsed: '0x1', error: { code: 3, message: 'no', data: healthTooLow() } },
    ]
    await expect(getMoveQuote(client, { plan, owner })).rejects.toThrowErrorMatchingInlineSnapshot(`
      [CallRevertedError: \`send\` would revert: the health factor that would remain is below the donor floor: SourceHealthTooLow(1, 2).
      Chain: 10
      Error: SourceHealthTooLow
      It was not sent. Read the margin view again before you try once more.]
    `)
    const refused = [{ status: '0x0', returnData: healthTooLow(), gasUsed: '0x1' }]
    source.state.simulate = (calls) => calls.flatMap(() => refused)
    await expect(getMoveQuote(client, { plan, owner })).rejects.toThrowError(
      expect.objectContaining({ name: 'CallRevertedError', call: 'approve' }),
    )
  })

  test('error: ArrivalRefusedError when it would be parked, unless the reason is accepted by its name', async () => {
    const { client, destination, plan } = stage()
    const [reason] = [encodeErrorResult({ abi: collateralRouterAbi, errorName: 'OwnerHasNoCode', args: [owner] })]
    destination.state.simulate = arriving(2, reason)
    await expect(getMoveQuote(client, { plan, owner })).rejects.toThrowErrorMatchingInlineSnapshot(`
      [ArrivalRefusedError: The move would be parked where it arrives: the owner is a contract that does not stand on this chain: its recovery address can claim: OwnerHasNoCode(0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A).
      Chain: 20
      Step:  settle
      Error: OwnerHasNoCode
      Nothing was sent. Read the margin view again, or choose another receiver. To send it all the same: \`acceptArrival: ['OwnerHasNoCode']\`.]
    `)
    const quote = await getMoveQuote(client, { plan, owner, acceptArrival: ['OwnerHasNoCode'] })
    expect(quote.simulation.destination).toMatchObject({ simulated: 'yes', accepted: 'OwnerHasNoCode' })
    expect(parseMoveQuote(deserialize(serialize(quote)))).toEqual(quote)
    // What was accepted stays so where only preparing could run it.
    destination.state.simulate = undefined
    const blind = await getMoveQuote(client, { plan, owner, acceptArrival: ['OwnerHasNoCode'] })
    destination.state.simulate = arriving(2, reason)
    expect(await prepareMove(client, { quote: blind, owner })).toMatchObject({
      simulation: { destination: { simulated: 'yes', accepted: 'OwnerHasNoCode' } },
    })
    // Nothing that says so is a credit: what did not arrive, and what nobody can read.
    for (const simulate of [arriving(0), arriving(3), () => [yes, yes, yes, yes]]) {
      destination.state.simulate = simulate
      await expect(getMoveQuote(client, { plan, owner })).rejects.toThrowError(
        expect.objectContaining({ name: 'ArrivalRefusedError', step: 'settle' }),
      )
    }
  })

  test('behavior: the arrival has the gas that is paid for, and what the app adds to it', async () => {
    const { client, source, destination, plan } = stage()
    source.state.route.enforcedOptions = '0x00030100110100000000000000000000000000030d40'
    const seen: unknown[] = []
    destination.state.simulate = (calls) => {
      seen.push(...calls)
      return arriving(1)?.(calls)
    }
    await getMoveQuote(client, { plan, owner })
    const { deliver, compose } = ArrivalGas.bought({ delivery: plan.gas.delivery, settle: plan.gas.supply })
    const paid = [ArrivalGas.delivered('oft', deliver + 200_000n), compose]
    for (const [index, gas] of paid.entries()) {
      const call = Object(seen[index])
      expect(BigInt(call.gas)).toBe(ArrivalGas.limitOf(call.data, gas))
    }
    // What nobody can read is no promise.
    for (const garbled of ['0x0001', '0x000301'] as const) {
      source.state.route.enforcedOptions = garbled
      const fresh = { ...client, metadata: createMetadataCache() }
      const { simulation } = await getMoveQuote(fresh, { plan, owner })
      expect(simulation.destination).toMatchObject({ simulated: 'no', reason: expect.stringContaining('gas') })
    }
  })

  test('error: ArrivalRefusedError names a lack of gas, which says nothing of itself', async () => {
    const { client, destination, plan } = stage()
    const out = { ...yes, status: '0x0' }
    for (const [step, index] of [
      ['deliver', 0],
      ['compose', 1],
    ] as const) {
      destination.state.simulate = (calls) => {
        const isCapped = Object(calls[index]).gas !== undefined
        const answer = arriving(isCapped ? 0 : 1)?.(calls)
        return isCapped && Array.isArray(answer) ? answer.map((one, at) => (at === index ? out : one)) : answer
      }
      await expect(getMoveQuote(client, { plan, owner })).rejects.toThrowError(
        expect.objectContaining({
          name: 'ArrivalRefusedError',
          step,
          revert: expect.objectContaining({ name: 'OutOfGas' }),
        }),
      )
      const quote = await getMoveQuote(client, { plan, owner, acceptArrival: ['OutOfGas'] })
      expect(quote.simulation.destination).toMatchObject({ simulated: 'yes', accepted: 'OutOfGas' })
    }
  })

  test('error: ArrivalRefusedError when what is paid for the settlement does not suffice', async () => {
    const { client, destination, plan } = stage()
    destination.state.simulate = arriving(2)
    await expect(getMoveQuote(client, { plan, owner })).rejects.toThrowError("`acceptArrival: ['OutOfGas']`")
  })

  test('error: ArrivalRefusedError when it would not even be delivered, or composed', async () => {
    const { client, destination, plan } = stage()
    const no = { ...yes, status: '0x0', error: { data: '0x5a9d2e1f' } }
    for (const [step, answer] of [
      ['deliver', [no, no, yes, yes]],
      ['compose', [yes, no, yes, yes]],
    ] as const) {
      destination.state.simulate = () => answer
      const error = expect.objectContaining({ name: 'ArrivalRefusedError', step, chainId: 20 })
      await expect(getMoveQuote(client, { plan, owner })).rejects.toThrowError(error)
    }
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
