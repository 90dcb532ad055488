import type { Address } from '../../model/Hex.ts'
import type { ExactPrice } from '../../model/Leg.ts'
import type { MarginView } from '../../model/MarginView.ts'
import type { MarketState } from '../../model/Market.ts'
import type { Position, ReadPosition } from '../../model/Position.ts'
import { type Quantity, type Unknown, unknown } from '../../model/Quantity.ts'
import * as Decimal from '../../units/Decimal.ts'
import { WAD } from '../../units/Wad.ts'
import { assertWithin, LOSS, TARGET } from '../assertWithin.ts'
import { assertListed, marketOf } from '../change/Hypothesis.ts'
import * as Exact from '../Exact.ts'
import { isAtLeast } from '../Judged.ts'
import * as Legs from '../Legs.ts'
import type { Assessment, LiquidationRule } from '../LiquidationRule.ts'
import { positionOf } from '../positionOf.ts'
import type { RiskContext } from '../RiskAdapter.ts'
import { requireRule } from '../ruleOf.ts'

/** What a lever-up or a deleverage aims at, WAD and at least 1: a health factor, or a gross leverage `V / (V − D)`. */
export type LeverTarget = { readonly health: bigint } | { readonly leverage: bigint }

/** Parameters of `leverUp` and `deleverage`. */
export type LeverParameters = {
  /** A margin view, or what a what-if made of one. */
  readonly view: Pick<MarginView, 'positions' | 'markets'>
  /** Id of one of its positions. */
  readonly position: string
  /** Asset of the position's market that is supplied, or sold. */
  readonly collateral: Address
  /** Asset of the same market that is borrowed, or paid back. */
  readonly debt: Address
  readonly target: LeverTarget
  /** Share that the exchange of one for the other keeps, WAD; nothing unless given. A flash loan's fee belongs here as well. */
  readonly fee?: bigint | undefined
  /** Share of the rest that may be lost at worst, WAD; counted as lost. */
  readonly slippage?: bigint | undefined
}

/** A position that exchanges between two of its market's assets. */
export type Trade = {
  readonly position: ReadPosition
  readonly state: MarketState
  readonly rule: LiquidationRule
  readonly assessment: Assessment
  readonly collateral: TradedAsset
  readonly debt: TradedAsset
  readonly target: LeverTarget
  /** Share of a value that is lost, WAD, rounded up. */
  readonly cost: bigint
}

/** One side of it, at the market's own price. */
export type TradedAsset = {
  readonly address: Address
  readonly decimals: number
  readonly price: bigint
  readonly exactPrice?: ExactPrice | undefined
  /** The threshold that holds for this owner, WAD; zero where it backs nothing. */
  readonly liquidationThreshold: bigint
}

/**
 * A trade with everything that it needs looked up, or why that is unknown.
 *
 * @throws UnknownPositionError, UnlistedMarketError, UnlistedAssetError, UnknownMarketError, InvalidParameterError
 */
export function of(context: RiskContext, parameters: LeverParameters): Trade | Unknown {
  const { view, target, fee = 0n, slippage = 0n } = parameters
  assertWithin(TARGET, 'health' in target ? { health: target.health } : { leverage: target.leverage })
  assertWithin(LOSS, { fee, slippage })
  const position: Position = positionOf(view, parameters.position)
  const state = marketOf({ ...view, bounds: new Set() }, position.market.key)
  assertListed(state, parameters.collateral)
  assertListed(state, parameters.debt)
  if (position.status === 'unread') return unknown(...position.issues)
  const rule = requireRule(context, position)
  const legs = Legs.known(position)
  if ('status' in legs) return legs
  if ('leverage' in target && typeof position.collateralValue !== 'bigint') return position.collateralValue
  const collateral = sideOf(position, state, parameters.collateral, 'collateral')
  const debt = sideOf(position, state, parameters.debt, 'debt')
  if (collateral.status === 'unknown') return collateral
  if (debt.status === 'unknown') return debt
  const kept = ((WAD - fee) * (WAD - slippage)) / WAD
  return {
    position,
    state,
    rule,
    assessment: rule.assess(legs),
    collateral,
    debt,
    target,
    cost: WAD - kept,
  }
}

/** Whether an assessment meets the target. What nothing would be left of is levered beyond all numbers. */
export function meets({ target }: Trade, { health, collateralValue, debtValue }: Assessment): boolean {
  if ('health' in target) return isAtLeast(health, target.health)
  return debtValue === 0n || (collateralValue - debtValue) * target.leverage >= collateralValue * WAD
}

/** Base units of one asset for an amount of the other, at the market's own prices, less what is lost; rounded down. */
export function exchanged(amount: bigint, from: TradedAsset, to: TradedAsset, cost: bigint): bigint {
  const [dividend, divisor] = ratio(from, to)
  return divisor === 0n ? 0n : (amount * dividend * (WAD - cost)) / (divisor * WAD)
}

/** The least that has to be given for an amount of the other, base units. `undefined` for what is worth nothing. */
export function neededFor(amount: bigint, from: TradedAsset, to: TradedAsset, cost: bigint): bigint | undefined {
  const [dividend, divisor] = ratio(from, to)
  const gain = dividend * (WAD - cost)
  return gain === 0n ? undefined : (amount * divisor * WAD + gain - 1n) / gain
}

/** Base units of an asset that a value (WAD) comes to, rounded down: an estimate, to begin a search at. */
export function amountOf(value: bigint, { price, decimals }: TradedAsset): bigint {
  return price === 0n ? 0n : (value * Decimal.unit(decimals)) / price
}

/** Base units of `to` for one of `from`, as a fraction, with all digits that the prices have. */
function ratio(from: TradedAsset, to: TradedAsset): readonly [dividend: bigint, divisor: bigint] {
  const digits = Math.max(18, from.exactPrice?.decimals ?? 0, to.exactPrice?.decimals ?? 0)
  return [priceOf(from, digits) * Decimal.unit(to.decimals), priceOf(to, digits) * Decimal.unit(from.decimals)]
}

function priceOf(side: TradedAsset, digits: number): bigint {
  const decimals = side.exactPrice?.decimals ?? 18
  return Exact.priceOf(side, decimals) * 10n ** BigInt(digits - decimals)
}

/** An asset at the price that the position has it at; where it has none, at that of a first supply or of the reserve. */
function sideOf(
  position: ReadPosition,
  state: MarketState,
  address: Address,
  side: 'collateral' | 'debt',
): (TradedAsset & { readonly status: 'known' }) | Unknown {
  const isIt = (one: { readonly asset: { readonly address: string } }) => Legs.isSame(one.asset.address, address)
  const backing = [...position.collateral, ...(position.firstSupplies ?? [])].filter(isIt)
  const leg = backing.find(({ isCollateral }) => isCollateral) ?? backing[0]
  const owed = position.debt.find(isIt)
  const reserve = state.reserves.find(isIt)
  const known = (side === 'debt' ? (owed ?? leg) : leg) ?? owed ?? reserve
  if (known === undefined) return unknown(...position.issues)
  const price: Quantity = known.price
  if (typeof price !== 'bigint') return price
  const threshold = leg === undefined ? reserve?.liquidationThreshold : leg.isCollateral ? leg.liquidationThreshold : 0n
  return {
    status: 'known',
    address,
    decimals: known.asset.decimals,
    price,
    exactPrice: 'exactPrice' in known ? known.exactPrice : undefined,
    liquidationThreshold: threshold ?? 0n,
  }
}
