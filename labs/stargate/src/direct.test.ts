import type { DevnetChain } from '@unimargin/devnet'
import {
  createJournal,
  type DirectMove,
  getDirectQuote,
  type MarginClient,
  type MoveState,
  type MoveWallet,
  memoryJournalStorage,
  type PlanMoveParameters,
  planDirectMove,
  prepareArrival,
  prepareDirectMove,
  recover,
  restoreDirectMove,
  sendArrival,
  sendDirectMove,
  serialize,
} from '@unimargin/sdk'
import { type Address, createWalletClient, erc20Abi, http } from 'viem'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { delegatedWalletOf } from '../../../test/devnet/delegatedWallet.fixture.ts'
import { sendAs } from '../../../test/devnet/routerCalls.fixture.ts'
import { openMarginLab, positionOn } from './openMarginLab.ts'
import { GREEDY, type StargateLab } from './StargateLab.ts'

const WAD = 10n ** 18n
const AMOUNT = { USDC: 2_000_000_000n, WETH: 2n * WAD } as const
/** Wei, more than all gas and messages of a test. */
const FEES = WAD / 10n

// The owner's own calls, and no contract of ours. Pools of coins take and pay out coins, and markets take their wrapped form.
describe('a direct move over Stargate', () => {
  let lab: StargateLab
  let client: MarginClient
  let arbitrum: DevnetChain
  let base: DevnetChain
  beforeAll(async () => {
    ;({ lab, routerless: client, arbitrum, base } = await openMarginLab())
  })
  afterAll(() => lab.close())
  beforeEach(() => lab.reset())

  const viewOf = () => client.getMarginView({ owner: lab.sender })
  const walletOn = ({ chain, rpcUrl }: DevnetChain): MoveWallet =>
    createWalletClient({ account: lab.devnet.accounts[0]?.account, chain, transport: http(rpcUrl) })
  const prepared = async (
    asset: 'USDC' | 'WETH',
    { recipient, ...changes }: Partial<PlanMoveParameters> & { readonly recipient?: Address } = {},
  ) => {
    const view = await viewOf()
    const plan = planDirectMove(client, {
      view,
      donor: positionOn(view, arbitrum).id,
      receiver: positionOn(view, base).id,
      asset,
      amount: AMOUNT[asset],
      donorFloor: (18n * WAD) / 10n,
      acceptFlags: ['single-source'],
      ...changes,
    })
    if (!('way' in plan)) throw new TypeError(`expected a plan, got ${serialize(plan)}`)
    const quote = await getDirectQuote(client, { plan, owner: lab.sender, view, recipient })
    expect(quote.costs.sourceGas.basis).toBe('simulated')
    return { view, recipient, prepared: await prepareDirectMove(client, { quote, view }) }
  }
  const stateOf = async (move: DirectMove): Promise<MoveState> => (await client.getMoveStatus({ move })).state
  const arrivalOf = async (move: DirectMove) => prepareArrival(client, { move, view: await viewOf() })
  const stepsOf = (calls: readonly { readonly step: string }[]) => calls.map(({ step }) => step)
  const tokens = ({ client, tokens }: DevnetChain, asset: 'USDC' | 'WETH', owner: Address) =>
    client.readContract({ address: tokens[asset].address, abi: erc20Abi, functionName: 'balanceOf', args: [owner] })
  const coins = ({ client }: DevnetChain) => client.getBalance({ address: lab.sender })
  const collateral = async (chain: DevnetChain, asset: 'USDC' | 'WETH') => {
    const leg = positionOn(await viewOf(), chain).collateral.find((one) => one.asset.symbol === asset)
    return typeof leg?.amount === 'bigint' ? leg.amount : -1n
  }
  /** Interest of seconds. */
  const near = (amount: bigint) =>
    expect.toSatisfy((value: bigint) => (value > amount ? value - amount : amount - value) <= amount / 10n ** 5n)

  test.each([
    { asset: 'USDC', first: ['withdraw', 'approve', 'send'], second: ['approve', 'supply'] },
    { asset: 'WETH', first: ['withdraw', 'unwrap', 'send'], second: ['wrap', 'approve', 'supply'] },
  ] as const)('default: $asset is sent, followed and supplied by the owner alone', async ({ asset, first, second }) => {
    const before = await Promise.all([arbitrum, base].map(coins))
    const held = await Promise.all([arbitrum, base].map((chain) => tokens(chain, asset, lab.sender)))
    const supplied = [await collateral(arbitrum, asset), await collateral(base, asset)] as const
    const ready = await prepared(asset)
    expect(stepsOf(ready.prepared.calls)).toEqual(first)
    expect(ready.prepared.isSimulated).toBe(true)
    await lab.devnet.messages.hold()
    const move = await sendDirectMove(client, { ...ready, walletClient: walletOn(arbitrum) })
    const guid = move.guid ?? '0x'
    const states = [await stateOf(move)]
    await lab.devnet.messages.verify(guid)
    states.push(await stateOf(move))
    await lab.devnet.messages.deliver(guid)
    const arrival = await arrivalOf(move)
    states.push(await stateOf(arrival.move))
    expect(stepsOf(arrival.calls)).toEqual(second)
    expect(arrival).toMatchObject({ amount: AMOUNT[asset], isSimulated: true })
    const done = await sendArrival(client, { prepared: arrival, walletClient: walletOn(base) })
    states.push(await stateOf(done))
    expect(states).toEqual(['sent', 'verified', 'delivered', 'credited'])

    // What was moved is collateral there and no more here, and nothing but fees is missing anywhere else.
    expect(await collateral(arbitrum, asset)).toEqual(near(supplied[0] - AMOUNT[asset]))
    expect(await collateral(base, asset)).toEqual(near((supplied[1] < 0n ? 0n : supplied[1]) + AMOUNT[asset]))
    expect(await Promise.all([arbitrum, base].map((chain) => tokens(chain, asset, lab.sender)))).toEqual(held)
    for (const [index, chain] of [arbitrum, base].entries()) {
      const spent = (before[index] ?? 0n) - (await coins(chain))
      expect(spent).toBeGreaterThan(0n)
      expect(spent).toBeLessThan(FEES)
    }
  })

  test('default: coins pay a debt, and what is not owed stays where it arrived, wrapped', async () => {
    await lab.devnet.borrow({ chain: 'base', owner: lab.sender, symbol: 'WETH', amount: WAD / 10n })
    const held = await tokens(base, 'WETH', lab.sender)
    const ready = await prepared('WETH', { purpose: 'repay' })
    const move = await sendDirectMove(client, { ...ready, walletClient: walletOn(arbitrum) })
    await lab.devnet.messages.waitFor(move.guid ?? '0x', 'delivered')
    const arrival = await arrivalOf(move)
    expect(stepsOf(arrival.calls)).toEqual(['wrap', 'approve', 'repay', 'revoke'])
    const done = await sendArrival(client, { prepared: arrival, walletClient: walletOn(base) })
    expect(await stateOf(done)).toBe('credited')
    expect(positionOn(await viewOf(), base).debt.map(({ asset }) => asset.symbol)).toEqual(['USDC'])
    expect((await tokens(base, 'WETH', lab.sender)) - held).toEqual(near(AMOUNT.WETH - WAD / 10n))
  })

  test('behavior: a wallet that can sends coins at once, on either side', async () => {
    const [account] = lab.devnet.accounts
    if (account === undefined) throw new RangeError('no account')
    const [here, there] = [await delegatedWalletOf(arbitrum, account), await delegatedWalletOf(base, account)]
    const move = await sendDirectMove(client, { ...(await prepared('WETH')), walletClient: here.wallet })
    expect(move.direct.done).toEqual({ withdraw: move.hash, unwrap: move.hash })
    await lab.devnet.messages.waitFor(move.guid ?? '0x', 'delivered')
    const done = await sendArrival(client, { prepared: await arrivalOf(move), walletClient: there.wallet })
    expect([here.batches.size, there.batches.size]).toEqual([1, 1])
    expect(await stateOf(done)).toBe('credited')
  })

  test('behavior: whoever dies after any step goes on from there, and coins are sent and wrapped once', async () => {
    const journal = await createJournal({ storage: memoryJournalStorage() })
    const dead = new TypeError('dead')
    const { view, prepared: ready } = await prepared('WETH')
    const supplied = await collateral(base, 'WETH')
    const counts = () =>
      Promise.all([arbitrum, base].map((chain) => chain.client.getTransactionCount({ address: lab.sender })))
    const before = await counts()
    const onceAt = (done: (move: DirectMove) => unknown) => (move: DirectMove) => {
      if (done(move) !== undefined) throw dead
    }
    const first = (onProgress: (move: DirectMove) => void) =>
      sendDirectMove(client, { prepared: ready, view, walletClient: walletOn(arbitrum), journal, onProgress })
    await expect(first(onceAt(({ direct }) => direct.done.withdraw))).rejects.toThrow(dead)
    await expect(first(onceAt(({ direct }) => direct.done.unwrap))).rejects.toThrow(dead)
    await expect(first(onceAt(({ hash }) => hash))).rejects.toThrow(dead)
    const move = await first(() => {})
    await lab.devnet.messages.waitFor(move.guid ?? '0x', 'delivered')
    // What has come, and something for gas: once it is wrapped, no coins are there to be wrapped again.
    await base.client.setBalance({ address: lab.sender, value: AMOUNT.WETH + FEES })

    const second = async (onProgress: (move: DirectMove) => void) => {
      const kept = journal.get(move.id)
      if (kept === undefined) throw new RangeError('nothing is written down')
      const arrival = await arrivalOf(restoreDirectMove(kept).move)
      return sendArrival(client, { prepared: arrival, walletClient: walletOn(base), journal, onProgress })
    }
    await expect(second(onceAt(({ direct }) => direct.arrival?.done.wrap))).rejects.toThrow(dead)
    await expect(second(onceAt(({ direct }) => direct.arrival?.done.approve))).rejects.toThrow(dead)
    expect(await stateOf(await second(() => {}))).toBe('credited')
    expect(await collateral(base, 'WETH')).toEqual(near(supplied + AMOUNT.WETH))
    const sent = (await counts()).map((count, index) => count - (before[index] ?? 0))
    expect(sent).toEqual([3, 3])
  })

  test('behavior: coins that the recipient could not take are told of, and paid out when anyone asks for it', async () => {
    const recipient = lab.stranger
    const ready = await prepared('WETH', { recipient })
    await lab.devnet.messages.hold({ before: 'deliver' })
    const move = await sendDirectMove(client, { ...ready, walletClient: walletOn(arbitrum) })
    await base.client.setCode({ address: recipient, bytecode: GREEDY })
    await lab.devnet.messages.release()
    await lab.devnet.messages.waitFor(move.guid ?? '0x', 'delivered')
    const before = await base.client.getBalance({ address: recipient })
    const { status, actions } = await recover(client, { move, caller: lab.sender })
    expect([status.state, status.issues]).toEqual(['unreceived', []])
    expect(actions).toMatchObject([{ kind: 'receive', who: 'anyone', gas: expect.any(BigInt) }])
    for (const { call, gas } of actions) {
      expect(await sendAs(base, lab.sender, { ...call, gas })).toMatchObject({ status: 'success' })
    }
    expect(await client.getMoveStatus({ move })).toMatchObject({ state: 'delivered', amount: AMOUNT.WETH, issues: [] })
    expect((await base.client.getBalance({ address: recipient })) - before).toBe(AMOUNT.WETH)
  })
})
