import { type Address, createMarginClient, type ReadPosition } from '@unimargin/sdk'
import { type MockChain, MockRevert, mockChain, UnknownMockAssetError } from '@unimargin/sdk/testing'
import fc from 'fast-check'
import { decodeErrorResult, parseAbi } from 'viem'
import { arbitrum } from 'viem/chains'
import { describe, expect, test } from 'vitest'
import { type MockAaveV3, type MockAaveV3Options, mockAaveV3 } from './mockAaveV3.ts'

const owner = '0x2222222222222222222222222222222222222222'
const ETH = 10n ** 18n
const reserves = {
  WETH: { price: '3000', liquidationThreshold: '0.825', loanToValue: '0.8' },
  USDC: { price: '1', decimals: 6, liquidationThreshold: '0.78' },
} as const

const poolOf = (options: Partial<MockAaveV3Options> = {}): MockAaveV3 =>
  mockAaveV3({ chainId: arbitrum.id, reserves, ...options })

async function readBy(aave: MockAaveV3, chain: MockChain, of: Address = owner): Promise<ReadPosition> {
  const client = createMarginClient({
    chains: [arbitrum],
    transports: { [arbitrum.id]: chain.transport },
    adapters: [aave.adapter],
  })
  const view = await client.getMarginView({ owner: of })
  const [position] = view.positions
  if (position?.status !== 'read') throw new TypeError(JSON.stringify(view.issues))
  return position
}

const chainWith = (aave: MockAaveV3): MockChain => mockChain({ chain: arbitrum, markets: [aave] })

/** The text that a refusal carries. */
function refusedWith(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    if (!(error instanceof MockRevert)) throw error
    const { args } = decodeErrorResult({ abi: parseAbi(['error Error(string)']), data: error.data })
    return args[0]
  }
  return 'not refused'
}

describe('mockAaveV3', () => {
  test('default', async () => {
    const aave = poolOf({ positions: [{ owner, supply: { WETH: '1.5' }, borrow: { USDC: '1200' } }] })
    const chain = chainWith(aave)
    const position = await readBy(aave, chain)
    expect(position.health).toEqual({ status: 'known', factor: 3_093_750_000_000_000_000n })
    expect(position.issues).toEqual([])
    expect(position.collateral).toMatchObject([
      { asset: { symbol: 'WETH', decimals: 18 }, amount: (3n * ETH) / 2n, price: 3_000n * ETH, isCollateral: true },
    ])
    expect(position.debt).toMatchObject([{ asset: { symbol: 'USDC', decimals: 6 }, amount: 1_200_000_000n }])
    expect(chain.unmocked).toEqual([])
  })
})
