import type { DevnetChain } from '@unimargin/devnet'
import { collateralRouterAbi } from '@unimargin/sdk'
import {
  type Address,
  encodeFunctionData,
  erc20Abi,
  type Hex,
  keccak256,
  parseEventLogs,
  stringToHex,
  toFunctionSelector,
  zeroHash,
} from 'viem'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { errorOf, routerCall, sendAs, statusOf } from '../../../test/devnet/routerCalls.fixture.ts'
import { act, ask } from './act.ts'
import { assetOf, deployRouters } from './deployRouters.ts'
import { POOL_NAMES, type PoolName } from './Stargate.ts'
import { GREEDY, open, retryReceive, type StargateLab, unreceived } from './StargateLab.ts'
import { transfer } from './transfer.ts'

/** By the router's `Action`. */
const SUPPLY = 0
const REPAY = 1
const WAD = 10n ** 18n
const SUPPLIED = { USDC: 30_000_000_000n, ETH: 20n * WAD, wstETH: 10n * WAD }
const AMOUNTS = { USDC: 7_000_000_000n, ETH: 3n * WAD, wstETH: 2n * WAD }
/** A unit may be missing or over: Aave counts in shares. */
const near = (amount: bigint) => expect.toSatisfy((value: bigint) => value - amount <= 2n && amount - value <= 2n)

