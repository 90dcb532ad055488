import { aaveV3 } from '@unimargin/adapters/aave-v3'
import { erc20Abi, parseAbi } from 'viem'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createDevnet } from './createDevnet.ts'
import type { Devnet, DevnetSnapshot } from './Devnet.ts'
import { mined } from './sendOft.fixture.ts'

const POOL_ABI = parseAbi([
  'function getUserAccountData(address user) view returns (uint256 totalCollateralBase, uint256 totalDebtBase, uint256 availableBorrowsBase, uint256 currentLiquidationThreshold, uint256 ltv, uint256 healthFactor)',
  'function setUserEMode(uint8 categoryId)',
])
const OWNER = '0x00000000000000000000000000000000000A11cE'

describe('createDevnet', () => {
  let devnet: Devnet
  let clean: DevnetSnapshot
  beforeAll(async () => {
    devnet = await createDevnet()
    clean = await devnet.snapshot()
  })
  afterAll(() => devnet.close())
  beforeEach(() => devnet.revert(clean))

  const accountOf = (chain: 'arbitrum' | 'base' | 'optimism') => {
    const { client, addresses } = devnet.chain(chain)
    return client.readContract({
      address: addresses.pool,
      abi: POOL_ABI,
      functionName: 'getUserAccountData',
      args: [OWNER],
    })
  }

  test('default: three chains with the ids of the real ones', async () => {
    const ids = await Promise.all(devnet.chains.map(({ client }) => client.getChainId()))
    expect(ids).toEqual([42161, 8453, 10])
    expect(devnet.chains.map(({ eid }) => eid)).toEqual([30110, 30184, 30111])
    const eids = await Promise.all(
      devnet.chains.map(({ client, endpoint }) =>
        client.readContract({
          address: endpoint,
          abi: parseAbi(['function eid() view returns (uint32)']),
          functionName: 'eid',
        }),
      ),
    )
    expect(eids).toEqual([30110, 30184, 30111])
  })

  test('behavior: the router has one address, everything else differs', async () => {
    expect(new Set(devnet.routers.map(({ router }) => router)).size).toBe(1)
    for (const { client, addresses } of devnet.chains) {
      expect(await client.getCode({ address: addresses.router })).toBeDefined()
    }
    for (const nameOf of [
      (chain: Devnet['chains'][number]) => chain.addresses.pool,
      (chain: Devnet['chains'][number]) => chain.endpoint,
      (chain: Devnet['chains'][number]) => chain.tokens.WETH.address,
    ]) {
      expect(new Set(devnet.chains.map(nameOf)).size).toBe(3)
    }
  })

  test('behavior: every route pins its libraries and requires two DVNs', async () => {
    const abi = parseAbi([
      'function isDefaultSendLibrary(address sender, uint32 eid) view returns (bool)',
      'function getReceiveLibrary(address receiver, uint32 eid) view returns (address lib, bool isDefault)',
      'function getConfig(address oapp, address lib, uint32 eid, uint32 configType) view returns (bytes)',
      'function peers(uint32 eid) view returns (bytes32)',
    ])
    for (const route of devnet.routes) {
      expect(route.ends).toHaveLength(3)
      for (const { chainId, oft } of route.ends) {
        for (const remote of devnet.chains.filter((chain) => chain.chainId !== chainId)) {
          const chain = devnet.chains.find((one) => one.chainId === chainId)
          if (chain === undefined) throw new RangeError('a route to nowhere')
          const { client, endpoint, addresses } = chain
          const isDefaultSend = await client.readContract({
            address: endpoint,
            abi,
            functionName: 'isDefaultSendLibrary',
            args: [oft, remote.eid],
          })
          const [library, isDefaultReceive] = await client.readContract({
            address: endpoint,
            abi,
            functionName: 'getReceiveLibrary',
            args: [oft, remote.eid],
          })
          const config = await client.readContract({
            address: endpoint,
            abi,
            functionName: 'getConfig',
            args: [oft, library, remote.eid, 2],
          })
          expect([isDefaultSend, isDefaultReceive]).toEqual([false, false])
          expect(library).toBe(addresses.receiveLibrary)
          for (const dvn of addresses.dvns) expect(config).toContain(dvn.slice(2).toLowerCase())
        }
      }
    }
  })

  test('behavior: WETH is locked by an adapter on Arbitrum and burnt elsewhere', () => {
    const wrapped = devnet.chains.map(({ tokens }) => tokens.WETH.oft !== tokens.WETH.address)
    expect(wrapped).toEqual([true, false, false])
  })

  test('behavior: Multicall3 answers, and ArbSys on Arbitrum only', async () => {
    for (const { name, client } of devnet.chains) {
      const [chainId] = await client.multicall({
        contracts: [
          {
            address: '0xcA11bde05977b3631167028862bE2a173976CA11',
            abi: parseAbi(['function getChainId() view returns (uint256)']),
            functionName: 'getChainId',
          },
        ],
      })
      expect(chainId?.result).toBe(BigInt(await client.getChainId()))
      const code = await client.getCode({ address: '0x0000000000000000000000000000000000000064' })
      expect(code === undefined).toBe(name !== 'arbitrum')
    }
    const { client } = devnet.chain('arbitrum')
    const number = await client.readContract({
      address: '0x0000000000000000000000000000000000000064',
      abi: parseAbi(['function arbBlockNumber() view returns (uint256)']),
      functionName: 'arbBlockNumber',
    })
    expect(number).toBe(await client.getBlockNumber())
  })

  test('behavior: real Aave judges a position', async () => {
    await devnet.openAavePosition({
      chain: 'base',
      owner: OWNER,
      supply: { WETH: 10n ** 19n },
      borrow: { USDC: 10_000_000_000n },
    })
    const [collateral, debt, , , , health] = await accountOf('base')
    expect(collateral).toBe(2_500_000_000_000n)
    expect(debt).toBe(1_000_000_000_000n)
    // 25,000 × 0.825 / 10,000
    expect(health).toBe(2_062_500_000_000_000_000n)
    const { client, tokens } = devnet.chain('base')
    const borrowed = await client.readContract({
      address: tokens.USDC.address,
      abi: erc20Abi,
      functionName: 'balanceOf',
      args: [OWNER],
    })
    expect(borrowed).toBe(10_000_000_000n)
  })

  test('behavior: a price can change on one chain, or on all', async () => {
    for (const chain of ['base', 'optimism'] as const) {
      await devnet.supply({ chain, owner: OWNER, symbol: 'WETH', amount: 10n ** 18n })
    }
    await devnet.setPrice('WETH', '2000.5', { chain: 'base' })
    expect((await accountOf('base'))[0]).toBe(200_050_000_000n)
    expect((await accountOf('optimism'))[0]).toBe(250_000_000_000n)
    await devnet.setPrice('WETH', '1')
    expect((await accountOf('base'))[0]).toBe(100_000_000n)
    expect((await accountOf('optimism'))[0]).toBe(100_000_000n)
  })

  test('behavior: interest accrues as time passes, and clocks agree', async () => {
    await devnet.openAavePosition({
      chain: 'optimism',
      owner: OWNER,
      supply: { WBTC: 10n ** 9n },
      borrow: { USDC: 100_000_000_000n },
    })
    const [, before] = await accountOf('optimism')
    await devnet.increaseTime(365 * 24 * 3_600)
    const [, after] = await accountOf('optimism')
    expect(after).toBeGreaterThan(before)
    const times = await Promise.all(devnet.chains.map(async ({ client }) => (await client.getBlock()).timestamp))
    expect(new Set(times).size).toBe(1)
  })

  test('behavior: e-mode for what follows ETH', async () => {
    await devnet.supply({ chain: 'base', owner: OWNER, symbol: 'wstETH', amount: 10n ** 18n })
    const { client, addresses } = devnet.chain('base')
    expect((await accountOf('base'))[3]).toBe(7_900n)
    await client.impersonateAccount({ address: OWNER })
    await client.setBalance({ address: OWNER, value: 10n ** 18n })
    const hash = await client.writeContract({
      account: OWNER,
      address: addresses.pool,
      abi: POOL_ABI,
      functionName: 'setUserEMode',
      args: [1],
      gas: 1_000_000n,
    })
    await mined(devnet.chain('base'), hash)
    await client.stopImpersonatingAccount({ address: OWNER })
    expect((await accountOf('base'))[3]).toBe(9_300n)
  })

  test('behavior: a frozen reserve takes nothing, until it is opened again', async () => {
    const supply = () => devnet.supply({ chain: 'base', owner: OWNER, symbol: 'WETH', amount: 10n ** 18n })
    await devnet.setReserve({ chain: 'base', symbol: 'WETH', frozen: true })
    // Aave says 28: RESERVE_FROZEN.
    await expect(supply()).rejects.toMatchObject({ name: 'TransactionFailedError', reason: 'Error(28)' })
    await devnet.setReserve({ chain: 'base', symbol: 'WETH', frozen: false, paused: true })
    // 29: RESERVE_PAUSED.
    await expect(supply()).rejects.toMatchObject({ name: 'TransactionFailedError', reason: 'Error(29)' })
    await devnet.setReserve({ chain: 'base', symbol: 'WETH', paused: false })
    await supply()
  })

  test('behavior: a snapshot can be gone back to more than once', async () => {
    const [before] = await accountOf('base')
    const snapshot = await devnet.snapshot()
    for (const _ of [1, 2]) {
      await devnet.supply({ chain: 'base', owner: OWNER, symbol: 'WETH', amount: 10n ** 18n })
      expect((await accountOf('base'))[0]).toBeGreaterThan(before)
      await devnet.revert(snapshot)
      expect((await accountOf('base'))[0]).toBe(before)
    }
    const later = await devnet.snapshot()
    await devnet.revert(snapshot)
    await expect(devnet.revert(later)).rejects.toMatchObject({ name: 'UnknownSnapshotError' })
  })

  test('behavior: accounts are funded and can sign', async () => {
    expect(devnet.accounts).toHaveLength(10)
    for (const { client, name } of devnet.chains) {
      const [first, second] = devnet.accounts
      if (first === undefined || second === undefined) throw new RangeError('no accounts')
      const hash = await client.sendTransaction({ account: first.account, to: second.address, value: 1n })
      expect((await mined(devnet.chain(name), hash)).status).toBe('success')
    }
  })

  test('behavior: a market is what the adapter takes', () => {
    for (const { name, chainId } of devnet.chains) {
      expect(aaveV3(devnet.marketOf(name)).market).toMatchObject({ chainId, protocol: 'aave-v3' })
    }
  })

  test('error: UnknownDevnetChainError', async () => {
    // @ts-expect-error what a caller without types may pass
    await expect(createDevnet({ chains: ['solana'] })).rejects.toMatchObject({ name: 'UnknownDevnetChainError' })
    await expect(createDevnet({ chains: [] })).rejects.toMatchObject({ name: 'UnknownDevnetChainError' })
    await expect(createDevnet({ chains: ['base', 'base'] })).rejects.toMatchObject({ name: 'UnknownDevnetChainError' })
  })

  test('error: UnknownAaveVersionError', async () => {
    // @ts-expect-error what a caller without types may pass
    await expect(createDevnet({ aave: '2' })).rejects.toMatchObject({ name: 'UnknownAaveVersionError', version: '2' })
  })

  test('error: InvalidPortError', async () => {
    for (const port of [0, -1, 1.5, 65_535]) {
      await expect(createDevnet({ port })).rejects.toMatchObject({ name: 'InvalidPortError' })
    }
  })

  test('error: PortInUseError, and no chain is left behind', async () => {
    const taken = Number(new URL(devnet.chain('base').rpcUrl).port)
    await expect(createDevnet({ chains: ['optimism'], port: taken })).rejects.toMatchObject({
      name: 'PortInUseError',
      port: taken,
    })
  })

  test('error: AbortedError', async () => {
    const controller = new AbortController()
    const booting = createDevnet({ chains: ['base'], signal: controller.signal })
    controller.abort()
    await expect(booting).rejects.toMatchObject({ name: 'AbortedError' })
  })
})

describe('chain', () => {
  test('error: UnknownDevnetChainError for a chain that was not booted', async () => {
    const devnet = await createDevnet({ chains: ['base'] })
    try {
      expect(devnet.routes.map(({ ends }) => ends.length)).toEqual([1, 1])
      expect(() => devnet.chain('optimism')).toThrowError(/no chain "optimism"/)
    } finally {
      await devnet.close()
      await devnet.close()
    }
  })
})
