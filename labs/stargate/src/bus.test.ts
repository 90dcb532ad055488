import { size, zeroHash } from 'viem'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { driveBus } from './driveBus.ts'
import { BUS_FARE, BUS_FARE_WITH_DROP, MAX_PASSENGERS, NATIVE_DROP, type PoolName, QUEUE_CAPACITY } from './Stargate.ts'
import {
  AMOUNT,
  balanceOf,
  calls,
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
import { quoteSend, type Transfer, transfer } from './transfer.ts'

const { USDC, ETH } = AMOUNT

describe('bus', () => {
  let lab: StargateLab
  beforeAll(async () => {
    lab = await open()
  })
  afterAll(() => lab.close())
  beforeEach(() => lab.reset())

  const order = (pool: PoolName, options: Partial<Transfer> = {}) => orderOf(lab, pool, { mode: 'bus', ...options })
  const ride = async (pool: PoolName, options: Partial<Transfer> = {}) => {
    const { passenger = '0x', ...sent } = await transfer(order(pool, options))
    return { ...sent, passenger }
  }

  test('default: passengers of all pools share a message that anyone may send', async () => {
    const { arbitrum, base, devnet, stranger } = lab
    const rides = [await ride('USDC'), await ride('ETH'), await ride('wstETH')]
    // Paid in, and no message yet: a passenger has no GUID.
    expect(rides.map(({ guid, fee }) => [guid, fee])).toEqual(rides.map(() => [zeroHash, BUS_FARE]))
    await devnet.messages.idle()
    expect(await balanceOf(base, 'USDC', RECEIVER)).toBe(0n)
    const passengers = rides.map(({ passenger }) => passenger)
    const guid = await driveBus(arbitrum, base, passengers, { driver: stranger })
    await devnet.messages.waitFor(guid, 'delivered')
    for (const pool of ['USDC', 'ETH', 'wstETH'] as const) {
      expect(await balanceOf(base, pool, RECEIVER)).toBe(order(pool).amount)
    }
  })

  test('behavior: the bus drops the compose message, and takes the tokens all the same', async () => {
    const { arbitrum, base, devnet } = lab
    const receiver = await place(base, LOGGER)
    const composed = { receiver, composeMsg: '0xc0ffee', composeGas: 100_000n } as const
    // The fare is the same with and without: nothing tells the sender.
    expect(await quoteSend(order('USDC', composed))).toBe(await quoteSend(order('USDC')))
    const { passenger } = await ride('USDC', composed)
    // Asset, receiver, amount and whether coins are wanted: there is no room for a message.
    expect(size(passenger)).toBe(2 + 32 + 8 + 1)
    const guid = await driveBus(arbitrum, base, [passenger])
    await devnet.messages.waitFor(guid, 'delivered')
    await devnet.messages.idle()
    expect(devnet.messages.get(guid)).toMatchObject({ phase: 'delivered', composes: [] })
    expect(await balanceOf(base, 'USDC', receiver)).toBe(USDC)
    expect(await calls(base, receiver)).toEqual([])
  })

  test('behavior: any options at all book coins, which are dropped for the receiver', async () => {
    const { arbitrum, base, devnet } = lab
    const { passenger, fee } = await ride('USDC', { mode: 'bus with native drop' })
    expect(fee).toBe(BUS_FARE_WITH_DROP)
    const guid = await driveBus(arbitrum, base, [passenger])
    await devnet.messages.waitFor(guid, 'delivered')
    expect(await balanceOf(base, 'USDC', RECEIVER)).toBe(USDC)
    expect(await balanceOf(base, 'ETH', RECEIVER)).toBe(NATIVE_DROP)
  })

  test('behavior: a passenger who cannot be paid waits by his seat, the others do not', async () => {
    const { arbitrum, base, devnet, stranger } = lab
    const greedy = await place(base, GREEDY)
    const rides = [await ride('USDC'), await ride('ETH', { receiver: greedy }), await ride('wstETH')]
    const passengers = rides.map(({ passenger }) => passenger)
    const guid = await driveBus(arbitrum, base, passengers)
    await devnet.messages.waitFor(guid, 'delivered')
    expect(await balanceOf(base, 'USDC', RECEIVER)).toBe(USDC)
    expect(await balanceOf(base, 'wstETH', RECEIVER)).toBe(ETH)
    const waiting = await unreceived(base, guid)
    expect(waiting).toMatchObject([{ index: 1, receiver: greedy, amountLD: ETH, composeMsg: '0x' }])
    for (const cached of waiting) await retryReceive(base, 'ETH', cached, stranger)
    expect(await balanceOf(base, 'ETH', greedy)).toBe(ETH)
  })

  test('error: passengers in another order, or others', async () => {
    const { arbitrum, base } = lab
    const [first, second] = [await ride('USDC'), await ride('ETH')]
    await expect(driveBus(arbitrum, base, [second.passenger, first.passenger])).rejects.toThrow('Bus_InvalidPassenger')
    await expect(driveBus(arbitrum, base, [second.passenger])).rejects.toThrow('Bus_InvalidPassenger')
  })

  test('error: a full queue takes nobody, until a bus leaves', async () => {
    const { arbitrum, base } = lab
    const rides: Awaited<ReturnType<typeof ride>>[] = []
    for (let seat = 1; seat < QUEUE_CAPACITY; seat += 1) rides.push(await ride('USDC', { amount: BigInt(seat) * USDC }))
    await expect(ride('USDC')).rejects.toMatchObject({ reason: 'Bus_QueueFull()' })
    const passengers = rides.slice(0, MAX_PASSENGERS).map(({ passenger }) => passenger)
    await driveBus(arbitrum, base, passengers)
    expect((await ride('USDC')).passenger).not.toBe('0x')
  })

  test('error: less than the fare', async () => {
    await expect(ride('USDC', { surplus: -1n })).rejects.toMatchObject({ reason: 'Stargate_InsufficientFare()' })
  })
})
