import type { Asset } from '../model/Asset.ts'
import type { Address } from '../model/Hex.ts'
import type { CollateralLeg, DebtLeg, ExactPrice, KnownLegs } from '../model/Leg.ts'
import type { Position, ReadPosition } from '../model/Position.ts'
import { type Unknown, unknown } from '../model/Quantity.ts'
import { WAD } from '../units/Wad.ts'
import * as Exact from './Exact.ts'
import { firstBelow } from './firstBelow.ts'
import { isAtLeast } from './Judged.ts'
import * as Legs from './Legs.ts'
import type { LiquidationRule } from './LiquidationRule.ts'
import { owesAnything } from './owesAnything.ts'
import { positionOf } from './positionOf.ts'
import type { RiskContext } from './RiskAdapter.ts'
import { UnlistedAssetError } from './RiskErrors.ts'
import { requireRule } from './ruleOf.ts'

/** Where the price of one asset alone makes a position liquidatable, on one side of today's. */
export type PriceBoundary = {
  readonly direction: 'falls' | 'rises'
  /**
   * The first price at which it can be liquidated, in the protocol's own decimals. Absent where rounding alone decides beyond
   * `safeAt`, and nobody counted it out.
   */
  readonly liquidatesAt: ExactPrice | undefined
  /** The last price before: one unit beside, and it cannot. */
  readonly safeAt: ExactPrice
  /** `liquidatesAt` (else `safeAt`) as a WAD, rounded down. */
  readonly price: bigint
  /** How far that is from today's price, a share of it, WAD, rounded down. */
  readonly move: bigint
}

/** What one asset's own price can do to a position. */
export type LiquidationPrice = { readonly asset: Asset } & (
  | (PriceBoundary & {
      readonly status: 'known'
      /** Today's price in the protocol's own decimals. */
      readonly now: ExactPrice
      /** A price on the other side that does it as well, farther away: rare, and only where the protocol's rounding brings it about. */
      readonly opposite?: PriceBoundary | undefined
    })
  /** No price of this asset alone does it, from one unit up to a million times today's. */
  | { readonly status: 'never' }
  /** It can be liquidated now. */
  | { readonly status: 'already' }
  /** The market counts in this asset: in its own unit it is always worth one. The other assets' prices tell. */
  | { readonly status: 'unit-of-account' }
  | Unknown
)

/** Parameters of {@link liquidationPrices}. */
export type LiquidationPricesParameters = {
  readonly view: { readonly positions: readonly Position[] }
  /** Id of one of the view's positions. */
  readonly position: string
  /** Only of this asset. */
  readonly asset?: Address | undefined
}

/** No price is followed beyond so many times what it is. */
const FARTHEST = 10n ** 6n

/**
 * For each asset of a position, supplied or owed: the exact price at which the protocol's own verdict flips while all other prices
 * stay. One unit of the protocol's price beside it, the position is safe. An asset on both sides has one price: what is supplied and
 * what is owed move together. Prices are in what the market counts in: US dollars, or its unit of account (Morpho Blue: loan
 * tokens per collateral token).
 *
 * It is the flip that comes first from today's price. A price of zero is none: oracles that say it say that they do not know.
 *
 * Unknown as a whole where the position was not read, and asset by asset where a number that counts is unknown.
 *
 * @throws UnknownPositionError when the view has no such position.
 * @throws UnlistedAssetError when the position neither has nor owes the asset.
 * @throws UnknownMarketError when the context has no rule for the position.
 *
 * @example
 * import { liquidationPrices, type MarginClient, type MarginView, Wad } from '@unimargin/sdk'
 *
 * export function describe(client: MarginClient, view: MarginView, position: string): readonly string[] {
 *   const prices = liquidationPrices(client, { view, position })
 *   if ('status' in prices) return ['unknown']
 *   return prices.map((price) =>
 *     price.status === 'known'
 *       ? `${price.asset.symbol} ${price.direction} to ${Wad.format(price.price)}`
 *       : `${price.asset.symbol}: ${price.status}`,
 *   )
 * }
 */
export function liquidationPrices(
  context: RiskContext,
  { view, position: id, asset }: LiquidationPricesParameters,
): readonly LiquidationPrice[] | Unknown {
  const position = positionOf(view, id)
  const prices = pricesOf(context, position)
  if ('status' in prices || asset === undefined) return prices
  const ofAsset = prices.filter((price) => Legs.isSame(price.asset.address, asset))
  if (ofAsset.length > 0) return ofAsset
  throw new UnlistedAssetError(
    asset,
    position.market.key,
    prices.map((price) => price.asset.address),
  )
}

