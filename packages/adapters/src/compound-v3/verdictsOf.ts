import { type DebtLeg, Exact, type PositionFacts, PositionHealth, Wad } from '@unimargin/sdk'
import * as Interest from './Interest.ts'
import { cometRule } from './rule.ts'

/** Whether a position may be liquidated; `undefined` where that is not known. */
export type Verdicts = {
  /** With all interest. */
  readonly now: boolean | undefined
  /** At the index of the last accrual, which is what Comet's own `isLiquidatable` counts debts with. */
  readonly stored: boolean | undefined
}

/** Judges a position by the rule, twice. */
export function verdictsOf(facts: PositionFacts, storedBorrowIndex: bigint): Verdicts {
  const judged = (debt: readonly DebtLeg[]) => {
    const { health } = PositionHealth.assess({ ...facts, debt }, cometRule)
    return health.status === 'unknown' ? undefined : health.status === 'known' && health.factor < Wad.WAD
  }
  const stored = facts.debt.map((leg) => {
    const { amount } = leg
    if (typeof amount !== 'bigint') return leg
    const conversion = { toAmount: Interest.toAmount, toShares: Interest.toDebt }
    const { balance } = Exact.sharesOf({ ...leg, amount }, conversion) ?? {}
    return balance === undefined ? leg : { ...leg, amount: Interest.toAmount(balance, storedBorrowIndex) }
  })
  return { now: judged(facts.debt), stored: judged(stored) }
}
