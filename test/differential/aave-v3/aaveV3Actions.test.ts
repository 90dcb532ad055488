import { type AaveV3Metadata, aaveV3 } from '@unimargin/adapters/aave-v3'
import { aaveV3Lending } from '@unimargin/adapters/aave-v3/lending'
import { createDevnet, type Devnet, TOKEN_SYMBOLS } from '@unimargin/devnet'
import {
  type CallRequest,
  getSnapshot,
  type LendingAction,
  type LendingCall,
  type MarketReading,
  type ReadResult,
  type Reserve,
} from '@unimargin/sdk'
import { type Address, encodeFunctionData, erc20Abi, isAddressEqual, parseAbi, parseSignature, parseUnits } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { allowanceOf } from '../../fixtures/moves.ts'

const permitAbi = parseAbi([
  'function permit(address owner, address spender, uint256 value, uint256 deadline, uint8 v, bytes32 r, bytes32 s)',
  'function nonces(address owner) view returns (uint256)',
])
const borrowAbi = parseAbi(['function borrow(address asset, uint256 amount, uint256 mode, uint16 code, address owner)'])
const stableBorrow = (asset: Address, amount: bigint, owner: Address) =>
  encodeFunctionData({ abi: borrowAbi, functionName: 'borrow', args: [asset, amount, 1n, 0, owner] })
const puller = '0x0000000000000000000000000000000000C0FFEE'
const GAS = 2_000_000n

