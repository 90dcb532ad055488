import { concatHex, encodeErrorResult, erc20Abi, type Hex, parseAbi, size, toHex } from 'viem'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createDevnet } from '../createDevnet.ts'
import type { Devnet, DevnetChain, DevnetSnapshot } from '../Devnet.ts'
import { mined, sendOft } from '../sendOft.fixture.ts'

const RECEIVER = '0x00000000000000000000000000000000000000b0'
const COMPOSER = '0x00000000000000000000000000000000C0FfeE00'
const AMOUNT = 5_000_000n
const UNKNOWN_GUID: Hex = `0x${'11'.repeat(32)}`

const ENDPOINT_ABI = parseAbi([
  'function composeQueue(address from, address to, bytes32 guid, uint16 index) view returns (bytes32)',
  'function lzCompose(address from, address to, bytes32 guid, uint16 index, bytes message, bytes extraData) payable',
])

/** Runtime code that takes everything and burns about 110,000 gas: it writes the time into five slots. */
const WRITER = concatHex([
  ...[1, 2, 3, 4, 5].map((n) => concatHex(['0x42', '0x60', toHex(n, { size: 1 }), '0x55'])),
  '0x00',
])

/** Runtime code that reverts with these bytes, which stand behind it. */
function reverting(data: Hex): Hex {
  const length = toHex(size(data), { size: 1 })
  return concatHex(['0x60', length, '0x600c6000', '0x39', '0x60', length, '0x6000fd', data])
}

