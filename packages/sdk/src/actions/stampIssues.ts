import type { DataIssue } from '../model/DataIssue.ts'
import type { MarginView } from '../model/MarginView.ts'
import type { MarketState } from '../model/Market.ts'
import type { Position } from '../model/Position.ts'
import type { ReadHistory } from '../reads/ReadHistory.ts'
import type { ChainOutcome } from './readChain.ts'

/**
 * Says of every issue of a view, wherever it stands, since when it has been there without a break: the time of the reading
 * that missed it first.
 *
 * Issues are remembered per owner, those without one for all: a view of others forgets nothing of this owner. What kind of
 * failure it is may change meanwhile; the same thing is missing.
 */
export function stampIssues(
  view: MarginView,
  outcomes: readonly ChainOutcome[],
  history: ReadHistory | undefined,
): MarginView {
  const readAt = new Map(outcomes.map((outcome) => [outcome.chain.id, outcome.readAt]))
  // A view at final blocks may lack what one at the latest has.
  const tag = outcomes[0]?.finality ?? 'latest'
  const scopes = new Map<string, Map<string, bigint>>(
    [SHARED, ...view.owners].map((owner) => [scopeOf(tag, owner), new Map()]),
  )

  visitIssues(view, (issue) => {
    const missing = scopes.get(scopeOf(tag, issue.owner ?? SHARED))
    const at = readAt.get(issue.chainId)
    if (missing !== undefined && at !== undefined) missing.set(keyOf(issue), at)
    return issue
  })
  const since = new Map(
    [...scopes].flatMap(([scope, missing]) => [...(history?.noteMissing(scope, missing) ?? missing)]),
  )
  return since.size === 0 ? view : visitIssues(view, (issue) => ({ ...issue, since: since.get(keyOf(issue)) }))
}

const SHARED = ''

function scopeOf(tag: string, owner: string): string {
  return `${tag}:${owner}`
}

function keyOf({ chainId, market, owner, path }: DataIssue): string {
  return JSON.stringify([chainId, market, owner, path])
}

type Visit = (issue: DataIssue) => DataIssue

/** Changes every issue of a view; what has none is left as it is, and not looked through. */
function visitIssues(view: MarginView, visit: Visit): MarginView {
  return {
    ...view,
    positions: view.positions.map((position) => (isWhole(position) ? position : visited(position, visit))),
    markets: view.markets.map((state) => (isKnown(state) ? state : visited(state, visit))),
    inFlight: visited(view.inFlight, visit),
    parked: visited(view.parked, visit),
    weakest: visited(view.weakest, visit),
    aggregate: visited(view.aggregate, visit),
    issues: visited(view.issues, visit),
  }
}

function isWhole(position: Position): boolean {
  if (position.status === 'unread') return false
  const { collateral, debt, firstSupplies = [] } = position
  return [...collateral, ...debt, ...firstSupplies].every(
    ({ amount, price, value }) => typeof amount === 'bigint' && typeof price === 'bigint' && typeof value === 'bigint',
  )
}

function isKnown({ reserves }: MarketState): boolean {
  return reserves.every(({ price, supplyRoom = 0n, borrowRoom = 0n, availableLiquidity, oracle }) =>
    [price, supplyRoom, borrowRoom, availableLiquidity, oracle?.updatedAt ?? 0n].every(
      (one) => typeof one === 'bigint',
    ),
  )
}

/** The same value with its issues changed, and the same object where there are none. */
function visited<value>(value: value, visit: Visit): value {
  return change(value, visit) as value
}

function change(value: unknown, visit: Visit): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (isIssue(value)) return visit(value)
  if (Array.isArray(value)) {
    const items = value.map((item) => change(item, visit))
    return items.every((item, index) => item === value[index]) ? value : items
  }
  const entries = Object.entries(value)
  const changed = entries.map(([key, item]) => [key, change(item, visit)] as const)
  return changed.every(([, item], index) => item === entries[index]?.[1]) ? value : Object.fromEntries(changed)
}

const KINDS: ReadonlySet<unknown> = new Set<DataIssue['kind']>(['reverted', 'unavailable', 'disputed'])

function isIssue(value: object): value is DataIssue {
  return 'kind' in value && 'path' in value && 'reason' in value && KINDS.has(value.kind)
}
