import { mockAaveV3 } from '@unimargin/adapters/aave-v3/testing'
import { createMarginClient } from '@unimargin/sdk'
import { mockChain, mockMessageBus } from '@unimargin/sdk/testing'
import { arbitrum, base } from 'viem/chains'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { whoDiesFirst } from '../../packages/examples/quickstart/src/whoDiesFirst.ts'

// The README's example, on two mocked chains.

const owner = '0x1111111111111111111111111111111111111111'
const reserves = {
  WETH: { price: '2000', liquidationThreshold: '0.825', loanToValue: '0.8' },
  USDC: { price: '1', decimals: 6, liquidationThreshold: '0.8', loanToValue: '0.77' },
} as const

function clientOf(debts: { readonly arbitrum: string; readonly base: string }) {
  const markets = [
    mockAaveV3({
      chainId: arbitrum.id,
      name: 'Arbitrum',
      reserves,
      positions: [{ owner, supply: { WETH: '10' }, borrow: { USDC: debts.arbitrum } }],
    }),
    mockAaveV3({
      chainId: base.id,
      name: 'Base',
      reserves,
      positions: [{ owner, supply: { WETH: '5' }, borrow: { USDC: debts.base } }],
    }),
  ] as const
  const source = mockChain({ chain: arbitrum, markets: [markets[0]] })
  const destination = mockChain({ chain: base, markets: [markets[1]] })
  const { routers, routes } = mockMessageBus({ chains: [source, destination] })
  return createMarginClient({
    chains: [arbitrum, base],
    transports: { [arbitrum.id]: source.transport, [base.id]: destination.transport },
    adapters: markets.map(({ adapter }) => adapter),
    routers,
    routes,
  })
}

describe('whoDiesFirst', () => {
  afterEach(() => vi.restoreAllMocks())

  test('default: who is nearest to liquidation is told first, and is the one that is saved', async () => {
    const lines = vi.spyOn(console, 'log').mockReturnValue()
    const client = clientOf({ arbitrum: '5000', base: '7500' })
    const plan = await whoDiesFirst(client, owner)
    await client.close()
    const told = lines.mock.calls.map((words) => words.join(' '))
    // 5 · 2,000 · 0.825 = 8,250 against 7,500, and twice as much against 5,000.
    expect(told.slice(0, 2)).toEqual([
      'Base dies when its collateral falls by 9.09 %',
      'Arbitrum dies when its collateral falls by 69.69 %',
    ])
    expect(plan.status).toBe('plan')
    if (plan.status !== 'plan') return
    expect(plan.steps).toHaveLength(1)
    expect(plan.steps[0]?.candidate).toMatchObject({
      purpose: 'supply',
      asset: { symbol: 'WETH', chainId: arbitrum.id },
    })
    // 1.5 · 7,500 − 8,250 = 3,000 are missing, which is 1.8181… ether at 2,000 and 0.825.
    expect(plan.steps[0]?.amount.toString().slice(0, 6)).toBe('181818')
    expect(plan.optimality).toEqual({ status: 'exact' })
    expect(told.slice(2)).toHaveLength(2)
    for (const health of Object.values(plan.health.after)) {
      expect(health.status === 'known' && health.factor >= (3n * 10n ** 18n) / 2n).toBe(true)
    }
  })

  test('behavior: says so where nobody has to be saved, and where nobody can be', async () => {
    vi.spyOn(console, 'log').mockReturnValue()
    const safe = clientOf({ arbitrum: '5000', base: '5000' })
    expect((await whoDiesFirst(safe, owner)).status).toBe('already-safe')
    await safe.close()
    const lost = clientOf({ arbitrum: '11000', base: '8000' })
    expect((await whoDiesFirst(lost, owner)).status).toBe('unsavable')
    await lost.close()
  })
})