/** As {@link liquidationPrices}, of all assets of a position at hand. */
export function pricesOf(context: RiskContext, position: Position): readonly LiquidationPrice[] | Unknown {
  if (position.status === 'unread') return unknown(...position.issues)
  const assets = assetsOf(position)
  if (!owesAnything(position)) return assets.map((asset) => ({ asset, status: 'never' }))
  const rule = requireRule(context, position)
  const legs = Legs.known(position)
  if ('status' in legs) return assets.map((asset) => ({ asset, ...legs }))
  const isSafe = isAtLeast(rule.assess(legs).health, WAD)
  return assets.map((asset): LiquidationPrice => {
    const unit = position.unit?.asset
    if (unit !== undefined && isAsset({ asset }, unit)) return { asset, status: 'unit-of-account' }
    return isSafe ? { asset, ...boundariesOf(rule, legs, asset) } : { asset, status: 'already' }
  })
}

function assetsOf({ collateral, debt }: ReadPosition): readonly Asset[] {
  const assets = [...collateral, ...debt].map(({ asset }) => asset)
  return assets.filter((asset, index) => assets.findIndex((other) => isAsset({ asset }, other)) === index)
}

function isAsset({ asset }: { readonly asset: Asset }, { address }: Asset): boolean {
  return Legs.isSame(asset.address, address)
}

/** On both sides at once: a shock leaves them some units apart, because it rounds what is owed up, and none goes back for that. */
function boundariesOf(rule: LiquidationRule, legs: KnownLegs, asset: Asset) {
  const [leg] = [...legs.collateral, ...legs.debt].filter((candidate) => isAsset(candidate, asset))
  if (leg === undefined) return { status: 'never' } as const
  const decimals = rule.priceDecimals?.({ decimals: asset.decimals, exactPrice: leg.exactPrice }, legs) ?? 18
  const floor = Exact.priceOf(leg, decimals)
  // A price that a what-if made may have more digits than the protocol's own: then today's lies between two of those.
  const isBetween = Exact.toWad({ value: floor, decimals }) !== leg.price
  const now = isBetween ? { value: leg.price, decimals: 18 } : { value: floor, decimals }
  const at = (value: bigint): KnownLegs => {
    const exactPrice = { value, decimals }
    const price = Exact.toWad(exactPrice)
    const isAhead = (other: bigint) => (value > floor ? other > price : other < price)
    const moved = <other extends CollateralLeg<bigint> | DebtLeg<bigint>>(other: other): other =>
      isAsset(other, asset) && !isAhead(other.price) ? { ...other, price, exactPrice } : other
    return { collateral: legs.collateral.map(moved), debt: legs.debt.map(moved) }
  }
  const boundary = (direction: 'falls' | 'rises'): PriceBoundary | undefined => {
    const sign = direction === 'falls' ? -1n : 1n
    const valueAt = (steps: bigint) => floor + sign * steps + (isBetween && direction === 'falls' ? 1n : 0n)
    const safeAfter = (steps: bigint): ExactPrice => (steps === 0n ? now : { value: valueAt(steps), decimals })
    const most = direction === 'falls' ? valueAt(0n) - 1n : (floor > 0n ? floor : 1n) * FARTHEST
    const legsAt = (steps: bigint) => (steps === 0n ? legs : at(valueAt(steps)))
    const found = firstBelow({ rule, at: legsAt, most, isStraight: true })
    if (found.status === 'none') return undefined
    const [liquidatesAt, safeAt] =
      found.status === 'found'
        ? [{ value: valueAt(found.at), decimals }, safeAfter(found.at - 1n)]
        : [undefined, safeAfter(found.after)]
    const end = liquidatesAt ?? safeAt
    return { direction, liquidatesAt, safeAt, price: Exact.toWad(end), move: moveBetween(now, end) }
  }
  const [nearest, opposite] = [boundary('falls'), boundary('rises')]
    .filter((one) => one !== undefined)
    .sort((a, b) => (a.move < b.move ? -1 : a.move > b.move ? 1 : 0))
  if (nearest === undefined) return { status: 'never' } as const
  return { status: 'known', now, ...nearest, ...(opposite && { opposite }) } as const
}

/** The share of a price that another is away, WAD, rounded down. */
function moveBetween(now: ExactPrice, other: ExactPrice): bigint {
  const from = now.value * 10n ** BigInt(other.decimals)
  const to = other.value * 10n ** BigInt(now.decimals)
  return ((to > from ? to - from : from - to) * WAD) / (from > 0n ? from : 1n)
}