describe('the router over Stargate', () => {
  let lab: StargateLab
  let arbitrum: DevnetChain
  let base: DevnetChain
  beforeAll(async () => {
    lab = await open(async ({ devnet, stargate, sender, stranger }) => {
      ;[arbitrum, base] = await deployRouters(stargate)
      const { USDC, ETH: WETH, wstETH } = SUPPLIED
      for (const { name } of devnet.chains) {
        for (const owner of [sender, stranger]) {
          await devnet.openAavePosition({ chain: name, owner, supply: { USDC, WETH, wstETH } })
        }
      }
    })
  })
  afterAll(() => lab.close())
  beforeEach(() => lab.reset())

  const balanceOf = ({ client }: DevnetChain, token: Address, owner: Address) =>
    client.readContract({ address: token, abi: erc20Abi, functionName: 'balanceOf', args: [owner] })
  const collateral = (chain: DevnetChain, pool: PoolName, owner = lab.sender) =>
    balanceOf(chain, assetOf(chain, pool).aToken, owner)
  const moveOf = async (from: DevnetChain, to: DevnetChain, pool: PoolName, changes: object = {}) => ({
    id: keccak256(stringToHex(`${from.name} ${pool}`)),
    market: from.addresses.pool,
    marketId: zeroHash,
    asset: assetOf(from, pool).address,
    amount: AMOUNTS[pool],
    minAmount: AMOUNTS[pool],
    minHealthFactor: WAD,
    dstEid: to.eid,
    action: SUPPLY,
    dstMarket: to.addresses.pool,
    dstMarketId: zeroHash,
    recovery: lab.sender,
    deadline: (await from.client.getBlock()).timestamp + 600n,
    deliveryGas: 0n,
    settleGas: 500_000n,
    ...changes,
  })
  type Move = Awaited<ReturnType<typeof moveOf>>
  const quote = ({ client, addresses }: DevnetChain, move: Move) =>
    client.readContract({ address: addresses.router, abi: collateralRouterAbi, functionName: 'quote', args: [move] })
  const allow = (chain: DevnetChain, pool: PoolName, amount: bigint, owner: Address) =>
    sendAs(chain, owner, {
      to: assetOf(chain, pool).aToken,
      data: encodeFunctionData({
        abi: erc20Abi,
        functionName: 'approve',
        args: [chain.addresses.router, amount],
      }),
    })
  const sendCall = ({ addresses }: DevnetChain, move: Move, value: bigint) => ({
    to: addresses.router,
    data: encodeFunctionData({ abi: collateralRouterAbi, functionName: 'send', args: [move] }),
    value,
  })
  const send = async (
    from: DevnetChain,
    to: DevnetChain,
    pool: PoolName,
    { owner = lab.sender, surplus = 0n, ...changes }: Partial<Move> & { owner?: Address; surplus?: bigint } = {},
  ): Promise<Hex> => {
    const move = await moveOf(from, to, pool, changes)
    await allow(from, pool, move.amount + 2n, owner)
    const { nativeFee } = await quote(from, move)
    const { logs, status } = await sendAs(from, owner, sendCall(from, move, nativeFee + surplus))
    const [sent] = parseEventLogs({ abi: collateralRouterAbi, logs, eventName: 'MoveSent' })
    if (sent === undefined) throw new RangeError(`nothing was sent: ${status}`)
    return sent.args.guid
  }
  /** Nothing is left with a router that it does not owe somebody. */
  const expectNothingLeft = async (owed: { readonly [pool in PoolName]?: bigint } = {}) => {
    for (const chain of [arbitrum, base]) {
      const { router } = chain.addresses
      expect(await chain.client.getBalance({ address: router })).toBe(0n)
      for (const pool of POOL_NAMES) {
        const { address } = assetOf(chain, pool)
        expect(await balanceOf(chain, address, router)).toBe(chain === base ? (owed[pool] ?? 0n) : 0n)
        const stargatePool = lab.stargate.chain(chain.name).pools[pool].pool.address
        const allowance = await chain.client.readContract({
          address,
          abi: erc20Abi,
          functionName: 'allowance',
          args: [router, stargatePool],
        })
        expect(allowance).toBe(0n)
      }
    }
  }
  /** Whether what was frozen there takes supplies again. */
  const freeze = (chain: DevnetChain, pool: PoolName, frozen: boolean) =>
    lab.devnet.setReserve({ chain: chain.name, symbol: pool === 'ETH' ? 'WETH' : pool, frozen })

  test.each(
    POOL_NAMES.flatMap((pool) => [
      { pool, way: 'there' as const },
      { pool, way: 'back' as const },
    ]),
  )('default: $pool is collateral on the other chain, $way', async ({ pool, way }) => {
    const [from, to] = way === 'there' ? [arbitrum, base] : [base, arbitrum]
    const before = [await collateral(from, pool), await collateral(to, pool)] as const
    const guid = await send(from, to, pool)
    await lab.devnet.messages.waitFor(guid, 'composed')
    expect(await statusOf(to, guid)).toBe('credited')
    expect(await collateral(to, pool)).toEqual(near(before[1] + AMOUNTS[pool]))
    expect(await collateral(from, pool)).toEqual(near(before[0] - AMOUNTS[pool]))
    await expectNothingLeft()
  })

  test.each(POOL_NAMES)(
    'default: %s pays a debt on the other chain, and what is left goes to the owner',
    async (pool) => {
      const { address, variableDebtToken } = assetOf(base, pool)
      const debt = AMOUNTS[pool] / 4n
      await lab.devnet.borrow({
        chain: base.name,
        owner: lab.sender,
        symbol: pool === 'ETH' ? 'WETH' : pool,
        amount: debt,
      })
      const before = await balanceOf(base, address, lab.sender)
      const guid = await send(arbitrum, base, pool, { action: REPAY })
      await lab.devnet.messages.waitFor(guid, 'composed')
      expect(await statusOf(base, guid)).toBe('credited')
      expect(await balanceOf(base, variableDebtToken, lab.sender)).toBe(0n)
      const gained = (await balanceOf(base, address, lab.sender)) - before
      // Interest of seconds.
      expect(AMOUNTS[pool] - debt - gained).toBeLessThan(AMOUNTS[pool] / 10_000n)
      expect(gained).toBeLessThanOrEqual(AMOUNTS[pool] - debt)
      await expectNothingLeft()
    },
  )

  test.each(POOL_NAMES)('behavior: the fee of %s is in the quote, and bounded by the minimum', async (pool) => {
    const { feeLib } = lab.arbitrum.pools[pool]
    const shared = 10n ** BigInt(lab.arbitrum.pools[pool].decimals - 6)
    await act(lab.arbitrum, lab.arbitrum.owner, {
      target: feeLib.address,
      functionName: 'setFeeConfig',
      args: [base.eid, 0n, 0n, 0, 0, 600, 0],
    })
    const fee = ((AMOUNTS[pool] / shared) * 600n) / 1_000_000n + 1n
    const arrives = AMOUNTS[pool] - fee * shared
    const move = await moveOf(arbitrum, base, pool, { minAmount: arrives })
    expect(await quote(arbitrum, move)).toMatchObject({ amountSent: AMOUNTS[pool], amountReceived: arrives })
    await expect(quote(arbitrum, { ...move, minAmount: arrives + 1n })).rejects.toThrow('AmountTooSmall')
    const before = await collateral(base, pool)
    const guid = await send(arbitrum, base, pool, { minAmount: arrives })
    await lab.devnet.messages.waitFor(guid, 'composed')
    expect(await collateral(base, pool)).toEqual(near(before + arrives))
    await expectNothingLeft()
  })

  test.each(['ETH', 'wstETH'] as const)('behavior: dust of %s stays with its owner, as a token', async (pool) => {
    const dust = 234_567_890_123n
    const { address } = assetOf(arbitrum, pool)
    const before = await balanceOf(arbitrum, address, lab.sender)
    const guid = await send(arbitrum, base, pool, { amount: AMOUNTS[pool] + dust })
    expect((await balanceOf(arbitrum, address, lab.sender)) - before).toBe(dust)
    await lab.devnet.messages.waitFor(guid, 'composed')
    expect(await statusOf(base, guid)).toBe('credited')
    await expectNothingLeft()
  })

  test.each(POOL_NAMES)('behavior: what is paid beyond the fee comes back, with %s', async (pool) => {
    const { client } = arbitrum
    const surplus = 5n * WAD
    const before = await client.getBalance({ address: lab.sender })
    await send(arbitrum, base, pool, { surplus })
    // Fee and gas are all that is gone.
    expect(before - (await client.getBalance({ address: lab.sender }))).toBeLessThan(WAD / 10n)
    await expectNothingLeft()
  })

  test.each(POOL_NAMES)('behavior: %s that the market refuses is parked, retried or claimed', async (pool) => {
    await freeze(base, pool, true)
    const guids = [await send(arbitrum, base, pool), await send(arbitrum, base, pool, { id: zeroHash })] as const
    for (const guid of guids) await lab.devnet.messages.waitFor(guid, 'composed')
    expect(await Promise.all(guids.map((guid) => statusOf(base, guid)))).toEqual(['parked', 'parked'])
    await expectNothingLeft({ [pool]: 2n * AMOUNTS[pool] })
    const heir = lab.stranger
    expect(await errorOf(base, heir, routerCall(base, 'claim', guids[0], heir))).toBe('NotOwner')
    const before = await balanceOf(base, assetOf(base, pool).address, heir)
    await sendAs(base, lab.sender, routerCall(base, 'claim', guids[0], heir))
    expect((await balanceOf(base, assetOf(base, pool).address, heir)) - before).toBe(AMOUNTS[pool])
    await freeze(base, pool, false)
    const supplied = await collateral(base, pool)
    await sendAs(base, lab.sender, routerCall(base, 'retry', guids[1]))
    expect(await collateral(base, pool)).toEqual(near(supplied + AMOUNTS[pool]))
    await expectNothingLeft()
  })

  test('behavior: coins that wait for their compose are nobody else’s', async () => {
    await lab.devnet.messages.hold({ before: 'compose' })
    const waiting = await send(arbitrum, base, 'ETH')
    await lab.devnet.messages.idle()
    const { router } = base.addresses
    expect(await base.client.getBalance({ address: router })).toBe(AMOUNTS.ETH)
    // Others come and go: with coins from here, and with a message of their own that is composed first.
    await send(base, arbitrum, 'ETH', { owner: lab.stranger, surplus: WAD })
    const other = await send(arbitrum, base, 'ETH', { owner: lab.stranger, amount: WAD, minAmount: WAD })
    await lab.devnet.messages.idle()
    expect(await base.client.getBalance({ address: router })).toBe(AMOUNTS.ETH + WAD)
    await lab.devnet.messages.compose(other)
    expect(await base.client.getBalance({ address: router })).toBe(AMOUNTS.ETH)
    const before = await collateral(base, 'ETH')
    await lab.devnet.messages.compose(waiting)
    expect(await collateral(base, 'ETH')).toEqual(near(before + AMOUNTS.ETH))
  })

  test('behavior: what a pool could not pay out is retried by anybody, and then settled for its owner', async () => {
    const { router } = base.addresses
    // Ours takes coins with next to no gas: only in another's place can this be seen.
    const code = await base.client.getCode({ address: router })
    if (code === undefined) throw new RangeError('no router')
    await base.client.setCode({ address: router, bytecode: GREEDY })
    const guid = await send(arbitrum, base, 'ETH')
    await lab.devnet.messages.waitFor(guid, 'delivered')
    await base.client.setCode({ address: router, bytecode: code })
    // The slot that the other wrote to is none of ours.
    const [cached] = await unreceived(lab.base, guid)
    if (cached === undefined) throw new RangeError('nothing waits')
    expect(await statusOf(base, guid)).toBe('none')
    const before = await collateral(base, 'ETH')
    await retryReceive(lab.base, 'ETH', cached, lab.stranger)
    await lab.devnet.messages.waitFor(guid, 'composed')
    expect(await statusOf(base, guid)).toBe('credited')
    expect(await collateral(base, 'ETH')).toEqual(near(before + AMOUNTS.ETH))
  })

  test.each(POOL_NAMES)(
    'behavior: %s that somebody sends to the router without one is theirs to claim',
    async (pool) => {
      const { sender, stranger } = lab
      const sent = await transfer({
        from: lab.arbitrum,
        to: lab.base,
        pool,
        sender,
        receiver: base.addresses.router,
        amount: AMOUNTS[pool],
        composeMsg: '0xc0ffee',
        composeGas: 500_000n,
      })
      await lab.devnet.messages.waitFor(sent.guid, 'composed')
      expect(await statusOf(base, sent.guid)).toBe('parked')
      expect(await errorOf(base, stranger, routerCall(base, 'claim', sent.guid, stranger))).toBe('NotOwner')
      const { address } = assetOf(base, pool)
      const before = await balanceOf(base, address, sender)
      await sendAs(base, sender, routerCall(base, 'claim', sent.guid, sender))
      expect((await balanceOf(base, address, sender)) - before).toBe(AMOUNTS[pool])
      await expectNothingLeft()
    },
  )

  test.each(POOL_NAMES)('error: more %s than the credit of the path, which the quote caps', async (pool) => {
    const there = lab.arbitrum.pools[pool]
    const shared = 10n ** BigInt(there.decimals - 6)
    const credit = BigInt(String(await ask(lab.arbitrum, there.pool.address, 'paths', [base.eid]))) * shared
    const left = AMOUNTS[pool] / 2n
    const others = { from: lab.arbitrum, to: lab.base, pool, receiver: lab.stranger, sender: lab.sender }
    await transfer({ ...others, amount: credit - left })
    const move = await moveOf(arbitrum, base, pool)
    await expect(quote(arbitrum, move)).rejects.toThrow('AmountTooSmall')
    await allow(arbitrum, pool, move.amount + 2n, lab.sender)
    expect(await errorOf(arbitrum, lab.sender, sendCall(arbitrum, move, WAD))).toBe('AmountTooSmall')
    // Whoever would do with less is told of less, and that the whole cannot be sent is said by the pool.
    const modest = { ...move, minAmount: 1n }
    expect(await quote(arbitrum, modest)).toMatchObject({ amountSent: left, amountReceived: left })
    const insufficient = toFunctionSelector('Path_InsufficientCredit()')
    expect(await errorOf(arbitrum, lab.sender, sendCall(arbitrum, modest, WAD))).toBe(insufficient)
    const before = await collateral(arbitrum, pool)
    const { status } = await sendAs(arbitrum, lab.sender, sendCall(arbitrum, modest, WAD))
    expect(status).toBe('reverted')
    expect(await collateral(arbitrum, pool)).toEqual(near(before))
    await expectNothingLeft()
  })
})
