import type { ReadPosition } from '../model/Position.ts'
import type { Unknown } from '../model/Quantity.ts'
import * as Acted from './Acted.ts'
import * as Legs from './Legs.ts'
import * as Trade from './lever/Trade.ts'
import * as PositionHealth from './PositionHealth.ts'
import type { RiskContext } from './RiskAdapter.ts'
import * as Search from './Search.ts'
import * as ToHealth from './ToHealth.ts'
import * as ToLeverage from './ToLeverage.ts'

/** What a lever-up to a target takes. Amounts are base units. */
export type LeverUp =
  | {
      readonly status: 'known'
      /** Of the debt asset: the target holds with so much, and does not with one more. */
      readonly borrow: bigint
      /** Of the collateral asset: what the exchange gives for it at worst. */
      readonly supply: bigint
      readonly after: ReadPosition
    }
  /** The position is beyond the target already: `deleverage` brings it back. */
  | { readonly status: 'beyond' }
  /** However much is borrowed, the target holds: each loan brings more than it takes. */
  | { readonly status: 'unbounded' }
  | Unknown

/** What no token has more of. */
const MOST = 2n ** 160n

/**
 * The most that a position can borrow, exchange for collateral and supply again, and still hold a health or a leverage. The closed
 * form (`ToHealth.leverUp`, `ToLeverage.leverUp`) says about how much; the protocol's own rule, on what it would book, says exactly.
 *
 * The exchange is at the market's own prices, less `fee` and `slippage`. It is meant as one transaction, by a flash loan, or as many
 * loops as it takes; nobody asks here whether the market lends so much or takes it: `lending.limits` does.
 *
 * @throws UnknownPositionError, UnlistedMarketError, UnlistedAssetError when the view has no such position, market or asset.
 * @throws UnknownMarketError when the context has no rule for the position.
 * @throws InvalidParameterError for a target below 1, and for a fee or a slippage of 1 or more.
 *
 * @example
 * import { leverUp, type MarginClient, type MarginView, Wad } from '@unimargin/sdk'
 *
 * export function toThreeTimes(client: MarginClient, view: MarginView, position: string, pair: readonly `0x${string}`[]) {
 *   const [collateral = '0x', debt = '0x'] = pair
 *   const slippage = Wad.fromDecimal('0.005')
 *   return leverUp(client, { view, position, collateral, debt, slippage, target: { leverage: 3n * Wad.WAD } })
 * }
 */
export function leverUp(context: RiskContext, parameters: Trade.LeverParameters): LeverUp {
  const trade = Trade.of(context, parameters)
  if ('status' in trade) return trade
  const { rule, collateral, debt, cost } = trade
  const boughtFor = (borrow: bigint) => Trade.exchanged(borrow, debt, collateral, cost)
  const after = (borrow: bigint): ReadPosition =>
    Acted.after(context, trade, [
      { action: 'borrow', asset: debt.address, amount: borrow },
      { action: 'supply', asset: collateral.address, amount: boughtFor(borrow) },
    ])
  const holds = (borrow: bigint): boolean => {
    const legs = Legs.known(after(borrow))
    return !('status' in legs) && Trade.meets(trade, rule.assess(legs))
  }
  if (!holds(0n)) return { status: 'beyond' }
  const value = estimated(trade)
  if (value === undefined) return { status: 'unbounded' }
  const estimate = Trade.amountOf(value, debt) + 1n
  const beyond = firstThat((borrow) => !holds(borrow), estimate)
  if (beyond === undefined) return { status: 'unbounded' }
  const borrow = (Search.least({ estimate, most: beyond, passes: (candidate) => !holds(candidate) }) ?? 1n) - 1n
  const facts = after(borrow)
  return {
    status: 'known',
    borrow,
    supply: boughtFor(borrow),
    after: { ...facts, ...PositionHealth.assess(facts, rule) },
  }
}

function estimated({ assessment, collateral, target, cost }: Trade.Trade): bigint | undefined {
  if ('leverage' in target) return ToLeverage.leverUp({ ...assessment, target: target.leverage, cost })
  const { liquidationThreshold } = collateral
  return ToHealth.leverUp({ ...assessment, target: target.health, liquidationThreshold, cost })
}

/** A number that something is true of, at an estimate or at the doubles of it. */
function firstThat(isTrue: (candidate: bigint) => boolean, estimate: bigint): bigint | undefined {
  for (let candidate = estimate; candidate <= MOST; candidate *= 2n) {
    if (isTrue(candidate)) return candidate
  }
  return undefined
}
