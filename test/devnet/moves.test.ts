import {
  type Devnet,
  type DevnetAccount,
  type DevnetChain,
  type DevnetSnapshot,
  ETH_CORRELATED,
} from '@unimargin/devnet'
import {
  collateralRouterAbi,
  deserialize,
  type Hex,
  type KnownHealth,
  type MarginClient,
  type MarginView,
  type MoveIntent,
  type MovePlan,
  type MoveQuote,
  type MoveState,
  type MoveWallet,
  type PlanMoveParameters,
  parseMove,
  parseMoveQuote,
  prepareClaim,
  prepareRetry,
  serialize,
  Wad,
} from '@unimargin/sdk'
import { createWalletClient, erc20Abi, http, parseAbi } from 'viem'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { allowanceOf } from '../fixtures/moves.ts'
import { bootTwoChains, walletOf } from './twoChains.fixture.ts'

// Real endpoints, OFTs, Aave pools and routers on two local chains. On Arbitrum WETH is a token behind an adapter, on Base
// it is an OFT itself: moves in both directions cover both kinds.

const ETH = 10n ** 18n
const USD = 10n ** 6n
const goal = {
  asset: 'WETH',
  target: Wad.fromDecimal('1.5'),
  donorFloor: Wad.fromDecimal('1.8'),
  // One node for each chain.
  acceptFlags: ['single-source'],
} as const

let devnet: Devnet
let client: MarginClient
let clean: DevnetSnapshot
let arbitrum: DevnetChain
let base: DevnetChain
let owner: DevnetAccount
let stranger: DevnetAccount

beforeAll(async () => {
  ;({ devnet, client, arbitrum, base, owner, stranger } = await bootTwoChains())
  // Somebody has to lend what the owner borrows.
  for (const chain of ['arbitrum', 'base'] as const) {
    await devnet.supply({ chain, owner: stranger.address, symbol: 'USDC', amount: 1_000_000n * USD })
  }
  await devnet.openAavePosition({
    chain: 'arbitrum',
    owner: owner.address,
    supply: { WETH: 10n * ETH },
    borrow: { USDC: 5_000n * USD },
  })
  await devnet.openAavePosition({
    chain: 'base',
    owner: owner.address,
    supply: { WETH: 5n * ETH },
    borrow: { USDC: 7_500n * USD },
  })
  clean = await devnet.snapshot()
})

beforeEach(async () => {
  await devnet.revert(clean)
})

afterAll(async () => {
  await devnet?.close()
})

const viewOf = (account = owner): Promise<MarginView> => client.getMarginView({ owner: account.address })

function positionOn(view: MarginView, { chainId }: DevnetChain) {
  const found = view.positions.find(({ market }) => market.chainId === chainId)
  if (found?.status !== 'read') throw new TypeError(`no position was read on ${chainId}`)
  return found
}

async function planned(
  changes: Partial<PlanMoveParameters> = {},
  [from, to]: readonly [DevnetChain, DevnetChain] = [arbitrum, base],
): Promise<MovePlan> {
  const view = await viewOf()
  const plan = client.planMove({
    view,
    donor: positionOn(view, from).id,
    receiver: positionOn(view, to).id,
    ...goal,
    ...changes,
  })
  if (plan.status !== 'plan') throw new TypeError(`expected a plan, got ${serialize(plan)}`)
  return plan
}

async function quoted(...parameters: Parameters<typeof planned>): Promise<MoveQuote> {
  return client.getMoveQuote({ plan: await planned(...parameters), owner: owner.address })
}

const walletOn = (chain: DevnetChain, account = owner): MoveWallet => walletOf(chain, account)

const sentBy = ({ address }: DevnetAccount) =>
  Promise.all(devnet.chains.map((chain) => chain.client.getTransactionCount({ address })))

const stateOf = async (move: MoveIntent | Parameters<typeof client.getMoveStatus>[0]['move']) =>
  (await client.getMoveStatus({ move })).state

const factor = (health: KnownHealth): bigint => (health.status === 'known' ? health.factor : 0n)

const thrownName = (error: unknown): unknown => Reflect.get(Object(error), 'name')

