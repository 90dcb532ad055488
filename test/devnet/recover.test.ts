import type { Devnet, DevnetAccount, DevnetChain, DevnetSnapshot } from '@unimargin/devnet'
import {
  findMove,
  type Hex,
  type MarginClient,
  type MoveHandle,
  type MoveIntent,
  type MoveState,
  type Recovery,
  recover,
  type TrackedMove,
  Wad,
} from '@unimargin/sdk'
import { keccak256, padHex, parseAbi, parseEventLogs, slice } from 'viem'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { bootTwoChains, walletOf } from './twoChains.fixture.ts'

// Each state in which a move can be stuck, on real endpoints, libraries, OFTs and pools; and the way out that `recover` prepares,
// taken by a stranger wherever anyone may.

const ETH = 10n ** 18n
const USD = 10n ** 6n

let devnet: Devnet
let client: MarginClient
let clean: DevnetSnapshot
let arbitrum: DevnetChain
let base: DevnetChain
let owner: DevnetAccount
let stranger: DevnetAccount

beforeAll(async () => {
  ;({ devnet, client, arbitrum, base, owner, stranger } = await bootTwoChains())
  await devnet.supply({ chain: 'base', owner: stranger.address, symbol: 'USDC', amount: 1_000_000n * USD })
  await devnet.openAavePosition({ chain: 'arbitrum', owner: owner.address, supply: { WETH: 10n * ETH } })
  await devnet.openAavePosition({
    chain: 'base',
    owner: owner.address,
    supply: { WETH: 5n * ETH },
    borrow: { USDC: 5_000n * USD },
  })
  clean = await devnet.snapshot()
})

beforeEach(async () => {
  await devnet.revert(clean)
})

afterAll(async () => {
  await devnet?.close()
})

async function quoted() {
  const view = await client.getMarginView({ owner: owner.address })
  const at = ({ chainId }: DevnetChain) => view.positions.find(({ market }) => market.chainId === chainId)?.id ?? ''
  const ends = { donor: at(arbitrum), receiver: at(base) }
  const goal = { asset: 'WETH', amount: ETH, donorFloor: Wad.fromDecimal('1.5') }
  const plan = client.planMove({ view, ...ends, ...goal, acceptFlags: ['single-source'] })
  if (plan.status !== 'plan') throw new TypeError(plan.status)
  return client.getMoveQuote({ plan, owner: owner.address })
}

const ownersWallet = () => walletOf(arbitrum, owner)

async function sent(): Promise<MoveHandle & { readonly guid: Hex }> {
  const handle = await client.sendMove({ quote: await quoted(), walletClient: ownersWallet() })
  if (handle.guid === undefined) throw new TypeError('it has a GUID once it is included')
  return { ...handle, guid: handle.guid }
}

const stateOf = async (move: TrackedMove): Promise<MoveState> => (await client.getMoveStatus({ move })).state

/** Sends the first call that was prepared, with the gas that was named. */
async function take({ actions }: Recovery, account: DevnetAccount = stranger, index = 0): Promise<void> {
  const action = actions[index]
  if (action === undefined) throw new TypeError('nothing was prepared')
  expect(action.refused).toBeUndefined()
  const { chainId, to, data, value } = action.call
  const chain = [arbitrum, base].find((one) => one.chainId === chainId)
  if (chain === undefined || action.gas === undefined) throw new TypeError('it is of one of the chains, with gas')
  const hash = await chain.client.sendTransaction({ account: account.account, to, data, value, gas: action.gas })
  expect(await chain.client.waitForTransactionReceipt({ hash })).toMatchObject({ status: 'success' })
}

const channel = parseAbi([
  'function skip(address oapp, uint32 srcEid, bytes32 sender, uint64 nonce)',
  'function nilify(address oapp, uint32 srcEid, bytes32 sender, uint64 nonce, bytes32 payloadHash)',
  'function burn(address oapp, uint32 srcEid, bytes32 sender, uint64 nonce, bytes32 payloadHash)',
  'function clear(address oapp, (uint32 srcEid, bytes32 sender, uint64 nonce) origin, bytes32 guid, bytes message)',
  'function inboundPayloadHash(address, uint32, bytes32, uint64) view returns (bytes32)',
])

