import {
  AccountHealth,
  DEFAULT_THRESHOLDS,
  issuesOf,
  type MarginView,
  type Quantity,
  totals,
  verdict,
} from '@unimargin/sdk'

/** What holds of every view, whatever nodes say: its sums follow from its positions, and its holes are named. */
export function dishonesties(view: MarginView, isQuorum: boolean): readonly string[] {
  const problems: string[] = []
  const say = (isWrong: boolean, problem: string) => {
    if (isWrong) problems.push(problem)
  }
  for (const position of view.positions) {
    const { id, health } = position
    say(health.status === 'unknown' && health.issues.length === 0, `${id} has no reason for its unknown health`)
    if (position.status === 'unread') {
      say(position.issues.length === 0, `${id} is unread for no reason`)
      continue
    }
    const { collateral, debt, collateralValue, debtValue, weightedDebt } = position
    const holes = [...collateral, ...debt].flatMap(({ amount, price, value }) => [amount, price, value].filter(isHole))
    say(
      holes.some((hole) => issuesOf(hole).length === 0),
      `${id} has a hole without a reason`,
    )
    // The value of nothing is known at any price.
    const isHoled = (legs: readonly { readonly value: Quantity }[]) => legs.some(({ value }) => isHole(value))
    say(isHoled(collateral) && !isHole(collateralValue), `${id} sums up unknown collateral`)
    say(isHoled(debt) && (!isHole(debtValue) || !isHole(weightedDebt)), `${id} sums up unknown debt`)
    say(isHoled(debt) && health.status !== 'unknown', `${id} has a health in spite of unknown debt`)
  }
  for (const reading of view.chains) {
    if (reading.status === 'unread') {
      say(!view.issues.some(({ chainId }) => chainId === reading.chainId), `${reading.name} is unread for no reason`)
      const read = view.positions.filter(
        ({ market, status }) => market.chainId === reading.chainId && status === 'read',
      )
      say(read.length > 0, `${reading.name} is unread, and has positions`)
      continue
    }
    const isFlagged = view.flags.some(({ kind, chainId }) => kind === 'single-source' && chainId === reading.chainId)
    say(
      isFlagged === isQuorum,
      `${reading.name} ${isQuorum ? 'was agreed on and' : 'has one node and'} does not say so`,
    )
    const { agreement } = reading
    const isAgreed = agreement.status === 'agreed' && agreement.agree === 2 && agreement.of === 3
    say(isAgreed !== isQuorum, `${reading.name} names the wrong agreement`)
  }
  say(!same(view.totals, totals(view.positions)), 'the totals do not follow')
  say(!same(view.verdict, verdict(view.positions, DEFAULT_THRESHOLDS)), 'the verdict does not follow')
  say(
    view.positions.some(({ health }) => health.status === 'unknown') && view.verdict !== 'unknown',
    'a verdict on the unknown',
  )
  const isPartial = view.positions.some(({ status }) => status === 'unread')
  say(isPartial && view.totals.status === 'complete', 'complete totals without all positions')
  say(isPartial && AccountHealth.aggregate(view.positions).status !== 'unknown', 'an aggregate without all positions')
  say(view.weakest.health.status !== 'unknown' && view.verdict === 'unknown', 'a weakest health among unknown ones')
  return problems
}

function isHole(quantity: Quantity): boolean {
  return typeof quantity !== 'bigint'
}

/** Whether two plain values are the same; when something was missing is no part of it. */
function same(one: unknown, other: unknown): boolean {
  return written(one) === written(other)
}

function written(value: unknown): string {
  return JSON.stringify(value, (name, one: unknown) =>
    name === 'since' ? undefined : typeof one === 'bigint' ? `${one}n` : one,
  )
}
