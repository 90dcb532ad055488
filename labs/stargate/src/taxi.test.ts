import { decodeFunctionData, encodePacked, type Hex, pad, parseAbi, zeroAddress } from 'viem'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { act, actAsPlanner, ask } from './act.ts'
import { TAXI_GAS } from './deployStargate.ts'
import type { PoolName, StargateChain } from './Stargate.ts'
import {
  AMOUNT,
  balanceOf,
  burning,
  calls,
  composerAbi,
  GREEDY,
  LOGGER,
  open,
  order as orderOf,
  place,
  RECEIVER,
  retryReceive,
  type StargateLab,
  unreceived,
} from './StargateLab.ts'
import { type Transfer, transfer } from './transfer.ts'

const { USDC } = AMOUNT

describe('taxi', () => {
  let lab: StargateLab
  beforeAll(async () => {
    lab = await open()
  })
  afterAll(() => lab.close())
  beforeEach(() => lab.reset())

  const order = (pool: PoolName, options: Partial<Transfer> = {}) => orderOf(lab, pool, options)
  const pathOf = (chain: StargateChain, pool: PoolName, to: StargateChain) =>
    ask(chain, chain.pools[pool].pool.address, 'paths', [to.chain.eid])
  const held = async (chain: StargateChain, pool: PoolName) =>
    BigInt(String(await ask(chain, chain.pools[pool].pool.address, 'poolBalance')))

  test.each(['USDC', 'ETH', 'wstETH'] as const)(
    'default: %s is paid out, and pools and credits say so',
    async (pool) => {
      const { arbitrum, base, devnet } = lab
      const before = [await held(arbitrum, pool), await held(base, pool)] as const
      const credit = BigInt(String(await pathOf(arbitrum, pool, base)))
      const sent = await transfer(order(pool))
      const { amount } = order(pool)
      expect([sent.amountSent, sent.amountReceived]).toEqual([amount, amount])
      const record = await devnet.messages.waitFor(sent.guid, 'delivered')
      expect(record).toMatchObject({ sender: arbitrum.tokenMessaging.address, receiver: base.tokenMessaging.address })
      expect(await balanceOf(base, pool, RECEIVER)).toBe(amount)
      expect([await held(arbitrum, pool), await held(base, pool)]).toEqual([before[0] + amount, before[1] - amount])
      const shared = amount / 10n ** BigInt(arbitrum.pools[pool].decimals - 6)
      expect(await pathOf(arbitrum, pool, base)).toBe(credit - shared)
    },
  )

  test.each(['USDC', 'ETH', 'wstETH'] as const)('default: a message with %s is composed after it', async (pool) => {
    const { arbitrum, base, devnet, sender } = lab
    const receiver = await place(base, LOGGER)
    const sent = await transfer(order(pool, { receiver, composeMsg: '0xc0ffee', composeGas: 100_000n }))
    const { composes } = await devnet.messages.waitFor(sent.guid, 'composed')
    expect(composes).toMatchObject([{ index: 0, from: base.pools[pool].pool.address, to: receiver }])
    expect(await balanceOf(base, pool, receiver)).toBe(sent.amountReceived)
    // Where coins are paid out, the receiver is called for that first.
    const [data = '0x'] = (await calls(base, receiver)).filter((one) => one !== '0x')
    const { args } = decodeFunctionData({ abi: composerAbi, data })
    const [from, guid, message, executor] = args
    expect([from, guid, executor]).toEqual([base.pools[pool].pool.address, sent.guid, base.chain.addresses.executor])
    // As an OFT writes it: nonce, source, amount, who sent, what was said.
    expect(message).toBe(
      encodePacked(
        ['uint64', 'uint32', 'uint256', 'bytes32', 'bytes'],
        [devnet.messages.get(sent.guid)?.nonce ?? 0n, arbitrum.chain.eid, sent.amountReceived, pad(sender), '0xc0ffee'],
      ).toLowerCase(),
    )
  })

  test('behavior: a receiver of coins gets 2,300 gas and the stipend of a call with value, and not one more', async () => {
    const { base, devnet } = lab
    const outcome = async (gas: number) => {
      const receiver = await place(base, burning(gas))
      const { guid } = await transfer(order('ETH', { receiver, amount: 10n ** 15n }))
      await devnet.messages.waitFor(guid, 'delivered')
      return (await unreceived(base, guid)).length === 0 ? 'paid' : 'kept'
    }
    expect([await outcome(2_300), await outcome(4_600), await outcome(4_601)]).toEqual(['paid', 'paid', 'kept'])
  })

  test('behavior: what cannot be paid out waits in the pool, and whoever retries it finishes it', async () => {
    const { base, devnet, stranger } = lab
    const receiver = await place(base, GREEDY)
    const { guid, amountReceived } = await transfer(
      order('ETH', { receiver, composeMsg: '0xc0ffee', composeGas: 150_000n }),
    )
    // The message is delivered all the same, and nothing is queued for the receiver.
    expect(await devnet.messages.waitFor(guid, 'delivered')).toMatchObject({ composes: [] })
    expect(await balanceOf(base, 'ETH', receiver)).toBe(0n)
    const [cached] = await unreceived(base, guid)
    if (cached === undefined) throw new RangeError('nothing waits')
    expect(cached).toMatchObject({ index: 0, receiver, amountLD: amountReceived, srcEid: lab.arbitrum.chain.eid })

    // With any other word it is another pay-out, which does not wait.
    const missing = { name: 'TransactionFailedError', reason: 'Stargate_UnreceivedTokenNotFound()' }
    for (const other of [
      { ...cached, receiver: stranger },
      { ...cached, amountLD: cached.amountLD + 1n },
      { ...cached, composeMsg: '0x' as const },
      { ...cached, index: 1 },
    ]) {
      await expect(retryReceive(base, 'ETH', other, stranger)).rejects.toMatchObject(missing)
    }
    await retryReceive(base, 'ETH', cached, stranger)
    expect(await balanceOf(base, 'ETH', receiver)).toBe(amountReceived)
    // The compose is queued only now, and has been paid for.
    const { composes } = await devnet.messages.waitFor(guid, 'composed')
    expect(composes).toMatchObject([{ from: base.pools.ETH.pool.address, to: receiver, status: 'composed' }])
    await expect(retryReceive(base, 'ETH', cached, stranger)).rejects.toMatchObject(missing)
  })

  test('behavior: what can never be paid out stays whose it is', async () => {
    const { base, devnet, stranger } = lab
    const { guid } = await transfer(order('USDC', { receiver: zeroAddress }))
    await devnet.messages.waitFor(guid, 'delivered')
    const [cached] = await unreceived(base, guid)
    if (cached === undefined) throw new RangeError('nothing waits')
    await expect(retryReceive(base, 'USDC', cached, stranger)).rejects.toMatchObject({
      reason: 'Stargate_OutflowFailed()',
    })
    expect(await ask(base, base.pools.USDC.pool.address, 'unreceivedTokens', [guid, 0])).not.toBe(pad('0x'))
  })

  test.each(['USDC', 'ETH'] as const)(
    'behavior: with too little gas %s is not delivered at all, rather than kept back',
    async (pool) => {
      const { base, devnet } = lab
      const receiver = await place(base, LOGGER)
      await devnet.messages.hold({ before: 'deliver' })
      const { guid } = await transfer(order(pool, { receiver, composeMsg: '0xc0ffee', composeGas: 100_000n }))
      await devnet.messages.idle()
      let gas = 60_000n
      await devnet.messages.underGas(guid, { deliver: gas })
      let record = await devnet.messages.deliver(guid)
      while (record.phase === 'verified') {
        expect(record.failure).toMatchObject({ step: 'deliver' })
        gas += 1_000n
        record = await devnet.messages.retryDelivery(guid, { gas })
      }
      // Not even at the edge: the least gas that delivers it also pays it out.
      expect(record.composes).toMatchObject([{ to: receiver, status: 'queued' }])
      expect(await unreceived(base, guid)).toEqual([])
      expect(await balanceOf(base, pool, receiver)).toBe(order(pool).amount)
      expect(gas).toBeLessThan(TAXI_GAS)
    },
  )

  test('behavior: a paused pool keeps the message outside, until it opens again', async () => {
    const { base, devnet } = lab
    const target = base.pools.USDC.pool.address
    await actAsPlanner(base, { target, functionName: 'setPause', args: [true] })
    const { guid } = await transfer(order('USDC'))
    await devnet.messages.idle()
    expect(devnet.messages.get(guid)).toMatchObject({ phase: 'verified', failure: { step: 'deliver' } })
    await actAsPlanner(base, { target, functionName: 'setPause', args: [false] })
    expect((await devnet.messages.retryDelivery(guid)).phase).toBe('delivered')
    expect(await balanceOf(base, 'USDC', RECEIVER)).toBe(USDC)
  })

  test('behavior: composes that others queue in its name are not the message', async () => {
    const { base, devnet, stranger } = lab
    const receiver = await place(base, LOGGER)
    await devnet.messages.hold({ before: 'compose' })
    const { guid } = await transfer(order('USDC', { receiver, composeMsg: '0xc0ffee', composeGas: 100_000n }))
    await devnet.messages.idle()
    const { client, endpoint } = base.chain
    const abi = parseAbi(['function sendCompose(address to, bytes32 guid, uint16 index, bytes message)'])
    // A pool as well, but not that of the asset: only its owner's machine can make it say so.
    const other = base.pools.wstETH.pool.address
    await client.impersonateAccount({ address: other })
    await client.setBalance({ address: other, value: 10n ** 18n })
    for (const account of [stranger, other]) {
      const args = [receiver, guid, 0, '0xbad0'] as const
      const hash = await client.writeContract({ account, address: endpoint, abi, functionName: 'sendCompose', args })
      await client.waitForTransactionReceipt({ hash })
    }
    await devnet.messages.idle()
    expect(devnet.messages.get(guid)?.composes).toMatchObject([{ from: base.pools.USDC.pool.address }])
    await devnet.messages.release()
    await devnet.messages.waitFor(guid, 'composed')
    const heard = await calls(base, receiver)
    expect(heard.filter((data: Hex) => data.includes('bad0'))).toEqual([])
  })

  test('error: only the messaging contract pays out', async () => {
    const { base, stranger } = lab
    const origin = { srcEid: lab.arbitrum.chain.eid, sender: pad(stranger), nonce: 1n }
    const forged = act(base, stranger, {
      target: base.pools.USDC.pool.address,
      functionName: 'receiveTokenTaxi',
      args: [origin, pad('0x01'), stranger, 1_000_000n, '0x'],
    })
    await expect(forged).rejects.toMatchObject({ reason: 'Stargate_Unauthorized()' })
  })
})