/** What the chain itself says of the owner. */
async function healthOn(chain: DevnetChain): Promise<bigint> {
  const health = positionOn(await viewOf(), chain).health
  return health.status === 'known' ? health.factor : 0n
}

describe('a move', () => {
  test('behavior: is credited, by a permit, and does what the plan foresaw', async () => {
    // Each step survives being stored.
    const quote = parseMoveQuote(deserialize(serialize(await quoted())))
    const { plan } = quote
    expect(factor(plan.receiver.health.before)).toBeLessThan(Wad.fromDecimal('1.11'))
    await devnet.messages.hold({ before: 'compose' })
    const intents: MoveIntent[] = []
    const handle = await client.sendMove({
      quote,
      walletClient: walletOn(arbitrum),
      onIntent: (intent) => {
        intents.push(intent)
      },
    })
    const guid = handle.guid ?? '0x'
    await devnet.messages.waitFor(guid, 'delivered')
    expect(await stateOf(handle)).toBe('compose-queued')
    const flying = await viewOf()
    expect(flying.inFlight).toMatchObject([{ guid, amount: plan.amount, destinationChainId: base.chainId }])
    expect(await planned({ target: undefined, amount: ETH })).toMatchObject({ underWay: [guid] })

    const states: MoveState[] = []
    const ended = new Promise<void>((resolve) => {
      client.watchMove({
        move: handle,
        pollingInterval: 20,
        onState: (state) => {
          states.push(state)
          if (state === 'credited') resolve()
        },
      })
    })
    await devnet.messages.release()
    await ended
    expect(states).toEqual(['submitted', 'sent', 'verified', 'delivered', 'compose-queued', 'credited'])

    const after = await viewOf()
    expect(after.inFlight).toEqual([])
    const weth = (chain: DevnetChain) =>
      positionOn(after, chain).collateral.find(({ asset }) => asset.symbol === 'WETH')?.amount
    const near = (actual: unknown, expected: bigint, tolerance: bigint) => {
      expect(typeof actual).toBe('bigint')
      const difference = BigInt(actual as bigint) - expected
      expect(difference < 0n ? -difference : difference).toBeLessThanOrEqual(tolerance)
    }
    // Supplies earn a little meanwhile; nobody pays more than a few seconds of interest.
    near(weth(arbitrum), 10n * ETH - plan.amount, 10n ** 12n)
    near(weth(base), 5n * ETH + plan.received, 10n ** 12n)
    for (const [chain, side] of [
      [arbitrum, plan.donor],
      [base, plan.receiver],
    ] as const) {
      near(await healthOn(chain), factor(side.health.after), 10n ** 13n)
      expect(await healthOn(chain)).toBeGreaterThanOrEqual(factor(side.health.atArrival))
    }
    // The target is met, and by no more than half an hour of interest.
    expect(await healthOn(base)).toBeGreaterThanOrEqual(goal.target)
    expect(await healthOn(base)).toBeLessThan(goal.target + 10n ** 14n)
    expect(await healthOn(arbitrum)).toBeGreaterThanOrEqual(goal.donorFloor)
    // Nothing is left behind.
    const { token } = allowanceOf(plan)
    const read = { address: token, abi: erc20Abi } as const
    const { router } = plan.source
    expect(await arbitrum.client.readContract({ ...read, functionName: 'balanceOf', args: [router] })).toBe(0n)
    const left = await arbitrum.client.readContract({
      ...read,
      functionName: 'allowance',
      args: [owner.address, router],
    })
    expect(left).toBeLessThanOrEqual(2n)
    expect(await arbitrum.client.getBalance({ address: router })).toBe(0n)
    // What was stored before it was sent finds it as well.
    const [intent] = intents
    expect(await stateOf(parseMove(deserialize(serialize(intent))))).toBe('credited')
  })

  test('behavior: costs what was quoted, with the surplus of the fee refunded', async () => {
    const quote = await quoted()
    const before = await arbitrum.client.getBalance({ address: owner.address })
    const handle = await client.sendMove({ quote, walletClient: walletOn(arbitrum) })
    const receipt = await arbitrum.client.getTransactionReceipt({ hash: handle.hash })
    const spent = before - (await arbitrum.client.getBalance({ address: owner.address }))
    expect(spent - receipt.gasUsed * receipt.effectiveGasPrice).toBe(quote.costs.messagingFee.amount)
    // As it was run beforehand, by an approval: a permit is a little cheaper, and a first one a little dearer.
    expect(quote.costs.sourceGas.basis).toBe('simulated')
    expect(10n * quote.costs.sourceGas.units).toBeGreaterThan(9n * receipt.gasUsed)
    expect(10n * quote.costs.sourceGas.units).toBeLessThan(12n * receipt.gasUsed)
    const { messagingFee, sourceGas } = quote.costs
    expect(quote.total).toBe(messagingFee.value + sourceGas.value)
    expect(messagingFee.value).toBe((messagingFee.amount * 2_000n * Wad.WAD + Wad.WAD - 1n) / Wad.WAD)
  })

  test('behavior: shows each state as the message is carried', async () => {
    await devnet.messages.hold()
    const quote = await quoted()
    const handle = await client.sendMove({ quote, walletClient: walletOn(arbitrum) })
    const guid = handle.guid ?? '0x'
    await devnet.messages.waitFor(guid, 'sent')
    expect(await stateOf(handle)).toBe('sent')
    await devnet.messages.verify(guid)
    expect(await stateOf(handle)).toBe('verified')
    await devnet.messages.deliver(guid)
    expect(await stateOf(handle)).toBe('compose-queued')
    await devnet.messages.compose(guid)
    expect(await client.getMoveStatus({ move: handle })).toMatchObject({
      state: 'credited',
      amount: quote.amountReceived,
      issues: [],
    })
  })

  test('behavior: goes the other way, by an approval, from an injected wallet', async () => {
    await devnet.supply({ chain: 'base', owner: owner.address, symbol: 'WETH', amount: 10n * ETH })
    const quote = await quoted({ target: Wad.fromDecimal('3.5') }, [base, arbitrum])
    // The node holds the keys of the test accounts, as an injected wallet does: it is sent `eth_sendTransaction`.
    const walletClient = createWalletClient({ account: owner.address, chain: base.chain, transport: http(base.rpcUrl) })
    const steps: string[] = []
    const handle = await client.sendMove({
      quote,
      approval: 'approve',
      walletClient,
      onSubmit: ({ step }) => steps.push(step),
    })
    expect(steps).toEqual(['approve', 'send'])
    await devnet.messages.waitFor(handle.guid ?? '0x', 'composed')
    expect(await stateOf(handle)).toBe('credited')
    expect(await healthOn(arbitrum)).toBeGreaterThanOrEqual(Wad.fromDecimal('3.5'))
  })

  test('behavior: repays a debt, and pays out what it does not need', async () => {
    await devnet.supply({ chain: 'arbitrum', owner: owner.address, symbol: 'USDC', amount: 20_000n * USD })
    const balance = async () => {
      const { address } = base.tokens.USDC
      const args = [owner.address] as const
      return base.client.readContract({ address, abi: erc20Abi, functionName: 'balanceOf', args })
    }
    const debt = async () => {
      const { amount = 0n } = positionOn(await viewOf(), base).debt[0] ?? {}
      return typeof amount === 'bigint' ? amount : undefined
    }
    const moved = async (changes: Partial<PlanMoveParameters>) => {
      const quote = await quoted({ asset: 'USDC', purpose: 'repay', ...changes })
      const handle = await client.sendMove({ quote, walletClient: walletOn(arbitrum) })
      await devnet.messages.waitFor(handle.guid ?? '0x', 'composed')
      expect(await client.getMoveStatus({ move: handle })).toMatchObject({
        state: 'credited',
        amount: quote.plan.received,
      })
      return quote.plan
    }
    // 8,250 of weighted collateral carry 5,500 at 1.5.
    const plan = await moved({})
    expect(plan.amount).toBeGreaterThan(2_000n * USD)
    expect(plan.amount).toBeLessThan(2_001n * USD)
    expect(await healthOn(base)).toBeGreaterThanOrEqual(goal.target)
    expect(await healthOn(base)).toBeLessThan(goal.target + 10n ** 14n)
    const rest = (await debt()) ?? 0n
    expect(rest).toBeGreaterThan(5_000n * USD)
    const before = await balance()
    const all = await moved({ target: undefined, amount: 6_000n * USD })
    expect(await debt()).toBe(0n)
    // What interest has added since the view is the difference.
    const left = (await balance()) - before
    expect(left).toBeLessThanOrEqual(all.excess)
    expect(left).toBeGreaterThan(all.excess - USD / 100n)
    expect(all.excess).toBeGreaterThan(6_000n * USD - rest - USD / 100n)
  })

  test('behavior: an asked amount moves without its dust, and all that the donor has can move', async () => {
    await devnet.openAavePosition({ chain: 'arbitrum', owner: owner.address, supply: { WBTC: 10n ** 8n } })
    await devnet.supply({ chain: 'arbitrum', owner: owner.address, symbol: 'WETH', amount: 100n })
    const plan = await planned({ target: undefined, amount: 10n * ETH + 5n })
    expect(plan).toMatchObject({ amount: 10n * ETH, dust: 5n })
    const quote = await client.getMoveQuote({ plan, owner: owner.address })
    const handle = await client.sendMove({ quote, walletClient: walletOn(arbitrum) })
    await devnet.messages.waitFor(handle.guid ?? '0x', 'composed')
    expect(await client.getMoveStatus({ move: handle })).toMatchObject({ state: 'credited', amount: 10n * ETH })
  })

  test('behavior: a donor without debt gives all it has', async () => {
    const { address } = stranger
    await devnet.openAavePosition({ chain: 'arbitrum', owner: address, supply: { WETH: ETH } })
    await devnet.borrow({ chain: 'base', owner: address, symbol: 'USDC', amount: 1_000n * USD })
    const view = await viewOf(stranger)
    const [donor, receiver] = [positionOn(view, arbitrum).id, positionOn(view, base).id]
    const plan = client.planMove({ view, donor, receiver, ...goal, target: undefined, amount: ETH })
    if (plan.status !== 'plan') throw new TypeError(plan.status)
    const quote = await client.getMoveQuote({ plan, owner: address })
    const handle = await client.sendMove({ quote, walletClient: walletOn(arbitrum, stranger) })
    await devnet.messages.waitFor(handle.guid ?? '0x', 'composed')
    expect(await stateOf(handle)).toBe('credited')
    const left = positionOn(await viewOf(stranger), arbitrum).collateral.filter(({ asset }) => asset.symbol === 'WETH')
    expect(left.every(({ amount }) => typeof amount === 'bigint' && amount <= 10n ** 12n)).toBe(true)
  })

  test('behavior: a receiver in an e-mode gets no more than it needs there', async () => {
    const third = devnet.accounts[2]
    if (third === undefined) throw new TypeError('the devnet has accounts')
    await devnet.openAavePosition({ chain: 'base', owner: third.address, supply: { wstETH: 10n * ETH } })
    const hash = await base.client.writeContract({
      account: third.account,
      address: base.addresses.pool,
      abi: parseAbi(['function setUserEMode(uint8)']),
      functionName: 'setUserEMode',
      args: [ETH_CORRELATED],
      gas: 500_000n,
    })
    await base.client.waitForTransactionReceipt({ hash })
    await devnet.borrow({ chain: 'base', owner: third.address, symbol: 'WETH', amount: 10n * ETH })
    await devnet.openAavePosition({ chain: 'arbitrum', owner: third.address, supply: { WETH: 20n * ETH } })
    const view = await viewOf(third)
    const [donor, receiver] = [positionOn(view, arbitrum).id, positionOn(view, base).id]
    const plan = client.planMove({ view, donor, receiver, ...goal })
    if (plan.status !== 'plan') throw new TypeError(plan.status)
    const quote = await client.getMoveQuote({ plan, owner: third.address })
    const handle = await client.sendMove({ quote, walletClient: walletOn(arbitrum, third) })
    await devnet.messages.waitFor(handle.guid ?? '0x', 'composed')
    expect(await stateOf(handle)).toBe('credited')
    const { health } = positionOn(await viewOf(third), base)
    if (health.status !== 'known') throw new TypeError(health.status)
    // Seconds of interest are far less than what the threshold of the e-mode is worth.
    expect(health.factor).toBeLessThanOrEqual(factor(plan.receiver.health.after) + 10n ** 13n)
    expect(health.factor).toBeGreaterThanOrEqual(goal.target)
  })

  test('behavior: ends parked when the destination is frozen; the owner alone retries it', async () => {
    const quote = await quoted()
    await devnet.setReserve({ chain: 'base', symbol: 'WETH', frozen: true })
    const send = { quote, walletClient: walletOn(arbitrum) }
    const before = await sentBy(owner)
    await expect(client.sendMove(send)).rejects.toThrowError(
      expect.objectContaining({
        name: 'ArrivalRefusedError',
        message: expect.stringContaining('the reserve is frozen'),
      }),
    )
    expect(await sentBy(owner)).toEqual(before)
    const handle = await client.sendMove({ ...send, acceptArrival: ['28'] })
    const guid = handle.guid ?? '0x'
    await devnet.messages.waitFor(guid, 'composed')
    expect(await client.getMoveStatus({ move: handle })).toMatchObject({
      state: 'parked',
      amount: quote.amountReceived,
    })
    const view = await viewOf()
    expect(view.inFlight).toEqual([])
    expect(view.parked).toMatchObject([{ guid, chainId: base.chainId, amount: quote.amountReceived }])

    const parked = { chainId: base.chainId, guid, caller: owner.address }
    await expect(prepareRetry(client, parked)).rejects.toThrowError(
      expect.objectContaining({ name: 'CallRevertedError', message: expect.stringContaining('the reserve is frozen') }),
    )
    await devnet.setReserve({ chain: 'base', symbol: 'WETH', frozen: false })
    for (const prepare of [
      () => prepareRetry(client, { ...parked, caller: stranger.address }),
      () => prepareClaim(client, { ...parked, caller: stranger.address, to: stranger.address }),
    ]) {
      await expect(prepare()).rejects.toThrowError(expect.objectContaining({ name: 'NotOwnerError' }))
    }
    const retry = await prepareRetry(client, parked)
    // The contract refuses the stranger as well.
    const strangers = { account: stranger.account, to: retry.to, data: retry.data, gas: 1_000_000n }
    const refused = await base.client.sendTransaction(strangers)
    expect(await base.client.waitForTransactionReceipt({ hash: refused })).toMatchObject({ status: 'reverted' })
    expect(await stateOf(handle)).toBe('parked')

    await base.client.sendTransaction({ account: owner.account, to: retry.to, data: retry.data, gas: 1_500_000n })
    expect(await stateOf(handle)).toBe('credited')
    expect((await viewOf()).parked).toEqual([])
    expect(await healthOn(base)).toBeGreaterThanOrEqual(goal.target)
    await expect(prepareRetry(client, parked)).rejects.toThrowError(expect.objectContaining({ name: 'NotParkedError' }))
  })

  test('behavior: ends parked when the destination is paused; the owner alone claims it', async () => {
    const quote = await quoted()
    await devnet.setReserve({ chain: 'base', symbol: 'WETH', paused: true })
    const handle = await client.sendMove({ quote, walletClient: walletOn(arbitrum), acceptArrival: ['29'] })
    const guid = handle.guid ?? '0x'
    await devnet.messages.waitFor(guid, 'composed')
    expect(await stateOf(handle)).toBe('parked')
    const claim = await prepareClaim(client, { chainId: base.chainId, guid, caller: owner.address, to: owner.address })
    const refused = await base.client.sendTransaction({
      account: stranger.account,
      to: claim.to,
      data: claim.data,
      gas: 1_000_000n,
    })
    expect(await base.client.waitForTransactionReceipt({ hash: refused })).toMatchObject({ status: 'reverted' })
    const weth = { address: base.tokens.WETH.address, abi: erc20Abi, functionName: 'balanceOf' } as const
    const before = await base.client.readContract({ ...weth, args: [owner.address] })
    await base.client.sendTransaction({ account: owner.account, to: claim.to, data: claim.data, gas: 1_000_000n })
    expect(await stateOf(handle)).toBe('claimed')
    const paid = (await base.client.readContract({ ...weth, args: [owner.address] })) - before
    expect(paid).toBe(quote.amountReceived)
    expect((await viewOf()).parked).toEqual([])
  })

  test('behavior: run with too little gas it stays queued, and is delivered later', async () => {
    await devnet.messages.underGas({}, { compose: 200_000n })
    const handle = await client.sendMove({ quote: await quoted(), walletClient: walletOn(arbitrum) })
    const guid = handle.guid ?? '0x'
    await devnet.messages.waitFor(guid, 'delivered')
    await devnet.messages.idle()
    expect(devnet.messages.get(guid)).toMatchObject({ phase: 'delivered', failure: { step: 'compose' } })
    expect(await stateOf(handle)).toBe('compose-queued')
    expect((await viewOf()).inFlight).toMatchObject([{ guid }])
    await devnet.messages.retryCompose(guid)
    expect(await stateOf(handle)).toBe('credited')
  })

  test('behavior: an id moves once, whoever sends it again', async () => {
    const quote = await quoted({ target: undefined, amount: ETH })
    const id: Hex = `0x${'1d'.repeat(32)}`
    // Allowed for more than one move, so that nothing but the id stands in the way.
    const approval = await arbitrum.client.writeContract({
      account: owner.account,
      address: allowanceOf(quote.plan).token,
      abi: erc20Abi,
      functionName: 'approve',
      args: [quote.plan.source.router, 5n * ETH],
      gas: 200_000n,
    })
    await arbitrum.client.waitForTransactionReceipt({ hash: approval })
    const prepared = await client.prepareMove({ quote, owner: owner.address, id })
    const handle = await client.sendMove({ prepared, walletClient: walletOn(arbitrum) })
    const before = await sentBy(owner)
    await expect(client.sendMove({ prepared, walletClient: walletOn(arbitrum) })).rejects.toThrowError(
      expect.objectContaining({
        name: 'CallRevertedError',
        revert: expect.objectContaining({ name: 'MoveAlreadySent' }),
      }),
    )
    await expect(client.prepareMove({ quote, owner: owner.address, id })).rejects.toThrowError(
      expect.objectContaining({ name: 'MoveAlreadySentError', guid: handle.guid }),
    )
    expect(await sentBy(owner)).toEqual(before)
    if (prepared.approval !== 'none') throw new TypeError(prepared.approval)
    const { to, data, value } = prepared.call
    const hash = await arbitrum.client.sendTransaction({ account: owner.account, to, data, value, gas: 2_000_000n })
    expect(await arbitrum.client.waitForTransactionReceipt({ hash })).toMatchObject({ status: 'reverted' })
  })

  test('behavior: an intent is tracked before it is sent, when it reverts, and when it is too late', async () => {
    const quote = await quoted({ target: undefined, amount: ETH })
    const { intent } = await client.prepareMove({ quote, owner: owner.address })
    expect(await stateOf(intent)).toBe('intended')
    // Somebody's wallet sends it although the router may not pull: the transaction reverts.
    const { functionName, args } = { functionName: 'send', args: [{ ...intent.move, action: 0 }] } as const
    const hash = await arbitrum.client.writeContract({
      account: owner.account,
      address: intent.source.router,
      abi: collateralRouterAbi,
      functionName,
      args,
      value: intent.value,
      gas: 2_000_000n,
    })
    expect(await client.getMoveStatus({ move: { ...intent, hash } })).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('the router may pull less'),
    })
    await devnet.increaseTime(Number(quote.deadline - quote.block.timestamp) + 10)
    expect(await client.getMoveStatus({ move: intent })).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('deadline'),
    })
  })
})

