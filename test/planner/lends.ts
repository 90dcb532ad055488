import type { CollateralLeg, KnownLegs } from '@unimargin/sdk'
import { isSame, type Member } from './Book.ts'

/** Protocols that pay out only what leaves a debt covered by loan-to-values; a linear one stands for them in random worlds. */
const COVERED = ['compound-v3', 'compound-v2/venus-isolated', 'compound-v2/compound', 'lending']

/** Whether a protocol lets the owner go as far as these legs. */
export function lends({ rule }: Pick<Member, 'rule'>, legs: KnownLegs): boolean {
  if (!COVERED.includes(rule.key)) return true
  const weighed = (leg: CollateralLeg<bigint>) => ({ ...leg, liquidationThreshold: leg.loanToValue })
  const { health } = rule.assess({ ...legs, collateral: legs.collateral.map(weighed) })
  return health.status === 'no-debt' || health.factor >= 10n ** 18n
}

/** Whether the protocol looks at loan-to-values at all. */
export function isCovered({ rule }: Pick<Member, 'rule'>): boolean {
  return COVERED.includes(rule.key)
}

/** Whether an asset has to stay: Aave lets nothing leave beside collateral that it lends nothing on, as long as something is owed. */
export function isStuck({ rule, held }: Pick<Member, 'rule' | 'held'>, asset: string): boolean {
  if (!rule.key.startsWith('aave-v3/') || held.debt.length === 0) return false
  const backing = held.collateral.filter((leg) => leg.isCollateral && leg.liquidationThreshold > 0n)
  const own = held.collateral.find((leg) => leg.isCollateral && isSame(leg.asset.address, asset))
  return own !== undefined && own.loanToValue > 0n && backing.some(({ loanToValue }) => loanToValue === 0n)
}
