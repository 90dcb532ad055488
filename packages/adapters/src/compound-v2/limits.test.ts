import {
  type LendingAction,
  type MarketState,
  type PositionAsset,
  type PositionFacts,
  type Reserve,
  unknown,
} from '@unimargin/sdk'
import { describe, expect, test } from 'vitest'
import { documentedReasons } from '../../../../test/fixtures/documentedReasons.ts'
import { unaccruedKey } from './Account.ts'
import * as Flavour from './Flavour.ts'
import { lendingLimits } from './limits.ts'

const addresses = {
  WETH: '0x0000000000000000000000000000000000000001',
  USDC: '0x0000000000000000000000000000000000000002',
  DAI: '0x0000000000000000000000000000000000000003',
} as const
const WAD = 10n ** 18n
const ETHER = WAD
const USD = 10n ** 6n
const limitsOf = {
  venus: lendingLimits(Flavour.of('venus-isolated')),
  moonwell: lendingLimits(Flavour.of('moonwell')),
} as const
const flavours = ['venus', 'moonwell'] as const

type Symbol = keyof typeof addresses

/** How a case differs from the usual one: 10 WETH at 2,000, entered, back 10,000 USDC at 75 %. A share is a base unit. */
type Facts = {
  readonly WETH?: Partial<Reserve>
  readonly USDC?: Partial<Reserve>
  /** Shares of WETH, and what one is worth, WAD. */
  readonly shares?: bigint
  readonly rate?: bigint
  readonly isEntered?: boolean
  /** Base units of USDC, and how much of it the Comptroller has not counted yet. */
  readonly owed?: bigint
  readonly unaccrued?: bigint
}

function reserveOf(symbol: 'WETH' | 'USDC', more: Partial<Reserve> = {}): Reserve {
  const isWeth = symbol === 'WETH'
  return {
    asset: { chainId: 1, address: addresses[symbol], symbol, decimals: isWeth ? 18 : 6 },
    price: (isWeth ? 2_000n : 1n) * WAD,
    liquidationThreshold: (WAD * 80n) / 100n,
    loanToValue: (WAD * 75n) / 100n,
    liquidationBonus: 0n,
    supplyRoom: undefined,
    borrowRoom: undefined,
    availableLiquidity: 10n ** 24n,
    supplyRate: 0n,
    borrowRate: 0n,
    supplyBlockedBy: [],
    withdrawBlockedBy: [],
    borrowBlockedBy: [],
    ...more,
    details: {
      isListed: true,
      isSupplyPaused: false,
      isWithdrawPaused: false,
      isBorrowPaused: false,
      isRepayPaused: false,
      isEnterPaused: false,
      exchangeRate: WAD,
      storedExchangeRate: WAD,
      borrows: 10n ** 24n,
      ...more.details,
    },
  }
}

function where(symbol: Symbol, facts: Facts = {}): PositionAsset {
  const { shares = 10n * ETHER, rate = WAD, isEntered = true, owed = 10_000n * USD, unaccrued = 0n } = facts
  const [weth, usdc] = [reserveOf('WETH', facts.WETH), reserveOf('USDC', facts.USDC)]
  const state: MarketState = {
    market: { key: 'compound-v2:1:0x01', protocol: 'compound-v2', chainId: 1, id: '0x01', name: 'Comptroller' },
    reserves: [weth, usdc],
  }
  const legOf = ({ asset, price, liquidationThreshold, loanToValue }: Reserve, balance: bigint, each: bigint) => ({
    asset,
    amount: (balance * each) / WAD,
    price,
    shares: { balance, rate: each },
    value: 0n,
    isCollateral: isEntered,
    liquidationThreshold,
    loanToValue,
  })
  const legs = [legOf(weth, shares, rate), legOf(usdc, 0n, WAD)]
  const position: PositionFacts = {
    owner: '0x00000000000000000000000000000000000000a1',
    rule: 'compound-v2',
    collateral: legs.filter((leg) => leg.shares.balance > 0n),
    firstSupplies: legs.filter((leg) => leg.shares.balance === 0n),
    debt: owed > 0n ? [{ asset: usdc.asset, amount: owed, price: usdc.price, value: 0n, liabilityWeight: WAD }] : [],
    details: { [unaccruedKey(usdc.asset.address)]: unaccrued },
  }
  return { state, position, asset: addresses[symbol] }
}

/** What a Comptroller or a token refuses by its published code: as in the table, with the families that do so. */
type Refusal = [
  LendingAction,
  Symbol,
  readonly string[],
  string,
  bigint,
  Facts?,
  (readonly (typeof flavours)[number][])?,
]

