import { createDevnet, type Devnet, type DevnetAccount, type DevnetChain, type DevnetSnapshot } from '@unimargin/devnet'
import { collateralRouterAbi } from '@unimargin/sdk'
import {
  type Address,
  concatHex,
  encodeFunctionData,
  erc20Abi,
  type Hex,
  hexToBytes,
  maxUint256,
  multicall3Abi,
  numberToHex,
  pad,
  parseAbi,
  parseEventLogs,
  parseSignature,
  zeroHash,
} from 'viem'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  allow,
  balanceOf,
  composeCall,
  composeMessage,
  endpointAbi,
  errorOf,
  feeOf,
  isQueued,
  type Move,
  moveMessage,
  moveOf,
  parkReason,
  poolAbi,
  type Queued,
  routerCall,
  sendAs,
  sendCall,
  sendMoveAs,
  statusOf,
} from './routerCalls.fixture.ts'

// The router against real endpoints, OFTs and pools, called by whoever means it ill. On Arbitrum WETH is behind an adapter,
// on Base it is an OFT itself. The letters are the rows of SECURITY.md.

const ETH = 10n ** 18n
const configuratorAbi = parseAbi(['function configureReserveAsCollateral(address, uint256, uint256, uint256)'])
const configurationAbi = parseAbi([
  'struct Configuration { uint256 data; }',
  'function getConfiguration(address asset) view returns (Configuration)',
  'function setConfiguration(address asset, Configuration configuration)',
])
/** Where Aave keeps the debt ceiling of a reserve: one above zero isolates it. */
const DEBT_CEILING = 212n
const oftAbi = parseAbi([
  'struct SendParam { uint32 dstEid; bytes32 to; uint256 amountLD; uint256 minAmountLD; bytes extraOptions; bytes composeMsg; bytes oftCmd; }',
  'struct MessagingFee { uint256 nativeFee; uint256 lzTokenFee; }',
  'function send(SendParam param, MessagingFee fee, address refundAddress) payable',
  'event OFTSent(bytes32 indexed guid, uint32 dstEid, address indexed fromAddress, uint256 amountSentLD, uint256 amountReceivedLD)',
])

let devnet: Devnet
let clean: DevnetSnapshot
let arbitrum: DevnetChain
let base: DevnetChain
let account: DevnetAccount
let owner: Address
let stranger: Address
const safe: Address = '0x5afe000000000000000000000000000000005afe'

beforeAll(async () => {
  devnet = await createDevnet({ chains: ['arbitrum', 'base'] })
  arbitrum = devnet.chain('arbitrum')
  base = devnet.chain('base')
  const [first, second] = devnet.accounts
  if (first === undefined || second === undefined) throw new TypeError('the devnet has accounts')
  account = first
  owner = first.address
  stranger = second.address
  await devnet.supply({ chain: 'arbitrum', owner, symbol: 'WETH', amount: 10n * ETH })
  clean = await devnet.snapshot()
})

beforeEach(() => devnet.revert(clean))
afterAll(() => devnet?.close())

/** From the owner's position on Arbitrum to the compose queue on Base. */
async function delivered(changes: Partial<Move> = {}, from: Address = owner): Promise<Queued> {
  await devnet.messages.hold({ before: 'compose' })
  const guid = await sendMoveAs(arbitrum, from, { ...(await moveOf(arbitrum, base, ETH)), ...changes })
  return queuedOf(guid)
}

async function queuedOf(guid: Hex): Promise<Queued> {
  const { composes } = await devnet.messages.waitFor(guid, 'delivered')
  const [compose] = composes
  if (compose === undefined) throw new RangeError('nothing was composed')
  return { guid, from: compose.from, message: compose.message }
}

const [CALL, CALLCODE, DELEGATECALL, SELFDESTRUCT] = [0xf1, 0xf2, 0xf4, 0xff]