describe('collateral', () => {
  let devnet: Devnet
  beforeAll(async () => {
    devnet = await createDevnet({ chains: ['base'] })
  })
  afterAll(() => devnet.close())

  const base = () => devnet.chain('base')
  const adapter = () => aaveV3({ ...devnet.marketOf('base'), lending: aaveV3Lending })
  const newOwner = () => privateKeyToAccount(generatePrivateKey())

  /** Receipts are polled: waiting by subscription has been seen to hang on automining chains. */
  async function send(from: Address, request: CallRequest): Promise<bigint> {
    const { client } = base()
    await client.impersonateAccount({ address: from })
    await client.setBalance({ address: from, value: 10n ** 20n })
    const hash = await client.sendTransaction({ account: from, chain: null, gas: GAS, ...request })
    for (;;) {
      const receipt = await client.getTransactionReceipt({ hash }).catch(() => undefined)
      if (receipt === undefined) continue
      expect(receipt.status).toBe('success')
      return receipt.gasUsed
    }
  }

  /** A call of the adapter's own, with all that it needs to be allowed. */
  async function lendingCall(
    action: LendingAction,
    asset: Address,
    amount: bigint | 'all',
    owner: Address,
    sender = owner,
  ): Promise<LendingCall> {
    const { state, positions } = await readingOf(owner)
    const [position] = positions
    if (position?.status !== 'ok') throw new Error('the position was not read')
    return adapter().lending.calls[action]({ state, position: position.value, asset, amount, owner, sender })
  }

  const poolCall = async (
    action: 'supply' | 'withdraw',
    owner: Address,
    asset: Address,
    amount: bigint,
  ): Promise<CallRequest> => (await lendingCall(action, asset, amount, owner)).call

  const tokenCall = (
    to: Address,
    functionName: 'approve' | 'transfer',
    args: readonly [Address, bigint],
  ): CallRequest => ({
    to,
    data: encodeFunctionData({ abi: erc20Abi, functionName, args }),
    value: 0n,
  })

  async function readingOf(owner: Address): Promise<MarketReading> {
    const { client, chainId } = base()
    const read = async <value>(what: Parameters<typeof getSnapshot>[1]['reads'][number]): Promise<value> => {
      const snapshot = await getSnapshot(client, { chainId, reads: [what] })
      const result = (snapshot.status === 'read' ? snapshot.results[0] : snapshot) as ReadResult<value>
      if (result.status !== 'ok') throw new Error(result.reason)
      return result.value
    }
    const metadata = await read<AaveV3Metadata>(adapter().metadata.read)
    return read(adapter().state(metadata, [owner]))
  }

  async function wethOf(owner: Address): Promise<{ reserve: Reserve; supplied: bigint }> {
    const { state, positions } = await readingOf(owner)
    const isWeth = ({ asset }: { asset: { address: Address } }) =>
      isAddressEqual(asset.address, base().tokens.WETH.address)
    const reserve = state.reserves.find(isWeth)
    const [position] = positions
    const leg = position?.status === 'ok' ? position.value.collateral.find(isWeth) : undefined
    if (reserve === undefined || typeof leg?.amount !== 'bigint') throw new Error('the owner has no WETH')
    return { reserve, supplied: leg.amount }
  }

  const balanceOf = (token: Address, owner: Address) =>
    base().client.readContract({ address: token, abi: erc20Abi, functionName: 'balanceOf', args: [owner] })

  test('behavior: tokens and names are those of the pool', async () => {
    const { state, positions } = await readingOf(newOwner().address)
    expect(positions).toMatchObject([{ status: 'ok', value: { collateral: [], debt: [] } }])
    for (const { asset, collateralToken, collateralTokenPermit } of state.reserves) {
      const token = TOKEN_SYMBOLS.map((symbol) => base().tokens[symbol]).find(({ symbol }) => symbol === asset.symbol)
      expect([asset.address, asset.decimals, collateralToken]).toEqual([token?.address, token?.decimals, token?.aToken])
      expect(collateralTokenPermit).toEqual({ name: `Aave Base ${asset.symbol}`, version: '1' })
    }
  })

  test('behavior: the first supply of every token costs at most two thirds of supplyGas', async () => {
    for (const symbol of TOKEN_SYMBOLS) {
      const owner = newOwner().address
      const { address, decimals } = base().tokens[symbol]
      const amount = parseUnits('1', decimals)
      await devnet.mint(symbol, owner, amount, 'base')
      await send(owner, tokenCall(address, 'approve', [base().addresses.pool, amount]))
      const gas = await send(owner, await poolCall('supply', owner, address, amount))
      expect((gas * 3n) / 2n).toBeLessThan(adapter().routed.supplyGas)
      const { positions } = await readingOf(owner)
      expect(positions).toMatchObject([
        { status: 'ok', value: { collateral: [{ asset: { symbol }, amount, isCollateral: true }] } },
      ])
    }
  })

  test('behavior: what is authorized is enough to withdraw exactly the amount, at any index', async () => {
    const { aToken, address } = base().tokens.WETH
    // Somebody borrows, so that the index moves.
    await devnet.openAavePosition({
      chain: 'base',
      owner: newOwner().address,
      supply: { USDC: parseUnits('20000000', 6) },
      borrow: { WETH: parseUnits('5000', 18) },
    })
    for (let round = 0; round < 12; round += 1) {
      const owner = newOwner().address
      await devnet.supply({ chain: 'base', owner, symbol: 'WETH', amount: 10n ** 18n + BigInt(round) })
      await devnet.increaseTime(3_600 * (1 + 97 * round))
      const { reserve, supplied } = await wethOf(owner)
      const amount = round % 2 === 0 ? supplied / 3n + BigInt(round) : supplied
      const { token, amount: allowed } = allowanceOf({
        authorization: adapter().routed.pullAuthorization({ reserve, amount, supplied }),
      })
      expect(token).toBe(aToken)
      const before = await balanceOf(address, puller)
      // As the router pulls: what is allowed, at most what is there.
      const held = await balanceOf(token, owner)
      const tooMuch = allowed > held ? allowed - held : 0n
      await send(owner, tokenCall(token, 'transfer', [puller, allowed - tooMuch]))
      await send(puller, await poolCall('withdraw', puller, address, amount))
      expect((await balanceOf(address, puller)) - before).toBe(amount)
    }
  })

  test('behavior: what fits under the caps is said to the base unit, however long the reserve lay still', async () => {
    const { client, addresses, tokens } = base()
    const { address: usdc } = tokens.USDC
    const [owner, whale] = [newOwner().address, newOwner().address]
    const amount = 10n ** 16n
    await devnet.openAavePosition({
      chain: 'base',
      owner,
      supply: { WETH: parseUnits('50000', 18) },
      borrow: { USDC: parseUnits('25000000', 6) },
    })
    await devnet.mint('USDC', whale, amount, 'base')
    await send(whale, tokenCall(usdc, 'approve', [addresses.pool, amount]))

    const roomOf = async (): Promise<bigint> => {
      const { state } = await readingOf(whale)
      const room = state.reserves.find(({ asset }) => isAddressEqual(asset.address, usdc))?.supplyRoom
      if (typeof room !== 'bigint') throw new Error('USDC has no room')
      return room
    }
    // In the time of the block that was read: a later one would have earned more interest.
    const fits = async (amount: bigint): Promise<boolean> => {
      const { number, timestamp: time } = await client.getBlock()
      const { to, data } = await poolCall('supply', whale, usdc, amount)
      const call = { account: whale, to, data, blockNumber: number, blockOverrides: { time } }
      return client.call(call).then(
        () => true,
        () => false,
      )
    }
    for (const days of [1, 30, 300]) {
      await devnet.increaseTime(days * 86_400)
      const room = await roomOf()
      expect([await fits(room), await fits(room + 1n)]).toEqual([true, false])
    }
    // Interest at stable rates may be counted twice over: the room is never too large.
    await send(owner, { to: addresses.pool, data: stableBorrow(usdc, parseUnits('1000000', 6), owner), value: 0n })
    for (const days of [1, 30, 300]) {
      await devnet.increaseTime(days * 86_400)
      expect(await fits(await roomOf())).toBe(true)
    }
  })

  test('behavior: somebody else can do everything for an owner, with what the calls ask to be allowed', async () => {
    const [owner, sender] = [newOwner().address, newOwner().address]
    const { WETH, USDC } = base().tokens
    const [ether, dollars] = [parseUnits('10', 18), parseUnits('1000', 6)]
    const isRefused = async ({ to, data }: CallRequest) =>
      base()
        .client.call({ account: sender, to, data })
        .then(
          () => false,
          () => true,
        )
    const perform = async ({ call, authorizations }: LendingCall, before?: CallRequest) => {
      expect(await isRefused(call)).toBe(true)
      for (const { owner, grant } of authorizations) await send(owner, grant)
      if (before !== undefined) await send(sender, before)
      await send(sender, call)
    }
    await devnet.mint('WETH', sender, ether, 'base')
    await devnet.mint('USDC', sender, dollars, 'base')

    await perform(await lendingCall('supply', WETH.address, ether, owner, sender))
    await perform(await lendingCall('borrow', USDC.address, dollars, owner, sender))
    expect(await balanceOf(USDC.address, sender)).toBe(2n * dollars)
    await devnet.increaseTime(86_400)
    await perform(await lendingCall('repay', USDC.address, 'all', owner, sender))
    expect((await readingOf(owner)).positions).toMatchObject([{ status: 'ok', value: { debt: [] } }])

    const half = ether / 2n
    const withdrawal = await lendingCall('withdraw', WETH.address, half, owner, sender)
    const [pull] = withdrawal.authorizations
    if (pull?.amount === undefined) throw new Error('nothing is to be allowed')
    const args = [owner, sender, pull.amount] as const
    const data = encodeFunctionData({ abi: erc20Abi, functionName: 'transferFrom', args })
    await perform(withdrawal, { to: pull.contract, data, value: 0n })
    expect(await balanceOf(WETH.address, sender)).toBe(half)
  })

  test("behavior: a permit under the reserve's domain is accepted", async () => {
    const { client, chainId } = base()
    const owner = newOwner()
    await devnet.supply({ chain: 'base', owner: owner.address, symbol: 'WETH', amount: 10n ** 18n })
    const { reserve, supplied } = await wethOf(owner.address)
    const { token, amount, permit } = allowanceOf({
      authorization: adapter().routed.pullAuthorization({ reserve, amount: 10n ** 17n, supplied }),
    })
    const nonce = await client.readContract({
      address: token,
      abi: permitAbi,
      functionName: 'nonces',
      args: [owner.address],
    })
    const deadline = 2n ** 40n
    const signature = await owner.signTypedData({
      domain: { ...permit, chainId, verifyingContract: token },
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
      message: { owner: owner.address, spender: puller, value: amount, nonce, deadline },
    })
    const { r, s, yParity } = parseSignature(signature)
    const args = [owner.address, puller, amount, deadline, 27 + yParity, r, s] as const
    const data = encodeFunctionData({ abi: permitAbi, functionName: 'permit', args })
    await send(puller, { to: token, data, value: 0n })
    const allowance = {
      address: token,
      abi: erc20Abi,
      functionName: 'allowance',
      args: [owner.address, puller],
    } as const
    expect(await client.readContract(allowance)).toBe(amount)
  })
})
