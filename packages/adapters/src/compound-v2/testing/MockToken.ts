import { type Address, OutOfRangeError, Wad } from '@unimargin/sdk'
import { type MockAmount, type MockBlock, mockAddress, toBaseUnits } from '@unimargin/sdk/testing'
import type { FlavourName } from '../Flavour.ts'
import * as TokenMath from './TokenMath.ts'

/** One market of a mocked Comptroller, in a few words. Ratios are decimal texts: `'0.8'` is 80 %. */
export type MockTokenOptions = {
  /** US dollars per whole token, as a decimal text or WAD. Zero: the oracle has none. */
  readonly price: MockAmount
  /** 18 unless told. */
  readonly decimals?: number | undefined
  /** What a borrow is measured by. Zero, or left out: the liquidation threshold. */
  readonly collateralFactor?: string | undefined
  /** What liquidates; the collateral factor where the flavour has but one. Zero, or left out: no collateral. */
  readonly liquidationThreshold?: string | undefined
  /** What others have supplied and nobody has borrowed: `'1000000'` whole tokens unless told. */
  readonly liquidity?: MockAmount | undefined
  /** What others have borrowed; none unless told. */
  readonly lent?: MockAmount | undefined
  /** Per year at no utilisation, and what full utilisation adds; none unless told. */
  readonly borrowRate?: string | undefined
  readonly slope?: string | undefined
  readonly reserveFactor?: string | undefined
  /** Base units; none unless told. */
  readonly supplyCap?: bigint | undefined
  readonly borrowCap?: bigint | undefined
  readonly paused?:
    | readonly ('supply' | 'withdraw' | 'borrow' | 'repay' | 'enter' | 'seize' | 'liquidate')[]
    | undefined
  readonly isListed?: boolean | undefined
  /** What the protocol keeps when it is seized; `'0.028'` unless told. */
  readonly protocolSeizeShare?: string | undefined
  /** Of Venus: whoever owes it may be liquidated, however healthy. */
  readonly isLiquidationForced?: boolean | undefined
  /** The chain's own coin: its token has no underlying. */
  readonly isCoin?: boolean | undefined
  /**
   * When interest was last accrued: seconds since 1970, or the number of a block where the flavour counts blocks, as contracts see
   * it (on Arbitrum's chains the L1's). With every block unless told: then there is never any.
   */
  readonly accruedAt?: bigint | undefined
  readonly address?: Address | undefined
}

/** One market as its token keeps it. */
export type MockToken = {
  readonly options: MockTokenOptions
  readonly symbol: string
  readonly decimals: number
  readonly asset: Address
  readonly token: Address
  readonly model: Address
  readonly price: bigint
  readonly collateralFactor: bigint
  readonly liquidationThreshold: bigint
  readonly reserveFactor: bigint
  readonly seizeShare: bigint
  readonly line: TokenMath.Line
  readonly books: TokenMath.Books
  readonly borrowIndex: bigint
  readonly accruedAt: bigint | undefined
}

/** What a mocked year has, whether it is seconds or blocks. */
export const SLOTS_PER_YEAR = 31_536_000n
const PRICE_DECIMALS = 36

/** A market from its options, with addresses that are the same in every run. */
export function make(where: string, symbol: string, options: MockTokenOptions): MockToken {
  const { decimals = 18, liquidationThreshold = '0', collateralFactor = liquidationThreshold } = options
  const named = (what: string) => mockAddress(`${where}:${symbol}:${what}`)
  const cash = toBaseUnits(options.liquidity ?? '1000000', decimals)
  const borrows = toBaseUnits(options.lent ?? 0n, decimals)
  const perSlot = (rate = '0') => Wad.fromDecimal(rate) / SLOTS_PER_YEAR
  return {
    options,
    symbol,
    decimals,
    asset: options.isCoin ? '0x0000000000000000000000000000000000000000' : (options.address ?? named('asset')),
    token: named('token'),
    model: named('model'),
    price: (toBaseUnits(options.price, 18) * 10n ** BigInt(PRICE_DECIMALS - decimals)) / Wad.WAD,
    collateralFactor: ratio(collateralFactor),
    liquidationThreshold: ratio(liquidationThreshold),
    reserveFactor: ratio(options.reserveFactor ?? '0'),
    seizeShare: ratio(options.protocolSeizeShare ?? '0.028'),
    line: { base: perSlot(options.borrowRate), slope: perSlot(options.slope) },
    books: {
      cash,
      borrows,
      reserves: 0n,
      badDebt: 0n,
      supply: ((cash + borrows) * Wad.WAD) / firstRate(decimals),
    },
    borrowIndex: Wad.WAD,
    accruedAt: options.accruedAt,
  }
}

/** Options that changed apply at once; what the token has counted so far stays. */
export function changed(where: string, token: MockToken, changes: Partial<MockTokenOptions>): MockToken {
  const { books, borrowIndex, accruedAt } = token
  const made = make(where, token.symbol, { ...token.options, ...changes })
  return { ...made, books, borrowIndex, accruedAt: 'accruedAt' in changes ? changes.accruedAt : accruedAt }
}

/** Which arithmetic a flavour has. */
export function familyOf(flavour: FlavourName): TokenMath.Family {
  return flavour === 'venus-isolated' ? 'venus' : 'compound'
}

/** Base units per share, WAD. A share has eight decimals. */
export function rateOf({ books, decimals }: MockToken): bigint {
  return TokenMath.exchangeRate(books, firstRate(decimals))
}

/** Per slot, WAD, at the books that are stored. */
export function borrowRateOf({ line, books }: MockToken, family: TokenMath.Family): bigint {
  return TokenMath.borrowRate(line, books, family)
}

/** The token with interest up to a block. */
export function accrued(token: MockToken, family: TokenMath.Family, slot: bigint): MockToken {
  const { accruedAt, reserveFactor } = token
  if (accruedAt === undefined || slot <= accruedAt) return token
  const terms = { rate: borrowRateOf(token, family), slots: slot - accruedAt, reserveFactor }
  return { ...token, ...TokenMath.accrued(token, terms), accruedAt: slot }
}

/** What a flavour counts interest by: seconds, or blocks as contracts see them. */
export function slotOf(flavour: FlavourName, { number, evmNumber = number, timestamp }: MockBlock): bigint {
  return flavour === 'compound' ? evmNumber : timestamp
}

function firstRate(decimals: number): bigint {
  return 10n ** BigInt(10 + decimals)
}

function ratio(text: string): bigint {
  const value = Wad.fromDecimal(text)
  if (value > Wad.WAD) throw new OutOfRangeError({ parameter: 'ratio', value, min: 0n, max: Wad.WAD })
  return value
}
