import type { ReadPosition } from '../model/Position.ts'
import type { Unknown } from '../model/Quantity.ts'
import * as Acted from './Acted.ts'
import { least } from './Extremes.ts'
import * as Legs from './Legs.ts'
import * as Trade from './lever/Trade.ts'
import * as PositionHealth from './PositionHealth.ts'
import type { RiskContext } from './RiskAdapter.ts'
import * as Search from './Search.ts'
import * as ToHealth from './ToHealth.ts'
import * as ToLeverage from './ToLeverage.ts'

/** What a deleverage to a target takes. Amounts are base units. */
export type Deleverage =
  | {
      readonly status: 'known'
      /** Of the collateral asset: the target holds with so much, and does not with one less. */
      readonly sell: bigint
      /** Of the debt asset: what the exchange gives for it at worst, and no more than is owed. */
      readonly repay: bigint
      readonly after: ReadPosition
    }
  /** The target holds now: nothing has to be sold. */
  | { readonly status: 'already' }
  /** Not even all of it, or all that pays the debt back, is enough. */
  | { readonly status: 'never' }
  | Unknown

/**
 * The least collateral that a position has to sell, to pay debt back with, until it holds a health or a leverage. The closed form
 * (`ToHealth.deleverage`, `ToLeverage.deleverage`) says about how much; the protocol's own rule, on what it would book, says exactly.
 *
 * The exchange is at the market's own prices, less `fee` and `slippage`. It is meant as one transaction that pays back first, by a flash
 * loan; nobody asks here whether the market pays so much out: `headroom` and `lending.limits` do.
 *
 * @throws UnknownPositionError, UnlistedMarketError, UnlistedAssetError when the view has no such position, market or asset.
 * @throws UnknownMarketError when the context has no rule for the position.
 * @throws InvalidParameterError for a target below 1, and for a fee or a slippage of 1 or more.
 *
 * @example
 * import { deleverage, type MarginClient, type MarginView, Wad } from '@unimargin/sdk'
 *
 * export function toSafety(client: MarginClient, view: MarginView, position: string, pair: readonly `0x${string}`[]) {
 *   const [collateral = '0x', debt = '0x'] = pair
 *   const slippage = Wad.fromDecimal('0.005')
 *   return deleverage(client, { view, position, collateral, debt, slippage, target: { health: Wad.fromDecimal('1.5') } })
 * }
 */
export function deleverage(context: RiskContext, parameters: Trade.LeverParameters): Deleverage {
  const trade = Trade.of(context, parameters)
  if ('status' in trade) return trade
  const { position, rule, assessment, collateral, debt, cost } = trade
  if (Trade.meets(trade, assessment)) return { status: 'already' }
  const held = amountIn(position.collateral, collateral.address)
  const owed = amountIn(position.debt, debt.address)
  const most = least(held, Trade.neededFor(owed, collateral, debt, cost) ?? 0n)
  const paidBy = (sell: bigint) => least(Trade.exchanged(sell, collateral, debt, cost), owed)
  const after = (sell: bigint): ReadPosition =>
    Acted.after(context, trade, [
      { action: 'repay', asset: debt.address, amount: paidBy(sell) },
      { action: 'withdraw', asset: collateral.address, amount: sell },
    ])
  const passes = (sell: bigint): boolean => {
    const legs = Legs.known(after(sell))
    return !('status' in legs) && Trade.meets(trade, rule.assess(legs))
  }
  const value = estimated(trade)
  const estimate = value === undefined ? most : Trade.amountOf(value, collateral)
  const sell = Search.least({ estimate, most, passes })
  if (sell === undefined) return { status: 'never' }
  const facts = after(sell)
  return { status: 'known', sell, repay: paidBy(sell), after: { ...facts, ...PositionHealth.assess(facts, rule) } }
}

function estimated({ assessment, collateral, target, cost }: Trade.Trade): bigint | undefined {
  if ('leverage' in target) return ToLeverage.deleverage({ ...assessment, target: target.leverage, cost })
  const { liquidationThreshold } = collateral
  return ToHealth.deleverage({ ...assessment, target: target.health, liquidationThreshold, cost })
}

function amountIn(legs: ReadPosition['collateral'] | ReadPosition['debt'], address: string): bigint {
  const amount = legs.find(({ asset }) => Legs.isSame(asset.address, address))?.amount
  return typeof amount === 'bigint' ? amount : 0n
}
