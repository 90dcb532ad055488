import { erc20Abi } from 'viem'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { call } from '../../../packages/devnet/src/chain/Transaction.ts'
import { transact } from '../../../packages/devnet/src/chain/transact.ts'
import { act, ask } from './act.ts'
import type { PoolName, StargateChain } from './Stargate.ts'
import { AMOUNT, balanceOf, open, order as orderOf, RECEIVER, type StargateLab } from './StargateLab.ts'
import { sendCredits } from './sendCredits.ts'
import { quoteOft, quoteSend, type Transfer, transfer } from './transfer.ts'

const { USDC } = AMOUNT
const MILLION = 1_000_000n
const ONE_SHARED_ETHER = 10n ** 12n
const MAX_UINT64 = 2n ** 64n - 1n

describe('quotes and what comes of them', () => {
  let lab: StargateLab
  beforeAll(async () => {
    lab = await open()
  })
  afterAll(() => lab.close())
  beforeEach(() => lab.reset())

  const order = (pool: PoolName, amount: bigint, options: Partial<Transfer> = {}) =>
    orderOf(lab, pool, { amount, ...options })
  /** Fees in millionths by zones of the amount (shared decimals), and what is given for filling a deficit. */
  const setFees = (pool: PoolName, zones: readonly [bigint, bigint], fees: readonly number[], reward = 0) => {
    const { arbitrum, base } = lab
    const [first = 0, second = 0, third = 0] = fees
    return act(arbitrum, arbitrum.owner, {
      target: arbitrum.pools[pool].feeLib.address,
      functionName: 'setFeeConfig',
      args: [base.chain.eid, ...zones, first, second, third, reward],
    })
  }
  const path = async (from: StargateChain, to: StargateChain, pool: PoolName) =>
    BigInt(String(await ask(from, from.pools[pool].pool.address, 'paths', [to.chain.eid])))
  const arrived = async (transferred: { readonly guid: `0x${string}` }, pool: PoolName) => {
    await lab.devnet.messages.waitFor(transferred.guid, 'delivered')
    return balanceOf(lab.base, pool, RECEIVER)
  }

  test('default: shared decimals are six everywhere, and even a pool of coins says that it wants an approval', async () => {
    for (const { pools, ...chain } of lab.stargate.chains) {
      for (const { pool } of Object.values(pools)) {
        expect(await ask({ pools, ...chain }, pool.address, 'sharedDecimals')).toBe(6)
        expect(await ask({ pools, ...chain }, pool.address, 'approvalRequired')).toBe(true)
      }
    }
  })

  test.each([
    [1_000n * MILLION, 100],
    [10_000n * MILLION, 300],
    [10_001n * MILLION, 600],
  ])('default: of %s the fee of its zone is taken, rounded up, as it was quoted', async (amount, millionths) => {
    await setFees('USDC', [1_000n * MILLION, 10_000n * MILLION], [100, 300, 600])
    const { details, receipt } = await quoteOft(order('USDC', amount))
    const fee = (amount * BigInt(millionths)) / MILLION + 1n
    expect(receipt).toEqual({ amountSentLD: amount, amountReceivedLD: amount - fee })
    expect(details).toEqual([{ feeAmountLD: -fee, description: 'protocol fee' }])
    const sent = await transfer(order('USDC', amount, { minAmount: amount - fee }))
    expect([sent.amountSent, sent.amountReceived]).toEqual([amount, amount - fee])
    expect(await arrived(sent, 'USDC')).toBe(amount - fee)
  })

  test('behavior: who fills a deficit is rewarded, out of what others paid', async () => {
    const { arbitrum, base, sender, devnet } = lab
    // What came from the other side left a deficit here.
    const back = await transfer({ ...order('USDC', 100n * USDC), from: base, to: arbitrum })
    await devnet.messages.waitFor(back.guid, 'delivered')
    await setFees('USDC', [0n, 0n], [], 1_000)
    expect((await quoteOft(order('USDC', USDC))).details).toEqual([])
    const { token, pool } = arbitrum.pools.USDC
    const { owner, node, treasurer } = arbitrum
    await transact(node, [
      call({ from: sender, to: token, abi: erc20Abi, functionName: 'transfer', args: [treasurer.address, USDC] }),
    ])
    await act(arbitrum, owner, {
      target: treasurer.address,
      functionName: 'addTreasuryFee',
      args: [pool.address, USDC],
    })
    const { details, receipt } = await quoteOft(order('USDC', USDC))
    expect(details).toEqual([{ feeAmountLD: USDC / 1_000n, description: 'reward' }])
    const sent = await transfer(order('USDC', USDC))
    expect(sent.amountReceived).toBe(receipt.amountReceivedLD)
    expect(await arrived(sent, 'USDC')).toBe(USDC + USDC / 1_000n)
  })

  test('behavior: limits are one shared unit and the credit of the path; a quote beyond is capped, not refused', async () => {
    const { arbitrum, base } = lab
    const credit = await path(arbitrum, base, 'ETH')
    const most = credit * ONE_SHARED_ETHER
    const { limit, receipt } = await quoteOft(order('ETH', most + 5n * ONE_SHARED_ETHER))
    expect(limit).toEqual({ minAmountLD: ONE_SHARED_ETHER, maxAmountLD: most })
    expect(receipt).toEqual({ amountSentLD: most, amountReceivedLD: most })
    // What the message costs is told without a look at the credit.
    expect(await quoteSend(order('ETH', most + ONE_SHARED_ETHER))).toBeGreaterThan(0n)
  })

  test('behavior: credits run out, and come back with a transfer the other way or from the planner', async () => {
    const { arbitrum, base, devnet } = lab
    const exhausted = { name: 'TransactionFailedError', reason: 'Path_InsufficientCredit()' }
    const credit = await path(arbitrum, base, 'USDC')
    await expect(transfer(order('USDC', credit + 1n))).rejects.toMatchObject(exhausted)
    await devnet.messages.waitFor((await transfer(order('USDC', credit))).guid, 'delivered')
    expect(await path(arbitrum, base, 'USDC')).toBe(0n)
    await expect(transfer(order('USDC', 1n))).rejects.toMatchObject(exhausted)
    expect((await quoteOft(order('USDC', USDC))).receipt).toEqual({ amountSentLD: 0n, amountReceivedLD: 0n })

    // What is sent over there stays there, and can be asked for from here once the planner says so.
    const back = await transfer({ ...order('USDC', 3n * USDC), from: base, to: arbitrum })
    await devnet.messages.waitFor(back.guid, 'delivered')
    expect(await path(arbitrum, base, 'USDC')).toBe(0n)
    await sendCredits(base, arbitrum, [{ pool: 'USDC', amount: 3n * USDC }])
    await devnet.messages.idle()
    expect(await path(arbitrum, base, 'USDC')).toBe(3n * USDC)
    await transfer(order('USDC', 3n * USDC))
    await expect(transfer(order('USDC', 1n))).rejects.toMatchObject(exhausted)
  })

  test('behavior: the planner sends no more credits than there are, nor those that must stay', async () => {
    const { arbitrum, base, devnet } = lab
    const [kept, before] = [await path(base, base, 'USDC'), await path(arbitrum, base, 'USDC')]
    await sendCredits(base, arbitrum, [{ pool: 'USDC', amount: MAX_UINT64 - 1n, keep: USDC }])
    await devnet.messages.idle()
    expect(await path(base, base, 'USDC')).toBe(USDC)
    expect(await path(arbitrum, base, 'USDC')).toBe(before + kept - USDC)
  })

  test("behavior: the planner's flag says the opposite of its name", async () => {
    const { arbitrum } = lab
    const { owner, planner, pools } = arbitrum
    // It has no fallback.
    const failing = { target: pools.USDC.feeLib.address, data: '0x', value: 0n } as const
    const run = (allowFailure: boolean) =>
      act(arbitrum, owner, {
        target: planner.address,
        functionName: 'multicall',
        args: [[{ ...failing, allowFailure }]],
      })
    await expect(run(true)).rejects.toMatchObject({ reason: 'CallFailed(0, 0x)' })
    expect((await run(false)).status).toBe('0x1')
  })

  test('behavior: dust of a token never leaves its owner', async () => {
    const { arbitrum, sender } = lab
    const amount = 1_234_567_891_234_500_000n
    const before = await balanceOf(arbitrum, 'wstETH', sender)
    const sent = await transfer(order('wstETH', amount))
    expect(sent.amountSent).toBe(1_234_567_000_000_000_000n)
    expect(before - (await balanceOf(arbitrum, 'wstETH', sender))).toBe(sent.amountSent)
    expect(await arrived(sent, 'wstETH')).toBe(sent.amountSent)
  })

  test('behavior: dust of coins, and what was offered beyond the fee, comes back as coins', async () => {
    const { arbitrum, sender } = lab
    const amount = 1_234_567_891_234_500_000n
    const pool = arbitrum.pools.ETH.pool.address
    const before = await balanceOf(arbitrum, 'ETH', sender)
    const held = await balanceOf(arbitrum, 'ETH', pool)
    const sent = await transfer(order('ETH', amount, { surplus: 10n ** 16n }))
    expect(sent.amountSent).toBe(1_234_567_000_000_000_000n)
    expect((await balanceOf(arbitrum, 'ETH', pool)) - held).toBe(sent.amountSent)
    const spent = before - (await balanceOf(arbitrum, 'ETH', sender))
    const fee = await quoteSend(order('ETH', amount))
    // Gas is all that is missing besides: it is far less than dust and surplus.
    expect(spent - sent.amountSent - fee).toBeGreaterThan(0n)
    expect(spent - sent.amountSent - fee).toBeLessThan(10n ** 16n)
    expect(await arrived(sent, 'ETH')).toBe(sent.amountSent)
  })

  test('behavior: a minimum is compared in shared decimals, so that less than it may arrive', async () => {
    const amount = 1_234_567_891_234_500_000n
    const sent = await transfer(order('wstETH', amount, { minAmount: amount }))
    expect(sent.amountReceived).toBeLessThan(amount)
    await expect(
      transfer(order('wstETH', amount, { minAmount: sent.amountReceived + ONE_SHARED_ETHER })),
    ).rejects.toMatchObject({ reason: 'Stargate_SlippageTooHigh()' })
  })

  test('error: less than one shared unit', async () => {
    await expect(quoteSend(order('wstETH', ONE_SHARED_ETHER - 1n))).rejects.toThrow('Stargate_InvalidAmount')
  })

  test('error: a path that the fee library paused has no quote either', async () => {
    const { arbitrum, base } = lab
    await act(arbitrum, arbitrum.owner, {
      target: arbitrum.pools.USDC.feeLib.address,
      functionName: 'setPaused',
      args: [base.chain.eid, true],
    })
    await expect(quoteOft(order('USDC', USDC))).rejects.toThrow('FeeLib_Paused')
    await expect(transfer(order('USDC', USDC))).rejects.toMatchObject({ reason: 'FeeLib_Paused()' })
  })
})
