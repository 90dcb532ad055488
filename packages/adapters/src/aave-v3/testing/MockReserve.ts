import { type Address, Bps, Decimal, InvalidAddressError, OutOfRangeError, Ray, Wad } from '@unimargin/sdk'
import { type MockAmount, mockAddress, toBaseUnits } from '@unimargin/sdk/testing'
import { isAddress } from 'viem'

/** One reserve of a mocked pool, in a few words. Ratios are decimal texts: `'0.825'` is 82.5 %. */
export type MockReserveOptions = {
  /** US dollars per whole token, as a decimal text with up to 8 decimals, or WAD. */
  readonly price: MockAmount
  /** 18 unless told. */
  readonly decimals?: number | undefined
  /** Zero, or left out: no collateral. */
  readonly liquidationThreshold?: string | undefined
  /** The liquidation threshold unless told. */
  readonly loanToValue?: string | undefined
  /** What a liquidator gains on top; `'0.05'` unless told. */
  readonly liquidationBonus?: string | undefined
  /** What others have supplied and nobody has borrowed: `'1000000'` whole tokens unless told. */
  readonly liquidity?: MockAmount | undefined
  /** Whole tokens; none unless told. */
  readonly supplyCap?: bigint | undefined
  readonly borrowCap?: bigint | undefined
  readonly isFrozen?: boolean | undefined
  readonly isPaused?: boolean | undefined
  readonly isActive?: boolean | undefined
  readonly isBorrowable?: boolean | undefined
  /** Not zero: collateral in isolation only. US dollars with 2 decimals, as Aave has it. */
  readonly debtCeiling?: bigint | undefined
  readonly isBorrowableInIsolation?: boolean | undefined
  /** Who borrows it can borrow nothing else. */
  readonly isSiloed?: boolean | undefined
  /** The e-mode category that the reserve is in. */
  readonly eMode?: number | undefined
  /** Share of the borrowers' interest that goes to the treasury; none unless told. */
  readonly reserveFactor?: string | undefined
  /** RAY; one unless told. They stand still: interest is what a test makes of them. */
  readonly liquidityIndex?: bigint | undefined
  readonly borrowIndex?: bigint | undefined
  /** Per year; none unless told. */
  readonly supplyRate?: string | undefined
  readonly borrowRate?: string | undefined
  /** How usage makes the rates; unless told, nobody knows. Rates are told apart from it. */
  readonly rateModel?: MockRateModel | undefined
  /** Seconds since 1970 at which the feed was last updated; with every block unless told; `unknown`: it does not say. */
  readonly priceUpdatedAt?: bigint | 'unknown' | undefined
  /** The asset itself. Made of chain, pool and symbol unless told. */
  readonly address?: Address | undefined
  /** The feed behind the price. */
  readonly feed?: Address | undefined
}

/** The numbers of an interest rate strategy, as decimal texts of at most four decimals: `'0.8'` is 80 %. */
export type MockRateModel = {
  readonly optimalUsage: string
  readonly baseRate: string
  readonly slope1: string
  readonly slope2: string
}

/** One reserve as the pool keeps it. Ratios are basis points, prices have 8 decimals, indices and rates are RAY. */
export type MockReserve = {
  /** What it was made of. */
  readonly options: MockReserveOptions
  readonly id: number
  readonly symbol: string
  readonly decimals: number
  readonly asset: Address
  readonly aToken: Address
  readonly stableDebtToken: Address
  readonly variableDebtToken: Address
  readonly strategy: Address
  readonly feed: Address
  readonly aTokenName: string
  readonly price: bigint
  readonly priceUpdatedAt: bigint | 'unknown' | undefined
  readonly liquidationThreshold: bigint
  readonly loanToValue: bigint
  readonly liquidationBonus: bigint
  /** Base units. */
  readonly liquidity: bigint
  readonly supplyCap: bigint
  readonly borrowCap: bigint
  readonly isFrozen: boolean
  readonly isPaused: boolean
  readonly isActive: boolean
  readonly isBorrowable: boolean
  readonly isBorrowableInIsolation: boolean
  readonly isSiloed: boolean
  readonly debtCeiling: bigint
  readonly eMode: number
  readonly reserveFactor: bigint
  readonly liquidityIndex: bigint
  readonly borrowIndex: bigint
  readonly supplyRate: bigint
  readonly borrowRate: bigint
  /** Basis points: optimal usage, base rate and the two slopes. */
  readonly rateModel: readonly [bigint, bigint, bigint, bigint] | undefined
}

