import {
  type Details,
  type LendingAction,
  type MarketState,
  type PositionAsset,
  type PositionFacts,
  type Quantity,
  type Reserve,
  unknown,
} from '@unimargin/sdk'
import { describe, expect, test } from 'vitest'
import { documentedReasons } from '../../../../test/fixtures/documentedReasons.ts'
import { limits } from './limits.ts'

const addresses = {
  USDC: '0x0000000000000000000000000000000000000001',
  WETH: '0x0000000000000000000000000000000000000002',
  DAI: '0x0000000000000000000000000000000000000003',
} as const
const WAD = 10n ** 18n
const ETHER = WAD
const USD = 10n ** 6n
/** Shares of an asset's base unit in a market where nothing was ever earned: a million, by the virtual ones. */
const SHARES = 10n ** 6n
const LLTV = (WAD * 80n) / 100n

type Symbol = keyof typeof addresses

/** How a case differs from the usual one: 10 WETH at 2,000 back 10,000 USDC, at 80 %; a million is lent, half of it borrowed. */
type Facts = {
  /** USDC for a WETH; an oracle of Morpho's says it with 36 decimals, 12 fewer for the tokens'. */
  readonly price?: bigint
  readonly priceless?: Quantity
  /** Base units. */
  readonly collateral?: bigint
  readonly supplied?: bigint
  readonly owed?: bigint
  readonly liquidity?: Quantity
  readonly heldCollateral?: bigint
  readonly market?: Details
  readonly borrowShares?: bigint
  readonly isIdle?: true
}

function where(symbol: Symbol, facts: Facts = {}): PositionAsset {
  const { price = 2_000n, collateral = 10n * ETHER, supplied = 0n, owed = 10_000n * USD } = facts
  const assetOf = (of: Symbol, decimals: number) => ({ chainId: 1, address: addresses[of], symbol: of, decimals })
  const [usdc, weth] = [assetOf('USDC', 6), assetOf('WETH', 18)]
  const plain: Omit<Reserve, 'asset' | 'price' | 'availableLiquidity'> = {
    liquidationThreshold: LLTV,
    loanToValue: LLTV,
    liquidationBonus: 0n,
    supplyRoom: undefined,
    borrowRoom: undefined,
    supplyRate: 0n,
    borrowRate: 0n,
    supplyBlockedBy: [],
    withdrawBlockedBy: [],
    borrowBlockedBy: [],
  }
  const wethPrice = facts.priceless ?? price * WAD
  const reserves: readonly Reserve[] = [
    { ...plain, asset: usdc, price: WAD, availableLiquidity: facts.liquidity ?? 500_000n * USD },
    { ...plain, asset: weth, price: wethPrice, availableLiquidity: facts.heldCollateral ?? 1_000n * ETHER },
  ]
  const state: MarketState = {
    market: { key: 'morpho-blue:1:0x01', protocol: 'morpho-blue', chainId: 1, id: '0x01', name: 'WETH/USDC' },
    reserves: facts.isIdle ? reserves.slice(0, 1) : reserves,
    details: {
      lltv: LLTV,
      ...(facts.priceless === undefined && { oraclePrice: price * 10n ** 24n }),
      supplyAssets: 1_000_000n * USD,
      supplyShares: 1_000_000n * USD * SHARES,
      borrowAssets: 500_000n * USD,
      borrowShares: 500_000n * USD * SHARES,
      accruedAt: 1n,
      fee: 0n,
      ...facts.market,
    },
  }
  const leg = { value: 0n, liquidationThreshold: LLTV, loanToValue: LLTV }
  const position: PositionFacts = {
    owner: '0x00000000000000000000000000000000000000a1',
    rule: 'morpho-blue',
    collateral: [
      ...(collateral > 0n ? [{ ...leg, asset: weth, amount: collateral, price: wethPrice, isCollateral: true }] : []),
      ...(supplied > 0n ? [{ ...leg, asset: usdc, amount: supplied, price: WAD, isCollateral: false }] : []),
    ],
    debt: owed > 0n ? [{ asset: usdc, amount: owed, price: WAD, value: 0n, liabilityWeight: WAD }] : [],
    details: { supplyShares: supplied * SHARES, borrowShares: facts.borrowShares ?? owed * SHARES },
  }
  return { state, position, asset: addresses[symbol] }
}

/** Three units are two million shares, the virtual ones included: one and a half for a million. */
const uneven: Facts = { market: { borrowAssets: 2n, borrowShares: 10n ** 6n }, owed: 2n, borrowShares: 10n ** 6n }

/** What Morpho refuses by its published code: action, asset, reasons, why, how much it takes before that, and the case. */
type Refusal = [LendingAction, Symbol, readonly string[], string, bigint, Facts?]