/** All instructions, without what they push. */
function opcodesOf(code: Uint8Array): ReadonlySet<number> {
  const seen = new Set<number>()
  for (let at = 0; at < code.length; at += 1) {
    const opcode = code[at] ?? 0
    seen.add(opcode)
    if (opcode >= 0x60 && opcode <= 0x7f) at += opcode - 0x5f
  }
  return seen
}

const totalParked = (): Promise<bigint> =>
  base.client.readContract({
    address: base.addresses.router,
    abi: collateralRouterAbi,
    functionName: 'totalParked',
    args: [base.tokens.WETH.address],
  })

const pool = ({ addresses, tokens }: DevnetChain, use: boolean) => ({
  to: addresses.pool,
  data: encodeFunctionData({
    abi: poolAbi,
    functionName: 'setUserUseReserveAsCollateral',
    args: [tokens.WETH.address, use],
  }),
})

describe('code', () => {
  test('behavior: B26: its code can neither delegate nor vanish', async () => {
    const code = await base.client.getCode({ address: base.addresses.router })
    const seen = opcodesOf(hexToBytes(code ?? '0x'))
    // The walk is right if it finds the calls.
    expect(seen.has(CALL)).toBe(true)
    for (const banned of [DELEGATECALL, CALLCODE, SELFDESTRUCT]) expect(seen.has(banned)).toBe(false)
  })
})

