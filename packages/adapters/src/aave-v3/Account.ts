import {
  Bps,
  type CollateralLeg,
  type DebtLeg,
  Decimal,
  issuesOf,
  MulDiv,
  type Unknown,
  unknown,
  Wad,
} from '@unimargin/sdk'
import { counts, type Holding, known } from './Facts.ts'
import { WAD_PER_BASE } from './rule.ts'
import type { AaveV3Version } from './version.ts'

/** A position as the pool sums it up: values in the base currency; `weighted` and `lendable` in basis points of it. */
export type Account = {
  readonly backing: bigint
  readonly weighted: bigint
  readonly lendable: bigint
  readonly owed: bigint
  /** Something that backs the debt lends nothing: it has to be withdrawn before everything else. */
  readonly hasZeroLtv: boolean
}

/** What an amount of a leg is worth; of a debt, rounded up from 3.5 on. */
export function baseValueOf({ asset, price }: CollateralLeg | DebtLeg, amount: bigint, isUp = false): bigint {
  const divide = isUp ? MulDiv.up : MulDiv.down
  return divide(amount, known(price), Decimal.unit(asset.decimals) * WAD_PER_BASE)
}

/** What the pool would sum up, or why nobody can tell: it asks for the price of all that is enabled or owed. */
export function accountOf(holdings: readonly Holding[], version: AaveV3Version): Account | Unknown {
  let [backing, weighted, lendable, owed, hasZeroLtv] = [0n, 0n, 0n, 0n, false]
  for (const holding of holdings) {
    const { supplied, debt, isCollateral, isBorrowed } = holding
    const legs = [...(isCollateral && supplied ? [supplied] : []), ...(isBorrowed && debt ? [debt] : [])]
    const issues = legs.flatMap(({ amount, price }) => [...issuesOf(amount), ...issuesOf(price)])
    if (issues.length > 0) return unknown(...issues)
    if (supplied && counts(holding, version)) {
      const value = baseValueOf(supplied, known(supplied.amount))
      backing += value
      weighted += value * Bps.fromWadDown(supplied.liquidationThreshold)
      lendable += value * Bps.fromWadDown(supplied.loanToValue)
      hasZeroLtv ||= supplied.loanToValue === 0n
    }
    if (debt && isBorrowed) owed += baseValueOf(debt, known(debt.amount), version >= '3.5')
  }
  return { backing, weighted, lendable, owed, hasZeroLtv }
}

/** The health factor that the pool would see, WAD; `undefined` without any debt. */
export function healthOf(
  { backing, weighted, owed }: Pick<Account, 'backing' | 'weighted' | 'owed'>,
  version: AaveV3Version,
): bigint | undefined {
  if (owed === 0n) return undefined
  return version < '3.5'
    ? Wad.divHalfUp(Bps.mulHalfUp(backing, averageOf(weighted, backing)), owed)
    : Wad.divHalfUp(weighted, owed) / Bps.BPS
}

/** An average ratio in basis points, floored. */
export function averageOf(weighted: bigint, backing: bigint): bigint {
  return backing === 0n ? 0n : weighted / backing
}
