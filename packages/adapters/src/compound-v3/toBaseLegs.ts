import { type Asset, type CollateralLeg, type DebtLeg, type Quantity, unknown, Wad } from '@unimargin/sdk'
import * as Interest from './Interest.ts'
import { cometRule } from './rule.ts'

/** The base asset of an owner: supplied or owed, never both. A supply of it backs nothing. */
export function toBaseLegs(
  principal: bigint,
  base: Asset,
  price: Quantity,
  { supplyIndex, borrowIndex }: Pick<Interest.Totals, 'supplyIndex' | 'borrowIndex'>,
): { readonly supplied: readonly CollateralLeg[]; readonly debt: readonly DebtLeg[] } {
  if (principal > 0n) {
    const leg = legOf(base, principal, supplyIndex, price)
    return { supplied: [{ ...leg, isCollateral: false, liquidationThreshold: 0n, loanToValue: 0n }], debt: [] }
  }
  if (principal === 0n) return { supplied: [], debt: [] }
  return { supplied: [], debt: [{ ...legOf(base, -principal, borrowIndex, price), liabilityWeight: Wad.WAD }] }
}

/** The value of an amount, or why it is unknown. */
export function legValue(amount: Quantity, price: Quantity, decimals: number): Quantity {
  if (typeof amount !== 'bigint') return typeof price === 'bigint' ? amount : unknown(...amount.issues, ...price.issues)
  return typeof price === 'bigint' ? cometRule.valueOf({ amount, price, decimals }) : price
}

function legOf(asset: Asset, balance: bigint, rate: bigint, price: Quantity) {
  const amount = Interest.toAmount(balance, rate)
  return { asset, amount, price, shares: { balance, rate }, value: legValue(amount, price, asset.decimals) }
}
