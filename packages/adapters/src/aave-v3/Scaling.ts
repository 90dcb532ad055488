import { type CollateralLeg, type DebtLeg, Exact, type Quantity, Ray } from '@unimargin/sdk'
import { known } from './Facts.ts'
import { type AaveV3Version, type Rounding, roundingOf } from './version.ts'

type Convert = (amount: bigint, index: bigint) => bigint

/** How a pool converts between amounts and scaled balances: by how much each action changes a scaled balance. */
export type Scaling = Rounding & {
  readonly supply: Convert
  readonly withdraw: Convert
  readonly borrow: Convert
  readonly repay: Convert
}

/** Up to 3.4 everything is rounded half up; since 3.5 in favour of the pool. */
export function of(version: AaveV3Version): Scaling {
  const { divDown, divUp, divHalfUp } = Ray
  const isDirected = version >= '3.5'
  const lowered = isDirected ? divDown : divHalfUp
  const raised = isDirected ? divUp : divHalfUp
  return { ...roundingOf(version), supply: lowered, withdraw: raised, borrow: raised, repay: lowered }
}

/** What the pool keeps of a supply; for an amount that nobody has read, what it would take to withdraw it. */
export function scaledSupplyOf(leg: CollateralLeg, version: AaveV3Version, index: bigint): bigint {
  const { supplied, withdraw } = of(version)
  const amount = known(leg.amount)
  return (
    Exact.sharesOf({ ...leg, amount }, { toAmount: supplied, toShares: withdraw })?.balance ?? withdraw(amount, index)
  )
}

/** The part of a debt whose rate varies: up to 3.1 there may be another besides. */
export function variableOf({ amount, shares }: DebtLeg, version: AaveV3Version): Quantity {
  if (version >= '3.2' || typeof amount !== 'bigint' || shares === undefined) return amount
  const variable = of(version).owed(shares.balance, shares.rate)
  return variable < amount ? variable : amount
}

/** What the pool keeps of that part; for an amount that nobody has read, what borrowing it would make. */
export function scaledDebtOf(leg: DebtLeg, version: AaveV3Version, index: bigint): bigint {
  const { owed, borrow } = of(version)
  const amount = known(variableOf(leg, version))
  return Exact.sharesOf({ ...leg, amount }, { toAmount: owed, toShares: borrow })?.balance ?? borrow(amount, index)
}