const unlisted = { details: { isListed: false } }
const paused = (symbol: 'WETH' | 'USDC', ...what: readonly string[]): Facts => ({
  [symbol]: { details: Object.fromEntries(what.map((one) => [one, true])) },
})

const refusals: readonly Refusal[] = [
  ['supply', 'USDC', ['inactive'], 'MarketNotListed', 0n, { USDC: unlisted }],
  ['supply', 'DAI', ['inactive'], 'MarketNotListed: the Comptroller has no such market', 0n],
  ['supply', 'USDC', ['paused'], 'ActionPaused: MINT', 0n, paused('USDC', 'isSupplyPaused')],
  ['supply', 'USDC', ['cap'], 'SupplyCapExceeded, beyond the room that is left', 7n, { USDC: { supplyRoom: 7n } }],

  ['withdraw', 'WETH', ['inactive'], 'MarketNotListed', 0n, { WETH: unlisted }],
  ['withdraw', 'WETH', ['paused'], 'ActionPaused: REDEEM', 0n, paused('WETH', 'isWithdrawPaused')],
  ['withdraw', 'USDC', ['balance'], 'nothing is supplied', 0n],
  [
    'withdraw',
    'WETH',
    ['balance', 'loan-to-value'],
    'InsufficientLiquidity before the subtraction panics: what is not there would leave less than the nothing that is owed',
    10n * ETHER,
    { owed: 0n },
  ],
  [
    'withdraw',
    'WETH',
    ['balance'],
    'the subtraction from the shares panics: what is not entered backs nothing',
    10n * ETHER,
    { isEntered: false },
  ],
  [
    'withdraw',
    'WETH',
    ['loan-to-value'],
    // 5,000 of 15,000 are free, and a WETH counts 1,500.
    'InsufficientLiquidity, beyond what the debt needs',
    3_333_333_333_333_333_333n,
  ],
  ['withdraw', 'WETH', ['loan-to-value'], 'InsufficientLiquidity as it stands', 0n, { WETH: { price: 1_000n * WAD } }],
  [
    'withdraw',
    'WETH',
    ['liquidity'],
    'RedeemTransferOutNotPossible, beyond the cash',
    3n * ETHER,
    { WETH: { availableLiquidity: 3n * ETHER } },
  ],
  [
    'withdraw',
    'WETH',
    ['balance', 'liquidity'],
    'both, where they end together',
    10n * ETHER,
    { isEntered: false, WETH: { availableLiquidity: 10n * ETHER } },
  ],
  [
    'withdraw',
    'WETH',
    ['liquidity', 'minimum'],
    '"redeemTokens zero": 2 units of cash are less than a share of 3',
    0n,
    { owed: 0n, rate: 3n * WAD, WETH: { availableLiquidity: 2n } },
    ['moonwell'],
  ],
  [
    'withdraw',
    'WETH',
    ['liquidity'],
    'RedeemTransferOutNotPossible: 2 units of cash are less than a share of 3, which it would pay',
    0n,
    { owed: 0n, rate: 3n * WAD, WETH: { availableLiquidity: 2n } },
    ['venus'],
  ],
  [
    'withdraw',
    'WETH',
    ['balance', 'minimum'],
    '"redeemAmount is zero": a unit is 3 shares of 0.3, which come to 0.9; all four are taken out by shares alone',
    0n,
    { isEntered: false, shares: 4n, rate: (WAD * 3n) / 10n },
    ['venus'],
  ],

  ['borrow', 'USDC', ['inactive'], 'MarketNotListed', 0n, { USDC: unlisted }],
  ['borrow', 'DAI', ['inactive'], 'MarketNotListed: the Comptroller has no such market', 0n],
  ['borrow', 'USDC', ['paused'], 'ActionPaused: BORROW', 0n, paused('USDC', 'isBorrowPaused')],
  [
    'borrow',
    'USDC',
    ['paused'],
    'ActionPaused: ENTER_MARKET, of what is not entered yet',
    0n,
    { ...paused('USDC', 'isEnterPaused'), isEntered: false },
  ],
  ['borrow', 'USDC', ['cap'], 'BorrowCapExceeded, beyond the room that is left', 3n, { USDC: { borrowRoom: 3n } }],
  [
    'borrow',
    'USDC',
    ['loan-to-value'],
    'InsufficientLiquidity: 75 % of 20,000, of which 10,000 are owed',
    5_000n * USD,
  ],
  ['borrow', 'USDC', ['loan-to-value'], 'InsufficientLiquidity: nothing is entered', 0n, { isEntered: false }],
  ['borrow', 'USDC', ['loan-to-value'], 'InsufficientLiquidity as it stands', 0n, { WETH: { price: 1_000n * WAD } }],
  [
    'borrow',
    'USDC',
    ['liquidity'],
    'BorrowCashNotAvailable, beyond the cash',
    5n * USD,
    { USDC: { availableLiquidity: 5n * USD } },
  ],
  [
    'borrow',
    'USDC',
    ['cap', 'liquidity', 'loan-to-value'],
    'all, where they end together',
    5_000n * USD,
    { USDC: { availableLiquidity: 5_000n * USD, borrowRoom: 5_000n * USD } },
  ],

  ['repay', 'USDC', ['inactive'], 'MarketNotListed', 0n, { USDC: unlisted }],
  ['repay', 'USDC', ['paused'], 'ActionPaused: REPAY', 0n, paused('USDC', 'isRepayPaused')],
  ['repay', 'USDC', ['balance'], 'it takes what is owed', 10_000n * USD],
  ['repay', 'WETH', ['balance'], 'nothing is owed', 0n],
  [
    'repay',
    'USDC',
    ['balance'],
    'the subtraction from the books panics: rounding left less in them than is owed',
    9_999n * USD,
    { USDC: { details: { borrows: 9_999n * USD } } },
  ],
]