/** What the OFT itself may do with its messages at the endpoint. */
async function asToken(
  move: TrackedMove,
  functionName: 'skip' | 'nilify' | 'burn',
  nonce = move.nonce ?? 0n,
): Promise<void> {
  const { oft, endpoint } = move.destination
  const path = [oft, move.source.eid, padHex(move.source.oft, { size: 32 }), nonce] as const
  const hash = await base.client.readContract({
    address: endpoint,
    abi: channel,
    functionName: 'inboundPayloadHash',
    args: path,
  })
  await base.client.impersonateAccount({ address: oft })
  await base.client.setBalance({ address: oft, value: ETH })
  const shared = { account: oft, address: endpoint, abi: channel, gas: 500_000n } as const
  const sending =
    functionName === 'skip'
      ? base.client.writeContract({ ...shared, functionName, args: path })
      : base.client.writeContract({ ...shared, functionName, args: [...path, hash] })
  expect(await base.client.waitForTransactionReceipt({ hash: await sending })).toMatchObject({ status: 'success' })
}

const library = parseAbi([
  'struct UlnConfig { uint64 confirmations; uint8 requiredDVNCount; uint8 optionalDVNCount; uint8 optionalDVNThreshold; address[] requiredDVNs; address[] optionalDVNs; }',
  'function getReceiveLibrary(address receiver, uint32 srcEid) view returns (address library, bool isDefault)',
  'function getUlnConfig(address app, uint32 remoteEid) view returns (UlnConfig)',
  'function verify(bytes packetHeader, bytes32 payloadHash, uint64 confirmations)',
  'event PacketSent(bytes encodedPayload, bytes options, address sendLibrary)',
])

/** The library that a move's receiver listens to, and the verifiers that it waits for. */
async function verifiersOf({ destination, source }: TrackedMove) {
  const args = [destination.oft, source.eid] as const
  const abi = library
  const at = { address: destination.endpoint, abi, args } as const
  const [address] = await base.client.readContract({ ...at, functionName: 'getReceiveLibrary' })
  const { requiredDVNs, confirmations } = await base.client.readContract({
    address,
    abi,
    args,
    functionName: 'getUlnConfig',
  })
  return { address, verifiers: requiredDVNs, confirmations }
}

/** Some of its verifiers attest to a move's message, and nobody commits that. */
async function attest(move: MoveHandle & { readonly guid: Hex }, only?: number): Promise<void> {
  const { address, verifiers, confirmations } = await verifiersOf(move)
  const { logs } = await arbitrum.client.getTransactionReceipt({ hash: move.hash })
  const [packet] = parseEventLogs({ abi: library, eventName: 'PacketSent', logs })
  if (packet === undefined) throw new TypeError('it has sent a packet')
  const { encodedPayload } = packet.args
  const args = [slice(encodedPayload, 0, 81), keccak256(slice(encodedPayload, 81)), confirmations] as const
  for (const account of only === undefined ? verifiers : verifiers.slice(only, only + 1)) {
    await base.client.impersonateAccount({ address: account })
    await base.client.setBalance({ address: account, value: ETH })
    const call = { account, address, abi: library, functionName: 'verify', args, gas: 500_000n } as const
    const hash = await base.client.writeContract(call)
    expect(await base.client.waitForTransactionReceipt({ hash })).toMatchObject({ status: 'success' })
  }
}

