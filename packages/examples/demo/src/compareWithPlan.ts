import type { Health, MarginView, MovePlan } from '@unimargin/sdk'

/** A number that was foreseen, what the chain says, and by how much they differ. */
export type Difference = { readonly foreseen: bigint; readonly actual: bigint; readonly difference: bigint }

/** What the plan foresaw of both positions against what the chains say afterwards. Health factors are WAD. */
export type Comparison = {
  readonly donor: { readonly position: string; readonly healthFactor: Difference; readonly amount: Difference }
  readonly receiver: { readonly position: string; readonly healthFactor: Difference; readonly amount: Difference }
}

/** Holds the chains against the plan. Differences are the interest since the plan and the protocols' rounding. */
export function compareWithPlan(after: MarginView, plan: MovePlan, before: MarginView): Comparison {
  const amountOf = (view: MarginView, id: string, asset: string): bigint => {
    const position = view.positions.find((candidate) => candidate.id === id)
    const leg = position?.status === 'read' ? position.collateral.find((one) => one.asset.address === asset) : undefined
    return typeof leg?.amount === 'bigint' ? leg.amount : 0n
  }
  const factorOf = (health: Health | undefined): bigint => (health?.status === 'known' ? health.factor : 0n)
  const side = (end: 'donor' | 'receiver') => {
    const { id, health } = plan[end]
    const asset = (end === 'donor' ? plan.source : plan.destination).asset.address
    const change = end === 'donor' ? -plan.amount : plan.received
    const position = after.positions.find((candidate) => candidate.id === id)
    return {
      position: id,
      healthFactor: difference(factorOf(health.after), factorOf(position?.health)),
      amount: difference(amountOf(before, id, asset) + change, amountOf(after, id, asset)),
    }
  }
  return { donor: side('donor'), receiver: side('receiver') }
}

function difference(foreseen: bigint, actual: bigint): Difference {
  return { foreseen, actual, difference: actual - foreseen }
}
