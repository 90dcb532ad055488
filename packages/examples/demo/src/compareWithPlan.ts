import type { Asset, MarginView, MovePlan, ReadPosition } from '@unimargin/sdk'

/** A number that was foreseen, what the chain says, and by how much they differ. */
export type Difference = { readonly foreseen: bigint; readonly actual: bigint; readonly difference: bigint }

/** One side of the move: its health factor (WAD) and its amount of the moved asset (base units). */
export type ComparedSide = {
  readonly position: string
  readonly asset: Asset
  readonly healthFactor: Difference
  readonly amount: Difference
}

/** What the plan foresaw of both positions against what the chains say afterwards. */
export type Comparison = { readonly donor: ComparedSide; readonly receiver: ComparedSide }

/**
 * Holds the chains against the plan. Differences are the interest since the plan and the protocols' rounding.
 *
 * @throws TypeError when a number is not known: an unread position equals nothing.
 */
export function compareWithPlan(after: MarginView, plan: MovePlan, before: MarginView): Comparison {
  const side = (end: 'donor' | 'receiver', asset: Asset, change: bigint): ComparedSide => {
    const { id, health } = plan[end]
    const position = readPosition(after, id)
    return {
      position: id,
      asset,
      healthFactor: difference(factorOf(health.after), factorOf(position.health)),
      amount: difference(amountOf(readPosition(before, id), asset) + change, amountOf(position, asset)),
    }
  }
  return {
    donor: side('donor', plan.source.asset, -plan.amount),
    receiver: side('receiver', plan.destination.asset, plan.received),
  }
}

function readPosition(view: MarginView, id: string): ReadPosition {
  const position = view.positions.find((candidate) => candidate.id === id)
  if (position?.status !== 'read') throw new TypeError(`${id} was not read`)
  return position
}

/** A position that was read and has no such leg holds none of the asset. */
function amountOf(position: ReadPosition, asset: Asset): bigint {
  const amount = position.collateral.find((leg) => leg.asset.address === asset.address)?.amount ?? 0n
  if (typeof amount !== 'bigint') throw new TypeError(`the amount of ${asset.symbol} is unknown`)
  return amount
}

function factorOf(health: ReadPosition['health']): bigint {
  if (health.status !== 'known') throw new TypeError(`a health factor is missing: ${health.status}`)
  return health.factor
}

function difference(foreseen: bigint, actual: bigint): Difference {
  return { foreseen, actual, difference: actual - foreseen }
}
