import { type Address, Decimal, InvalidAddressError, OutOfRangeError, Wad } from '@unimargin/sdk'
import { type MockAmount, mockAddress, toBaseUnits } from '@unimargin/sdk/testing'
import { isAddress } from 'viem'
import type { MockCometAsset, MockCometCollateral, MockCurve } from './Ledger.ts'

/** An asset of a mocked Comet, in a few words. */
export type MockCometAssetOptions = {
  /** In the unit of the feeds per whole token, as a decimal text with up to 8 decimals, or WAD. `'0'`: a bad price. */
  readonly price: MockAmount
  /** 18 unless told. */
  readonly decimals?: number | undefined
  /** Seconds since 1970 at which the feed was last updated; with every block unless told; `unknown`: it does not say. */
  readonly priceUpdatedAt?: bigint | 'unknown' | undefined
  /** The token. Made of chain, Comet and symbol unless told. */
  readonly address?: Address | undefined
  readonly feed?: Address | undefined
}

/** The base asset. */
export type MockCometBaseOptions = MockCometAssetOptions & {
  readonly symbol: string
  /** What others have supplied and nobody has borrowed: a million whole tokens unless told. */
  readonly liquidity?: MockAmount | undefined
  /** What others owe: nothing unless told. */
  readonly borrowed?: MockAmount | undefined
  /** The smallest loan; one base unit unless told. */
  readonly minimum?: MockAmount | undefined
  /** Per year at any utilisation, or a curve; nothing unless told, so that interest stands still. */
  readonly supplyRate?: string | MockCurve | undefined
  readonly borrowRate?: string | MockCurve | undefined
}

/** A collateral. Ratios are decimal texts: `'0.825'` is 82.5 %. */
export type MockCometCollateralOptions = MockCometAssetOptions & {
  /** What is liquidated by. */
  readonly liquidationThreshold: string
  /** What is lent by; the liquidation threshold unless told. */
  readonly loanToValue?: string | undefined
  /** What of its value a liquidation credits; `'0.95'` unless told. */
  readonly liquidationFactor?: string | undefined
  /** A million whole tokens unless told. */
  readonly supplyCap?: MockAmount | undefined
}

/** Where a mocked Comet is. */
export type MockCometName = { readonly chainId: number; readonly comet: Address }

const PRICE_DECIMALS = 8
const WAD_PER_PRICE = 10n ** 10n
const YEAR = 31_536_000n

/** An asset with addresses that are the same in every run. */
export function toAsset(where: MockCometName, symbol: string, options: MockCometAssetOptions): MockCometAsset {
  const named = (what: string) => mockAddress(`compound-v3:${where.chainId}:${where.comet}:${symbol}:${what}`)
  return {
    symbol,
    decimals: options.decimals ?? 18,
    asset: addressOf('address', options.address) ?? named('asset'),
    feed: addressOf('feed', options.feed) ?? named('feed'),
    price: toPrice(options.price),
    priceUpdatedAt: options.priceUpdatedAt,
  }
}

/** A collateral of which nobody has any. */
export function toCollateral(
  where: MockCometName,
  symbol: string,
  options: MockCometCollateralOptions,
): MockCometCollateral {
  const { liquidationThreshold, loanToValue = liquidationThreshold, liquidationFactor = '0.95' } = options
  const asset = toAsset(where, symbol, options)
  return {
    ...asset,
    borrowFactor: ratioOf(loanToValue),
    liquidateFactor: ratioOf(liquidationThreshold),
    liquidationFactor: ratioOf(liquidationFactor),
    supplyCap: toBaseUnits(options.supplyCap ?? '1000000', asset.decimals),
    total: 0n,
    absorbed: 0n,
  }
}

/** As a feed has it, with 8 decimals: a WAD is cut. */
export function toPrice(price: MockAmount): bigint {
  if (typeof price === 'string') return Decimal.parse(price, PRICE_DECIMALS)
  const units = toBaseUnits(price, 18) / WAD_PER_PRICE
  // `1800n` for `'1800'`: nobody means a price of nothing by it.
  if (units === 0n && price !== 0n) {
    throw new OutOfRangeError({ parameter: 'price in WAD', value: price, min: WAD_PER_PRICE, max: 2n ** 256n - 1n })
  }
  return units
}

/** A rate per year that holds at any utilisation, or a curve as it stands. */
export function toCurve(rate: string | MockCurve = '0'): MockCurve {
  return typeof rate === 'object' ? rate : { kink: Wad.WAD, base: Wad.fromDecimal(rate) / YEAR, low: 0n, high: 0n }
}

function ratioOf(text: string): bigint {
  const ratio = Wad.fromDecimal(text)
  if (ratio > Wad.WAD) throw new OutOfRangeError({ parameter: 'ratio', value: ratio, min: 0n, max: Wad.WAD })
  return ratio
}

function addressOf(parameter: string, given: Address | undefined): Address | undefined {
  if (given === undefined || isAddress(given, { strict: false })) return given
  throw new InvalidAddressError({ parameter, value: given })
}
