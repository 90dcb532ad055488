import { aaveV3 } from '@unimargin/adapters/aave-v3'
import { NATIVE_COIN, wallet } from '@unimargin/adapters/wallet'
import { createDevnet, type Devnet, TOKEN_SYMBOLS } from '@unimargin/devnet'
import { createMarginClient, type MarginClient, Wad } from '@unimargin/sdk'
import { createMockNode, forwardTo, type MockNode } from '@unimargin/sdk/testing'
import { type NodeServers, serveNodes } from '@unimargin/sdk/testing/node'
import { erc20Abi, http, parseAbi } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

// Real tokens, a real Multicall3 and Aave's real oracle.

const owner = '0x2222222222222222222222222222222222222222'
const nobody = '0x3333333333333333333333333333333333333333'
const oracleAbi = parseAbi(['function getAssetPrice(address) view returns (uint256)'])

let devnet: Devnet
let node: MockNode
let proxy: NodeServers
let client: MarginClient

beforeAll(async () => {
  devnet = await createDevnet({ chains: ['base'] })
  const chain = devnet.chain('base')
  await devnet.openAavePosition({ chain: 'base', owner, supply: { WETH: Wad.WAD }, borrow: { USDC: 700_000_000n } })
  await devnet.mint('WETH', owner, 123_456_789n, 'base')
  await chain.client.setBalance({ address: owner, value: 7n * Wad.WAD })
  node = createMockNode({ url: chain.rpcUrl, backend: forwardTo(chain.rpcUrl) })
  proxy = await serveNodes([node])
  client = createMarginClient({
    chains: [chain.chain],
    transports: { [chain.chainId]: http(proxy.urls[0], { retryCount: 0 }) },
    adapters: [
      aaveV3(devnet.marketOf('base')),
      wallet({
        chainId: chain.chainId,
        assets: TOKEN_SYMBOLS.map((symbol) => chain.tokens[symbol].address),
        native: { symbol: 'ETH' },
        wrappedNative: chain.tokens.WETH.address,
        dollarOracle: chain.addresses.oracle,
      }),
    ],
  })
})
afterAll(async () => {
  client?.close()
  await proxy?.close()
  await devnet?.close()
})

async function idleOf(who: typeof owner | typeof nobody) {
  const view = await client.getMarginView({ owner: who })
  const position = view.positions.find(({ market }) => market.protocol === 'wallet')
  const reading = view.chains[0]
  if (position?.status !== 'read' || reading?.status !== 'read') throw new TypeError('the wallet was not read')
  return { view, position, blockNumber: reading.block.number }
}

describe('wallet', () => {
  test('default', async () => {
    const { view, position, blockNumber } = await idleOf(owner)
    const chain = devnet.chain('base')
    expect(view.issues).toEqual([])
    // What was borrowed is in the wallet as well.
    expect(position.collateral.map(({ asset, amount }) => [asset.symbol, amount])).toEqual([
      ['ETH', 7n * Wad.WAD],
      ['WETH', 123_456_789n],
      ['USDC', 700_000_000n],
    ])
    let value = 0n
    for (const { asset, amount, price } of position.collateral) {
      const isNative = asset.address === NATIVE_COIN
      const address = isNative ? chain.tokens.WETH.address : asset.address
      const at = { blockNumber }
      const balance = isNative
        ? await chain.client.getBalance({ address: owner, ...at })
        : await chain.client.readContract({ address, abi: erc20Abi, functionName: 'balanceOf', args: [owner], ...at })
      const dollars = await chain.client.readContract({
        address: chain.addresses.oracle,
        abi: oracleAbi,
        functionName: 'getAssetPrice',
        args: [address],
        ...at,
      })
      expect([amount, price]).toEqual([balance, dollars * 10n ** 10n])
      value += (balance * dollars * 10n ** 10n) / 10n ** BigInt(asset.decimals)
    }
    expect(view.totals).toMatchObject({ status: 'complete', idleValue: value })
    expect(view.weakest.weakestKnown?.position).toMatch(/^aave-v3:/)
  })

  test('behavior: it comes in the same request as the pool', async () => {
    await idleOf(owner)
    const before = node.requests.length
    await idleOf(owner)
    expect(node.requests.slice(before).map(({ calls }) => calls.map(({ method }) => method))).toEqual([['eth_call']])
  })

  test('behavior: who has nothing has an empty wallet, and not an unknown one', async () => {
    const { position } = await idleOf(nobody)
    expect(position).toMatchObject({ collateral: [], collateralValue: 0n, health: { status: 'no-debt' } })
  })
})
