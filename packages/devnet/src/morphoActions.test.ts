import { erc20Abi, parseAbi } from 'viem'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createDevnet } from './createDevnet.ts'
import type { Devnet, DevnetChain, DevnetSnapshot } from './Devnet.ts'
import { MORPHO_MARKET_NAMES, MORPHO_MARKETS } from './MorphoMarket.ts'
import { TOKEN_SPECS } from './Token.ts'

const ABI = parseAbi([
  'function owner() view returns (address)',
  'function market(bytes32 id) view returns (uint128 supplyAssets, uint128 supplyShares, uint128 borrowAssets, uint128 borrowShares, uint128 lastUpdate, uint128 fee)',
  'function position(bytes32 id, address user) view returns (uint256 supplyShares, uint128 borrowShares, uint128 collateral)',
  'function idToMarketParams(bytes32 id) view returns (address loanToken, address collateralToken, address oracle, address irm, uint256 lltv)',
])
const ORACLE_ABI = parseAbi(['function price() view returns (uint256)'])
const OWNER = '0x00000000000000000000000000000000000A11cE'

describe('morphoActions', () => {
  let devnet: Devnet
  let base: DevnetChain
  let clean: DevnetSnapshot
  beforeAll(async () => {
    devnet = await createDevnet({ chains: ['base'] })
    base = devnet.chain('base')
    clean = await devnet.snapshot()
  })
  afterAll(() => devnet.close())
  beforeEach(() => devnet.revert(clean))

  const price = (name: (typeof MORPHO_MARKET_NAMES)[number]) =>
    base.client.readContract({
      address: base.morphoMarkets[name].params.oracle,
      abi: ORACLE_ABI,
      functionName: 'price',
    })

  test('default: markets that Morpho knows, with something to borrow', async () => {
    const { client, addresses, morphoMarkets, admin } = base
    expect(await client.readContract({ address: addresses.morpho, abi: ABI, functionName: 'owner' })).toBe(admin)
    for (const name of MORPHO_MARKET_NAMES) {
      const { id, params } = morphoMarkets[name]
      const of = { address: addresses.morpho, abi: ABI, args: [id] } as const
      expect(await client.readContract({ ...of, functionName: 'idToMarketParams' })).toEqual([
        params.loanToken,
        params.collateralToken,
        params.oracle,
        addresses.morphoIrm,
        MORPHO_MARKETS[name].lltv,
      ])
      const { loan, liquidity } = MORPHO_MARKETS[name]
      const [supplied] = await client.readContract({ ...of, functionName: 'market' })
      expect(supplied).toBe(liquidity * 10n ** BigInt(TOKEN_SPECS[loan].decimals))
      expect(devnet.morphoMarketOf('base', name)).toMatchObject({
        chainId: 8453,
        morpho: addresses.morpho,
        marketId: id,
        name: `Morpho ${name} Base`,
        dollarOracle: addresses.oracle,
      })
    }
  })

  test('behavior: one price for Aave and Morpho', async () => {
    expect(await price('WETH/USDC')).toBe(2_500n * 10n ** 24n)
    expect(await price('WBTC/USDC')).toBe(65_000n * 10n ** 34n)
    expect(await price('wstETH/WETH')).toBe(118n * 10n ** 34n)
    await devnet.setPrice('WETH', '2000')
    expect(await price('WETH/USDC')).toBe(2_000n * 10n ** 24n)
    expect(await price('wstETH/WETH')).toBe(1_475n * 10n ** 33n)
  })

  test('behavior: a position of an owner who does not sign', async () => {
    await devnet.openMorphoPosition({
      chain: 'base',
      market: 'WETH/USDC',
      owner: OWNER,
      collateral: 10n ** 18n,
      borrow: 2_150_000_000n,
    })
    const { client, addresses, morphoMarkets, tokens } = base
    const position = await client.readContract({
      address: addresses.morpho,
      abi: ABI,
      functionName: 'position',
      args: [morphoMarkets['WETH/USDC'].id, OWNER],
    })
    // The first debt of a market: a million shares for each unit.
    expect(position).toEqual([0n, 2_150_000_000_000_000n, 10n ** 18n])
    const { address } = tokens.USDC
    expect(await client.readContract({ address, abi: erc20Abi, functionName: 'balanceOf', args: [OWNER] })).toBe(
      2_150_000_000n,
    )
  })

  test('error: TransactionFailedError beyond what Morpho lends', async () => {
    const most = { chain: 'base', market: 'WETH/USDC', owner: OWNER, collateral: 10n ** 18n } as const
    await expect(devnet.openMorphoPosition({ ...most, borrow: 2_150_000_001n })).rejects.toMatchObject({
      name: 'TransactionFailedError',
      reason: 'Error(insufficient collateral)',
    })
  })
})
