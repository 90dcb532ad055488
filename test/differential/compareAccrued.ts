import type {
  Details,
  LendingAdapter,
  LiquidationRule,
  MarketReading,
  PositionFacts,
  Quantity,
  ReadResult,
  Reserve,
} from '@unimargin/sdk'
import { PositionHealth } from '@unimargin/sdk'

/** Two readings of one market between which nobody did anything, and how many seconds passed. */
export type Passage = {
  readonly adapter: Pick<LendingAdapter, 'lending' | 'rules'>
  readonly before: MarketReading
  readonly after: MarketReading
  readonly seconds: bigint
}

/**
 * Holds what lending says of the later time against what was read then: every leg, every health, and the market's own books. A
 * way in two steps must end where the way in one ends. Throws at the first difference; gives how many positions were compared.
 */
export function compareAccrued({ adapter, before, after, seconds }: Passage): number {
  const { accrued } = adapter.lending
  if (accrued === undefined) throw new Error('the adapter cannot accrue')
  let compared = 0
  for (const [index, result] of before.positions.entries()) {
    const earlier = found(result)
    const later = found(after.positions[index])
    if (earlier === undefined || later === undefined) continue
    const where = { state: before.state, position: earlier }
    const predicted = accrued(where, seconds)
    // At which rate a stable debt grows, only its token tells.
    if (predicted.position.debt.some(({ amount }, at) => isLost(earlier.debt[at]?.amount, amount))) continue
    const rule = adapter.rules[later.rule]
    if (rule === undefined) throw new Error(`no rule ${later.rule}`)
    compareFacts(`position of ${later.owner} after ${seconds} s`, predicted.position, later, rule)
    equal(`market after ${seconds} s`, books(predicted.state), books(after.state, predicted.state))
    const half = seconds / 3n
    const twice = accrued(accrued(where, half), seconds - half)
    compareFacts(`position of ${later.owner} in two steps`, twice.position, later, rule)
    equal('market in two steps', books(twice.state), books(after.state, predicted.state))
    if (later.collateral.length + later.debt.length > 0) compared += 1
  }
  return compared
}

/** Throws where two positions differ in anything that their adapter says, or in their health. */
export function compareFacts(what: string, ours: PositionFacts, theirs: PositionFacts, rule: LiquidationRule): void {
  const seen = (facts: PositionFacts) => ({ ...shape(facts), health: healthText(facts, rule) })
  equal(what, seen(ours), seen(theirs))
}

function isLost(before: Quantity | undefined, after: Quantity): boolean {
  return typeof before === 'bigint' && typeof after !== 'bigint'
}

function found(result: ReadResult<PositionFacts> | undefined): PositionFacts | undefined {
  return result?.status === 'ok' ? result.value : undefined
}

function shape({ collateral, debt, firstSupplies = [], details, rule }: PositionFacts) {
  const leg = ({ asset, amount, price, shares }: (typeof collateral | typeof debt)[number]) => ({
    asset: asset.address,
    amount: known(amount),
    price: known(price),
    shares,
  })
  return {
    rule,
    details,
    collateral: collateral.map((one) => ({ ...leg(one), ...termsOf(one) })),
    debt: debt.map(leg),
    first: firstSupplies.map((one) => ({ ...leg(one), ...termsOf(one) })),
  }
}

function termsOf({ isCollateral, liquidationThreshold, loanToValue }: PositionFacts['collateral'][number]) {
  return { isCollateral, liquidationThreshold, loanToValue }
}

function healthText(facts: PositionFacts, rule: LiquidationRule): string {
  const { health } = PositionHealth.assess(facts, rule)
  return health.status === 'known' ? String(health.factor) : health.status
}

type Books = { readonly details?: Details | undefined; readonly reserves: readonly Reserve[] }

/** Rates, and what the adapter keeps; liquidity may be taken away by the test itself. */
function books(state: Books, predicted: Books = state) {
  return {
    details: state.details,
    reserves: state.reserves.map(({ asset, details, supplyRate, borrowRate }, index) => ({
      asset: asset.address,
      details: withoutStable(details, predicted.reserves[index]?.details),
      supplyRate: known(supplyRate),
      borrowRate: known(borrowRate),
    })),
  }
}

/** What stable debts come to is left out of a prediction. */
function withoutStable(details: Details = {}, predicted: Details = {}): Details {
  const isLeftOut = (name: string) => ['stableDebt', 'accruedToTreasury'].includes(name) && !(name in predicted)
  return Object.fromEntries(Object.entries(details).filter(([name]) => !isLeftOut(name)))
}

function known(quantity: Quantity): bigint | 'unknown' {
  return typeof quantity === 'bigint' ? quantity : 'unknown'
}

function equal(what: string, ours: unknown, theirs: unknown): void {
  const [left, right] = [text(ours), text(theirs)]
  if (left === right) return
  const [mine, other] = [left.split('\n'), right.split('\n')]
  const at = mine.findIndex((line, index) => line !== other[index])
  const around = (lines: readonly string[]) => lines.slice(Math.max(0, at - 12), at + 6).join('\n')
  throw new Error(`${what}:\n${around(mine)}\n≠\n${around(other)}`)
}

/** Keys in order, so that only what they say counts. */
function text(value: unknown): string {
  return JSON.stringify(
    value,
    (_, item) => {
      if (typeof item === 'bigint') return `${item}n`
      if (typeof item !== 'object' || item === null || Array.isArray(item)) return item
      return Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
    },
    1,
  )
}
