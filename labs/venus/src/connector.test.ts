import { type Address, encodeFunctionData, type Hex, maxUint256, parseAbi } from 'viem'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startAnvil } from '../../../packages/devnet/src/anvil/startAnvil.ts'
import * as Rpc from '../../../packages/devnet/src/chain/Rpc.ts'
import * as LocalChain from '../../../test/differential/LocalChain.ts'
import { succeeds } from '../../../test/differential/succeeds.ts'
import { deployHost, hostAbi } from './deployHost.ts'
import { deployVenus, type Venus, type VenusToken } from './deployVenus.ts'
import * as VenusLab from './VenusLab.ts'

const abi = parseAbi([
  'function transfer(address to, uint256 amount)',
  'function approve(address spender, uint256 amount)',
  'function mint(uint256 amount)',
  'function borrow(uint256 amount)',
  'function enterMarkets(address[] tokens)',
  'function setActionsPaused(address[] tokens, uint8[] actions, bool paused)',
  'function setMarketSupplyCaps(address[] tokens, uint256[] caps)',
])
const START = 2_500_000_000n
const DAY = 86_400n
const WAD = 10n ** 18n
const [MINT, REDEEM, REPAY, TRANSFER] = [0, 1, 3, 6]

// One pool for all tests, put back before each: alice has 100 WETH and owes 50,000 USDC, a month ago.
describe('the router’s connector, on Venus', () => {
  let anvil: Awaited<ReturnType<typeof startAnvil>>
  let chain: LocalChain.LocalChain
  let venus: Venus
  let host: Address
  let alice: Address
  let bob: Address
  let usdc: VenusToken
  let weth: VenusToken
  let now = START + 30n * DAY

  beforeAll(async () => {
    anvil = await startAnvil({ chainId: 31_337, codeSizeLimit: 65_536 })
    const request = (method: string, params: readonly unknown[]) => Rpc.request(anvil.rpcUrl, method, params)
    venus = await deployVenus(request)
    host = await deployHost(request)
    chain = await LocalChain.takeOver(anvil.rpcUrl)
    const lab = await VenusLab.open(chain, venus, START)
    alice = lab.owners[0]
    bob = lab.owners[1] ?? alice
    usdc = venus.tokens[0]
    weth = venus.tokens[2] ?? usdc
    const setUp = [
      send(bob, usdc.token, 'mint', [10n ** 12n]),
      send(alice, weth.token, 'mint', [10n ** 20n]),
      send(alice, venus.comptroller, 'enterMarkets', [[weth.token]]),
      send(alice, usdc.token, 'borrow', [5n * 10n ** 10n]),
    ]
    expect(await chain.mine(START + 100n, setUp)).toBe(setUp.length)
    await chain.mine(now)
    await chain.snapshot()
  }, 120_000)
  beforeEach(async () => {
    await chain.revert()
    now = START + 30n * DAY
  })
  afterAll(() => anvil.stop())

  test('withdraw: exactly the amount, and what the last share is worth beyond goes to the owner', async () => {
    const amount = 3n * WAD + 7n
    const before = { shares: await balance(weth.token, alice), weth: await balance(weth.asset, alice) }
    await mined(
      send(alice, weth.token, 'approve', [host, maxUint256]),
      call('withdraw', [weth.token, weth.asset, amount, alice]),
    )
    const rate = await number(weth.token, 'exchangeRateStored')
    const shares = (amount * WAD + rate - 1n) / rate
    expect(await balance(weth.asset, host)).toBe(amount)
    expect(await balance(weth.asset, alice)).toBe(before.weth + (shares * rate) / WAD - amount)
    expect(await balance(weth.token, alice)).toBe(before.shares - shares)
    expect(await balance(weth.token, host)).toBe(0n)
  })

  test('withdraw: an allowance of exactly those shares is enough, and one less is not', async () => {
    const amount = 5n * WAD
    const shares = await sharesPulled(weth, amount)
    const attempt = async (allowed: bigint) => {
      await mined(send(alice, weth.token, 'approve', [host, allowed]))
      return tries('withdraw', [weth.token, weth.asset, amount, alice])
    }
    expect(await attempt(shares)).toBe(true)
    expect(await attempt(shares - 1n)).toBe(false)
  })

  test('withdraw: refused where the debts would not be covered, and where redeeming or transferring is paused', async () => {
    await mined(send(alice, weth.token, 'approve', [host, maxUint256]))
    const withdraw = (amount: bigint) => tries('withdraw', [weth.token, weth.asset, amount, alice])
    expect(await withdraw(90n * WAD)).toBe(false)
    expect(await withdraw(10n * WAD)).toBe(true)
    for (const action of [REDEEM, TRANSFER]) {
      await pause(weth, action, true)
      expect(await withdraw(10n * WAD)).toBe(false)
      await pause(weth, action, false)
    }
    expect(await withdraw(10n * WAD)).toBe(true)
  })

  test('supply: credited to the owner to the share, as collateral', async () => {
    const amount = 2n * WAD + 1n
    const shares = await balance(weth.token, alice)
    const health = await factor(alice)
    await mined(
      send(bob, weth.asset, 'transfer', [host, amount]),
      call('supply', [venus.comptroller, weth.token, weth.asset, amount, alice]),
    )
    const rate = await number(weth.token, 'exchangeRateStored')
    expect(await balance(weth.token, alice)).toBe(shares + (amount * WAD) / rate)
    expect(await balance(weth.token, host)).toBe(0n)
    expect(await balance(weth.asset, host)).toBe(0n)
    expect((await factor(alice)) > health).toBe(true)
  })

  test('supply: refused for who has not entered the market, and where it is capped or paused', async () => {
    await mined(send(bob, weth.asset, 'transfer', [host, 10n * WAD]))
    const supply = (owner: Address) => tries('supply', [venus.comptroller, weth.token, weth.asset, WAD, owner])
    expect(await supply(alice)).toBe(true)
    expect(await supply(bob)).toBe(false)
    for (const action of [MINT, TRANSFER]) {
      await pause(weth, action, true)
      expect(await supply(alice)).toBe(false)
      await pause(weth, action, false)
    }
    const cap = encodeFunctionData({ abi, functionName: 'setMarketSupplyCaps', args: [[weth.token], [100n * WAD]] })
    await mined({ from: venus.admin, to: venus.comptroller, data: cap })
    expect(await supply(alice)).toBe(false)
  })

  test('repay: less than the debt, to the unit; all of it with interest, and the rest is left', async () => {
    await mined(send(bob, usdc.asset, 'transfer', [host, 10n ** 11n]))
    const repay = (amount: bigint) => call('repay', [venus.comptroller, usdc.token, usdc.asset, amount, alice])
    await mined(repay(10n ** 10n))
    const debt = await number(usdc.token, 'borrowBalanceStored', [alice])
    expect(debt > 4n * 10n ** 10n).toBe(true)
    expect(await balance(usdc.asset, host)).toBe(9n * 10n ** 10n)
    await mined(repay(9n * 10n ** 10n))
    expect(await number(usdc.token, 'borrowBalanceStored', [alice])).toBe(0n)
    const left = await balance(usdc.asset, host)
    expect(left < 9n * 10n ** 10n - debt + 1n && left > 9n * 10n ** 10n - debt - 10n ** 6n).toBe(true)
    expect(await factor(alice)).toBe(maxUint256)
    // Whoever owes nothing is refused.
    expect(await tries('repay', [venus.comptroller, usdc.token, usdc.asset, 1n, alice])).toBe(false)
  })

  test('repay: refused where it is paused', async () => {
    await mined(send(bob, usdc.asset, 'transfer', [host, 10n ** 6n]))
    const repay = () => tries('repay', [venus.comptroller, usdc.token, usdc.asset, 10n ** 6n, alice])
    expect(await repay()).toBe(true)
    await pause(usdc, REPAY, true)
    expect(await repay()).toBe(false)
  })

  test('assetOf: of tokens that the Comptroller lists', async () => {
    for (const { token, asset } of venus.tokens) {
      const data = encodeFunctionData({ abi: hostAbi, functionName: 'assetOf', args: [venus.comptroller, token] })
      const answer = (await chain.request('eth_call', [{ to: host, data }, 'latest'])) as Hex
      expect(BigInt(answer)).toBe(BigInt(asset))
    }
    expect(await tries('assetOf', [venus.comptroller, usdc.asset])).toBe(false)
    expect(await tries('assetOf', [venus.oracle, usdc.token])).toBe(false)
  })

  type Name = (typeof abi)[number]['name']

  function send(from: Address, to: Address, functionName: Name, args: readonly unknown[]): LocalChain.Transaction {
    return {
      from,
      to,
      data: encodeFunctionData({ abi, functionName, args } as Parameters<typeof encodeFunctionData>[0]),
    }
  }

  function call(functionName: (typeof hostAbi)[number]['name'], args: readonly unknown[]): LocalChain.Transaction {
    const parameters = { abi: hostAbi, functionName, args } as Parameters<typeof encodeFunctionData>[0]
    return { from: bob, to: host, data: encodeFunctionData(parameters) }
  }

  function tries(functionName: (typeof hostAbi)[number]['name'], args: readonly unknown[]): Promise<boolean> {
    return succeeds(chain.request, call(functionName, args))
  }

  async function mined(...transactions: readonly LocalChain.Transaction[]): Promise<void> {
    now += 60n
    expect(await chain.mine(now, transactions)).toBe(transactions.length)
  }

  function pause({ token }: VenusToken, action: number, paused: boolean): Promise<void> {
    const args = [[token], [action], paused] as const
    const data = encodeFunctionData({ abi, functionName: 'setActionsPaused', args })
    return mined({ from: venus.admin, to: venus.comptroller, data })
  }

  /** By the token's own figures, after interest up to the latest block. */
  async function sharesPulled({ token }: VenusToken, amount: bigint): Promise<bigint> {
    const rate = await number(token, 'exchangeRateCurrent')
    return (amount * WAD + rate - 1n) / rate
  }

  async function factor(owner: Address): Promise<bigint> {
    const args = [venus.comptroller, owner] as const
    const data = encodeFunctionData({ abi: hostAbi, functionName: 'healthFactor', args })
    return BigInt((await chain.request('eth_call', [{ to: host, data }, 'latest'])) as Hex)
  }

  function balance(token: Address, owner: Address): Promise<bigint> {
    return number(token, 'balanceOf', [owner])
  }

  async function number(to: Address, name: keyof typeof SELECTORS, args: readonly [Address?] = []): Promise<bigint> {
    const [owner] = args
    const data = owner === undefined ? SELECTORS[name] : `${SELECTORS[name]}${owner.slice(2).padStart(64, '0')}`
    return BigInt((await chain.request('eth_call', [{ to, data }, 'latest'])) as Hex)
  }
})

const SELECTORS = {
  balanceOf: '0x70a08231',
  exchangeRateStored: '0x182df0f5',
  exchangeRateCurrent: '0xbd6d894d',
  borrowBalanceStored: '0x95dd9193',
} as const
