import type {
  Details,
  LendingAdapter,
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
    const rule = adapter.rules[later.rule]
    if (rule === undefined) throw new Error(`no rule ${later.rule}`)
    const seen = (facts: PositionFacts) => ({ ...shape(facts), health: healthText(facts, rule) })
    equal(`position of ${later.owner} after ${seconds} s`, seen(predicted.position), seen(later))
    equal(`market after ${seconds} s`, books(predicted.state), books(after.state))
    const half = seconds / 3n
    const twice = accrued(accrued(where, half), seconds - half)
    equal(`position of ${later.owner} in two steps`, seen(twice.position), seen(later))
    equal('market in two steps', books(twice.state), books(after.state))
    if (later.collateral.length + later.debt.length > 0) compared += 1
  }
  return compared
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
    collateral: collateral.map((one) => ({ ...leg(one), isCollateral: one.isCollateral })),
    debt: debt.map(leg),
    first: firstSupplies.map(leg),
  }
}

function healthText(facts: PositionFacts, rule: Parameters<typeof PositionHealth.assess>[1]): string {
  const { health } = PositionHealth.assess(facts, rule)
  return health.status === 'known' ? String(health.factor) : health.status
}

/** Rates, and what the adapter keeps; liquidity may be taken away by the test itself. */
function books({
  details,
  reserves,
}: {
  readonly details?: Details | undefined
  readonly reserves: readonly Reserve[]
}) {
  return {
    details,
    reserves: reserves.map(({ asset, details, supplyRate, borrowRate }) => ({
      asset: asset.address,
      details,
      supplyRate: known(supplyRate),
      borrowRate: known(borrowRate),
    })),
  }
}

function known(quantity: Quantity): bigint | 'unknown' {
  return typeof quantity === 'bigint' ? quantity : 'unknown'
}

function equal(what: string, ours: unknown, theirs: unknown): void {
  const [left, right] = [text(ours), text(theirs)]
  if (left !== right) throw new Error(`${what}:\n${left}\n≠\n${right}`)
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
