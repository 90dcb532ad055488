import type { DevnetChain } from '@unimargin/devnet'
import {
  findMove,
  type MarginClient,
  type MovePlan,
  type MoveState,
  type PlanMoveParameters,
  recover,
  serialize,
  Wad,
} from '@unimargin/sdk'
import { createWalletClient, http } from 'viem'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { sendAs } from '../../../test/devnet/routerCalls.fixture.ts'
import { act } from './act.ts'
import { openMarginLab, positionOn } from './openMarginLab.ts'
import { GREEDY, type StargateLab } from './StargateLab.ts'

// Everything that a wallet does, with nothing known but the route.
describe('a move of the sdk over Stargate', () => {
  let lab: StargateLab
  let client: MarginClient
  let arbitrum: DevnetChain
  let base: DevnetChain
  beforeAll(async () => {
    ;({ lab, client, arbitrum, base } = await openMarginLab())
  })
  afterAll(() => lab.close())
  beforeEach(() => lab.reset())

  const planOf = async (asset: 'WETH' | 'USDC', more: Partial<PlanMoveParameters> = {}): Promise<MovePlan> => {
    const view = await client.getMarginView({ owner: lab.sender })
    const plan = client.planMove({
      view,
      donor: positionOn(view, arbitrum).id,
      receiver: positionOn(view, base).id,
      asset,
      target: Wad.fromDecimal('1.3'),
      donorFloor: Wad.fromDecimal('1.8'),
      acceptFlags: ['single-source'],
      ...more,
    })
    if (plan.status !== 'plan') throw new TypeError(`expected a plan, got ${serialize(plan)}`)
    return plan
  }
  const send = async (plan: MovePlan) => {
    const quote = await client.getMoveQuote({ plan, owner: lab.sender })
    const [account] = lab.devnet.accounts
    const { chain, rpcUrl } = arbitrum
    const walletClient = createWalletClient({ account: account?.account, chain, transport: http(rpcUrl) })
    return { quote, move: await client.sendMove({ quote, walletClient }) }
  }
  const healthOnBase = async () => {
    const { health } = positionOn(await client.getMarginView({ owner: lab.sender }), base)
    return health.status === 'known' ? health.factor : 0n
  }

  test.each(['USDC', 'WETH'] as const)(
    'default: %s is planned, quoted, sent and followed to its credit',
    async (asset) => {
      await lab.devnet.messages.hold()
      const { move, quote } = await send(await planOf(asset))
      expect(quote.amountReceived).toBe(quote.amountSent)
      const run = { simulated: 'yes', by: 'eth_simulateV1' }
      expect(quote.simulation).toEqual({ source: run, destination: run })
      const { messages } = lab.devnet
      const states: MoveState[] = []
      const look = async () => {
        const { state, issues, move: tracked } = await client.getMoveStatus({ move })
        expect(issues).toEqual([])
        states.push(state)
        return tracked.guid ?? '0x'
      }
      const guid = await look()
      await messages.verify(guid)
      await look()
      await messages.deliver(guid)
      await look()
      await messages.compose(guid)
      await look()
      expect(states).toEqual(['sent', 'verified', 'compose-queued', 'credited'])
      expect(await healthOnBase()).toBeGreaterThanOrEqual(Wad.fromDecimal('1.3'))
    },
  )

  test('behavior: a pool that keeps a fee is planned with it, and the contract holds it to that', async () => {
    const { base: there, arbitrum: here } = lab
    await act(here, here.owner, {
      target: here.pools.USDC.feeLib.address,
      functionName: 'setFeeConfig',
      args: [there.chain.eid, 10n ** 12n, 10n ** 13n, 1_000, 1_000, 1_000, 0],
    })
    const free = await planOf('USDC')
    const error: unknown = await client
      .getMoveQuote({ plan: free, owner: lab.sender })
      .catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ name: 'TransferFeeTooHighError' })
    const transferFee = BigInt(String(Reflect.get(Object(error), 'fee'))) + Wad.fromDecimal('0.0001')
    const plan = await planOf('USDC', { transferFee })
    const { quote, move } = await send(plan)
    expect(quote.costs.transferFee.amount).toBeGreaterThanOrEqual(plan.amount / 1_000n)
    expect(quote.costs.slippage.amount).toBeGreaterThan(0n)
    expect(quote.amountReceived).toBeGreaterThanOrEqual(quote.minimumReceived)
    await lab.devnet.messages.waitFor(move.guid ?? '0x', 'composed')
    const credited = await client.getMoveStatus({ move })
    expect(credited).toMatchObject({ state: 'credited', amount: quote.amountReceived })
    expect(await healthOnBase()).toBeGreaterThanOrEqual(Wad.fromDecimal('1.3'))
  })

  test('behavior: what the pool could not pay out is told, and goes on when anyone has it pay', async () => {
    const { router } = base.addresses
    const code = await base.client.getCode({ address: router })
    if (code === undefined) throw new RangeError('no router')
    await lab.devnet.messages.hold({ before: 'deliver' })
    const { move } = await send(await planOf('WETH'))
    // Ours takes coins with next to no gas: only in another's place can this be seen.
    await base.client.setCode({ address: router, bytecode: GREEDY })
    await lab.devnet.messages.release()
    await lab.devnet.messages.idle()
    await base.client.setCode({ address: router, bytecode: code })
    // Also for whoever knows no more than the transaction.
    const found = await findMove(client, { hash: move.hash, chainId: arbitrum.chainId })
    expect(found).toMatchObject({ id: move.id, guid: move.guid, source: move.source, destination: move.destination })
    const { status, actions } = await recover(client, { move: found, caller: lab.stranger })
    expect([status.state, status.issues]).toEqual(['unreceived', []])
    expect(actions).toMatchObject([{ kind: 'receive', who: 'anyone', gas: expect.any(BigInt) }])
    // Anyone may: what it takes was found on the chains.
    for (const { call, gas } of actions) {
      expect(await sendAs(base, lab.stranger, { ...call, gas })).toMatchObject({ status: 'success' })
    }
    await lab.devnet.messages.idle()
    expect(await client.getMoveStatus({ move })).toMatchObject({ state: 'credited', issues: [] })
  })
})
