import {
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
import type { CollateralDetails, MarketDetails } from './LendingDetails.ts'
import { limits } from './limits.ts'

const addresses = {
  USDC: '0x0000000000000000000000000000000000000001',
  WBTC: '0x0000000000000000000000000000000000000002',
  WETH: '0x0000000000000000000000000000000000000003',
} as const
const decimals = { USDC: 6, WBTC: 8, WETH: 18 }
const WAD = 10n ** 18n
const ETHER = WAD
const BITCOIN = 10n ** 8n
const USD = 10n ** 6n
const ONE = 10n ** 15n

type Symbol = keyof typeof addresses

/**
 * How a case differs from the usual one: 10 WETH at 2,000 back 10,000 USDC, at 75 %. WBTC at 60,000 comes before WETH in Comet's
 * list, at 75 % too, and the owner has none.
 */
type Facts = {
  readonly USDC?: Partial<Reserve>
  readonly WBTC?: Partial<Reserve> & { readonly is?: Partial<CollateralDetails> }
  readonly WETH?: Partial<Reserve> & { readonly is?: Partial<CollateralDetails> }
  readonly market?: Partial<MarketDetails>
  /** Base units. */
  readonly weth?: bigint
  readonly wbtc?: bigint
  readonly supplied?: bigint
  readonly owed?: bigint
}

const market: MarketDetails = {
  supplyIndex: ONE,
  borrowIndex: ONE,
  storedBorrowIndex: ONE,
  storedSupplyIndex: ONE,
  totalSupplyBase: 1_000_000n * USD,
  totalBorrowBase: 500_000n * USD,
  time: 2n,
  lastAccrualTime: 2n,
  supplyKink: WAD,
  supplyBase: 0n,
  supplyLow: 0n,
  supplyHigh: 0n,
  borrowKink: WAD,
  borrowBase: 0n,
  borrowLow: 0n,
  borrowHigh: 0n,
  baseBorrowMin: 0n,
  hasBadBasePrice: false,
  isTransferPaused: false,
  isAbsorbPaused: false,
  isBuyPaused: false,
}

const assetOf = (of: Symbol) => ({ chainId: 1, address: addresses[of], symbol: of, decimals: decimals[of] })

function reserveOf(of: Symbol, price: bigint, more: Partial<Reserve> = {}): Reserve {
  const isBase = of === 'USDC'
  return {
    asset: assetOf(of),
    price: price * WAD,
    liquidationThreshold: isBase ? 0n : (WAD * 80n) / 100n,
    loanToValue: isBase ? 0n : (WAD * 75n) / 100n,
    liquidationBonus: 0n,
    supplyRoom: undefined,
    borrowRoom: undefined,
    availableLiquidity: isBase ? 500_000n * USD : 10n ** 24n,
    supplyRate: 0n,
    borrowRate: 0n,
    supplyBlockedBy: [],
    withdrawBlockedBy: [],
    borrowBlockedBy: isBase ? [] : ['borrowing-disabled'],
    ...more,
  }
}

function where(symbol: Symbol, facts: Facts = {}): PositionAsset {
  const { weth = 10n * ETHER, wbtc = 0n, supplied = 0n, owed = supplied > 0n ? 0n : 10_000n * USD } = facts
  const collateralOf = (of: 'WBTC' | 'WETH', index: number, price: bigint) => {
    const { is, ...more } = facts[of] ?? {}
    const details = { index, liquidationFactor: WAD, hasBadPrice: false, isDeactivated: false, ...is }
    return { ...reserveOf(of, price, more), details }
  }
  const usdc = reserveOf('USDC', 1n, facts.USDC)
  const [first, second] = [collateralOf('WBTC', 0, 60_000n), collateralOf('WETH', 1, 2_000n)]
  const state: MarketState = {
    market: { key: 'compound-v3:1:0x01', protocol: 'compound-v3', chainId: 1, id: '0x01', name: 'cUSDCv3' },
    reserves: [usdc, first, second],
    details: { ...market, ...facts.market },
  }
  const legOf = ({ asset, price, liquidationThreshold, loanToValue }: Reserve, amount: bigint) => {
    const isCollateral = asset.symbol !== 'USDC'
    return { asset, amount, price, value: 0n, isCollateral, liquidationThreshold, loanToValue }
  }
  const position: PositionFacts = {
    owner: '0x00000000000000000000000000000000000000a1',
    rule: 'compound-v3',
    collateral: [legOf(second, weth), legOf(first, wbtc), legOf(usdc, supplied)].filter(({ amount }) => amount > 0n),
    debt: owed > 0n ? [{ asset: usdc.asset, amount: owed, price: usdc.price, value: 0n, liabilityWeight: WAD }] : [],
    details: { principal: supplied - owed },
  }
  return { state, position, asset: addresses[symbol] }
}

const gone: Quantity = unknown({ kind: 'unavailable', chainId: 1, path: 'price', reason: 'no answer' })
/** Its feed says nothing above zero. */
const bad = { price: gone, is: { hasBadPrice: true } }
const badBase: Facts = { USDC: { price: gone }, market: { hasBadBasePrice: true } }

/** What Comet refuses by its published code: action, asset, reasons, its error and when it comes, how much before, and the case. */
type Refusal = [LendingAction, Symbol, readonly string[], string, bigint, Facts?]

const refusals: readonly Refusal[] = [
  ['supply', 'USDC', ['paused'], 'Paused', 0n, { USDC: { supplyBlockedBy: ['paused'] } }],
  ['supply', 'WETH', ['paused'], 'Paused', 0n, { WETH: { supplyBlockedBy: ['paused'] } }],
  ['supply', 'WETH', ['cap'], 'SupplyCapExceeded, beyond the room that is left', 7n, { WETH: { supplyRoom: 7n } }],
  ['supply', 'WETH', ['cap'], 'SupplyCapExceeded', 0n, { WETH: { supplyRoom: 0n, supplyBlockedBy: ['cap'] } }],

  ['withdraw', 'WETH', ['paused'], 'Paused', 0n, { WETH: { withdrawBlockedBy: ['paused'] } }],
  [
    'withdraw',
    'USDC',
    ['paused'],
    'Paused',
    0n,
    { supplied: 7n * USD, USDC: { withdrawBlockedBy: ['paused', 'no-liquidity'] } },
  ],
  [
    'withdraw',
    'USDC',
    ['balance', 'paused'],
    'Paused, of what is not there either',
    0n,
    { USDC: { withdrawBlockedBy: ['paused'] } },
  ],
  ['withdraw', 'WETH', ['balance'], 'the subtraction from the collateral panics', 10n * ETHER, { owed: 0n }],
  ['withdraw', 'WBTC', ['balance'], 'nothing of it is supplied', 0n],
  ['withdraw', 'WETH', ['balance'], 'other collateral suffices', 10n * ETHER, { wbtc: BITCOIN }],
  [
    'withdraw',
    'WETH',
    ['loan-to-value'],
    // 10,000 owed need 13,333.33333334 at 75 %, in eight decimals and rounded up: 6.66666666667 WETH.
    'NotCollateralized, beyond what the debt needs',
    3_333_333_333_330_000_000n,
  ],
  ['withdraw', 'WETH', ['loan-to-value'], 'NotCollateralized as it stands', 0n, { WETH: { price: 1_000n * WAD } }],
  ['withdraw', 'WETH', ['price'], 'BadPrice of the base asset, for whoever owes', 0n, badBase],
  ['withdraw', 'WETH', ['price'], 'BadPrice of what would be left', 0n, { WETH: bad }],
  ['withdraw', 'WETH', ['price'], 'BadPrice of what Comet comes to first', 0n, { wbtc: BITCOIN, WBTC: bad }],
  [
    'withdraw',
    'WETH',
    ['inactive'],
    'what Comet comes to first may not be borrowed against',
    0n,
    { wbtc: BITCOIN, WBTC: { is: { isDeactivated: true } } },
  ],
  ['withdraw', 'USDC', ['balance'], 'more would be a loan', 7n * USD, { supplied: 7n * USD }],
  ['withdraw', 'USDC', ['balance'], 'nothing is supplied: it would be a loan', 0n],
  [
    'withdraw',
    'USDC',
    ['liquidity'],
    'the transfer of more than Comet holds fails',
    5n * USD,
    { supplied: 7n * USD, USDC: { availableLiquidity: 5n * USD } },
  ],
  [
    'withdraw',
    'USDC',
    ['liquidity'],
    'Comet holds nothing',
    0n,
    { supplied: 7n * USD, USDC: { availableLiquidity: 0n, withdrawBlockedBy: ['no-liquidity'] } },
  ],
  [
    'withdraw',
    'USDC',
    ['balance', 'liquidity'],
    'both, where they end together',
    7n * USD,
    { supplied: 7n * USD, USDC: { availableLiquidity: 7n * USD } },
  ],

  ['borrow', 'WETH', ['borrowing-disabled'], 'a collateral is never lent', 0n],
  ['borrow', 'USDC', ['paused'], 'Paused', 0n, { USDC: { borrowBlockedBy: ['paused', 'no-liquidity'] } }],
  [
    'borrow',
    'USDC',
    ['paused'],
    'Paused for borrowers alone: what is supplied can be had',
    7n * USD,
    { supplied: 7n * USD, USDC: { borrowBlockedBy: ['paused'] } },
  ],
  ['borrow', 'USDC', ['loan-to-value'], 'NotCollateralized: 75 % of 20,000, of which 10,000 are owed', 5_000n * USD],
  [
    'borrow',
    'USDC',
    ['loan-to-value'],
    'NotCollateralized: 75 % of 20,000, on top of what is supplied',
    15_007n * USD,
    { supplied: 7n * USD },
  ],
  ['borrow', 'USDC', ['loan-to-value'], 'NotCollateralized by nothing', 0n, { weth: 0n, owed: 0n }],
  [
    'borrow',
    'USDC',
    ['minimum'],
    'BorrowTooSmall: so little collateral backs no loan that is large enough',
    0n,
    { weth: ETHER / 30n, owed: 0n, market: { baseBorrowMin: 100n * USD } },
  ],
  [
    'borrow',
    'USDC',
    ['minimum'],
    'BorrowTooSmall, beyond what is supplied',
    7n * USD,
    { weth: ETHER / 30n, supplied: 7n * USD, market: { baseBorrowMin: 100n * USD } },
  ],
  [
    'borrow',
    'USDC',
    ['minimum', 'loan-to-value'],
    'BorrowTooSmall and NotCollateralized',
    0n,
    { weth: 0n, owed: 0n, market: { baseBorrowMin: 100n * USD } },
  ],
  ['borrow', 'USDC', ['price'], 'BadPrice of the base asset', 0n, { ...badBase, owed: 0n }],
  ['borrow', 'USDC', ['price'], 'BadPrice of the only collateral', 0n, { WETH: bad, owed: 0n }],
  [
    'borrow',
    'USDC',
    ['price'],
    'BadPrice beyond what the collateral before it backs: 75 % of 60,000, of which 10,000 are owed',
    35_000n * USD,
    { wbtc: BITCOIN, WETH: bad },
  ],
  [
    'borrow',
    'USDC',
    ['inactive'],
    'what Comet comes to may not be borrowed against',
    0n,
    { owed: 0n, WETH: { is: { isDeactivated: true } } },
  ],
  [
    'borrow',
    'USDC',
    ['liquidity'],
    'the transfer of more than Comet holds fails',
    5n * USD,
    { USDC: { availableLiquidity: 5n * USD } },
  ],
  [
    'borrow',
    'USDC',
    ['loan-to-value', 'liquidity'],
    'both, where they end together',
    5_000n * USD,
    { USDC: { availableLiquidity: 5_000n * USD } },
  ],

  ['repay', 'USDC', ['paused'], 'Paused', 0n, { USDC: { supplyBlockedBy: ['paused'] } }],
  ['repay', 'USDC', ['balance'], 'more would be a supply', 10_000n * USD],
  ['repay', 'USDC', ['balance'], 'nothing is owed', 0n, { owed: 0n }],
  ['repay', 'WETH', ['balance'], 'a collateral is never owed', 0n],
]

describe('limits', () => {
  test('default: nothing limits a supply where there is no cap', () => {
    expect(limits.supply(where('USDC'))).toEqual({ amount: undefined, by: [] })
  })

  test.each(refusals)('behavior: %s of %s by %j: %s', (action, of, by, _, amount, facts) => {
    expect(limits[action](where(of, facts))).toEqual({ amount, by })
  })

  test('behavior: every reason that is documented is asserted', () => {
    expect(new Set(refusals.flatMap(([, , by]) => by))).toEqual(documentedReasons('Compound V3'))
  })

  test('behavior: a bad price that Comet never comes to is no reason', () => {
    const later = { wbtc: BITCOIN, WETH: bad }
    expect(limits.withdraw(where('WETH', later))).toEqual({ amount: 10n * ETHER, by: ['balance'] })
    expect(limits.withdraw(where('WETH', { ...badBase, owed: 0n }))).toEqual({ amount: 10n * ETHER, by: ['balance'] })
  })

  test('behavior: a collateral is judged by the index that is stored, a loan by the accrued one', () => {
    // A tenth of interest that nobody has booked: 11,000 are owed, which a withdrawal of collateral still takes for 10,000.
    const stale = { market: { borrowIndex: 11n * 10n ** 14n }, owed: 11_000n * USD }
    expect(limits.withdraw(where('WETH', stale))).toEqual({ amount: 3_333_333_333_330_000_000n, by: ['loan-to-value'] })
    expect(limits.borrow(where('USDC', stale))).toEqual({ amount: 4_000n * USD, by: ['loan-to-value'] })
  })

  test('behavior: unknown stays unknown', () => {
    expect(limits.withdraw(where('WETH', { WETH: { price: gone } }))).toEqual({ amount: gone, by: [] })
    expect(limits.borrow(where('USDC', { WETH: { price: gone } }))).toEqual({ amount: gone, by: [] })
    expect(limits.borrow(where('USDC', { USDC: { availableLiquidity: gone } }))).toEqual({ amount: gone, by: [] })
    expect(limits.supply(where('WETH', { WETH: { supplyRoom: gone } }))).toEqual({ amount: gone, by: [] })
  })
})
