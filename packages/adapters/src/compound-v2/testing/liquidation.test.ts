import {
  type Address,
  createMarginClient,
  getMarginView,
  type LiquidationChoice,
  type LiquidationResult,
  type PositionFacts,
  serialize,
  simulateLiquidation,
} from '@unimargin/sdk'
import { MockRevert, mockChain } from '@unimargin/sdk/testing'
import fc from 'fast-check'
import { encodeFunctionData, erc20Abi, maxUint256, numberToHex, parseAbi } from 'viem'
import { base as chainBase } from 'viem/chains'
import { describe, expect, test } from 'vitest'
import { compoundV2Liquidation } from '../liquidation.ts'
import { type MockCompoundV2, type MockCompoundV2Options, mockCompoundV2 } from './mockCompoundV2.ts'

const owner: Address = '0x2222222222222222222222222222222222222222'
const liquidator: Address = '0x3333333333333333333333333333333333333333'
const WAD = 10n ** 18n
const USDC = 10n ** 6n
const NOW = 1_760_000_000n
const abi = parseAbi([
  'function liquidateBorrow(address borrower, uint256 amount, address collateral) returns (uint256)',
])
const plain: MockCompoundV2Options = {
  chainId: chainBase.id,
  flavour: 'moonwell',
  reserves: {
    WETH: { price: '1000', collateralFactor: '0.8', liquidationThreshold: '0.8', protocolSeizeShare: '0.03' },
    USDC: { price: '1', decimals: 6, collateralFactor: '0.8', liquidationThreshold: '0.8' },
  },
  positions: [{ owner, supply: { WETH: '10' }, borrow: { USDC: '8500' } }],
  liquidation: compoundV2Liquidation,
}

async function reading(mock: MockCompoundV2) {
  const chain = mockChain({ chain: chainBase, markets: [mock], block: { number: 1n, timestamp: NOW } })
  const client = createMarginClient({
    chains: [chainBase],
    transports: { [chainBase.id]: chain.transport },
    adapters: [mock.adapter],
  })
  const view = await getMarginView(client, { owner })
  const [position] = view.positions
  if (position?.status !== 'read') throw new TypeError(JSON.stringify(view.issues))
  return { client, view, position }
}

async function simulated(
  options: Partial<MockCompoundV2Options> = {},
  choice?: LiquidationChoice,
): Promise<LiquidationResult> {
  const { client, view, position } = await reading(mockCompoundV2({ ...plain, ...options }))
  return simulateLiquidation(client, { view, position: position.id, choice })
}

async function refusal(options: Partial<MockCompoundV2Options>, choice?: LiquidationChoice) {
  const result = await simulated(options, choice)
  return result.status === 'refused' ? result.by : result.status
}

/** By the protocol's own call of somebody who has all it takes; the revert where it refuses. */
function liquidated(
  mock: MockCompoundV2,
  debt: Address,
  collateral: Address,
  amount: bigint,
): MockCompoundV2 | undefined {
  const token = (asset: Address) =>
    Object.values(mock.addresses.reserves).find((one) => one.asset === asset)?.token ?? asset
  const send = (current: MockCompoundV2, to: Address, data: `0x${string}`) => {
    const transaction = { from: liquidator, to, data, value: 0n, hash: numberToHex(1, { size: 32 }), gas: 0n, nonce: 0 }
    const at = { chainId: chainBase.id, number: 1n, hash: HASH, parentHash: HASH, timestamp: NOW } as const
    const [next] = current.execute?.(transaction, new Map(), at)?.parts ?? []
    return next === undefined ? current : current.in(new Map([[current.key, next]]))
  }
  try {
    const args = [token(debt), maxUint256] as const
    const rich = mock.withTokens(liquidator, debt, 2n ** 200n)
    const approved = send(rich, debt, encodeFunctionData({ abi: erc20Abi, functionName: 'approve', args }))
    return send(approved, token(debt), encodeFunctionData({ abi, args: [owner, amount, token(collateral)] }))
  } catch (error) {
    if (error instanceof MockRevert) return undefined
    throw error
  }
}