describe('recover', () => {
  test('default: from sent to credited by strangers alone, whoever does not do their work', async () => {
    await devnet.messages.hold()
    const move = await sent()
    await devnet.messages.waitFor(move.guid, 'sent')
    const waiting = await recover(client, { move })
    expect(waiting).toMatchObject({
      status: { state: 'sent', attestations: { given: 0, needed: 2, isVerifiable: false } },
      actions: [],
      advice: expect.stringContaining('0 of 2 verifiers'),
    })
    await devnet.messages.verify(move.guid)
    const verified = await recover(client, { move })
    expect(verified).toMatchObject({ status: { state: 'verified' }, actions: [{ kind: 'deliver', who: 'anyone' }] })
    await take(verified)
    const queued = await recover(client, { move })
    expect(queued).toMatchObject({ status: { state: 'compose-queued' }, actions: [{ kind: 'compose', who: 'anyone' }] })
    await take(queued)
    expect(await recover(client, { move })).toMatchObject({ status: { state: 'credited' }, actions: [] })
  })

  test('behavior: B14: a compose with too little gas failed, and is run by anyone with enough', async () => {
    await devnet.messages.underGas({}, { compose: 200_000n })
    const move = await sent()
    await devnet.messages.waitFor(move.guid, 'delivered')
    await devnet.messages.idle()
    const recovery = await recover(client, { move })
    expect(recovery).toMatchObject({ status: { state: 'compose-failed' }, actions: [{ kind: 'compose' }] })
    await take(recovery)
    expect(await stateOf(move)).toBe('credited')
  })

  test('behavior: B14: a delivery with too little gas is repeated by anyone with enough', async () => {
    await devnet.messages.underGas({}, { deliver: 30_000n })
    await devnet.messages.hold({ before: 'compose' })
    const move = await sent()
    await devnet.messages.waitFor(move.guid, 'verified')
    await devnet.messages.idle()
    const recovery = await recover(client, { move })
    expect(recovery.status).toMatchObject({ state: 'verified', reason: expect.any(String) })
    await take(recovery)
    expect(await stateOf(move)).toBe('compose-queued')
  })

  test('behavior: B28: a verified message waits for the one before it, which is named', async () => {
    await devnet.messages.hold()
    const [first, second] = [await sent(), await sent()]
    await devnet.messages.waitFor(second.guid, 'sent')
    await devnet.messages.verify(second.guid)
    const blocked = await recover(client, { move: second })
    expect(blocked).toMatchObject({ status: { state: 'blocked-by-nonce' }, actions: [] })
    expect(blocked.advice).toContain(first.guid)
    expect(blocked.advice).not.toContain(second.guid)
    await devnet.messages.verify(first.guid)
    await take(await recover(client, { move: second }))
    expect(await stateOf(second)).toBe('compose-queued')
    expect(await stateOf(first)).toBe('verified')
  })

  test('behavior: what verifiers attested to and nobody has committed is committed by anyone', async () => {
    await devnet.messages.hold()
    const move = await sent()
    await attest(move, 0)
    expect(await recover(client, { move })).toMatchObject({
      status: { state: 'verifying', attestations: { given: 1, needed: 2, isVerifiable: false } },
      actions: [],
      advice: expect.stringContaining('1 of 2 verifiers'),
    })
    await attest(move, 1)
    const ready = await recover(client, { move })
    expect(ready).toMatchObject({ status: { state: 'verifying' }, actions: [{ kind: 'commit', who: 'anyone' }] })
    await take(ready)
    expect(await stateOf(move)).toBe('verified')
  })

  test('behavior: B28: a message that is blocked is freed by committing the one before it', async () => {
    await devnet.messages.hold()
    const [first, second] = [await sent(), await sent()]
    await devnet.messages.waitFor(second.guid, 'sent')
    await devnet.messages.verify(second.guid)
    await attest(first)
    const blocked = await recover(client, { move: second })
    expect(blocked).toMatchObject({
      status: { state: 'blocked-by-nonce' },
      actions: [{ kind: 'commit', who: 'anyone' }],
    })
    await take(blocked)
    expect(await stateOf(second)).toBe('verified')
    await take(await recover(client, { move: second }))
    expect(await stateOf(second)).toBe('compose-queued')
  })

  test('behavior: B28: what was nilified is attested to anew, and then committed by anyone', async () => {
    await devnet.messages.hold()
    const move = await sent()
    await devnet.messages.waitFor(move.guid, 'sent')
    await devnet.messages.verify(move.guid)
    await asToken(move, 'nilify')
    const refused = { state: 'skipped-nilified-burnt', removal: 'nilified' }
    expect(await recover(client, { move })).toMatchObject({ status: refused, actions: [] })
    await attest(move)
    const back = await recover(client, { move })
    expect(back).toMatchObject({ status: refused, actions: [{ kind: 'commit', who: 'anyone' }] })
    for (const state of ['verified', 'compose-queued', 'credited']) {
      await take(await recover(client, { move }))
      expect(await stateOf(move)).toBe(state)
    }
  })

  test('behavior: what a reorganisation of the destination takes back is told by legal steps, and comes again', async () => {
    await devnet.messages.hold()
    const move = await sent()
    const told: MoveState[] = []
    client.watchMove({ move, pollingInterval: 20, onState: (state) => told.push(state) })
    const toldOf = (state: MoveState) => vi.waitFor(() => expect(told.at(-1)).toBe(state), { timeout: 60_000 })
    await toldOf('sent')
    const before = await base.client.getBlockNumber()
    const carry = async () => {
      await attest(move)
      for (const state of ['verified', 'compose-queued'] as const) {
        await take(await recover(client, { move }))
        await toldOf(state)
      }
    }
    await carry()
    const depth = Number((await base.client.getBlockNumber()) - before)
    await base.client.request({ method: 'anvil_reorg', params: [depth, []] } as never)
    await toldOf('sent')
    await carry()
    await take(await recover(client, { move }))
    await toldOf('credited')
    const again = ['sent', 'verified', 'delivered', 'compose-queued']
    expect(told).toEqual(['submitted', ...again, ...again, 'credited'])
  })

  test('behavior: a move of which nothing was kept is found by its transaction or its GUID, and led out as any other', async () => {
    await devnet.messages.hold({ before: 'compose' })
    const { hash, guid, deadline, id } = await sent()
    await devnet.messages.waitFor(guid, 'delivered')
    const found = await findMove(client, { guid })
    expect(found).toMatchObject({ id, hash, deadline, owner: owner.address })
    expect(await findMove(client, { hash, chainId: arbitrum.chainId })).toEqual(found)
    const queued = await recover(client, { move: found })
    expect(queued).toMatchObject({ status: { state: 'compose-queued' }, actions: [{ kind: 'compose' }] })
    await take(queued)
    // It has arrived, and says itself whose it is.
    expect(await findMove(client, { guid, blocks: 1n })).toEqual(found)
    expect(await stateOf(found)).toBe('credited')
  })

  test('behavior: B28: nilified, skipped and burnt are told apart; only the first comes back', async () => {
    await devnet.messages.hold()
    const [nilified, burnt, skipped] = [await sent(), await sent(), await sent()]
    await devnet.messages.waitFor(skipped.guid, 'sent')
    await devnet.messages.verify(nilified.guid)
    await devnet.messages.verify(burnt.guid)
    await asToken(nilified, 'nilify')
    await asToken(skipped, 'skip')
    await asToken(burnt, 'burn')
    const refused = { state: 'skipped-nilified-burnt' }
    for (const [move, removal] of [
      [nilified, 'nilified'],
      [burnt, 'burnt'],
      [skipped, 'skipped'],
    ] as const) {
      expect(await recover(client, { move })).toMatchObject({ status: { ...refused, removal }, actions: [] })
    }
    // Storage alone cannot say how the two were removed, and calls neither delivered.
    expect(await client.getMoveStatus({ move: burnt })).toMatchObject({ ...refused, removal: 'removed' })
  })

  test('behavior: what is parked is retried or claimed, by the owner alone', async () => {
    const quote = await quoted()
    await devnet.setReserve({ chain: 'base', symbol: 'WETH', frozen: true })
    const move = await client.sendMove({ quote, walletClient: ownersWallet(), acceptArrival: ['28'] })
    await devnet.messages.waitFor(move.guid ?? '0x', 'composed')
    const refused = await recover(client, { move })
    expect(refused).toMatchObject({
      status: { state: 'parked' },
      actions: [
        { kind: 'claim', gas: expect.any(BigInt) },
        { kind: 'retry', refused: expect.stringContaining('frozen') },
      ],
    })
    const strangers = await recover(client, { move, caller: stranger.address })
    expect(strangers.actions.every(({ refused: why }) => why !== undefined)).toBe(true)
    await devnet.setReserve({ chain: 'base', symbol: 'WETH', frozen: false })
    const open = await recover(client, { move })
    expect(open.actions.map(({ kind }) => kind)).toEqual(['retry', 'claim'])
    await take(open, owner)
    expect(await stateOf(move)).toBe('credited')
  })
})