describe('messages', () => {
  let devnet: Devnet
  let clean: DevnetSnapshot
  let arbitrum: DevnetChain
  let base: DevnetChain
  let optimism: DevnetChain

  beforeAll(async () => {
    devnet = await createDevnet()
    arbitrum = devnet.chain('arbitrum')
    base = devnet.chain('base')
    optimism = devnet.chain('optimism')
    for (const { name } of devnet.chains) {
      for (const { address } of devnet.accounts.slice(0, 2)) {
        await devnet.mint('USDC', address, 1_000_000_000n, name)
        await devnet.mint('WETH', address, 10n ** 19n, name)
      }
    }
    clean = await devnet.snapshot()
  })
  afterAll(() => devnet.close())
  beforeEach(() => devnet.revert(clean))

  const account = (index = 0) => {
    const found = devnet.accounts[index]
    if (found === undefined) throw new RangeError('no such account')
    return found
  }
  const send = (options: Partial<Parameters<typeof sendOft>[0]> = {}) =>
    sendOft({ from: arbitrum, to: base, account: account(), receiver: RECEIVER, amount: AMOUNT, ...options })
  const balance = (chain: DevnetChain, owner: Hex = RECEIVER, symbol: 'USDC' | 'WETH' = 'USDC') =>
    chain.client.readContract({
      address: chain.tokens[symbol].address,
      abi: erc20Abi,
      functionName: 'balanceOf',
      args: [owner],
    })
  const withComposer = async (): Promise<Hex> => {
    await base.client.setCode({ address: COMPOSER, bytecode: WRITER })
    return send({ receiver: COMPOSER, composes: true, composeGas: 200_000n })
  }

  test('default: a transfer arrives by itself, whoever sends it', async () => {
    const guid = await send({ account: account(1) })
    const record = await devnet.messages.waitFor(guid, 'delivered')
    expect(record).toMatchObject({ guid, srcEid: 30110, dstEid: 30184, phase: 'delivered', nonce: 1n, composes: [] })
    expect(await balance(base)).toBe(AMOUNT)
  })

  test('default: between all chains, both ways, out of the adapter and into it', async () => {
    const guids: Hex[] = []
    for (const from of devnet.chains) {
      for (const to of devnet.chains.filter((chain) => chain !== from)) {
        guids.push(await send({ from, to, symbol: 'WETH', amount: 10n ** 18n }))
      }
    }
    await devnet.messages.idle()
    expect(guids.map((guid) => devnet.messages.get(guid)?.phase)).toEqual(guids.map(() => 'delivered'))
    for (const chain of devnet.chains) expect(await balance(chain, RECEIVER, 'WETH')).toBe(2n * 10n ** 18n)
  })

  test('behavior: a message with compose ends composed', async () => {
    const guid = await withComposer()
    const record = await devnet.messages.waitFor(guid, 'composed')
    expect(record.composes).toMatchObject([{ index: 0, to: COMPOSER, status: 'composed' }])
    expect(record.failure).toBeUndefined()
  })

  test('behavior: native coins are dropped for the receiver', async () => {
    const guid = await send({ drop: 12_345n })
    await devnet.messages.waitFor(guid, 'delivered')
    expect(await balance(base)).toBe(AMOUNT)
    expect(await base.client.getBalance({ address: RECEIVER })).toBe(12_345n)
  })

  test('behavior: held messages take one step at a time', async () => {
    await devnet.messages.hold()
    const guid = await withComposer()
    await devnet.messages.idle()
    expect(devnet.messages.get(guid)?.phase).toBe('sent')
    expect((await devnet.messages.verify(guid)).phase).toBe('verified')
    expect(await balance(base, COMPOSER)).toBe(0n)
    expect((await devnet.messages.deliver(guid)).phase).toBe('delivered')
    expect(await balance(base, COMPOSER)).toBe(AMOUNT)
    await devnet.messages.idle()
    expect(devnet.messages.get(guid)?.phase).toBe('delivered')
    expect((await devnet.messages.compose(guid)).phase).toBe('composed')
  })

  test('behavior: hold by step, release by GUID', async () => {
    await devnet.messages.hold({ before: 'deliver', dstEid: base.eid })
    const held = await send()
    const other = await send({ to: optimism })
    const next = await send()
    await devnet.messages.idle()
    const phases = () => [held, other, next].map((guid) => devnet.messages.get(guid)?.phase)
    expect(phases()).toEqual(['verified', 'delivered', 'verified'])
    await devnet.messages.release({ guid: held })
    await devnet.messages.idle()
    expect(phases()).toEqual(['delivered', 'delivered', 'verified'])
    await devnet.messages.release()
    await devnet.messages.idle()
    expect(phases()).toEqual(['delivered', 'delivered', 'delivered'])
  })

  test('behavior: a lost message stays lost, and stops those behind it', async () => {
    await devnet.messages.hold()
    const lost = await send()
    const behind = await send()
    await devnet.messages.drop(lost)
    await devnet.messages.release()
    await devnet.messages.idle()
    // The endpoint runs nothing before what was sent earlier is verified.
    expect([lost, behind].map((guid) => devnet.messages.get(guid)?.phase)).toEqual(['sent', 'verified'])
    expect(await balance(base)).toBe(0n)
    await devnet.messages.release({ guid: lost })
    await devnet.messages.idle()
    expect(await balance(base)).toBe(2n * AMOUNT)
  })

  test('behavior: messages arrive in another order', async () => {
    await devnet.messages.hold()
    const guids = [await send({ amount: 1_000_000n }), await send({ amount: 2_000_000n }), await send()]
    const [first = UNKNOWN_GUID, second = UNKNOWN_GUID, third = UNKNOWN_GUID] = guids
    await devnet.messages.reorder([third, first])
    expect(await balance(base)).toBe(AMOUNT + 1_000_000n)
    expect([first, second, third].map((guid) => devnet.messages.get(guid)?.phase)).toEqual([
      'delivered',
      'verified',
      'delivered',
    ])
  })

  test('behavior: a delivery with too little gas is repeated with enough', async () => {
    await devnet.messages.underGas({ dstEid: base.eid }, { deliver: 20_000n })
    const guid = await send()
    await devnet.messages.idle()
    expect(devnet.messages.get(guid)).toMatchObject({ phase: 'verified', failure: { step: 'deliver' } })
    expect(await balance(base)).toBe(0n)
    const { phase, failure } = await devnet.messages.retryDelivery(guid)
    expect([phase, failure]).toEqual(['delivered', undefined])
    expect(await balance(base)).toBe(AMOUNT)
  })

  test('behavior: a compose with too little gas stays queued, and can be repeated', async () => {
    await devnet.messages.hold({ before: 'compose' })
    const guid = await withComposer()
    await devnet.messages.underGas(guid, { compose: 30_000n })
    await devnet.messages.release()
    await devnet.messages.idle()
    expect(devnet.messages.get(guid)).toMatchObject({ phase: 'delivered', failure: { step: 'compose' } })
    expect((await devnet.messages.retryCompose(guid, { gas: 30_000n })).phase).toBe('delivered')
    expect((await devnet.messages.retryCompose(guid)).phase).toBe('composed')
  })

  test('behavior: a stranger composes what failed, and the worker sees it', async () => {
    await devnet.messages.underGas({}, { compose: 30_000n })
    const guid = await withComposer()
    await devnet.messages.idle()
    const record = devnet.messages.get(guid)
    const [compose] = record?.composes ?? []
    if (compose === undefined) throw new RangeError('nothing was queued')
    const { from, to, index, message } = compose
    const queued = () =>
      base.client.readContract({
        address: base.endpoint,
        abi: ENDPOINT_ABI,
        functionName: 'composeQueue',
        args: [from, to, guid, index],
      })
    expect(BigInt(await queued())).toBeGreaterThan(1n)
    const hash = await base.client.writeContract({
      account: account(1).account,
      address: base.endpoint,
      abi: ENDPOINT_ABI,
      functionName: 'lzCompose',
      args: [from, to, guid, index, message, '0x'],
      gas: 1_000_000n,
    })
    await mined(base, hash)
    expect(BigInt(await queued())).toBe(1n)
    const seen = await devnet.messages.waitFor(guid, 'composed')
    expect(seen.failure).toBeUndefined()
  })

  test('behavior: a composer that reverts is told with its reason', async () => {
    const reason = encodeErrorResult({ abi: parseAbi(['error Error(string)']), args: ['no'] })
    await base.client.setCode({ address: COMPOSER, bytecode: reverting(reason) })
    const guid = await send({ receiver: COMPOSER, composes: true, composeGas: 200_000n })
    await devnet.messages.idle()
    expect(devnet.messages.get(guid)?.failure).toMatchObject({
      step: 'compose',
      reason: 'Error(no)',
    })
  })

  test('behavior: a compose that nobody paid for stays queued', async () => {
    const guid = await send({ receiver: COMPOSER, composes: true })
    await devnet.messages.idle()
    expect(devnet.messages.get(guid)).toMatchObject({ phase: 'delivered', composes: [{ status: 'queued' }] })
    const { failure } = await devnet.messages.compose(guid)
    expect(failure?.reason).toBe('no compose is queued that was paid for')
  })

  test('behavior: going back to a snapshot takes messages back', async () => {
    const before = await send()
    await devnet.messages.waitFor(before, 'delivered')
    await devnet.messages.hold()
    const held = await send()
    await devnet.messages.idle()
    const snapshot = await devnet.snapshot()
    await devnet.messages.release()
    const after = await send()
    await devnet.messages.waitFor(after, 'delivered')
    await devnet.revert(snapshot)
    await devnet.messages.idle()
    expect(devnet.messages.list().map(({ guid, phase }) => [guid, phase])).toEqual([
      [before, 'delivered'],
      [held, 'sent'],
    ])
    await devnet.messages.release()
    await devnet.messages.idle()
    expect(devnet.messages.get(held)?.phase).toBe('delivered')
    expect(await balance(base)).toBe(2n * AMOUNT)
  })

  test('behavior: events of strangers are no news', async () => {
    await devnet.messages.hold({ before: 'deliver' })
    const guid = await withComposer()
    await devnet.messages.idle()
    const { client, endpoint } = base
    const abi = parseAbi([
      'struct Origin { uint32 srcEid; bytes32 sender; uint64 nonce; }',
      'function sendCompose(address to, bytes32 guid, uint16 index, bytes message)',
      'function lzReceiveAlert(Origin origin, address receiver, bytes32 guid, uint256 gas, uint256 value, bytes message, bytes extraData, bytes reason) payable',
    ])
    const stranger = { account: account(1).account, address: endpoint, abi, gas: 1_000_000n }
    await mined(
      base,
      await client.writeContract({ ...stranger, functionName: 'sendCompose', args: [COMPOSER, guid, 0, '0xbad0'] }),
    )
    const origin = { srcEid: arbitrum.eid, sender: UNKNOWN_GUID, nonce: 1n }
    const alert = await client.writeContract({
      ...stranger,
      functionName: 'lzReceiveAlert',
      args: [origin, RECEIVER, guid, 0n, 0n, '0x', '0x', '0x'],
    })
    await mined(base, alert)
    await devnet.messages.idle()
    expect(devnet.messages.get(guid)).toMatchObject({ phase: 'verified', composes: [] })
    expect(devnet.messages.get(guid)?.failure).toBeUndefined()
    await devnet.messages.release()
    expect((await devnet.messages.waitFor(guid, 'composed')).composes).toHaveLength(1)
  })

  test('error: UnknownMessageError', async () => {
    await expect(devnet.messages.deliver(UNKNOWN_GUID)).rejects.toMatchObject({ name: 'UnknownMessageError' })
  })

  test('error: MessageStepError for a step out of turn', async () => {
    await devnet.messages.hold()
    const first = await send()
    const second = await send()
    await expect(devnet.messages.deliver(first)).rejects.toMatchObject({
      name: 'MessageStepError',
      reason: 'it is sent',
    })
    await devnet.messages.verify(second)
    await expect(devnet.messages.deliver(second)).rejects.toMatchObject({
      name: 'MessageStepError',
      reason: 'an earlier message on its pathway is not verified yet',
    })
    await expect(devnet.messages.retryDelivery(second)).rejects.toMatchObject({ name: 'MessageStepError' })
  })

  test('error: MessageTimeoutError says where the message stands', async () => {
    await devnet.messages.hold({ before: 'deliver' })
    const guid = await send()
    await devnet.messages.idle()
    await expect(devnet.messages.waitFor(guid, 'delivered', 50)).rejects.toMatchObject({
      name: 'MessageTimeoutError',
      standing: 'verified (held)',
    })
  })
})