const refusals: readonly Refusal[] = [
  ['supply', 'DAI', ['inactive'], 'the market has two assets, and this is neither', 0n],
  ['withdraw', 'DAI', ['inactive'], 'the market has two assets, and this is neither', 0n],
  ['withdraw', 'WETH', ['balance'], 'the subtraction from the collateral panics', 10n * ETHER, { owed: 0n }],
  ['withdraw', 'WETH', ['balance'], 'no collateral at all', 0n, { collateral: 0n, owed: 0n }],
  [
    'withdraw',
    'WETH',
    ['health'],
    '"insufficient collateral": 10,000 owed need 12,500 at 80 %, which are 6.25 WETH',
    (375n * ETHER) / 100n,
  ],
  ['withdraw', 'WETH', ['health'], '"insufficient collateral" as it stands', 0n, { price: 1_000n }],
  ['withdraw', 'WETH', ['health'], '"insufficient collateral" at a price of nothing', 0n, { price: 0n }],
  [
    'withdraw',
    'WETH',
    ['liquidity'],
    'the transfer of more than Morpho holds fails',
    3n * ETHER,
    { heldCollateral: 3n * ETHER },
  ],
  [
    'withdraw',
    'WETH',
    ['balance', 'liquidity'],
    'both, where they end together',
    10n * ETHER,
    { owed: 0n, heldCollateral: 10n * ETHER },
  ],
  ['withdraw', 'USDC', ['balance'], 'the subtraction from the shares panics', 7n * USD, { supplied: 7n * USD }],
  ['withdraw', 'USDC', ['balance'], 'nothing was lent', 0n],
  [
    'withdraw',
    'USDC',
    ['liquidity'],
    '"insufficient liquidity": all else is borrowed',
    5n * USD,
    { supplied: 7n * USD, liquidity: 5n * USD },
  ],
  ['borrow', 'DAI', ['inactive'], 'the market has two assets, and this is neither', 0n],
  ['borrow', 'WETH', ['borrowing-disabled'], 'collateral is never lent', 0n],
  ['borrow', 'USDC', ['borrowing-disabled'], 'a market without collateral lends to nobody', 0n, { isIdle: true }],
  ['borrow', 'USDC', ['health'], '"insufficient collateral": 80 % of 20,000, of which 10,000 are owed', 6_000n * USD],
  ['borrow', 'USDC', ['health'], '"insufficient collateral" without any', 0n, { collateral: 0n, owed: 0n }],
  ['borrow', 'USDC', ['health'], '"insufficient collateral" as it stands', 0n, { price: 1_250n }],
  [
    'borrow',
    'USDC',
    ['liquidity'],
    '"insufficient liquidity": all else is borrowed',
    5n * USD,
    { liquidity: 5n * USD },
  ],
  [
    'borrow',
    'USDC',
    ['health', 'liquidity'],
    'both, where they end together',
    6_000n * USD,
    { liquidity: 6_000n * USD },
  ],
  ['repay', 'USDC', ['balance'], 'the subtraction from the shares of the debt panics', 10_000n * USD],
  ['repay', 'USDC', ['balance'], 'nothing is owed', 0n, { owed: 0n }],
  ['repay', 'WETH', ['balance'], 'collateral is never owed', 0n],
  // 1.5 are owed, as 2; paying 2 would take 1,333,333 shares of a million.
  ['repay', 'USDC', ['balance'], 'what is owed is rounded up, and so many shares there are not', 1n, uneven],
]

describe('limits', () => {
  test('default: nothing limits a supply, of either asset', () => {
    for (const symbol of ['USDC', 'WETH'] as const) {
      expect(limits.supply(where(symbol))).toEqual({ amount: undefined, by: [] })
    }
  })

  test.each(refusals)('behavior: %s of %s by %j: %s', (action, of, by, _, amount, facts) => {
    expect(limits[action](where(of, facts))).toEqual({ amount, by })
  })

  test('behavior: every reason that is documented is asserted', () => {
    expect(new Set(refusals.flatMap(([, , by]) => by))).toEqual(documentedReasons('Morpho Blue'))
  })

  test('behavior: unknown stays unknown, but where another limit is nothing already', () => {
    const gone = unknown({ kind: 'unavailable', chainId: 1, path: 'price', reason: 'no answer' })
    for (const [action, of, facts] of [
      ['borrow', 'USDC', { priceless: gone }],
      ['withdraw', 'WETH', { priceless: gone }],
      ['borrow', 'USDC', { liquidity: gone }],
      ['withdraw', 'USDC', { liquidity: gone, supplied: USD }],
    ] as const) {
      expect(limits[action](where(of, facts))).toEqual({ amount: gone, by: [] })
    }
    expect(limits.withdraw(where('USDC', { liquidity: gone }))).toEqual({ amount: 0n, by: ['balance'] })
    expect(limits.borrow(where('USDC', { priceless: gone, liquidity: 0n }))).toEqual({ amount: 0n, by: ['liquidity'] })
  })
})
