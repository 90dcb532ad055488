import {
  type CollateralLeg,
  type Details,
  isUnimarginError,
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
import { aaveV3Lending } from './lending.ts'
import type { AaveV3Version } from './version.ts'

const pool = '0x00000000000000000000000000000000000000f0'
const owner = '0x00000000000000000000000000000000000000A1'
const stranger = '0x00000000000000000000000000000000000000b2'
const addresses = {
  WETH: '0x0000000000000000000000000000000000000001',
  USDC: '0x0000000000000000000000000000000000000002',
} as const
const RAY = 10n ** 27n
const WAD = 10n ** 18n
const USD = 10n ** 6n
const ETHER = WAD
const { limits } = aaveV3Lending.of(pool)

type Symbol = keyof typeof addresses

/** How a case differs from the usual one: 10 WETH at 2,000 (75 % lent, 80 % to the liquidation) and 10,000 USDC owed, on 3.6. */
type Facts = {
  readonly version?: AaveV3Version
  readonly market?: Details
  readonly WETH?: Partial<Reserve>
  readonly USDC?: Partial<Reserve>
  readonly position?: Details
  /** Base units of WETH. */
  readonly supplied?: bigint
  /** Base units of USDC that are supplied too, and back the debt. */
  readonly besides?: bigint
  /** Base units of USDC. */
  readonly owed?: Quantity
}

function reserveOf(symbol: Symbol, more: Partial<Reserve> = {}): Reserve {
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
      id: isWeth ? 0 : 1,
      isSiloed: false,
      isBorrowableInIsolation: false,
      debtCeiling: 0n,
      isolatedDebt: 0n,
      eModeCategory: 0,
      liquidityIndex: RAY,
      borrowIndex: RAY,
      scaledSupply: 10n ** 24n,
      ...more.details,
    },
  }
}

function legOf({ asset, price, loanToValue, liquidationThreshold }: Reserve, amount: bigint): CollateralLeg {
  const shares = { balance: amount, rate: RAY }
  return { asset, amount, price, shares, value: 0n, isCollateral: true, liquidationThreshold, loanToValue }
}

function where(symbol: Symbol, facts: Facts = {}): PositionAsset {
  const { version = '3.6', supplied = 10n * ETHER, besides = 0n, owed = 10_000n * USD } = facts
  const [weth, usdc] = [reserveOf('WETH', facts.WETH), reserveOf('USDC', facts.USDC)]
  const state: MarketState = {
    market: { key: 'aave-v3:1:pool', protocol: 'aave-v3', chainId: 1, id: pool, name: 'Aave' },
    reserves: [weth, usdc],
    details: { version, ...facts.market },
  }
  const legs = [legOf(weth, supplied), legOf(usdc, besides)]
  const shares = typeof owed === 'bigint' ? { balance: owed, rate: RAY } : undefined
  const debt = { asset: usdc.asset, amount: owed, price: usdc.price, shares, value: 0n, liabilityWeight: WAD }
  // Two bits for each reserve: borrowed, collateral.
  const configuration = (supplied > 0n ? 0b0010n : 0n) + (owed === 0n ? 0n : 0b0100n) + (besides > 0n ? 0b1000n : 0n)
  const position: PositionFacts = {
    owner,
    rule: 'aave-v3/3.0',
    collateral: legs.filter(({ amount }) => amount !== 0n),
    firstSupplies: legs.filter(({ amount }) => amount === 0n),
    debt: owed === 0n ? [] : [debt],
    details: { configuration, eModeId: 0, ...facts.position },
  }
  return { state, position, asset: addresses[symbol] }
}

/**
 * What the pool refuses by its own documented checks: the action, the asset, the reasons, the pool's error and when it comes, how
 * much it takes before that (base units), and what differs from the usual case.
 */
type Refusal = [LendingAction, Symbol, readonly string[], string, bigint, Facts?]

const closed = (of: Symbol, by: string): Facts => ({
  [of]: { supplyBlockedBy: [by], withdrawBlockedBy: [by], borrowBlockedBy: [by] },
})
const disabled: Facts = { USDC: { borrowBlockedBy: ['borrowing-disabled'] } }
const isolated: Partial<Reserve> = { details: { debtCeiling: 1_000_000n, isolatedDebt: 999_900n } }
const listed: Partial<Reserve> = { details: { isBorrowableInIsolation: true } }
const coarse: Partial<Reserve> = { asset: { ...reserveOf('USDC').asset, decimals: 1 }, ...listed }