describe('what cannot be moved', () => {
  test('behavior: a plan says what stands in the way', async () => {
    const view = await viewOf()
    const ids = { view, donor: positionOn(view, arbitrum).id, receiver: positionOn(view, base).id }
    expect(client.planMove({ ...ids, ...goal, target: Wad.fromDecimal('1.05') })).toMatchObject({
      status: 'already-safe',
    })
    expect(client.planMove({ ...ids, ...goal, donorFloor: Wad.fromDecimal('3') })).toMatchObject({
      status: 'unsavable',
      reason: { kind: 'donor-floor' },
    })
    await devnet.setReserve({ chain: 'base', symbol: 'WETH', frozen: true })
    await devnet.setReserve({ chain: 'arbitrum', symbol: 'WETH', paused: true })
    const blocked = await viewOf()
    const parameters = { ...ids, ...goal, view: blocked }
    expect(client.planMove(parameters)).toMatchObject({ status: 'unsavable', reason: { kind: 'withdraw-blocked' } })
    await devnet.setReserve({ chain: 'arbitrum', symbol: 'WETH', paused: false })
    expect(client.planMove({ ...parameters, view: await viewOf() })).toMatchObject({
      status: 'unsavable',
      reason: { kind: 'supply-blocked', by: ['frozen'] },
    })
  })

  test('error: a price that falls after the quote: SourceHealthTooLow, and nothing is sent but the approval', async () => {
    const quote = await quoted()
    const before = await sentBy(owner)
    await devnet.setPrice('WETH', '900', { chain: 'arbitrum' })
    const walletClient = walletOn(arbitrum)
    await expect(client.sendMove({ quote, walletClient })).rejects.toThrowError(
      expect.objectContaining({
        name: 'CallRevertedError',
        hash: undefined,
        revert: expect.objectContaining({ name: 'SourceHealthTooLow' }),
      }),
    )
    expect(await sentBy(owner)).toEqual(before)
  })

  test('error: every bad input is refused before anything is sent', async () => {
    const view = await viewOf()
    const good = { view, donor: positionOn(view, arbitrum).id, receiver: positionOn(view, base).id, ...goal }
    const quote = await quoted()
    const { plan } = quote
    const walletClient = walletOn(arbitrum)
    const before = await sentBy(owner)
    const inputs: readonly (readonly [string, () => unknown])[] = [
      ['InvalidAddressError', () => client.getMarginView({ owner: '0x12' })],
      ['UnknownPositionError', () => client.planMove({ ...good, donor: 'aave-v3:1:0x' })],
      ['SamePositionError', () => client.planMove({ ...good, donor: good.receiver })],
      ['InvalidAmountError', () => client.planMove({ ...good, amount: 0n })],
      ['AmountAbovePositionError', () => client.planMove({ ...good, amount: 11n * ETH })],
      ['InvalidHealthFactorError', () => client.planMove({ ...good, target: Wad.fromDecimal('0.99') })],
      ['InvalidHealthFactorError', () => client.planMove({ ...good, donorFloor: Wad.fromDecimal('0.99') })],
      ['UnknownAssetError', () => client.planMove({ ...good, asset: 'DOGE' })],
      ['UnknownRouteError', () => client.planMove({ ...good, asset: 'WBTC' })],
      ['InvalidAddressError', () => client.getMoveQuote({ plan, owner: '0x12' })],
      ['WrongOwnerError', () => client.getMoveQuote({ plan, owner: stranger.address })],
      ['ExpiredDeadlineError', () => client.getMoveQuote({ plan, owner: owner.address, deadline: 1n })],
      ['WrongOwnerError', () => client.prepareMove({ quote, owner: stranger.address })],
      ['InvalidMoveIdError', () => client.prepareMove({ quote, owner: owner.address, id: '0x1d' })],
      ['ExpiredDeadlineError', () => client.sendMove({ quote: { ...quote, deadline: 1n }, walletClient })],
      ['WrongChainError', () => client.sendMove({ quote, walletClient: walletOn(base) })],
      ['WrongAccountError', () => client.sendMove({ quote, walletClient: walletOn(arbitrum, stranger) })],
      [
        'UnknownChainError',
        async () => {
          const { intent } = await client.prepareMove({ quote, owner: owner.address })
          return client.getMoveStatus({ move: { ...intent, destinationChainId: 1 } })
        },
      ],
    ]
    const names: unknown[] = []
    for (const [, attempt] of inputs) {
      names.push(
        await Promise.resolve()
          .then(attempt)
          .then(() => 'nothing was thrown', thrownName),
      )
    }
    expect(names).toEqual(inputs.map(([name]) => name))
    expect(await sentBy(owner)).toEqual(before)
  })

  test('error: RecoveryRequiredError for an owner with code', async () => {
    const quote = await quoted()
    await arbitrum.client.setCode({ address: owner.address, bytecode: '0x6001' })
    await expect(client.prepareMove({ quote, owner: owner.address })).rejects.toThrowError(
      expect.objectContaining({ name: 'RecoveryRequiredError' }),
    )
  })
})
