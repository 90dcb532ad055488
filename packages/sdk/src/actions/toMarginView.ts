import type { MarginContext } from '../adapter/MarginContext.ts'
import { type DataIssue, issueOf } from '../model/DataIssue.ts'
import type { Address } from '../model/Hex.ts'
import type { ChainReading, MarginView } from '../model/MarginView.ts'
import type { MarketState } from '../model/Market.ts'
import { issuesOf } from '../model/Quantity.ts'
import * as AccountHealth from '../risk/AccountHealth.ts'
import { distinctIssues } from '../risk/distinctIssues.ts'
import { marketIssues } from '../risk/marketIssues.ts'
import { totals } from '../risk/Totals.ts'
import { verdict } from '../risk/Verdict.ts'
import { judgePositions } from './judgePositions.ts'
import { movesInView } from './movesInView.ts'
import { oracleFlags } from './oracleFlags.ts'
import { outcomeFor } from './outcomeFor.ts'
import type { ChainOutcome } from './readChain.ts'
import { stampIssues } from './stampIssues.ts'

/**
 * Makes the margin view of one account of what was read; the outcomes may be of more owners than these. Reads nothing. What
 * is missing is noted in the context's history, so that each issue says since when.
 */
export function toMarginView(
  context: Pick<MarginContext, 'thresholds' | 'history'>,
  all: readonly ChainOutcome[],
  owners: readonly Address[],
): MarginView {
  const outcomes = all.map((outcome) => outcomeFor(outcome, owners))
  const positions = outcomes.flatMap((outcome) =>
    outcome.markets.flatMap((market) => judgePositions(outcome, market, owners)),
  )
  const markets = outcomes.flatMap(marketsOf)
  const { inFlight, parked, issues } = movesInView(outcomes)
  const view: MarginView = {
    owners,
    chains: outcomes.map(chainReading),
    positions,
    markets,
    inFlight,
    parked,
    totals: totals(positions),
    weakest: AccountHealth.weakest(positions),
    aggregate: AccountHealth.aggregate(positions),
    verdict: verdict(positions, context.thresholds),
    issues: distinctIssues([
      ...outcomes.map(chainIssues),
      ...positions.map((position) => position.issues),
      ...markets.map(marketIssues),
      ...[...inFlight, ...parked].map(({ value }) => issuesOf(value)),
      issues,
    ]),
    flags: outcomes
      .flatMap((outcome) =>
        outcome.status === 'read'
          ? [
              ...outcome.flags,
              ...marketsOf(outcome).flatMap((state) => [...(state.flags ?? []), ...oracleFlags(state, outcome.block)]),
            ]
          : [],
      )
      .concat(positions.flatMap((position) => (position.status === 'read' ? (position.flags ?? []) : []))),
    cut: cutOf(outcomes),
  }
  return stampIssues(view, outcomes, context.history)
}
function cutOf(outcomes: readonly ChainOutcome[]): MarginView['cut'] {
  const times = outcomes.flatMap((outcome) => (outcome.status === 'read' ? [outcome.block.timestamp] : []))
  const sorted = times.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  const [oldest, youngest] = [sorted.at(0), sorted.at(-1)]
  if (oldest === undefined || youngest === undefined) return { time: undefined, skew: 0n }
  return { time: oldest, skew: youngest - oldest }
}

function chainReading(outcome: ChainOutcome): ChainReading {
  const identity = { chainId: outcome.chain.id, name: outcome.chain.name }
  return outcome.status === 'read'
    ? {
        status: 'read',
        ...identity,
        block: outcome.block,
        age: outcome.age,
        lag: outcome.lag,
        finality: outcome.finality,
        agreement: outcome.agreement,
      }
    : { status: 'unread', ...identity, reason: outcome.reason }
}

function chainIssues(outcome: ChainOutcome): readonly DataIssue[] {
  if (outcome.status === 'read') return []
  return [issueOf(outcome.failure, { chainId: outcome.chain.id, path: 'chain' })]
}

function marketsOf({ markets }: ChainOutcome): readonly MarketState[] {
  return markets.flatMap(({ reading }) => (reading.status === 'ok' ? [reading.value.state] : []))
}