describe('lzCompose', () => {
  test.each([
    ['takes it', false, 'credited'],
    ['refuses it', true, 'parked'],
  ] as const)('behavior: B12: with any gas, when the market %s', async (_, paused, end) => {
    const queued = await delivered()
    await devnet.setReserve({ chain: 'base', symbol: 'WETH', paused })
    const before = await devnet.snapshot()
    const runs = async (gas: bigint): Promise<boolean> => {
      const { status } = await sendAs(base, stranger, { ...composeCall(base, queued), gas })
      const ended = status === 'success'
      expect([gas, await statusOf(base, queued.guid)]).toEqual([gas, ended ? end : 'none'])
      expect(await isQueued(base, queued)).toBe(!ended)
      await devnet.revert(before)
      return ended
    }
    let [low, high] = [100_000n, 2_000_000n]
    expect(await runs(low)).toBe(false)
    expect(await runs(high)).toBe(true)
    while (high - low > 1n) {
      const middle = (low + high) / 2n
      if (await runs(middle)) high = middle
      else low = middle
    }
    for (let gas = high - 12n; gas <= high + 12n; gas += 1n) await runs(gas)
    for (let gas = 200_000n; gas < 2_000_000n; gas += 90_001n) await runs(gas)
  })

  test('behavior: B13: value is refused, and the message stays', async () => {
    const queued = await delivered()
    const call = composeCall(base, queued)
    expect(await errorOf(base, stranger, { ...call, value: 1n })).toBe('UnexpectedValue')
    expect(await sendAs(base, stranger, { ...call, value: 1n })).toMatchObject({ status: 'reverted' })
    expect(await isQueued(base, queued)).toBe(true)
    expect(await sendAs(base, stranger, call)).toMatchObject({ status: 'success' })
    expect(await statusOf(base, queued.guid)).toBe('credited')
    expect(await sendAs(base, stranger, call)).toMatchObject({ status: 'reverted' })
  })

  test('behavior: B8: what a stranger queues at the endpoint, or sends through the OFT, is not ours', async () => {
    const { router } = base.addresses
    const body = moveMessage(base, stranger)
    const message = composeMessage(arbitrum.eid, ETH, router, body)
    const own: Queued = { from: stranger, guid: pad('0xbad'), message }
    const args = [router, own.guid, 0, message] as const
    const data = encodeFunctionData({ abi: endpointAbi, functionName: 'sendCompose', args })
    expect(await sendAs(base, stranger, { to: base.endpoint, data })).toMatchObject({ status: 'success' })
    expect(await errorOf(base, stranger, composeCall(base, own))).toBe('UntrustedToken')

    // Another owner's tokens lie in the router meanwhile.
    const victims = await delivered()
    await devnet.mint('WETH', stranger, ETH, 'arbitrum')
    const { address, oft = address } = arbitrum.tokens.WETH
    const approve = encodeFunctionData({ abi: erc20Abi, functionName: 'approve', args: [oft, ETH] })
    await sendAs(arbitrum, stranger, { to: address, data: approve })
    const param = {
      dstEid: base.eid,
      to: pad(router),
      amountLD: ETH,
      minAmountLD: 0n,
      extraOptions: concatHex(['0x0003', '0x01', '0x0013', '0x03', '0x0000', numberToHex(900_000n, { size: 16 })]),
      composeMsg: body,
      oftCmd: '0x' as const,
    }
    const send = encodeFunctionData({
      abi: oftAbi,
      functionName: 'send',
      args: [param, { nativeFee: ETH, lzTokenFee: 0n }, stranger],
    })
    const { logs } = await sendAs(arbitrum, stranger, { to: oft, data: send, value: ETH })
    const [sent] = parseEventLogs({ abi: oftAbi, logs, eventName: 'OFTSent' })
    const spoof = await queuedOf(sent?.args.guid ?? '0x')
    expect(await sendAs(base, stranger, composeCall(base, spoof))).toMatchObject({ status: 'success' })
    expect(await statusOf(base, spoof.guid)).toBe('parked')
    expect(await sendAs(base, stranger, composeCall(base, victims))).toMatchObject({ status: 'success' })
    expect(await statusOf(base, victims.guid)).toBe('credited')
    // Parked for the stranger who sent it, and for nobody else.
    expect(await balanceOf(base, base.tokens.WETH.address, router)).toBe(ETH)
    const claim = routerCall(base, 'claim', spoof.guid, stranger)
    expect(await errorOf(base, owner, claim)).toBe('NotOwner')
    expect(await sendAs(base, stranger, claim)).toMatchObject({ status: 'success' })
    expect(await balanceOf(base, base.tokens.WETH.address, router)).toBe(0n)
  })

  test('behavior: B10: an OFT that has not paid is believed when it has', async () => {
    const { router } = base.addresses
    const { address } = base.tokens.WETH
    const phantom: Queued = {
      from: address,
      guid: pad('0xfa'),
      message: composeMessage(arbitrum.eid, 2n * ETH, router, moveMessage(base, stranger)),
    }
    const args = [router, phantom.guid, 0, phantom.message] as const
    const data = encodeFunctionData({ abi: endpointAbi, functionName: 'sendCompose', args })
    await sendAs(base, address, { to: base.endpoint, data })
    const queued = await delivered()
    await devnet.setReserve({ chain: 'base', symbol: 'WETH', paused: true })
    await sendAs(base, stranger, composeCall(base, queued))
    expect(await totalParked()).toBe(ETH)
    for (const missing of [2n, 1n]) {
      await devnet.mint('WETH', router, missing === 2n ? ETH : ETH - 1n, 'base')
      expect(await errorOf(base, stranger, composeCall(base, phantom))).toBe('UnbackedCredit')
    }
    await devnet.mint('WETH', router, 1n, 'base')
    expect(await sendAs(base, stranger, composeCall(base, phantom))).toMatchObject({ status: 'success' })
    expect(await totalParked()).toBe(3n * ETH)
    expect(await sendAs(base, owner, routerCall(base, 'claim', queued.guid, owner))).toMatchObject({
      status: 'success',
    })
    expect(await totalParked()).toBe(2n * ETH)
  })

  test('behavior: B23, B29: a stranger who fills the supply cap for a moment parks a move, and no more', async () => {
    const { addresses, tokens } = base
    const queued = await delivered()
    const supplied = await base.client.readContract({
      address: tokens.WETH.aToken,
      abi: erc20Abi,
      functionName: 'totalSupply',
    })
    // As much as a flash loan brings: all that fits, but for half of the move.
    const fill = 1_000_000n * ETH - supplied - ETH / 2n
    await devnet.mint('WETH', addresses.multicall3, fill, 'base')
    const weth = tokens.WETH.address
    const supply = [weth, fill, addresses.multicall3, 0] as const
    const withdraw = [weth, maxUint256, addresses.multicall3] as const
    const steps = [
      {
        to: weth,
        data: encodeFunctionData({ abi: erc20Abi, functionName: 'approve', args: [addresses.pool, fill] }),
      },
      { to: addresses.pool, data: encodeFunctionData({ abi: poolAbi, functionName: 'supply', args: supply }) },
      composeCall(base, queued),
      { to: addresses.pool, data: encodeFunctionData({ abi: poolAbi, functionName: 'withdraw', args: withdraw }) },
    ]
    const calls = steps.map(({ to, data }) => ({ target: to, allowFailure: false, callData: data }))
    const data = encodeFunctionData({ abi: multicall3Abi, functionName: 'aggregate3', args: [calls] })
    const receipt = await sendAs(base, stranger, { to: addresses.multicall3, data })
    expect(receipt.status).toBe('success')
    expect(await statusOf(base, queued.guid)).toBe('parked')
    expect(await totalParked()).toBe(ETH)
    expect(await sendAs(base, owner, routerCall(base, 'retry', queued.guid))).toMatchObject({ status: 'success' })
    expect(await statusOf(base, queued.guid)).toBe('credited')
  })

  test('behavior: B23: what would not count as collateral is parked until it does', async () => {
    await devnet.supply({ chain: 'base', owner, symbol: 'WETH', amount: ETH })
    await sendAs(base, owner, pool(base, false))
    const queued = await delivered()
    const receipt = await sendAs(base, stranger, composeCall(base, queued))
    expect(parkReason(receipt)).toBe('CollateralNotEnabled')
    expect(await errorOf(base, owner, routerCall(base, 'retry', queued.guid))).toBe('CollateralNotEnabled')
    await sendAs(base, owner, pool(base, true))
    expect(await sendAs(base, owner, routerCall(base, 'retry', queued.guid))).toMatchObject({ status: 'success' })
    expect(await statusOf(base, queued.guid)).toBe('credited')
  })

  test('behavior: B23: an asset without a loan-to-value is parked, and can be claimed', async () => {
    const args = [base.tokens.WETH.address, 0n, 8_250n, 10_500n] as const
    const data = encodeFunctionData({ abi: configuratorAbi, functionName: 'configureReserveAsCollateral', args })
    await sendAs(base, base.admin, { to: base.addresses.poolConfigurator, data })
    const queued = await delivered()
    expect(parkReason(await sendAs(base, stranger, composeCall(base, queued)))).toBe('CollateralNotEnabled')
    expect(await errorOf(base, stranger, routerCall(base, 'claim', queued.guid, stranger))).toBe('NotOwner')
    await sendAs(base, owner, routerCall(base, 'claim', queued.guid, safe))
    expect(await balanceOf(base, base.tokens.WETH.address, safe)).toBe(ETH)
  })

  test('behavior: B23: an isolated asset is parked until its owner has enabled it', async () => {
    const { addresses, tokens } = base
    const asset = tokens.WETH.address
    const call = { address: addresses.pool, abi: configurationAbi, functionName: 'getConfiguration' } as const
    const data = (await base.client.readContract({ ...call, args: [asset] })).data | (100_000_000n << DEBT_CEILING)
    const isolate = encodeFunctionData({
      abi: configurationAbi,
      functionName: 'setConfiguration',
      args: [asset, { data }],
    })
    await sendAs(base, addresses.poolConfigurator, { to: addresses.pool, data: isolate })
    const queued = await delivered()
    expect(parkReason(await sendAs(base, stranger, composeCall(base, queued)))).toBe('CollateralNotEnabled')
    // A little of it, by hand: Aave enables nothing isolated by itself, and nothing that is not there.
    await devnet.supply({ chain: 'base', owner, symbol: 'WETH', amount: 1_000n })
    expect(await errorOf(base, owner, routerCall(base, 'retry', queued.guid))).toBe('CollateralNotEnabled')
    expect(await sendAs(base, owner, pool(base, true))).toMatchObject({ status: 'success' })
    expect(await sendAs(base, owner, routerCall(base, 'retry', queued.guid))).toMatchObject({ status: 'success' })
    expect(await statusOf(base, queued.guid)).toBe('credited')
  })
})

