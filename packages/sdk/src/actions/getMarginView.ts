import type { MarginContext } from '../adapter/MarginContext.ts'
import type { DataIssue } from '../model/DataIssue.ts'
import type { ChainReading, MarginView } from '../model/MarginView.ts'
import type { MarketState } from '../model/Market.ts'
import { issuesOf } from '../model/Quantity.ts'
import { assertDeadline, DEFAULT_TIMEOUT, type DeadlineOptions } from '../reads/withDeadline.ts'
import * as AccountHealth from '../risk/AccountHealth.ts'
import { distinctIssues } from '../risk/distinctIssues.ts'
import { totals } from '../risk/Totals.ts'
import { verdict } from '../risk/Verdict.ts'
import { judgePositions } from './judgePositions.ts'
import { movesInView } from './movesInView.ts'
import { type OwnersParameter, parseOwners } from './parseOwners.ts'
import { type ChainOutcome, readChain } from './readChain.ts'
import { withoutStragglers } from './withoutStragglers.ts'

/** Parameters of {@link getMarginView}. The deadline holds for each chain. */
export type GetMarginViewParameters = OwnersParameter & DeadlineOptions

/**
 * Reads the whole account: every position of the owners in every market, each chain at one block, judged by the protocols'
 * own rules; what is in flight or parked; totals, weakest, aggregate and verdict. Values and ratios are WAD.
 *
 * One `eth_call` per chain, and a second one only when metadata is missing or too old. Each chain and each market fails
 * alone: its positions are `unread`, `issues` says why, the account's totals are partial and its verdict is `unknown`,
 * while the other positions keep their health. Never throws for what a node does.
 *
 * @throws NoOwnerError when no owner is given.
 * @throws InvalidAddressError when an owner is no address.
 * @throws AbortedError when `signal` is aborted.
 * @throws InvalidTimeoutError when `timeout` is not within 1 to 2147483647 milliseconds.
 *
 * @example
 * import { getMarginView, type MarginContext, Wad } from '@unimargin/sdk'
 *
 * export async function printWeakest(client: MarginContext): Promise<void> {
 *   const view = await getMarginView(client, { owner: '0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045' })
 *   const { health } = view.weakest
 *   console.log(view.verdict, health.status === 'known' ? Wad.format(health.factor) : health.status)
 * }
 */
export async function getMarginView(client: MarginContext, parameters: GetMarginViewParameters): Promise<MarginView> {
  const owners = parseOwners(parameters)
  assertDeadline(parameters)
  const { timeout = DEFAULT_TIMEOUT, signal } = parameters
  const outcomes = withoutStragglers(
    await Promise.all(client.chains.map((chain) => readChain(client, { chain, owners, timeout, signal }))),
  )

  const positions = outcomes.flatMap((outcome) =>
    outcome.markets.flatMap((market) => judgePositions(outcome, market, owners)),
  )
  const markets = outcomes.flatMap((outcome) =>
    outcome.markets.flatMap(({ reading }) => (reading.status === 'ok' ? [reading.value.state] : [])),
  )
  const { inFlight, parked, issues } = movesInView(outcomes)
  return {
    owners,
    chains: outcomes.map(chainReading),
    positions,
    markets,
    inFlight,
    parked,
    totals: totals(positions),
    weakest: AccountHealth.weakest(positions),
    aggregate: AccountHealth.aggregate(positions),
    verdict: verdict(positions, client.thresholds),
    issues: distinctIssues([
      ...outcomes.map(chainIssues),
      ...positions.map((position) => position.issues),
      ...markets.map(marketIssues),
      ...[...inFlight, ...parked].map(({ value }) => issuesOf(value)),
      issues,
    ]),
  }
}

function chainReading(outcome: ChainOutcome): ChainReading {
  const identity = { chainId: outcome.chain.id, name: outcome.chain.name }
  return outcome.status === 'read'
    ? { status: 'read', ...identity, block: outcome.block, age: outcome.age }
    : { status: 'unread', ...identity, reason: outcome.reason }
}

function chainIssues(outcome: ChainOutcome): readonly DataIssue[] {
  if (outcome.status === 'read') return []
  return [{ kind: 'unavailable', chainId: outcome.chain.id, path: 'chain', reason: outcome.reason }]
}

function marketIssues({ reserves }: MarketState): readonly DataIssue[] {
  return reserves.flatMap(({ price, supplyRoom, borrowRoom, availableLiquidity }) =>
    [price, supplyRoom, borrowRoom, availableLiquidity].flatMap((quantity) =>
      quantity === undefined ? [] : issuesOf(quantity),
    ),
  )
}
