import { aaveV3 } from '@unimargin/adapters/aave-v3'
import { aaveV3Lending } from '@unimargin/adapters/aave-v3/lending'
import type { Devnet, DevnetAccount, DevnetChain, DevnetSnapshot } from '@unimargin/devnet'
import {
  createJournal,
  createMarginClient,
  type DirectMove,
  type DirectPlan,
  type DirectQuote,
  deserialize,
  getDirectQuote,
  type MarginClient,
  type MarginView,
  type MoveState,
  memoryJournalStorage,
  type PlanMoveParameters,
  parseMove,
  planDirectMove,
  prepareArrival,
  prepareDirectMove,
  recover,
  restoreDirectMove,
  resumeMoves,
  sendArrival,
  sendDirectMove,
  sendMoveAtOnce,
  serialize,
  type TrackedMove,
  Wad,
} from '@unimargin/sdk'
import { type Chain, erc20Abi, http, keccak256 } from 'viem'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { delegatedWalletOf } from './delegatedWallet.fixture.ts'
import { type Replacement, replacingWalletOf } from './replacingWallet.fixture.ts'
import { bootTwoChains, walletOf } from './twoChains.fixture.ts'

// Real endpoints, OFTs and Aave pools, and no contract of ours: on Arbitrum WETH is a token behind an adapter, on Base an OFT itself.

const ETH = 10n ** 18n
const USD = 10n ** 6n
const goal = {
  asset: 'WETH',
  amount: 2n * ETH,
  donorFloor: Wad.fromDecimal('1.8'),
  // One node for each chain.
  acceptFlags: ['single-source'],
} as const

let devnet: Devnet
let routed: MarginClient
/** Knows of no router. */
let client: MarginClient
/** Asks again soon, where it has to wait for something. */
let eager: MarginClient
let clean: DevnetSnapshot
let arbitrum: DevnetChain
let base: DevnetChain
let owner: DevnetAccount

beforeAll(async () => {
  const booted = await bootTwoChains()
  ;({ devnet, arbitrum, base, owner } = booted)
  routed = booted.client
  const clientOf = (chains: readonly Chain[]) =>
    createMarginClient({
      chains,
      transports: Object.fromEntries(devnet.chains.map(({ chainId, rpcUrl }) => [chainId, http(rpcUrl)])),
      adapters: (['arbitrum', 'base'] as const).map((name) =>
        aaveV3({ ...devnet.marketOf(name), lending: aaveV3Lending }),
      ),
      endpoints: devnet.routers.map(({ router: _, ...endpoint }) => endpoint),
      routes: devnet.routes,
    })
  const chains = devnet.chains.map(({ chain }) => chain)
  client = clientOf(chains)
  eager = clientOf(chains.map((chain) => ({ ...chain, blockTime: 1_000 })))
  for (const chain of ['arbitrum', 'base'] as const) {
    await devnet.supply({ chain, owner: booted.stranger.address, symbol: 'USDC', amount: 1_000_000n * USD })
    await devnet.openAavePosition({
      chain,
      owner: owner.address,
      supply: { WETH: 10n * ETH },
      borrow: { USDC: 5_000n * USD },
    })
  }
  clean = await devnet.snapshot()
})

beforeEach(async () => {
  await devnet.revert(clean)
})

afterAll(async () => {
  await devnet?.close()
})

const viewOf = (of = client): Promise<MarginView> => of.getMarginView({ owner: owner.address })

function positionOn(view: MarginView, { chainId }: DevnetChain) {
  const found = view.positions.find(({ market }) => market.chainId === chainId)
  if (found?.status !== 'read') throw new TypeError(`no position was read on ${chainId}`)
  return found
}

async function quoted(changes: Partial<PlanMoveParameters> = {}) {
  const view = await viewOf()
  const ends = { donor: positionOn(view, arbitrum).id, receiver: positionOn(view, base).id }
  const plan: DirectPlan | { readonly status: string } = planDirectMove(client, { view, ...ends, ...goal, ...changes })
  if (!('way' in plan)) throw new TypeError(`expected a plan, got ${serialize(plan)}`)
  return { view, quote: await getDirectQuote(client, { plan, owner: owner.address, view }) }
}