const errors = { inactive: 'ReserveInactive', paused: 'ReservePaused', frozen: 'ReserveFrozen' } as const
const shut: readonly Refusal[] = (
  [
    ['supply', 'inactive', 'paused', 'frozen'],
    ['withdraw', 'inactive', 'paused'],
    ['borrow', 'inactive', 'paused', 'frozen'],
    ['repay', 'inactive', 'paused'],
  ] as const
).flatMap(([action, ...reasons]) =>
  reasons.map((by): Refusal => {
    const of = action === 'withdraw' ? 'WETH' : 'USDC'
    return [action, of, [by], errors[by], 0n, closed(of, by)]
  }),
)

const healthy = (['3.0', '3.4', '3.5', '3.6'] as const).map((version): Refusal => {
  const why = `HealthFactorLowerThanLiquidationThreshold on ${version}: 10,000 owed need 12,500 at 80 %, or 6.25 WETH`
  return ['withdraw', 'WETH', ['health'], why, (375n * ETHER) / 100n, { version }]
})

const refusals: readonly Refusal[] = [
  ...shut,
  ...healthy,
  ['supply', 'USDC', ['cap'], 'SupplyCapExceeded, beyond the room that is left', 7n, { USDC: { supplyRoom: 7n } }],
  [
    'supply',
    'USDC',
    ['cap'],
    'SupplyCapExceeded, of the least that is anything: 1 at an index of 1.5 scales to nothing',
    0n,
    { USDC: { supplyRoom: 1n, details: { liquidityIndex: (RAY * 3n) / 2n } } },
  ],
  [
    'withdraw',
    'WETH',
    ['balance'],
    'NotEnoughAvailableUserBalance, beyond what is supplied',
    10n * ETHER,
    { owed: 0n },
  ],
  ['withdraw', 'USDC', ['balance'], 'NotEnoughAvailableUserBalance, where nothing is supplied', 0n],
  [
    'withdraw',
    'WETH',
    ['balance'],
    'NotEnoughAvailableUserBalance, of what backs nothing, whatever is owed',
    10n * ETHER,
    { position: { configuration: 0b0100n } },
  ],
  [
    'withdraw',
    'WETH',
    ['liquidity'],
    'the aToken cannot pay out more than it has',
    4n * ETHER,
    { owed: 0n, WETH: { availableLiquidity: 4n * ETHER } },
  ],
  [
    'withdraw',
    'WETH',
    ['balance', 'liquidity'],
    'both, where they end together',
    10n * ETHER,
    { owed: 0n, WETH: { availableLiquidity: 10n * ETHER } },
  ],
  [
    'withdraw',
    'WETH',
    ['health'],
    'HealthFactorLowerThanLiquidationThreshold, from the first unit where it is below one already',
    0n,
    { WETH: { price: 1_000n * WAD } },
  ],
  [
    'withdraw',
    'WETH',
    ['loan-to-value'],
    'LtvValidationFailed, as long as other collateral that lends nothing has not gone first',
    0n,
    { besides: 1n, USDC: { loanToValue: 0n } },
  ],
  ['borrow', 'USDC', ['borrowing-disabled'], 'BorrowingNotEnabled', 0n, disabled],
  [
    'borrow',
    'USDC',
    ['borrowing-disabled'],
    'BorrowingNotEnabled, up to 3.5 whatever the e-mode says',
    0n,
    { ...disabled, version: '3.5', position: { eModeId: 1, borrowable: 0b10n } },
  ],
  [
    'borrow',
    'USDC',
    ['paused', 'borrowing-disabled'],
    'all that forbids it',
    0n,
    { USDC: { borrowBlockedBy: ['paused', 'borrowing-disabled'] } },
  ],
  [
    'borrow',
    'USDC',
    ['e-mode'],
    'NotBorrowableInEMode, from 3.2 on: the bitmap of the owner’s e-mode has not its bit',
    0n,
    { version: '3.2', position: { eModeId: 1, borrowable: 0b01n }, USDC: { details: { eModeCategory: 1 } } },
  ],
  [
    'borrow',
    'USDC',
    ['e-mode'],
    'InconsistentEModeCategory, up to 3.1: it is of another category',
    0n,
    { version: '3.1', position: { eModeId: 1 }, USDC: { details: { eModeCategory: 2 } } },
  ],
  ['borrow', 'USDC', ['sequencer'], 'PriceOracleSentinelCheckFailed', 0n, { market: { borrowAllowed: false } }],
  [
    'borrow',
    'WETH',
    ['siloed'],
    'SiloedBorrowingViolation: what is owed wants to be alone',
    0n,
    { USDC: { details: { isSiloed: true } } },
  ],
  [
    'borrow',
    'WETH',
    ['siloed'],
    'SiloedBorrowingViolation: it wants to be alone, and something else is owed',
    0n,
    { WETH: { details: { isSiloed: true } } },
  ],
  ['borrow', 'USDC', ['isolated'], 'AssetNotBorrowableInIsolation', 0n, { WETH: isolated }],
  [
    'borrow',
    'USDC',
    ['debt-ceiling'],
    'DebtCeilingExceeded: a dollar is left, and cents are counted whole',
    1_009_999n,
    { WETH: isolated, USDC: listed },
  ],
  [
    'borrow',
    'USDC',
    ['debt-ceiling'],
    'the ceiling counts cents: 10 ** (decimals - 2) reverts where there are none',
    0n,
    { WETH: isolated, USDC: coarse },
  ],
  ['borrow', 'USDC', ['cap'], 'BorrowCapExceeded, beyond the room that is left', 3n, { USDC: { borrowRoom: 3n } }],
  [
    'borrow',
    'USDC',
    ['liquidity'],
    'the aToken cannot pay out more than it has',
    5n * USD,
    { USDC: { availableLiquidity: 5n * USD } },
  ],
  [
    'borrow',
    'USDC',
    ['liquidity'],
    'InvalidAmount, from 3.1 on: more than was ever supplied',
    2n * USD,
    { version: '3.1', USDC: { details: { scaledSupply: 2n * USD } } },
  ],
  [
    'borrow',
    'USDC',
    ['loan-to-value'],
    'CollateralCannotCoverNewBorrow on 3.0, which does not ask how much was supplied: 75 % of 20,000, of which 10,000 are owed',
    5_000n * USD,
    { version: '3.0', USDC: { details: { scaledSupply: 2n * USD } } },
  ],
  ['borrow', 'USDC', ['loan-to-value'], 'CollateralCannotCoverNewBorrow on 3.6', 5_000n * USD],
  [
    'borrow',
    'USDC',
    ['loan-to-value'],
    'LtvValidationFailed: nothing that lends anything is supplied',
    0n,
    { supplied: 0n, owed: 0n },
  ],
  [
    'borrow',
    'USDC',
    ['health'],
    'HealthFactorLowerThanLiquidationThreshold up to 3.4: it has to be above one before the loan, and is one',
    0n,
    { version: '3.4', WETH: { price: 1_250n * WAD } },
  ],
  [
    'borrow',
    'USDC',
    ['loan-to-value', 'health'],
    'HealthFactorLowerThanLiquidationThreshold from 3.5 on, after the loan: both end at 80 % where the pool lends so much',
    6_000n * USD,
    { WETH: { loanToValue: (WAD * 80n) / 100n } },
  ],
  [
    'borrow',
    'USDC',
    ['loan-to-value', 'cap', 'liquidity'],
    'all that refuses the next unit',
    5_000n * USD,
    { USDC: { borrowRoom: 5_000n * USD, availableLiquidity: 5_000n * USD } },
  ],
  [
    'repay',
    'USDC',
    ['balance'],
    'it takes what is owed, also where the reserve is frozen',
    10_000n * USD,
    closed('USDC', 'frozen'),
  ],
  ['repay', 'WETH', ['balance'], 'NoDebtOfSelectedType', 0n],
  [
    'repay',
    'USDC',
    ['debt-ceiling'],
    'the ceiling counts cents: what has none cannot be counted back either (measured on 3.6)',
    0n,
    { WETH: isolated, USDC: coarse },
  ],
]

