import { parseAbi } from 'viem'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createDevnet } from './createDevnet.ts'
import type { Devnet, DevnetChain, DevnetSnapshot } from './Devnet.ts'
import { mined } from './sendOft.fixture.ts'
import { TOKEN_SPECS, TOKEN_SYMBOLS } from './Token.ts'

const ABI = parseAbi([
  'function POOL_REVISION() view returns (uint256)',
  'function getUserAccountData(address user) view returns (uint256 collateral, uint256 debt, uint256 available, uint256 threshold, uint256 ltv, uint256 healthFactor)',
  'function getEModeCategoryCollateralBitmap(uint8 id) view returns (uint128)',
  'function getEModeCategoryBorrowableBitmap(uint8 id) view returns (uint128)',
  'function getEModeCategoryCollateralConfig(uint8 id) view returns (uint16 ltv, uint16 threshold, uint16 bonus)',
  'function getReserveTokensAddresses(address asset) view returns (address aToken, address stable, address variable)',
  'function getReserveConfigurationData(address asset) view returns (uint256 decimals, uint256 ltv, uint256 threshold, uint256 bonus, uint256 factor, bool usable, bool borrowing, bool stable, bool active, bool frozen)',
  'function getReserveCaps(address asset) view returns (uint256 borrowCap, uint256 supplyCap)',
  'function setUserEMode(uint8 categoryId)',
  'function setReserveFactor(address asset, uint256 factor)',
])
const OWNER = '0x00000000000000000000000000000000000A11cE'

describe("createDevnet({ aave: '3.6' })", () => {
  let devnet: Devnet
  let base: DevnetChain
  let clean: DevnetSnapshot
  beforeAll(async () => {
    devnet = await createDevnet({ chains: ['base'], aave: '3.6' })
    base = devnet.chain('base')
    clean = await devnet.snapshot()
  })
  afterAll(() => devnet.close())
  beforeEach(() => devnet.revert(clean))

  const account = () =>
    base.client.readContract({
      address: base.addresses.pool,
      abi: ABI,
      functionName: 'getUserAccountData',
      args: [OWNER],
    })

  test('default: a pool of revision 10 that judges a position', async () => {
    expect(base.aaveVersion).toBe('3.6')
    const { client, addresses } = base
    expect(await client.readContract({ address: addresses.pool, abi: ABI, functionName: 'POOL_REVISION' })).toBe(10n)
    await devnet.openAavePosition({
      chain: 'base',
      owner: OWNER,
      supply: { WETH: 10n ** 19n },
      borrow: { USDC: 10_000_000_000n },
    })
    expect(await account()).toEqual([
      2_500_000_000_000n,
      1_000_000_000_000n,
      1_000_000_000_000n,
      8_250n,
      8_000n,
      2_062_500_000_000_000_000n,
    ])
    await devnet.setPrice('WETH', '2000')
    expect((await account())[5]).toBe(1_650_000_000_000_000_000n)
  })

  test('behavior: reserves are set up as on 3.0, and their tokens are where it is said', async () => {
    const { client, addresses, tokens } = base
    for (const symbol of TOKEN_SYMBOLS) {
      const { address, aToken, stableDebtToken, variableDebtToken } = tokens[symbol]
      const of = { address: addresses.dataProvider, abi: ABI, args: [address] } as const
      const reserveTokens = await client.readContract({ ...of, functionName: 'getReserveTokensAddresses' })
      const configuration = await client.readContract({ ...of, functionName: 'getReserveConfigurationData' })
      expect(reserveTokens).toEqual([aToken, '0x0000000000000000000000000000000000000000', variableDebtToken])
      expect(stableDebtToken).toBeUndefined()
      const spec = TOKEN_SPECS[symbol]
      expect(configuration.slice(0, 7)).toEqual([
        BigInt(spec.decimals),
        spec.loanToValue,
        spec.liquidationThreshold,
        spec.liquidationBonus,
        spec.reserveFactor,
        true,
        true,
      ])
      expect(await client.readContract({ ...of, functionName: 'getReserveCaps' })).toEqual([
        spec.borrowCap,
        spec.supplyCap,
      ])
    }
  })

  test('behavior: e-mode by bitmaps for what follows ETH', async () => {
    const { client, addresses } = base
    const of = { address: addresses.pool, abi: ABI, args: [1] } as const
    const ethCorrelated = TOKEN_SYMBOLS.reduce(
      (bits, symbol, index) => bits | (TOKEN_SPECS[symbol].ethCorrelated ? 1n << BigInt(index) : 0n),
      0n,
    )
    expect(await client.readContract({ ...of, functionName: 'getEModeCategoryCollateralBitmap' })).toBe(ethCorrelated)
    expect(await client.readContract({ ...of, functionName: 'getEModeCategoryBorrowableBitmap' })).toBe(ethCorrelated)
    await devnet.supply({ chain: 'base', owner: OWNER, symbol: 'wstETH', amount: 10n ** 18n })
    expect((await account())[3]).toBe(7_900n)
    await client.impersonateAccount({ address: OWNER })
    await client.setBalance({ address: OWNER, value: 10n ** 18n })
    const hash = await client.writeContract({ ...of, account: OWNER, functionName: 'setUserEMode', gas: 1_000_000n })
    await mined(base, hash)
    expect((await account())[3]).toBe(9_300n)
  })

  test('behavior: the admin may configure', async () => {
    const { client, addresses, admin, tokens } = base
    const hash = await client.writeContract({
      account: admin,
      address: addresses.poolConfigurator,
      abi: ABI,
      functionName: 'setReserveFactor',
      args: [tokens.WETH.address, 1_234n],
      gas: 1_000_000n,
    })
    await mined(base, hash)
    const [, , , , factor] = await client.readContract({
      address: addresses.dataProvider,
      abi: ABI,
      functionName: 'getReserveConfigurationData',
      args: [tokens.WETH.address],
    })
    expect(factor).toBe(1_234n)
    await devnet.setReserve({ chain: 'base', symbol: 'WETH', paused: true })
    await expect(
      devnet.supply({ chain: 'base', owner: OWNER, symbol: 'WETH', amount: 10n ** 18n }),
    ).rejects.toMatchObject({ name: 'TransactionFailedError' })
  })
})