async function prepared(given?: { readonly view: MarginView; readonly quote: DirectQuote }) {
  const { view, quote } = given ?? (await quoted())
  return { view, prepared: await prepareDirectMove(client, { quote, view }) }
}

const stateOf = async (move: TrackedMove): Promise<MoveState> => (await client.getMoveStatus({ move })).state

/** How many transactions the owner has sent, those that are in no block yet included. */
const sentBy = ({ client }: DevnetChain) => client.getTransactionCount({ address: owner.address, blockTag: 'pending' })

const wethOf = (chain: DevnetChain) =>
  chain.client.readContract({
    address: chain.tokens.WETH.address,
    abi: erc20Abi,
    functionName: 'balanceOf',
    args: [owner.address],
  })

/** Collateral and debt of both positions. */
async function positions(): Promise<readonly bigint[]> {
  const view = await viewOf()
  return [arbitrum, base].flatMap((chain) => {
    const { collateral, debt } = positionOn(view, chain)
    return [...collateral, ...debt].map(({ amount }) => (typeof amount === 'bigint' ? amount : -1n))
  })
}

async function finish(move: TrackedMove): Promise<DirectMove> {
  const arrival = await prepareArrival(client, { move, view: await viewOf() })
  return sendArrival(client, { prepared: arrival, walletClient: walletOf(base, owner) })
}