const HASH = numberToHex(2, { size: 32 })

describe('compoundV2Liquidation', () => {
  test('default: half of a debt is repaid, and the collateral for it goes with a tenth on top', async () => {
    const result = await simulated()
    // 4,250 · 1.1 / 1,000 = 4.675 WETH, of which Moonwell keeps 3 %.
    expect(result).toMatchObject({
      status: 'liquidated',
      closeFactor: WAD / 2n,
      repaid: [{ asset: { symbol: 'USDC' }, amount: 4_250n * USDC }],
      seized: [{ asset: { symbol: 'WETH' }, amount: 4_675n * 10n ** 15n, protocolFee: 14_025n * 10n ** 13n }],
      paidIn: 'collateral-token',
      badDebt: [],
      cost: 425n * WAD,
      after: { debt: [{ amount: 4_250n * USDC }], collateral: [{ amount: 5_325n * 10n ** 15n }] },
    })
  })

  test('behavior: Venus counts its share of what was repaid, and pays it out', async () => {
    const result = await simulated({ flavour: 'venus-isolated' })
    // 3 % of 4.675 / 1.1.
    expect(result).toMatchObject({ seized: [{ amount: 4_675n * 10n ** 15n, protocolFee: 1_275n * 10n ** 14n }] })
  })

  test('behavior: refused to the unit where the account is healthy, and by what stands in the way', async () => {
    const owing = (amount: bigint) => [{ owner, supply: { WETH: '10' }, borrow: { USDC: amount } }]
    const paused = (...what: ('seize' | 'liquidate' | 'repay')[]): Partial<MockCompoundV2Options> => ({
      reserves: {
        WETH: { ...plain.reserves.WETH, price: '1000', paused: what },
        USDC: { ...plain.reserves.USDC, price: '1', paused: what },
      },
    })
    const venus = { flavour: 'venus-isolated' } as const
    expect(await refusal({ positions: owing(8_000n * USDC) })).toEqual(['healthy'])
    expect(await refusal({ positions: owing(8_000n * USDC + 1n) })).toBe('liquidated')
    expect(await refusal({ positions: [{ owner, supply: { WETH: '10' } }] })).toEqual(['no-debt'])
    expect(await refusal(paused('seize'))).toEqual(['paused'])
    expect(await refusal({ ...venus, ...paused('liquidate') })).toEqual(['paused'])
    expect(await refusal({ ...venus, ...paused('repay') })).toEqual(['paused'])
    expect(await refusal({}, { paidIn: 'asset' })).toEqual(['no-asset'])
    expect(await refusal({}, { seize: 1n })).toEqual(['amount'])
    expect(await refusal({ positions: owing(1n), closeFactor: '0.5' })).toEqual(['healthy'])
  })

  test('behavior: a small account of Venus is liquidated whole: paid back where it is covered, else healed', async () => {
    const small = { flavour: 'venus-isolated', minLiquidatableCollateral: '100000' } as const
    const covered = await simulated(small)
    // 8,500 · 1.1 / 1,000 = 9.35 WETH.
    expect(covered).toMatchObject({
      closeFactor: WAD,
      repaid: [{ amount: 8_500n * USDC }],
      seized: [{ amount: 9_350n * 10n ** 15n }],
      badDebt: [],
      after: { debt: [] },
      cost: 850n * WAD,
    })
    const positions = [{ owner, supply: { WETH: '10' }, borrow: { USDC: '11000' } }]
    const healed = await simulated({ ...small, positions })
    // 10,000 / (11,000 · 1.1) = 82.6446… % of the debt.
    expect(healed).toMatchObject({
      repaid: [{ amount: 9_090_909_090n }],
      seized: [{ amount: 10n * WAD }],
      badDebt: [{ amount: 1_909_090_910n }],
      after: { debt: [], collateral: [] },
      cost: -1_000n * WAD,
    })
    // One debt alone cannot be asked for.
    const asset = mockCompoundV2(plain).addresses.reserves.USDC?.asset
    expect(await refusal(small, { debt: asset })).toEqual(['minimum'])
  })

  test('behavior: all of a debt in a market that is being closed, however healthy its owner is', async () => {
    const shut = { price: '1', decimals: 6, isLiquidationForced: true } as const
    const result = await simulated({
      flavour: 'venus-isolated',
      reserves: { ...plain.reserves, USDC: shut },
      positions: [{ owner, supply: { WETH: '10' }, borrow: { USDC: '100' } }],
    })
    expect(result).toMatchObject({
      closeFactor: WAD,
      repaid: [{ amount: 100n * USDC }],
      after: { debt: [], flags: [] },
    })
  })

  test('behavior: in random accounts of every flavour, what is simulated is what the protocol does, and no unit more', async () => {
    let exact = 0
    const refused = new Set<string>()
    const amount = fc.bigInt({ min: 1n, max: 10n ** 24n })
    const account = fc.record({
      flavour: fc.constantFrom('moonwell', 'compound', 'venus-isolated'),
      prices: fc.tuple(amount, amount, amount),
      supply: fc.tuple(amount, amount),
      share: fc.integer({ min: 70, max: 180 }),
      fee: fc.constantFrom('0', '0.03', '0.05'),
      decimals: fc.constantFrom(6, 18),
      entered: fc.boolean(),
      repay: fc.option(amount, { nil: undefined }),
    } as const)
    await fc.assert(
      fc.asyncProperty(account, async ({ flavour, prices, supply, share, fee, decimals, entered, repay }) => {
        const token = { collateralFactor: '0.7', liquidationThreshold: '0.7', protocolSeizeShare: fee, lent: '1000' }
        const [a, b, c] = prices.map((price) => 10n ** 14n + price / 100n)
        const worth = (supply[0] * (a ?? 0n) * 7n) / 10n / WAD
        const owed = ((worth * BigInt(share)) / 100n) * 10n ** BigInt(decimals)
        const mock = mockCompoundV2({
          ...plain,
          flavour,
          reserves: {
            A: { price: a ?? 1n, ...token },
            B: { price: b ?? 1n, decimals: 8, ...token },
            C: { price: c ?? 1n, decimals, ...token, liquidity: 10n ** 60n },
          },
          positions: [
            {
              owner,
              supply: { A: supply[0], B: entered ? supply[1] % 10n ** 9n : 0n },
              borrow: { C: owed / (c ?? 1n) + 1n },
            },
          ],
        })
        const { client, view, position } = await reading(mock)
        const result = simulateLiquidation(client, { view, position: position.id, choice: repay ? { repay } : {} })
        const debt = position.debt[0]?.asset.address ?? owner
        if (result.status !== 'liquidated') {
          if (result.status === 'refused') for (const by of result.by) refused.add(by)
          expect(result.status).toBe('refused')
          for (const { asset } of position.collateral) {
            expect(liquidated(mock, debt, asset.address, 1n)).toBeUndefined()
          }
          return
        }
        // An account of Venus whose collateral is worth nothing is healed.
        if (result.badDebt.length > 0) return
        const collateral = result.seized[0]?.asset.address ?? owner
        const paid = result.repaid[0]?.amount ?? 0n
        const after = liquidated(mock, debt, collateral, paid)
        expect(after).toBeDefined()
        if (after === undefined) return
        const { position: found } = await reading(after)
        expect(serialize(factsOf(result.after))).toBe(serialize(factsOf(found)))
        if (repay === undefined) expect(liquidated(mock, debt, collateral, paid + 1n)).toBeUndefined()
        exact += 1
      }),
      { numRuns: 40, endOnFailure: true },
    )
    expect(exact).toBeGreaterThan(10)
    expect([...refused]).toContain('healthy')
  })
})

/** What an adapter says of a position, without what the view makes of it. */
function factsOf({ owner, rule, collateral, debt, firstSupplies, details, flags }: PositionFacts): object {
  return { owner, rule, collateral, debt, firstSupplies, details, flags }
}