describe('limits', () => {
  test('default: nothing limits a supply where there is no cap', () => {
    for (const flavour of flavours) {
      expect(limitsOf[flavour].supply(where('USDC'))).toEqual({ amount: undefined, by: [] })
    }
  })

  test.each(refusals)('behavior: %s of %s by %j: %s', (action, of, by, _, amount, facts, families = flavours) => {
    for (const flavour of families) expect(limitsOf[flavour][action](where(of, facts)), flavour).toEqual({ amount, by })
  })

  test('behavior: every reason that is documented is asserted', () => {
    expect(new Set(refusals.flatMap(([, , by]) => by))).toEqual(documentedReasons('Compound V2'))
  })

  test('behavior: of what a position does not mention nothing can be taken out', () => {
    const { position, ...rest } = where('USDC')
    const bare = { ...rest, position: { ...position, firstSupplies: [] } }
    expect(limitsOf.venus.withdraw(bare)).toEqual({ amount: 0n, by: ['balance'] })
  })

  test('behavior: what is entered already needs no entering', () => {
    const shut = where('USDC', paused('USDC', 'isEnterPaused'))
    expect(limitsOf.venus.borrow(shut)).toEqual({ amount: 5_000n * USD, by: ['loan-to-value'] })
  })

  test('behavior: the asset that acts has accrued, all others are as they are stored', () => {
    // Of 10,000 that are owed the Comptroller knows 9,000 as long as nobody touches USDC.
    const stale = { unaccrued: 1_000n * USD }
    for (const flavour of flavours) {
      const { withdraw, borrow } = limitsOf[flavour]
      expect(withdraw(where('WETH', stale))).toEqual({ amount: 4n * ETHER, by: ['loan-to-value'] })
      expect(borrow(where('USDC', stale))).toEqual({ amount: 5_000n * USD, by: ['loan-to-value'] })
    }
  })

  test('behavior: unknown stays unknown', () => {
    const gone = unknown({ kind: 'unavailable', chainId: 1, path: 'price', reason: 'no answer' })
    const { supply, withdraw, borrow, repay } = limitsOf.venus
    expect(withdraw(where('WETH', { WETH: { price: gone } }))).toEqual({ amount: gone, by: [] })
    expect(borrow(where('USDC', { WETH: { price: gone } }))).toEqual({ amount: gone, by: [] })
    expect(supply(where('USDC', { USDC: { supplyRoom: gone } }))).toEqual({ amount: gone, by: [] })
    expect(withdraw(where('WETH', { WETH: { availableLiquidity: gone } }))).toEqual({ amount: gone, by: [] })
    // Nothing is nothing, whatever the rest.
    expect(borrow(where('USDC', { WETH: { price: gone }, USDC: { borrowRoom: 0n } }))).toEqual({
      amount: 0n,
      by: ['cap'],
    })
    // Whether it is shut could not be read.
    const unread = {
      USDC: { details: { isSupplyPaused: 'unread', isRepayPaused: 'unread', isBorrowPaused: 'unread' } },
    }
    for (const limit of [supply, borrow, repay]) {
      expect(limit(where('USDC', unread))).toMatchObject({ amount: { status: 'unknown' }, by: [] })
    }
  })
})