const PRICE_DECIMALS = 8
const WAD_PER_BASE = 10n ** 10n
const MAX_PRICE = 2n ** 256n - 1n
/** What Aave has room for in the configuration of a reserve. */
const MAX_E_MODE = 255n
const MAX_CAP = 2n ** 36n - 1n
const MAX_DEBT_CEILING = 2n ** 40n - 1n

/** Which pool a reserve is of. */
export type MockPoolName = { readonly chainId: number; readonly pool: Address; readonly name: string }

/** A reserve from its options, with addresses that are the same in every run. */
export function make(where: MockPoolName, id: number, symbol: string, options: MockReserveOptions): MockReserve {
  const { decimals = 18, liquidationThreshold = '0', loanToValue = liquidationThreshold } = options
  const named = (what: string) => `aave-v3:${where.chainId}:${where.pool}:${symbol}:${what}`
  return {
    options,
    id,
    symbol,
    decimals,
    asset: addressOf('address', options.address, named('asset')),
    aToken: mockAddress(named('aToken')),
    stableDebtToken: mockAddress(named('stableDebtToken')),
    variableDebtToken: mockAddress(named('variableDebtToken')),
    strategy: mockAddress(named('strategy')),
    feed: addressOf('feed', options.feed, named('feed')),
    aTokenName: `Aave ${where.name} ${symbol}`,
    price: priceOf(options.price),
    priceUpdatedAt: options.priceUpdatedAt,
    liquidationThreshold: bpsOf(liquidationThreshold),
    loanToValue: bpsOf(loanToValue),
    liquidationBonus: bpsOf(liquidationThreshold) === 0n ? 0n : Bps.BPS + bpsOf(options.liquidationBonus ?? '0.05'),
    liquidity: toBaseUnits(options.liquidity ?? '1000000', decimals),
    supplyCap: bounded('supply cap', options.supplyCap ?? 0n, MAX_CAP),
    borrowCap: bounded('borrow cap', options.borrowCap ?? 0n, MAX_CAP),
    isFrozen: options.isFrozen ?? false,
    isPaused: options.isPaused ?? false,
    isActive: options.isActive ?? true,
    isBorrowable: options.isBorrowable ?? true,
    isBorrowableInIsolation: options.isBorrowableInIsolation ?? false,
    isSiloed: options.isSiloed ?? false,
    debtCeiling: bounded('debt ceiling', options.debtCeiling ?? 0n, MAX_DEBT_CEILING),
    eMode: Number(bounded('e-mode', BigInt(options.eMode ?? 0), MAX_E_MODE)),
    reserveFactor: bpsOf(options.reserveFactor ?? '0'),
    liquidityIndex: options.liquidityIndex ?? Ray.RAY,
    borrowIndex: options.borrowIndex ?? Ray.RAY,
    supplyRate: rayOf(options.supplyRate ?? '0'),
    borrowRate: rayOf(options.borrowRate ?? '0'),
    rateModel: options.rateModel && rateModelOf(options.rateModel),
  }
}

/** As the oracle has it: US dollars with 8 decimals. */
function priceOf(price: MockAmount): bigint {
  if (typeof price === 'string') return Decimal.parse(price, PRICE_DECIMALS)
  const base = toBaseUnits(price, 18) / WAD_PER_BASE
  // `1800n` for `'1800'`: nobody means a price of nothing by it.
  if (base === 0n) bounded('price in WAD', price, MAX_PRICE, price === 0n ? 0n : WAD_PER_BASE)
  return base
}

/** Basis points of a ratio of at most one: `'82.5'` for `'0.825'` would flow over in the reserve's configuration. */
export function bpsOf(ratio: string): bigint {
  return bounded('ratio in basis points', Bps.fromWadDown(Wad.fromDecimal(ratio)), Bps.BPS)
}

function rateModelOf({ optimalUsage, baseRate, slope1, slope2 }: MockRateModel): MockReserve['rateModel'] {
  const bps = (rate: string) => Bps.fromWadDown(Wad.fromDecimal(rate))
  return [bpsOf(optimalUsage), bps(baseRate), bps(slope1), bps(slope2)]
}

function bounded(parameter: string, value: bigint, max: bigint, min = 0n): bigint {
  if (value < min || value > max) throw new OutOfRangeError({ parameter, value, min, max })
  return value
}

function addressOf(parameter: string, given: Address | undefined, otherwise: string): Address {
  if (given === undefined) return mockAddress(otherwise)
  if (!isAddress(given, { strict: false })) throw new InvalidAddressError({ parameter, value: given })
  return given
}

function rayOf(rate: string): bigint {
  return Wad.fromDecimal(rate) * (Ray.RAY / Wad.WAD)
}
