import type { DebtLeg, Health, MarginView, Position, Quantity, ReadPosition, Totals, Verdict } from '@unimargin/sdk'

/**
 * Says what looks better in a view than in one that was read with fewer faults: a health that rose, a debt that fell, a sum
 * that grew. What is unknown is worse than anything that is known: below every health, above every debt.
 */
export function improvements(fewer: MarginView, more: MarginView): readonly string[] {
  const found = fewer.positions.flatMap((before) => {
    const after = more.positions.find(({ id }) => id === before.id)
    return after === undefined ? [`${before.id} is gone`] : positionImprovements(before, after)
  })
  if (more.positions.length !== fewer.positions.length) found.push('a position was made up')
  found.push(...healthImprovement('the weakest health', fewer.weakest.health, more.weakest.health))
  found.push(...healthImprovement('the aggregate', fewer.aggregate, more.aggregate))
  if (VERDICTS.indexOf(more.verdict) > VERDICTS.indexOf(fewer.verdict)) {
    found.push(`the verdict was ${fewer.verdict} and is ${more.verdict}`)
  }
  return [...found, ...totalsImprovements(fewer.totals, more.totals)]
}

/** Worst first. */
const VERDICTS: readonly Verdict[] = ['unknown', 'liquidatable', 'unsavable', 'at-risk', 'watch', 'ok']

function positionImprovements(before: Position, after: Position): readonly string[] {
  if (after.status === 'unread') return []
  if (before.status === 'unread') return [`${after.id} could not be read before`]
  const { id } = after
  return [
    ...healthImprovement(`${id}: the health`, before.health, after.health),
    ...healthImprovement(`${id}: the conservative health`, before.conservativeHealth, after.conservativeHealth),
    ...more(`${id}: the debt`, before.debtValue, after.debtValue),
    ...more(`${id}: the weighted debt`, before.weightedDebt, after.weightedDebt),
    ...more(`${id}: the collateral`, before.collateralValue, after.collateralValue),
    ...more(`${id}: the weighted collateral`, before.weightedCollateral, after.weightedCollateral),
    ...legImprovements(`${id} owes`, before.debt, after.debt),
    ...legImprovements(`${id} holds`, before.collateral, after.collateral),
  ]
}

type Leg = Pick<DebtLeg, 'asset' | 'amount' | 'price' | 'value'> & Partial<ReadPosition['collateral'][number]>

/** A number stays what it was, or becomes unknown; one that was zero, and so no leg, likewise. */
function legImprovements(what: string, before: readonly Leg[], after: readonly Leg[]): readonly string[] {
  const find = (legs: readonly Leg[], { asset }: Leg) => legs.find((leg) => leg.asset.address === asset.address)
  const lost = before.filter((leg) => find(after, leg) === undefined).map(({ asset }) => `${what} no ${asset.symbol}`)
  const changed = after.flatMap((leg) => {
    const name = `${what} ${leg.asset.symbol}`
    const known = find(before, leg)
    if (known === undefined) return typeof leg.amount === 'bigint' ? [`${name}, out of nothing`] : []
    const isOther = known.isCollateral !== leg.isCollateral || known.liquidationThreshold !== leg.liquidationThreshold
    return [
      ...more(`${name}: the amount`, known.amount, leg.amount),
      ...more(`${name}: the price`, known.price, leg.price),
      ...more(`${name}: the value`, known.value, leg.value),
      ...(isOther ? [`${name} on other terms`] : []),
    ]
  })
  return [...lost, ...changed]
}

function more(what: string, before: Quantity, after: Quantity): readonly string[] {
  if (typeof after !== 'bigint' || after === before) return []
  return [`${what} was ${typeof before === 'bigint' ? before : 'unknown'} and is ${after}`]
}

function healthImprovement(what: string, before: Health, after: Health): readonly string[] {
  return rankOf(after) > rankOf(before) ? [`${what} rose from ${written(before)} to ${written(after)}`] : []
}

function rankOf(health: Health): bigint {
  if (health.status === 'unknown') return -1n
  return health.status === 'no-debt' ? 2n ** 512n : health.factor
}

function written(health: Health): string {
  return health.status === 'known' ? String(health.factor) : health.status
}

const SUMS = ['collateralValue', 'debtValue', 'weightedCollateral', 'weightedDebt'] as const

/** Of fewer positions that are wholly known, no sum is larger; a whole one is the same. */
function totalsImprovements(before: Totals, after: Totals): readonly string[] {
  if (after.status === 'complete') {
    if (before.status === 'partial') return ['the totals became complete']
    return SUMS.flatMap((sum) => more(`the total ${sum}`, before[sum], after[sum]))
  }
  const known = before.status === 'complete' ? before : before.known
  return SUMS.filter((sum) => after.known[sum] > known[sum]).map((sum) => `the known ${sum} grew`)
}
