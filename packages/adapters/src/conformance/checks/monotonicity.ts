import type { CollateralLeg, DebtLeg, KnownHealth, KnownLegs, LiquidationRule } from '@unimargin/sdk'
import type { Check } from '../Check.ts'
import { knownPositions } from '../judge.ts'

const TURNS = 30

/**
 * More collateral, or a higher price of it, never lowers the health; more debt, or a higher price of it, never raises it. A rule
 * with teeth (`healthAtLeast`) may fall, but never below what it promised when the leg was unknown.
 */
export const monotonicity: Check = {
  name: 'monotonic',
  says: 'health is monotonic in collateral, debt and price',
  needs: 'positions with collateral and debt',
  lendingOnly: true,
  run: (observed, { tried, finding }, random) => {
    for (const { facts, legs, rule } of knownPositions(observed)) {
      if (legs.debt.length === 0) continue
      const before = rule.assess(legs).health
      if (owes(legs, rule) && before.status === 'no-debt') {
        finding(`${facts.owner} owes something, and the rule says there is no debt`)
      }
      for (let turn = 0; turn < TURNS; turn++) {
        const field = random.pick(['amount', 'price'] as const)
        const numerator = random.bigint(1_001n, 10n ** 9n)
        const more = (value: bigint) => (value * numerator) / 1_000n + 1n
        const backing = legs.collateral.filter(({ isCollateral }) => isCollateral)
        if (backing.length > 0) {
          tried()
          const leg = random.pick(backing)
          const raised = { ...leg, [field]: more(leg[field]) }
          const after = rule.assess(withLeg(legs, leg, raised)).health
          const least = leastOf(rule, legs, leg, before)
          if (isBelow(after, least)) {
            finding(
              `${facts.owner} with ${field} ${raised[field]} of ${leg.asset.symbol} is ${said(after)}, below ${said(least)}`,
            )
          }
          const promised = promise(rule, legs, leg)
          if (promised !== undefined && isBelow(after, promised)) {
            finding(`the rule promised ${said(promised)} without ${leg.asset.symbol}, and gives ${said(after)} with it`)
          }
        }
        const owed = random.pick(legs.debt)
        tried()
        const deeper = rule.assess(withDebt(legs, owed, { ...owed, [field]: more(owed[field]) })).health
        if (isBelow(before, deeper)) {
          finding(
            `${facts.owner} owing more by ${field} of ${owed.asset.symbol} rises from ${said(before)} to ${said(deeper)}`,
          )
        }
      }
    }
  },
}

/** Whether something is owed that is worth something: dust may be worth nothing to the protocol. */
function owes({ debt }: KnownLegs, rule: LiquidationRule): boolean {
  return debt.some(({ amount, price, asset, exactPrice, shares }) => {
    const leg = { amount, price, decimals: asset.decimals, exactPrice, shares, side: 'debt' as const }
    return rule.valueOf(leg) > 0n
  })
}

/** Where the rule has teeth, what it promises besides this leg; else what it was. */
function leastOf(rule: LiquidationRule, legs: KnownLegs, leg: CollateralLeg<bigint>, before: KnownHealth): KnownHealth {
  return promise(rule, legs, leg) ?? before
}

function promise(rule: LiquidationRule, legs: KnownLegs, leg: CollateralLeg<bigint>): KnownHealth | undefined {
  const rest = { ...legs, collateral: legs.collateral.filter((other) => other !== leg) }
  return rule.healthAtLeast?.(rest, [leg])
}

function withLeg(legs: KnownLegs, leg: CollateralLeg<bigint>, next: CollateralLeg<bigint>): KnownLegs {
  return { ...legs, collateral: legs.collateral.map((other) => (other === leg ? next : other)) }
}

function withDebt(legs: KnownLegs, leg: DebtLeg<bigint>, next: DebtLeg<bigint>): KnownLegs {
  return { ...legs, debt: legs.debt.map((other) => (other === leg ? next : other)) }
}

function isBelow(health: KnownHealth, least: KnownHealth): boolean {
  if (health.status === 'no-debt') return false
  return least.status === 'no-debt' || health.factor < least.factor
}

function said(health: KnownHealth): string {
  return health.status === 'known' ? `${health.factor}` : health.status
}
