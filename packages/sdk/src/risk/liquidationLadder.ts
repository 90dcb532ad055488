import type { Address } from '../model/Hex.ts'
import type { Market } from '../model/Market.ts'
import type { Position } from '../model/Position.ts'
import { issuesOf, type Quantity, unknown } from '../model/Quantity.ts'
import * as Dollars from './Dollars.ts'
import { distinctIssues } from './distinctIssues.ts'
import { type FallToLiquidation, fallOf } from './fallToLiquidation.ts'
import { isAtStake } from './isAtStake.ts'
import { type LiquidationPrice, pricesOf } from './liquidationPrices.ts'
import type { RiskContext } from './RiskAdapter.ts'
import type { Direction } from './Shock.ts'

/** One position on the way down. */
export type LadderRung = {
  /** Its id. */
  readonly position: string
  readonly owner: Address
  readonly market: Market
  /** How far prices may go until it can be liquidated. */
  readonly fall: FallToLiquidation
  /** Of its own prices the one that has the least way to go alone, if any can do it. */
  readonly weakestPrice: Extract<LiquidationPrice, { status: 'known' }> | undefined
  /** What backs its debts: US dollars, WAD, rounded down. */
  readonly atStake: Quantity
}

/** Parameters of {@link liquidationLadder}. */
export type LiquidationLadderParameters = {
  /** One view, or several: of many accounts, say. Of a position that is in more than one the last counts. */
  readonly views: readonly { readonly positions: readonly Position[] }[]
  /** Of each position its collateral, all alike, unless given. */
  readonly direction?: Direction | undefined
}

/**
 * All positions in the order in which they die along a direction: those that nobody can tell of come first, then what can be
 * liquidated now, then by the length (WAD) of the way, then what no length of it kills. Equal ones are ordered by their ids. What
 * is idle is left out: nobody can liquidate it.
 *
 * @throws UnknownMarketError when the context has no rule for a position.
 * @throws AmbiguousDirectionError, InvalidSlopeError for a direction that is none.
 *
 * @example
 * import { liquidationLadder, type MarginClient, type MarginView } from '@unimargin/sdk'
 *
 * export function diesFirst(client: MarginClient, view: MarginView): string | undefined {
 *   const [first] = liquidationLadder(client, { views: [view] })
 *   return first?.position
 * }
 */
export function liquidationLadder(
  context: RiskContext,
  { views, direction }: LiquidationLadderParameters,
): readonly LadderRung[] {
  const positions = new Map(views.flatMap((view) => view.positions).map((position) => [position.id, position]))
  return [...positions.values()]
    .filter(isAtStake)
    .map((position) => rungOf(context, position, direction))
    .sort((a, b) => compare(orderOf(a.fall), orderOf(b.fall)) || compare(a.position, b.position))
}

function rungOf(context: RiskContext, position: Position, direction: Direction | undefined): LadderRung {
  const { id, owner, market } = position
  const prices = pricesOf(context, position)
  const known = 'status' in prices ? [] : prices.filter((price) => price.status === 'known')
  const [weakestPrice] = known.sort((a, b) => compare(a.move, b.move))
  return {
    position: id,
    owner,
    market,
    fall: fallOf(context, position, direction),
    weakestPrice,
    atStake: atStakeOf(position),
  }
}

function atStakeOf(position: Position): Quantity {
  if (position.status === 'unread') return unknown(...position.issues)
  const values = position.collateral.filter(({ isCollateral }) => isCollateral).map(({ value }) => value)
  const missing = values.filter((value) => typeof value !== 'bigint')
  if (missing.length > 0) return unknown(...distinctIssues(missing.map(issuesOf)))
  const sum = values.reduce<bigint>((total, value) => (typeof value === 'bigint' ? total + value : total), 0n)
  return Dollars.valueDown(sum, position.unit)
}

/** Unknown, now, some time, never. */
function orderOf(fall: FallToLiquidation): bigint {
  switch (fall.status) {
    case 'unknown':
      return -2n
    case 'already':
      return -1n
    case 'never':
      return 10n ** 36n
    default:
      return fall.fall
  }
}

function compare<value extends bigint | string>(a: value, b: value): number {
  return a < b ? -1 : a > b ? 1 : 0
}