describe('a transaction that is not mined', () => {
  async function pending(): Promise<{ readonly intent: MoveIntent; readonly move: TrackedMove }> {
    const quote = await quoted()
    const prepared = await client.prepareMove({ quote, owner: owner.address, approval: 'approve' })
    if (prepared.approval !== 'approve') throw new TypeError(prepared.approval)
    await arbitrum.client.sendTransaction({ account: owner.account, ...prepared.approve, gas: 200_000n })
    const { to, data, value } = prepared.call
    await arbitrum.client.setAutomine(false)
    const hash = await arbitrum.client.sendTransaction({ account: owner.account, to, data, value, gas: 2_000_000n })
    const { move } = await client.getMoveStatus({ move: { ...prepared.intent, hash } })
    return { intent: prepared.intent, move }
  }

  const mine = async () => {
    await arbitrum.client.mine({ blocks: 1 })
    await arbitrum.client.setAutomine(true)
  }

  test('behavior: C4: it is sent again in its own place, and moves once', async () => {
    const { intent, move } = await pending()
    expect(await stateOf(move)).toBe('submitted')
    const { nonce } = move.transaction ?? {}
    const recovery = await recover(client, { move: { ...intent, ...move } })
    expect(recovery.actions).toMatchObject([{ kind: 'resend', who: 'owner', nonce }])
    const [action] = recovery.actions
    if (action === undefined) throw new TypeError('it was prepared')
    const { to, data, value } = action.call
    const fees = { maxFeePerGas: 100n * 10n ** 9n, maxPriorityFeePerGas: 50n * 10n ** 9n }
    await arbitrum.client.sendTransaction({
      account: owner.account,
      to,
      data,
      value,
      gas: 2_000_000n,
      nonce: Number(nonce),
      ...fees,
    })
    await mine()
    // By another hash, and found by its id.
    const status = await client.getMoveStatus({ move })
    expect(status.state).not.toBe('replaced')
    expect(status.move.guid).toBeDefined()
    await devnet.messages.waitFor(status.move.guid ?? '0x', 'composed')
    expect(await stateOf(status.move)).toBe('credited')
  })

  test('behavior: C4: another transaction in its place replaces it, and it can be sent anew', async () => {
    const { intent, move } = await pending()
    const fees = { maxFeePerGas: 100n * 10n ** 9n, maxPriorityFeePerGas: 50n * 10n ** 9n }
    await arbitrum.client.sendTransaction({
      account: owner.account,
      to: owner.address,
      value: 0n,
      gas: 21_000n,
      nonce: Number(move.transaction?.nonce),
      ...fees,
    })
    await mine()
    expect(await stateOf(move)).toBe('replaced')
    const recovery = await recover(client, { move: { ...intent, ...move } })
    expect(recovery).toMatchObject({ status: { state: 'replaced' }, actions: [{ kind: 'resend', nonce: undefined }] })
    await take(recovery, owner)
    expect(await stateOf(move)).not.toBe('replaced')
  })

  /** Sent, and taken back by the chain. */
  async function reorganised(approval: 'permit' | 'approve') {
    await devnet.messages.hold()
    const prepared = await client.prepareMove({ quote: await quoted(), owner: owner.address, approval })
    const handle = await client.sendMove({ prepared, walletClient: ownersWallet() })
    expect(await stateOf(handle)).toBe('sent')
    await arbitrum.client.request({ method: 'anvil_reorg', params: [1, []] } as never)
    const { state, issues, move } = await client.getMoveStatus({ move: handle })
    expect({ state, issues }).toMatchObject({ state: 'reorged', issues: [{ kind: 'disputed', path: 'sentMove' }] })
    return { move, recovery: await recover(client, { move: { ...prepared.intent, ...move } }) }
  }

  test('behavior: a reorganisation of the source takes it back, and it comes again', async () => {
    const { move, recovery } = await reorganised('approve')
    expect(recovery.actions).toMatchObject([{ kind: 'resend', who: 'owner' }])
    const [resend] = recovery.actions
    if (resend?.gas === undefined) throw new TypeError('it was prepared')
    const { to, data, value } = resend.call
    await arbitrum.client.sendTransaction({ account: owner.account, to, data, value, gas: resend.gas })
    expect(await stateOf(move)).toBe('sent')
  })

  test('behavior: where only what was signed for it allowed it, it says what is missing and how to go on', async () => {
    const { recovery } = await reorganised('permit')
    expect(recovery).toMatchObject({
      actions: [{ kind: 'resend', refused: expect.stringContaining('CollateralNotAvailable') }],
      advice: expect.stringContaining('Prepare it anew with its id'),
    })
  })
})