describe('limits', () => {
  test('default', () => {
    expect({
      supply: limits.supply(where('WETH')),
      withdraw: limits.withdraw(where('WETH')),
      borrow: limits.borrow(where('USDC')),
      repay: limits.repay(where('USDC')),
    }).toEqual({
      supply: { amount: undefined, by: [] },
      withdraw: { amount: 3_750_000_000_000_000_000n, by: ['health'] },
      borrow: { amount: 5_000_000_000n, by: ['loan-to-value'] },
      repay: { amount: 10_000_000_000n, by: ['balance'] },
    })
  })

  test.each(refusals)('behavior: %s of %s by %j: %s', (action, of, by, _, amount, facts) => {
    expect(limits[action](where(of, facts))).toEqual({ amount, by })
  })

  test('behavior: every reason that is documented is asserted', () => {
    expect(new Set(refusals.flatMap(([, , by]) => by))).toEqual(documentedReasons('Aave V3'))
  })

  test('behavior: what forbids one thing leaves others open', () => {
    // As the adapter says it of a frozen reserve.
    const frozen = { WETH: { supplyBlockedBy: ['frozen'], borrowBlockedBy: ['frozen'] }, owed: 0n }
    expect(limits.withdraw(where('WETH', frozen))).toEqual({ amount: 10n * ETHER, by: ['balance'] })
    // From 3.6 on an e-mode alone says what can be borrowed in it.
    const inMode = { ...disabled, position: { eModeId: 1, borrowable: 0b10n } }
    expect(limits.borrow(where('USDC', inMode))).toEqual({ amount: 5_000n * USD, by: ['loan-to-value'] })
    // More of the siloed asset that is owed, and of what lends nothing itself.
    const siloed = { USDC: { details: { isSiloed: true } } }
    expect(limits.borrow(where('USDC', siloed))).toEqual({ amount: 5_000n * USD, by: ['loan-to-value'] })
    const worthless = { besides: 1n, USDC: { loanToValue: 0n } }
    expect(limits.withdraw(where('USDC', worthless))).toEqual({ amount: 1n, by: ['balance'] })
    // With a second collateral nobody is isolated.
    const pair = { besides: 1n, WETH: isolated }
    expect(limits.borrow(where('USDC', pair)).by).toEqual(['loan-to-value'])
  })

  test('behavior: unknown stays unknown, and is never zero', () => {
    const gone = unknown({ kind: 'unavailable', chainId: 1, path: 'price', reason: 'no answer' })
    const priceless = where('WETH', { WETH: { price: gone } })
    expect(limits.withdraw(priceless)).toEqual({ amount: gone, by: [] })
    expect(limits.borrow({ ...priceless, asset: addresses.USDC })).toEqual({ amount: gone, by: [] })
    expect(limits.withdraw(where('WETH', { WETH: { availableLiquidity: gone } }))).toEqual({ amount: gone, by: [] })
    expect(limits.borrow(where('USDC', { USDC: { availableLiquidity: gone } }))).toEqual({ amount: gone, by: [] })
    expect(limits.borrow(where('USDC', { USDC: { borrowRoom: gone } }))).toEqual({ amount: gone, by: [] })
    expect(limits.supply(where('USDC', { USDC: { supplyRoom: gone } }))).toEqual({ amount: gone, by: [] })
    expect(limits.repay(where('USDC', { owed: gone })).amount).toEqual(gone)
    const silent = where('USDC', { market: { isSentinelUnknown: true } })
    expect(limits.borrow(silent)).toMatchObject({ amount: { status: 'unknown' }, by: [] })
    // What somebody else read says nothing of a version.
    const foreign = where('USDC', { market: { version: 'of others' } })
    for (const action of ['supply', 'withdraw', 'borrow', 'repay'] as const) {
      expect(limits[action](foreign)).toMatchObject({ amount: { status: 'unknown' }, by: [] })
    }
  })

  test('error: UnknownReserveError', () => {
    const attempt = () => limits.borrow({ ...where('USDC'), asset: stranger })
    expect(attempt).toThrow(expect.objectContaining({ name: 'UnknownReserveError', asset: stranger }))
    expect(attempt).toThrow(expect.toSatisfy(isUnimarginError))
  })
})
