import type { DataIssue } from '../model/DataIssue.ts'
import type { Health, Verdict } from '../model/Health.ts'
import type { MarginView, Totals, WeakestHealth } from '../model/MarginView.ts'
import type { MarketState } from '../model/Market.ts'
import type { Position } from '../model/Position.ts'
import type { Change } from './Change.ts'

/**
 * What a margin view would be after some changes. It says nothing of chains, blocks and moves under way, and is no margin view:
 * nothing can be planned or sent with it.
 */
export type WhatIfView = {
  readonly status: 'hypothetical'
  /** In the order in which they were made; those of the view that it was made of come first. */
  readonly changes: readonly Change[]
  readonly positions: readonly Position[]
  /**
   * With the prices, parameters and units that were changed. Rates, caps and liquidity are those that were read, unless an adapter
   * that knows better moved the market on in time.
   */
  readonly markets: readonly MarketState[]
  readonly totals: Totals
  readonly weakest: WeakestHealth
  readonly aggregate: Health
  readonly verdict: Verdict
  /** Everything of it that is unknown, located. */
  readonly issues: readonly DataIssue[]
  /**
   * Ids of the positions whose amounts are bounds and not what the protocol would book to the unit, in the order of positions:
   * their debts are the most, their collateral the least that they can be by then. Empty where every figure is the protocol's own.
   */
  readonly bounds: readonly string[]
}

/** What a what-if starts from: a margin view, or another what-if. */
export type WhatIfSource = Pick<MarginView, 'positions' | 'markets' | 'issues'> | WhatIfView