describe('send', () => {
  test('behavior: B18, B20: after years of interest all of a position moves, and nothing stays', async () => {
    const { client, tokens, addresses } = arbitrum
    const { router } = addresses
    await devnet.openAavePosition({
      chain: 'arbitrum',
      owner: stranger,
      supply: { WBTC: 5_000n * 10n ** 8n },
      borrow: { WETH: 9_000n * ETH },
    })
    await devnet.increaseTime(3 * 365 * 86_400)
    await allow(arbitrum, owner, maxUint256)
    await client.setNextBlockTimestamp({ timestamp: (await client.getBlock()).timestamp + 60n })
    const amount = await balanceOf(arbitrum, tokens.WETH.aToken, owner, 'pending')
    expect(amount).toBeGreaterThan(12n * ETH)
    const move = await moveOf(arbitrum, base, amount)
    const before = await client.getBalance({ address: owner })
    const fee = await feeOf(arbitrum, move)
    const { status, gasUsed, effectiveGasPrice } = await sendAs(arbitrum, owner, sendCall(arbitrum, move, fee + ETH))
    expect(status).toBe('success')
    const spent = before - (await client.getBalance({ address: owner }))
    expect(spent - gasUsed * effectiveGasPrice).toBe(fee)
    const dust = await balanceOf(arbitrum, tokens.WETH.address, owner)
    expect(dust).toBe(amount % 10n ** 12n)
    for (const [token, holder] of [
      [tokens.WETH.aToken, owner],
      [tokens.WETH.aToken, router],
      [tokens.WETH.address, router],
    ] as const) {
      expect(await balanceOf(arbitrum, token, holder)).toBe(0n)
    }
    for (const spender of [addresses.pool, tokens.WETH.oft ?? tokens.WETH.address]) {
      const args = [router, spender] as const
      const call = { address: tokens.WETH.address, abi: erc20Abi, functionName: 'allowance', args } as const
      expect(await client.readContract(call)).toBe(0n)
    }
    expect(await client.getBalance({ address: router })).toBe(0n)
  })

  test('behavior: B5: a permit that a stranger used first still serves its owner', async () => {
    const { client, tokens, addresses, chainId } = arbitrum
    const { aToken } = tokens.WETH
    const move = await moveOf(arbitrum, base, ETH)
    const signed = async (deadline: bigint) => {
      const value = ETH + 2n
      const message = { owner, spender: addresses.router, value, nonce: 0n, deadline }
      const signature = await account.account.signTypedData({
        domain: {
          name: await client.readContract({ address: aToken, abi: erc20Abi, functionName: 'name' }),
          version: '1',
          chainId,
          verifyingContract: aToken,
        },
        types: {
          Permit: [
            { name: 'owner', type: 'address' },
            { name: 'spender', type: 'address' },
            { name: 'value', type: 'uint256' },
            { name: 'nonce', type: 'uint256' },
            { name: 'deadline', type: 'uint256' },
          ],
        },
        primaryType: 'Permit',
        message,
      })
      const { r, s, yParity } = parseSignature(signature)
      const takeBack = { v: 0, r: zeroHash, s: zeroHash }
      return { value, nonce: 0n, deadline, give: { v: 27 + yParity, r, s }, takeBack }
    }
    const value = await feeOf(arbitrum, move)
    const withPermit = (permit: Awaited<ReturnType<typeof signed>>) => ({
      to: addresses.router,
      data: encodeFunctionData({
        abi: collateralRouterAbi,
        functionName: 'sendWithGrant',
        args: [move, permit],
      }),
      value,
    })
    expect(await errorOf(arbitrum, owner, withPermit(await signed(1n)))).toBe('CollateralNotAvailable')
    const permit = await signed(move.deadline)
    // It is of no use to anybody else.
    expect(await errorOf(arbitrum, stranger, withPermit(permit))).toBe('CollateralNotAvailable')
    const data = encodeFunctionData({
      abi: parseAbi(['function permit(address, address, uint256, uint256, uint8, bytes32, bytes32)']),
      args: [owner, addresses.router, permit.value, permit.deadline, permit.give.v, permit.give.r, permit.give.s],
    })
    expect(await sendAs(arbitrum, stranger, { to: aToken, data })).toMatchObject({ status: 'success' })
    expect(await sendAs(arbitrum, owner, withPermit(permit))).toMatchObject({ status: 'success' })
  })

  test('behavior: B22: a wallet that takes no coins pays the exact fee, and where it does not stand its safe claims', async () => {
    const wallet: Address = '0xc0de00000000000000000000000000000000c0de'
    await devnet.supply({ chain: 'arbitrum', owner: wallet, symbol: 'WETH', amount: 2n * ETH })
    // Reverts whatever it is called with.
    await arbitrum.client.setCode({ address: wallet, bytecode: '0x5f5ffd' })
    await allow(arbitrum, wallet, 2n * ETH)
    const nobody = await moveOf(arbitrum, base, ETH)
    const move = await moveOf(arbitrum, base, ETH, safe)
    const fee = await feeOf(arbitrum, move)
    expect(await errorOf(arbitrum, wallet, sendCall(arbitrum, nobody, fee))).toBe('RecoveryRequired')
    expect(await sendAs(arbitrum, wallet, sendCall(arbitrum, move, fee + 1n))).toMatchObject({ status: 'reverted' })
    const queued = await delivered({ recovery: safe }, wallet)
    expect(parkReason(await sendAs(base, stranger, composeCall(base, queued)))).toBe('OwnerHasNoCode')
    expect(await errorOf(base, safe, routerCall(base, 'retry', queued.guid))).toBe('OwnerHasNoCode')
    expect(await errorOf(base, stranger, routerCall(base, 'claim', queued.guid, stranger))).toBe('NotOwner')
    expect(await sendAs(base, safe, routerCall(base, 'claim', queued.guid, safe))).toMatchObject({ status: 'success' })
    expect(await balanceOf(base, base.tokens.WETH.address, safe)).toBe(ETH)
  })

  test('behavior: B22: a key that delegates to code is credited where it does not', async () => {
    const delegation = concatHex(['0xef0100', arbitrum.addresses.multicall3])
    await arbitrum.client.setCode({ address: owner, bytecode: delegation })
    const queued = await delivered({ recovery: owner })
    expect(await sendAs(base, stranger, composeCall(base, queued))).toMatchObject({ status: 'success' })
    expect(await statusOf(base, queued.guid)).toBe('credited')
  })

  test('behavior: B29: an adapter that has run dry delivers later', async () => {
    const { address, oft = address } = arbitrum.tokens.WETH
    const locked = await balanceOf(arbitrum, address, oft)
    const data = encodeFunctionData({ abi: erc20Abi, functionName: 'transfer', args: [stranger, locked] })
    await sendAs(arbitrum, oft, { to: address, data })
    await devnet.supply({ chain: 'base', owner, symbol: 'WETH', amount: 2n * ETH })
    const guid = await sendMoveAs(base, owner, await moveOf(base, arbitrum, ETH))
    await devnet.messages.waitFor(guid, 'verified')
    await devnet.messages.idle()
    expect(devnet.messages.get(guid)).toMatchObject({ phase: 'verified', failure: { step: 'deliver' } })
    await devnet.mint('WETH', oft, ETH, 'arbitrum')
    await devnet.messages.retryDelivery(guid)
    await devnet.messages.waitFor(guid, 'composed')
    expect(await statusOf(arbitrum, guid)).toBe('credited')
  })
})