describe('a direct move', () => {
  test('behavior: ends in the same positions as a routed one of the same plan', async () => {
    const view = await viewOf(routed)
    const ends = { donor: positionOn(view, arbitrum).id, receiver: positionOn(view, base).id }
    const plan = routed.planMove({ view, ...ends, ...goal })
    if (plan.status !== 'plan') throw new TypeError(plan.status)
    const quote = await routed.getMoveQuote({ plan, owner: owner.address })
    const handle = await routed.sendMove({ quote, walletClient: walletOf(arbitrum, owner) })
    await devnet.messages.waitFor(handle.guid ?? '0x', 'composed')
    const wanted = await positions()
    await devnet.revert(clean)

    const direct = await quoted()
    expect(direct.quote.plan).toMatchObject({ way: 'direct', amount: plan.amount, received: plan.received })
    const { costs, total, totalKnown, minimumReceived } = direct.quote
    expect([costs.sourceGas.basis, costs.destinationGas.basis]).toEqual(['simulated', 'simulated'])
    expect(minimumReceived).toBe(quote.minimumReceived)
    expect(total).toBe(totalKnown)
    expect(totalKnown).toBe(costs.messagingFee.value + costs.sourceGas.value + costs.destinationGas.value)
    const { prepared: ready } = await prepared(direct)
    expect(ready.isSimulated).toBe(true)
    expect(ready.calls.map(({ step }) => step)).toEqual(['withdraw', 'approve', 'send'])
    const told: DirectMove[] = []
    const move = await sendDirectMove(client, {
      prepared: ready,
      view: direct.view,
      walletClient: walletOf(arbitrum, owner),
      onProgress: (now) => {
        told.push(now)
      },
    })
    expect(told[0]).toEqual(ready.intent)
    expect(await stateOf(ready.intent)).toBe('intended')
    await devnet.messages.waitFor(move.guid ?? '0x', 'delivered')
    const status = await client.getMoveStatus({ move: parseMove(deserialize(serialize(move))) })
    expect(status).toMatchObject({ state: 'delivered', amount: goal.amount, issues: [] })
    expect(await wethOf(base)).toBe(goal.amount)
    expect((await recover(client, { move })).advice).toContain('prepareArrival')

    const done = await finish(move)
    expect(await client.getMoveStatus({ move: done })).toMatchObject({ state: 'credited', amount: goal.amount })
    const ended = await positions()
    expect(ended.length).toBe(wanted.length)
    for (const [index, amount] of ended.entries()) {
      const difference = amount - (wanted[index] ?? 0n)
      // A few seconds of interest.
      expect(difference < 0n ? -difference : difference).toBeLessThanOrEqual((wanted[index] ?? 0n) / 10n ** 6n)
    }
    expect(await wethOf(base)).toBe(0n)
    // Nothing stays allowed.
    for (const [chain, spender] of [
      [arbitrum, ready.plan.source.oft],
      [base, base.addresses.pool],
    ] as const) {
      const { address } = chain.tokens.WETH
      const args = [owner.address, spender] as const
      expect(await chain.client.readContract({ address, abi: erc20Abi, functionName: 'allowance', args })).toBe(0n)
    }
  })

  test('behavior: a run that dies between the steps is gone on with, and nothing is sent twice', async () => {
    const journal = await createJournal({ storage: memoryJournalStorage() })
    const { view, prepared: ready } = await prepared()
    const walletClient = walletOf(arbitrum, owner)
    const before = await sentBy(arbitrum)
    const dead = new TypeError('dead')
    /** Dies as soon as a step is handed over, or has a hash. */
    const run = async (dies: (move: DirectMove) => boolean) => {
      const kept = journal.get(ready.intent.id)
      const known = kept === undefined ? { prepared: ready } : restoreDirectMove(kept)
      return sendDirectMove(client, {
        ...known,
        view,
        walletClient,
        journal,
        onProgress: (move) => {
          if (dies(move)) throw dead
        },
      })
    }
    await expect(run(({ direct }) => direct.done.withdraw !== undefined)).rejects.toThrow(dead)
    expect(await sentBy(arbitrum)).toBe(before + 1)
    const resumed = async () => (await resumeMoves(client, { journal }))[0]
    await expect.poll(resumed).toMatchObject({ kind: 'found', status: { state: 'mined' } })
    await expect(run(({ direct }) => direct.done.approve !== undefined)).rejects.toThrow(dead)
    await expect(run(({ hash }) => hash !== undefined)).rejects.toThrow(dead)
    const move = await run(() => false)
    expect(await sentBy(arbitrum)).toBe(before + 3)
    // Whoever clicks once more sends nothing more; nor does who begins it anew, beside it.
    const anew = () => sendDirectMove(client, { prepared: ready, view, walletClient, journal })
    expect((await anew()).guid).toBe(move.guid)
    const [first, beside] = await Promise.allSettled([anew(), anew()])
    expect(first.status).toBe('fulfilled')
    expect(beside).toMatchObject({ reason: { name: 'PendingStepError' } })
    expect(await sentBy(arbitrum)).toBe(before + 3)
    await devnet.messages.waitFor(move.guid ?? '0x', 'delivered')

    const arrivals = await sentBy(base)
    const second = async (dies: (move: DirectMove) => boolean) => {
      const kept = journal.get(move.id)
      if (kept === undefined) throw dead
      const arrival = await prepareArrival(client, { move: restoreDirectMove(kept).move, view: await viewOf() })
      return sendArrival(client, {
        prepared: arrival,
        walletClient: walletOf(base, owner),
        journal,
        onProgress: (now) => {
          if (dies(now)) throw dead
        },
      })
    }
    await expect(second(({ direct }) => direct.arrival?.done.approve !== undefined)).rejects.toThrow(dead)
    const done = await second(() => false)
    expect(await sentBy(base)).toBe(arrivals + 2)
    expect(await stateOf(done)).toBe('credited')
    const [over] = await resumeMoves(client, { journal })
    expect(over).toMatchObject({ kind: 'found', status: { state: 'credited' } })
    expect(await resumeMoves(client, { journal })).toEqual([])
    // Nor does it take back that it is over.
    expect((await anew()).guid).toBe(move.guid)
    expect(await resumeMoves(client, { journal })).toEqual([])
  })

  test('behavior: what nobody went on with is over after its deadline, until somebody does', async () => {
    const journal = await createJournal({ storage: memoryJournalStorage() })
    const { view, prepared: ready } = await prepared()
    const run = (onProgress?: (move: DirectMove) => void) =>
      sendDirectMove(eager, { prepared: ready, view, walletClient: walletOf(arbitrum, owner), journal, onProgress })
    const dead = new TypeError('dead')
    const dies = run(({ direct }) => {
      if (direct.done.withdraw !== undefined) throw dead
    })
    await expect(dies).rejects.toThrow(dead)
    await arbitrum.client.increaseTime({ seconds: 3_600 })
    await arbitrum.client.mine({ blocks: 1 })
    const refunded = [{ kind: 'found', status: { state: 'refunded' } }]
    expect(await resumeMoves(eager, { journal })).toMatchObject(refunded)
    expect(await resumeMoves(eager, { journal })).toEqual([])
    const { guid } = await run()
    expect(guid).toBeDefined()
    expect(await resumeMoves(eager, { journal })).toMatchObject([{ kind: 'found', move: { guid } }])
  })

  test('behavior: where the hash was lost, what was sent is found', async () => {
    const { view, prepared: ready } = await prepared()
    const walletClient = walletOf(arbitrum, owner)
    const told = new Map<string, DirectMove>()
    const first = await sendDirectMove(client, {
      prepared: ready,
      view,
      walletClient,
      onProgress: (move) => {
        const { step = 'none' } = move.direct.handed ?? {}
        if (!told.has(step)) told.set(step, move)
      },
    })
    const before = await sentBy(arbitrum)
    for (const handed of ['send', 'withdraw']) {
      const move = told.get(handed)
      if (move === undefined) throw new TypeError('nothing was handed over')
      expect(move.hash).toBeUndefined()
      // What came after the withdrawal is known.
      const { hash: approve = '0x' } = first
      const known: DirectMove =
        handed === 'send'
          ? move
          : { ...first, direct: { ...first.direct, handed: move.direct.handed, done: { approve } } }
      const again = await sendDirectMove(client, { prepared: ready, view, walletClient, move: known })
      expect(again).toMatchObject({ hash: first.hash, guid: first.guid })
      expect(again.direct.done.withdraw).toBe(first.direct.done.withdraw)
      expect(await sentBy(arbitrum)).toBe(before)
    }
    // Another move of the same amount has left the same trace, and it is not this one's.
    const journal = await createJournal({ storage: memoryJournalStorage() })
    await journal.record(first)
    await journal.append(first.id, { state: 'mined', data: { hash: first.hash, direct: first.direct } })
    const { handed } = told.get('withdraw')?.direct ?? {}
    const intent = { ...ready.intent, id: keccak256(first.id) }
    const twin: DirectMove = {
      ...intent,
      direct: { ...intent.direct, handed: { ...handed, isNamed: undefined } as never },
    }
    const taken = sendDirectMove(client, { prepared: { ...ready, intent }, view, walletClient, move: twin, journal })
    await expect(taken).rejects.toThrowError(expect.objectContaining({ name: 'PendingStepError', step: 'withdraw' }))
    expect(await sentBy(arbitrum)).toBe(before)
  })

  test('behavior: what the wallet has sped up is followed, by whoever looks', async () => {
    const { view, prepared: ready } = await prepared()
    const told: DirectMove[] = []
    const dead = new TypeError('dead')
    let dies = true
    const run = (move?: DirectMove) =>
      sendDirectMove(eager, {
        prepared: ready,
        view,
        walletClient: replacingWalletOf(arbitrum, owner, () => 'faster'),
        move,
        onProgress: (now) => {
          told.push(now)
          if (dies && now.direct.handed?.step === 'approve') throw dead
        },
      })
    await expect(run()).rejects.toThrow(dead)
    const [first, second] = ['withdraw', 'approve'].map((step) =>
      told.find(({ direct }) => direct.done.withdraw !== undefined && direct.handed?.step === step),
    )
    if (first === undefined || second === undefined) throw new TypeError('nothing was told')
    expect(first.direct.done.withdraw).not.toBe(second.direct.done.withdraw)
    // Also where nobody has gone on with it.
    expect(await stateOf(first)).toBe('mined')
    dies = false
    const before = await sentBy(arbitrum)
    const move = await run(first)
    expect(await sentBy(arbitrum)).toBe(before + 2)
    expect(move.direct.done.withdraw).toBe(second.direct.done.withdraw)
    expect(move.guid).toBeDefined()
    await devnet.messages.waitFor(move.guid ?? '0x', 'delivered')
    const sent = told.find(({ hash }) => hash !== undefined)
    expect(sent?.hash).not.toBe(move.hash)
    const status = await client.getMoveStatus({ move: sent ?? move })
    expect(status).toMatchObject({ state: 'delivered', move: { hash: move.hash, guid: move.guid } })

    const arrival = await prepareArrival(client, { move, view: await viewOf() })
    const moves: DirectMove[] = []
    const done = await sendArrival(eager, {
      prepared: arrival,
      walletClient: replacingWalletOf(base, owner, () => 'faster'),
      onProgress: (now) => {
        moves.push(now)
      },
    })
    const supplied = moves.find(({ direct }) => direct.arrival?.hash !== undefined) ?? done
    expect(supplied.direct.arrival?.hash).not.toBe(done.direct.arrival?.hash)
    expect(await Promise.all([supplied, done].map(stateOf))).toEqual(['credited', 'credited'])
  })

  test('error: ReplacedStepError when the wallet has cancelled it; by name it is signed anew', async () => {
    const { view, prepared: ready } = await prepared()
    const journal = await createJournal({ storage: memoryJournalStorage() })
    let replacement: Replacement = 'cancelled'
    const walletClient = replacingWalletOf(arbitrum, owner, () => replacement)
    const run = (again: readonly 'withdraw'[] = []) =>
      sendDirectMove(eager, { prepared: ready, view, walletClient, journal, again })
    const cancelled = expect.objectContaining({ name: 'ReplacedStepError', step: 'withdraw' })
    await expect(run()).rejects.toThrowError(cancelled)
    const kept = journal.get(ready.intent.id)
    expect(kept && (await stateOf(restoreDirectMove(kept).move))).toBe('replaced')
    const before = await sentBy(arbitrum)
    await expect(run()).rejects.toThrowError(cancelled)
    expect(await sentBy(arbitrum)).toBe(before)
    replacement = 'none'
    expect((await run(['withdraw'])).guid).toBeDefined()
    expect(await sentBy(arbitrum)).toBe(before + 3)
  })

  test('error: PendingStepError where nobody can tell whether it was sent', async () => {
    const { view, prepared: ready } = await prepared()
    const before = await sentBy(arbitrum)
    const handed = { step: 'withdraw', nonce: BigInt(before), since: await arbitrum.client.getBlockNumber() } as const
    const begun: DirectMove = { ...ready.intent, direct: { ...ready.intent.direct, handed } }
    const again = { prepared: ready, view, walletClient: walletOf(arbitrum, owner) }
    // A wallet chose the place itself, and may have sent it.
    const lost = sendDirectMove(client, { ...again, move: begun })
    await expect(lost).rejects.toThrowError(expect.objectContaining({ name: 'PendingStepError', step: 'withdraw' }))
    expect(await sentBy(arbitrum)).toBe(before)
    // What is signed again is held against the view again.
    const { calls } = ready
    const changed = calls.map((one, at) => (at === 0 ? { ...one, call: { ...one.call, data: '0x' as const } } : one))
    const named: DirectMove = { ...begun, direct: { ...begun.direct, handed: { ...handed, isNamed: true } } }
    const tampered = sendDirectMove(client, { ...again, prepared: { ...ready, calls: changed }, move: named })
    await expect(tampered).rejects.toThrowError(expect.objectContaining({ name: 'CalldataMismatchError' }))
    expect(await sentBy(arbitrum)).toBe(before)
    // An account that takes the place that it is told takes this one; and who has looked says so by name.
    expect((await sendDirectMove(client, { ...again, move: named })).guid).toBeDefined()
    expect(await sentBy(arbitrum)).toBe(before + 3)
    await devnet.revert(clean)
    const fresh = await prepared()
    const move: DirectMove = { ...fresh.prepared.intent, direct: { ...fresh.prepared.intent.direct, handed } }
    const told = sendDirectMove(client, { ...again, ...fresh, move, again: ['withdraw'] })
    expect((await told).guid).toBeDefined()
  })

  test('behavior: an account that is delegated by EIP-7702 sends all at once, on either side', async () => {
    const { wallet, batches, refuse } = await delegatedWalletOf(arbitrum, owner)
    const { view, prepared: ready } = await prepared()
    for (const code of [5740, 5750, 5760]) {
      refuse(code)
      const told: DirectMove[] = []
      const refused = sendDirectMove(client, {
        prepared: ready,
        view,
        walletClient: wallet,
        onProgress: (now) => {
          told.push(now)
        },
      })
      await expect(refused).rejects.toThrowError(expect.objectContaining({ name: 'BatchFailedError', code }))
      expect(told.at(-1)?.direct.batch).toBeUndefined()
    }
    const told: DirectMove[] = []
    const move = await sendDirectMove(client, {
      prepared: ready,
      view,
      walletClient: wallet,
      onProgress: (now) => {
        told.push(now)
      },
    })
    expect([...batches.keys()]).toEqual([move.id])
    expect(move.direct.done).toEqual({ withdraw: move.hash, approve: move.hash })
    expect(await arbitrum.client.getCode({ address: owner.address })).toMatch(/^0xef0100/)
    // Whoever comes back asks the wallet by the id, and hands it nothing twice.
    const handed = told.find(({ direct, hash }) => direct.batch !== undefined && hash === undefined)
    expect(await stateOf(handed ?? move)).toBe('submitted')
    const again = await sendDirectMove(client, { prepared: ready, view, walletClient: wallet, move: handed })
    expect(again.hash).toBe(move.hash)
    expect(batches.size).toBe(1)
    // Delegated is not a contract: the account is the owner's on either chain.
    expect((await quoted()).quote.recipient).toBe(owner.address)
    await devnet.messages.waitFor(move.guid ?? '0x', 'delivered')
    const there = await delegatedWalletOf(base, owner)
    const arrival = await prepareArrival(client, { move, view: await viewOf() })
    const done = await sendArrival(client, { prepared: arrival, walletClient: there.wallet })
    expect(there.batches.size).toBe(1)
    expect(await stateOf(done)).toBe('credited')
  })

  test('behavior: a routed move is sent at once as well, and no allowance stays', async () => {
    const { wallet, batches, refuse } = await delegatedWalletOf(arbitrum, owner)
    const view = await viewOf(routed)
    const ends = { donor: positionOn(view, arbitrum).id, receiver: positionOn(view, base).id }
    const plan = routed.planMove({ view, ...ends, ...goal })
    if (plan.status !== 'plan') throw new TypeError(plan.status)
    // The router sees code at the account while it is delegated, and wants to know who else may claim.
    const quote = await routed.getMoveQuote({ plan, owner: owner.address, recovery: devnet.accounts[1]?.address })
    const ready = await routed.prepareMove({ quote, owner: owner.address, approval: 'approve' })
    if (ready.approval !== 'approve') throw new TypeError(ready.approval)
    const alone = sendMoveAtOnce(routed, { prepared: ready, walletClient: walletOf(arbitrum, owner) })
    await expect(alone).rejects.toThrowError(expect.objectContaining({ name: 'BatchFailedError', code: 5760 }))
    const journal = await createJournal({ storage: memoryJournalStorage() })
    refuse(5750)
    const other = await routed.prepareMove({ quote, owner: owner.address, approval: 'approve' })
    if (other.approval !== 'approve') throw new TypeError(other.approval)
    await expect(sendMoveAtOnce(routed, { prepared: other, walletClient: wallet, journal })).rejects.toThrowError(
      expect.objectContaining({ name: 'BatchFailedError', code: 5750 }),
    )
    expect(journal.get(other.intent.id)?.records.at(-1)?.state).toBe('failed')
    const handle = await sendMoveAtOnce(routed, { prepared: ready, walletClient: wallet, journal })
    expect([...batches.keys()]).toEqual([handle.id])
    await devnet.messages.waitFor(handle.guid ?? '0x', 'composed')
    expect((await routed.getMoveStatus({ move: handle })).state).toBe('credited')
    expect(journal.get(handle.id)?.records.at(-1)).toMatchObject({ state: 'submitted', data: { hash: handle.hash } })
    const { authorization, source } = plan
    if (authorization.kind !== 'erc20') throw new TypeError(authorization.kind)
    const read = { address: authorization.token, abi: erc20Abi, functionName: 'allowance' } as const
    const left = await arbitrum.client.readContract({ ...read, args: [owner.address, source.router] })
    expect(left).toBeLessThanOrEqual(2n)
  })

  test('behavior: repays, and keeps in the wallet what is not owed', async () => {
    await devnet.supply({ chain: 'arbitrum', owner: owner.address, symbol: 'USDC', amount: 20_000n * USD })
    const given = await quoted({ asset: 'USDC', purpose: 'repay', amount: 6_000n * USD })
    const { view, prepared: ready } = await prepared(given)
    const move = await sendDirectMove(client, { prepared: ready, view, walletClient: walletOf(arbitrum, owner) })
    await devnet.messages.waitFor(move.guid ?? '0x', 'delivered')
    const arrival = await prepareArrival(client, { move, view: await viewOf() })
    expect(arrival.calls.map(({ step }) => step)).toEqual(['approve', 'repay', 'revoke'])
    const done = await sendArrival(client, { prepared: arrival, walletClient: walletOf(base, owner) })
    expect(await stateOf(done)).toBe('credited')
    expect(positionOn(await viewOf(), base).debt).toEqual([])
    const { address } = base.tokens.USDC
    const args = [owner.address] as const
    const left = await base.client.readContract({ address, abi: erc20Abi, functionName: 'balanceOf', args })
    // 6,000 have come, and 5,000 with their interest were owed.
    expect(left).toBeLessThanOrEqual(10_000n * USD)
    expect(left).toBeGreaterThan(0n)
  })

  test('behavior: what a second step has allowed is taken back, whoever brings it to its end', async () => {
    await devnet.supply({ chain: 'arbitrum', owner: owner.address, symbol: 'USDC', amount: 20_000n * USD })
    const given = await quoted({ asset: 'USDC', purpose: 'repay', amount: 6_000n * USD })
    const { view, prepared: ready } = await prepared(given)
    const sent = await sendDirectMove(client, { prepared: ready, view, walletClient: walletOf(arbitrum, owner) })
    await devnet.messages.waitFor(sent.guid ?? '0x', 'delivered')
    const { address } = base.tokens.USDC
    const args = [owner.address, base.addresses.pool] as const
    const allowed = () => base.client.readContract({ address, abi: erc20Abi, functionName: 'allowance', args })
    const before = await sentBy(base)
    let move = sent
    /** What is left to be done; until it dies. */
    const run = async (dies: (move: DirectMove) => boolean) => {
      const arrival = await prepareArrival(client, { move, view: await viewOf() })
      const steps = arrival.calls.map(({ step }) => step)
      const onProgress = (now: DirectMove) => {
        move = now
        if (dies(now)) throw new TypeError('dead')
      }
      await sendArrival(client, { prepared: arrival, walletClient: walletOf(base, owner), onProgress }).catch(() => {})
      return steps
    }
    expect(await run(({ direct }) => direct.arrival?.handed?.step === 'repay')).toEqual(['approve', 'repay', 'revoke'])
    expect(await allowed()).toBe(6_000n * USD)
    await devnet.setReserve({ chain: 'base', symbol: 'USDC', paused: true })
    const refused = prepareArrival(client, { move, view: await viewOf() })
    await expect(refused).rejects.toThrowError(
      expect.objectContaining({ name: 'AllowanceLeftError', revoke: expect.objectContaining({ to: address }) }),
    )
    await devnet.setReserve({ chain: 'base', symbol: 'USDC', paused: false })
    // Its hash is lost, too.
    const lost = move
    expect(await run(({ direct }) => direct.arrival?.done.repay !== undefined)).toEqual(['repay', 'revoke'])
    move = lost
    expect(await stateOf(lost)).toBe('delivered')
    expect(await run(() => false)).toEqual(['revoke'])
    expect(await allowed()).toBe(0n)
    expect(await stateOf(move)).toBe('credited')
    expect(await sentBy(base)).toBe(before + 3)
    await expect(run(() => false)).rejects.toThrowError(expect.objectContaining({ name: 'NotArrivedError' }))
  })

  test('error: nothing is signed when something is not as it was meant', async () => {
    const given = await quoted()
    const { view, prepared: ready } = await prepared(given)
    const { quote } = given
    const before = await sentBy(arbitrum)
    const thrownBy = (run: Promise<unknown>) =>
      run.then(
        () => 'nothing',
        (error: unknown) => Reflect.get(Object(error), 'name'),
      )
    const send = (changes: Partial<typeof ready>) =>
      thrownBy(
        sendDirectMove(client, { prepared: { ...ready, ...changes }, view, walletClient: walletOf(arbitrum, owner) }),
      )
    const withCall = (index: number, call: object) =>
      ready.calls.map((one, at) => (at === index ? { ...one, call: { ...one.call, ...call } } : one))
    expect(await send({ calls: withCall(0, { to: owner.address }) })).toBe('CalldataMismatchError')
    expect(await send({ calls: withCall(1, { to: owner.address }) })).toBe('CalldataMismatchError')
    expect(await send({ calls: withCall(2, { value: 1n }) })).toBe('CalldataMismatchError')
    expect(await send({ calls: ready.calls.slice(1) })).toBe('CalldataMismatchError')
    const { plan } = ready
    expect(await send({ plan: { ...plan, source: { ...plan.source, oft: owner.address } } })).toBe('ForeignMoveError')
    expect(await send({ intent: { ...ready.intent, deadline: 1n } })).toBe('ExpiredDeadlineError')
    const { address: stranger } = devnet.accounts[2] ?? owner
    expect(await send({ plan: { ...plan, owner: stranger } })).toBe('ForeignMoveError')
    const { intent } = ready
    expect(await send({ intent: { ...intent, direct: { ...intent.direct, recipient: stranger } } })).toBe(
      'ForeignMoveError',
    )
    // A store that says that the withdrawal is done makes nobody sign other calls.
    const tampered = { ...intent, direct: { ...intent.direct, done: { withdraw: `0x${'11'.repeat(32)}` as const } } }
    const resumed = sendDirectMove(client, {
      prepared: { ...ready, calls: withCall(2, { to: stranger }) },
      view,
      walletClient: walletOf(arbitrum, owner),
      move: tampered,
    })
    expect(await thrownBy(resumed)).toBe('CalldataMismatchError')

    const prepare = (changes: Partial<DirectQuote>) =>
      thrownBy(prepareDirectMove(client, { quote: { ...quote, ...changes }, view }))
    expect(await prepare({ value: 1n })).toBe('FeeRoseError')
    expect(await prepare({ deadline: 1n })).toBe('ExpiredDeadlineError')
    expect(await prepare({ plan: { ...quote.plan, donorFloor: 9n * Wad.WAD } })).toBe('FloorBrokenError')
    await devnet.setReserve({ chain: 'arbitrum', symbol: 'WETH', paused: true })
    expect(await prepare({})).toBe('CallRevertedError')
    await devnet.setReserve({ chain: 'arbitrum', symbol: 'WETH', paused: false })
    expect(await thrownBy(prepareArrival(client, { move: ready.intent, view }))).toBe('NotArrivedError')
    const routedMove = { ...ready.intent, direct: undefined }
    expect(await thrownBy(prepareArrival(client, { move: routedMove, view }))).toBe('NotDirectError')

    await arbitrum.client.setCode({ address: owner.address, bytecode: '0x00' })
    const quoteFor = (recipient?: typeof owner.address) =>
      getDirectQuote(client, { plan: quote.plan, owner: owner.address, view, recipient })
    expect(await thrownBy(quoteFor())).toBe('RecipientRequiredError')
    expect((await quoteFor(owner.address)).recipient).toBe(owner.address)
    expect(await sentBy(arbitrum)).toBe(before)
  })
})
