import { createMarginClient, type ProtocolAdapter, Wad } from '@unimargin/sdk'
import { type MockChain, MockRevert, mockChain, mockContract, UnknownMockAssetError } from '@unimargin/sdk/testing'
import { numberToHex, parseAbi } from 'viem'
import { base, zksync } from 'viem/chains'
import { describe, expect, test } from 'vitest'
import { mockAaveV3 } from '../../aave-v3/testing/index.ts'
import { NATIVE_COIN } from '../nativeCoin.ts'
import { wallet } from '../wallet.ts'
import { mockWallet } from './mockWallet.ts'

const owner = '0x2222222222222222222222222222222222222222'
const stranger = '0x3333333333333333333333333333333333333333'
const assets = { WETH: { price: '3000' }, USDC: { price: '1', decimals: 6 }, ODD: { price: '0.5', decimals: 0 } }
const idle = () =>
  mockWallet({
    chainId: base.id,
    assets,
    native: { symbol: 'ETH' },
    wrappedNative: 'WETH',
    positions: [{ owner, supply: { USDC: '250', ODD: '7' } }],
  })

function clientOf(chain: MockChain, ...adapters: readonly ProtocolAdapter[]) {
  return createMarginClient({ chains: [chain.chain], transports: { [chain.chain.id]: chain.transport }, adapters })
}

const amounts = (view: Awaited<ReturnType<ReturnType<typeof clientOf>['getMarginView']>>, protocol = 'wallet') =>
  view.positions
    .filter(({ market }) => market.protocol === protocol)
    .flatMap((position) => (position.status === 'read' ? position.collateral : []))
    .map(({ asset, amount }) => [asset.symbol, amount])

