import { reasonOf } from '../errors/reasonOf.ts'
import { type DataIssue, issueOf } from '../model/DataIssue.ts'
import type { Thresholds } from '../model/Health.ts'
import type { Position } from '../model/Position.ts'
import * as AccountHealth from './AccountHealth.ts'
import type { Change } from './Change.ts'
import { assertChange } from './change/assertChange.ts'
import type { Hypothesis } from './change/Hypothesis.ts'
import { withAction } from './change/withAction.ts'
import { withEMode } from './change/withEMode.ts'
import { withParameters } from './change/withParameters.ts'
import { withPrice } from './change/withPrice.ts'
import { withShock } from './change/withShock.ts'
import { withTime } from './change/withTime.ts'
import { issueKey } from './distinctIssues.ts'
import { marketIssues } from './marketIssues.ts'
import * as PositionHealth from './PositionHealth.ts'
import type { RiskContext } from './RiskAdapter.ts'
import { requireRule } from './ruleOf.ts'
import { totals } from './Totals.ts'
import { DEFAULT_THRESHOLDS, verdict } from './Verdict.ts'
import type { WhatIfSource, WhatIfView } from './WhatIfView.ts'

/** Parameters of {@link whatIf}. */
export type WhatIfParameters = {
  /** A margin view, or what another what-if made of one. */
  readonly view: WhatIfSource
  /** One after the other: each sees what the earlier ones did. */
  readonly changes: readonly Change[]
  /** Where verdicts begin; those of the context unless given. */
  readonly thresholds?: Thresholds | undefined
}

/**
 * What a margin view would be after some changes: every position is judged again by its own protocol's rule, so that it is what
 * the chain would say. Pure: nothing is read. Values and ratios are WAD, rounded as each protocol rounds; prices are rounded
 * against the owner, to the last decimal that the protocol's oracle has; a reserve's is rounded down, and what is first borrowed
 * after a shock has that one.
 *
 * Unknown stays unknown: an unread position, or a leg without a price, is no better known afterwards, and everything beside it
 * changes. An action is booked as the protocol books it where the adapter has `lending`, and time passes as its interest does;
 * elsewhere debts are bounded from above, and `bounds` names whose. Nobody asks whether what an owner does would be allowed.
 *
 * @throws UnknownPositionError, UnlistedMarketError, UnlistedAssetError when a change names what the view does not have.
 * @throws UnknownMarketError when the context has no adapter, or no rule, for a position that has to be judged again.
 * @throws InvalidChangeError for a factor or an amount that is not above zero, or too large, or more than ten years.
 * @throws NoLiabilityWeightError when a weight of debts is changed where the protocol has none.
 * @throws PriceOutOfRangeError when shocks take a price beyond all numbers.
 * @throws NoEModeError when an e-mode is asked for where the adapter cannot say what it would be.
 *
 * @example
 * import { type MarginClient, type MarginView, selectAssets, shockOf, Wad, whatIf } from '@unimargin/sdk'
 *
 * export function afterCrash(client: MarginClient, view: MarginView) {
 *   const ether = selectAssets(view, { symbols: ['WETH', 'wstETH'] })
 *   const crash = shockOf({ name: 'ETH −20 %', assets: ether, factor: Wad.fromDecimal('0.8') })
 *   return whatIf(client, { view, changes: [crash, { kind: 'time', seconds: 86_400n }] }).weakest
 * }
 */
export function whatIf(context: RiskContext, parameters: WhatIfParameters): WhatIfView {
  const { view, changes, thresholds = context.thresholds ?? DEFAULT_THRESHOLDS } = parameters
  for (const change of changes) assertChange(change)
  const isAgain = 'status' in view
  const start: Hypothesis = { ...view, bounds: new Set(isAgain ? view.bounds : []) }
  const end = changes.reduce((hypothesis, change) => applied(context, hypothesis, change), start)
  const positions = end.positions.map((position, index) =>
    position === start.positions[index] ? position : judged(context, position),
  )
  return {
    status: 'hypothetical',
    changes: isAgain ? [...view.changes, ...changes] : changes,
    positions,
    markets: end.markets,
    totals: totals(positions),
    weakest: AccountHealth.weakest(positions),
    aggregate: AccountHealth.aggregate(positions),
    verdict: verdict(positions, thresholds),
    issues: issuesAfter(view, { positions, markets: end.markets }),
    bounds: positions.flatMap(({ id }) => (end.bounds.has(id) ? [id] : [])),
  }
}

function applied(context: RiskContext, hypothesis: Hypothesis, change: Change): Hypothesis {
  switch (change.kind) {
    case 'shock':
      return withShock(context, hypothesis, change)
    case 'price':
      return withPrice(context, hypothesis, change)
    case 'action':
      return withAction(context, hypothesis, change)
    case 'time':
      return withTime(context, hypothesis, change)
    case 'parameters':
      return withParameters(context, hypothesis, change)
    case 'e-mode':
      return withEMode(context, hypothesis, change)
  }
}

function judged(context: RiskContext, position: Position): Position {
  if (position.status === 'unread') return position
  const rule = requireRule(context, position)
  try {
    return { ...position, ...PositionHealth.assess(position, rule) }
  } catch (error) {
    // Numbers beyond what the protocol's own arithmetic can hold.
    const { id, owner, market } = position
    const reason = `cannot be judged: ${reasonOf(error)}`
    const place = { chainId: market.chainId, market: market.key, owner, path: 'position' }
    const issues = [issueOf({ status: 'unavailable', reason }, place)]
    return { id, owner, market, status: 'unread', health: { status: 'unknown', issues }, issues }
  }
}

/** Those of the view without what became known, and what became unknown. */
function issuesAfter(before: WhatIfSource, after: Pick<WhatIfSource, 'positions' | 'markets'>): readonly DataIssue[] {
  const now = found(after)
  const gone = new Set([...found(before).keys()].filter((key) => !now.has(key)))
  const kept = before.issues.filter((issue) => !gone.has(issueKey(issue)))
  const known = new Set(kept.map(issueKey))
  return [...kept, ...[...now].flatMap(([key, issue]) => (known.has(key) ? [] : [issue]))]
}

function found({ positions, markets }: Pick<WhatIfSource, 'positions' | 'markets'>): ReadonlyMap<string, DataIssue> {
  const issues = [...positions.map(({ issues }) => issues), ...markets.map(marketIssues)].flat()
  return new Map(issues.map((issue) => [issueKey(issue), issue]))
}