describe('mockWallet', () => {
  test('default', async () => {
    const market = idle()
    const chain = mockChain({ chain: base, markets: [market], balances: { [owner]: 2n * Wad.WAD } })
    const client = clientOf(chain, market.adapter)
    const view = await client.getMarginView({ owner })
    expect(view.issues).toEqual([])
    expect(amounts(view)).toEqual([
      ['ETH', 2n * Wad.WAD],
      ['USDC', 250_000_000n],
      ['ODD', 7n],
    ])
    // 2 ETH at 3,000, 250 USDC, 7 ODD at 0.50: idle, so that it is no collateral and owes nothing.
    expect(view.totals).toMatchObject({
      status: 'complete',
      collateralValue: 0n,
      debtValue: 0n,
      netValue: 0n,
      idleValue: Wad.fromDecimal('6253.5'),
    })
    expect(view.positions[0]?.health).toEqual({ status: 'no-debt' })
    expect(chain.unmocked).toEqual([])
    expect((await client.getMarginView({ owner: stranger })).positions[0]).toMatchObject({
      status: 'read',
      collateral: [],
    })
    client.close()
  })

  test('behavior: one request per refresh', async () => {
    const market = idle()
    const chain = mockChain({ chain: base, markets: [market] })
    const client = clientOf(chain, market.adapter)
    await client.getMarginView({ owner })
    let calls = 0
    const counted = createMarginClient({
      chains: [base],
      transports: {
        [base.id]: (options) => {
          const inner = chain.transport(options)
          return {
            ...inner,
            request: (request) => {
              calls += 1
              return inner.request(request)
            },
          }
        },
      },
      adapters: [market.adapter],
    })
    await counted.getMarginView({ owner })
    const first = calls
    await counted.getMarginView({ owner })
    expect([first, calls]).toEqual([2, 3])
    client.close()
    counted.close()
  })

  test('behavior: the tokens of another market are shared by its own mock', async () => {
    const aave = mockAaveV3({
      chainId: base.id,
      reserves: { WETH: { price: '2000', liquidationThreshold: '0.8' }, USDC: { price: '1', decimals: 6 } },
      positions: [{ owner, supply: { WETH: '3' }, borrow: { USDC: '1000' } }],
    })
    const [weth, usdc] = aave.assets.map(({ address }) => address)
    if (weth === undefined || usdc === undefined) throw new TypeError('no assets')
    const adapter = wallet({
      chainId: base.id,
      assets: [weth, usdc],
      native: { symbol: 'ETH' },
      wrappedNative: weth,
      dollarOracle: aave.addresses.oracle,
    })
    const chain = mockChain({
      chain: base,
      markets: [aave.withTokens(owner, weth, Wad.WAD)],
      balances: { [owner]: Wad.WAD / 2n },
    })
    const client = clientOf(chain, aave.adapter, adapter)
    const view = await client.getMarginView({ owner })
    expect(view.issues).toEqual([])
    expect(amounts(view)).toEqual([
      ['ETH', Wad.WAD / 2n],
      ['WETH', Wad.WAD],
    ])
    expect(view.totals).toMatchObject({
      status: 'complete',
      collateralValue: 6_000n * Wad.WAD,
      netValue: 5_000n * Wad.WAD,
      idleValue: 3_000n * Wad.WAD,
    })
    client.close()
  })

  test('behavior: what cannot be read is unknown, and nothing else', async () => {
    const market = idle()
    const chain = mockChain({ chain: base, markets: [market], balances: { [owner]: Wad.WAD } })
    const client = clientOf(chain, market.adapter)
    await client.getMarginView({ owner })
    const usdc = market.assets.find(({ symbol }) => symbol === 'USDC')?.address ?? '0x'
    const abi = parseAbi(['function balanceOf(address) view returns (uint256)'])
    const broken = mockContract(abi, {
      balanceOf: () => {
        throw new MockRevert()
      },
    })
    chain.setContract(usdc, broken)
    const view = await client.getMarginView({ owner })
    const [position] = view.positions
    if (position?.status !== 'read') throw new TypeError('unread')
    expect(position.collateral.map(({ asset, amount }) => [asset.symbol, typeof amount])).toEqual([
      ['ETH', 'bigint'],
      ['USDC', 'object'],
      ['ODD', 'bigint'],
    ])
    expect(view.totals).toMatchObject({ status: 'partial', missing: [position.id], known: { idleValue: 0n } })
    expect(view.issues.map(({ path, kind }) => [path, kind])).toEqual([['positions.USDC.balance', 'reverted']])
    expect(position.health).toEqual({ status: 'no-debt' })
    client.close()
  })

  test('behavior: what the oracle does not know has no price, and only that', async () => {
    const market = idle().withPrice('USDC', '0')
    const chain = mockChain({ chain: base, markets: [market], balances: { [owner]: Wad.WAD } })
    const client = clientOf(chain, market.adapter)
    const view = await client.getMarginView({ owner })
    expect(view.issues.map(({ path, reason }) => [path, reason])).toEqual([
      ['reserves.USDC.price', 'the oracle for prices in dollars does not know it'],
    ])
    client.close()
  })

  test('behavior: Multicall3 may be elsewhere', async () => {
    const market = mockWallet({
      chainId: zksync.id,
      assets,
      native: { symbol: 'ETH' },
      wrappedNative: 'WETH',
      multicall3: zksync.contracts.multicall3.address,
    })
    const chain = mockChain({ chain: zksync, markets: [market], balances: { [owner]: 5n } })
    const client = clientOf(chain, market.adapter)
    expect(amounts(await client.getMarginView({ owner }))).toEqual([['ETH', 5n]])
    client.close()
  })

  test('behavior: of many owners only those are understood anew who changed', () => {
    const { adapter, assets: tokens } = idle()
    const asset = { chainId: base.id, address: NATIVE_COIN, symbol: 'ETH', decimals: 18 }
    const metadata = { assets: [asset, ...tokens], labels: ['ETH', 'WETH', 'USDC', 'ODD'] }
    const read = adapter.state(metadata, [owner, stranger])
    // Four prices, and four balances of each.
    expect(read.calls).toHaveLength(12)
    const decoded = (last: bigint) => {
      const words = read.calls.map((_, index) => numberToHex(index === 11 ? last : 1n, { size: 32 }))
      const step = read.decode(words.map((value) => ({ status: 'ok', value })))
      return step.status === 'ok' ? step.value.positions : []
    }
    const before = decoded(5n)
    const after = decoded(6n)
    expect(after[0]).toBe(before[0])
    expect(after[1]).not.toBe(before[1])
    expect(after[1]).toMatchObject({ value: { collateral: [{}, {}, {}, { asset: { symbol: 'ODD' }, amount: 6n }] } })
  })

  test('behavior: metadata of other assets is stale', () => {
    const { adapter } = idle()
    const step = adapter.state({ assets: [], labels: [] }, [owner]).decode([])
    expect(step).toEqual({ status: 'unavailable', reason: 'metadata is stale: the list of assets changed' })
  })

  test('error: UnknownMockAssetError, MockRevert', () => {
    expect(() => idle().withPosition({ owner, supply: { DAI: '1' } })).toThrow(UnknownMockAssetError)
    expect(() => idle().withPosition({ owner, borrow: { USDC: '1' } })).toThrow(UnknownMockAssetError)
    const [weth] = idle().assets
    expect(() => idle().withWithdrawal(owner, weth?.address ?? '0x', 1n)).toThrow(MockRevert)
  })
})
