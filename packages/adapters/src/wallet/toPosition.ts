import {
  type Address,
  type CollateralLeg,
  type Market,
  type PositionFacts,
  type Quantity,
  type ReadResult,
  type Reserve,
  unknown,
} from '@unimargin/sdk'
import { MAX_AMOUNT, quantityOf } from '../shared/quantityOf.ts'
import { walletRule } from './rule.ts'

/** What an owner holds: legs that back nothing. */
export function toPosition(parameters: {
  readonly market: Market
  readonly owner: Address
  readonly reserves: readonly Reserve[]
  readonly labels: readonly string[]
  /** One per reserve. */
  readonly amounts: readonly ReadResult<bigint>[]
}): PositionFacts {
  const { market, owner, reserves, labels, amounts } = parameters
  const collateral = reserves.flatMap(({ asset, price }, index): readonly CollateralLeg[] => {
    const path = `positions.${labels[index]}.balance`
    const result = amounts[index] ?? { status: 'unavailable', reason: 'it was not read' }
    const amount = quantityOf(result, MAX_AMOUNT, { market, owner, path })
    if (amount === 0n) return []
    const value = legValue(amount, price, asset.decimals)
    return [{ asset, amount, price, value, isCollateral: false, liquidationThreshold: 0n, loanToValue: 0n }]
  })
  return { owner, rule: walletRule.key, collateral, debt: [], details: {} }
}

function legValue(amount: Quantity, price: Quantity, decimals: number): Quantity {
  if (typeof amount === 'bigint') {
    return typeof price === 'bigint' ? walletRule.valueOf({ amount, price, decimals }) : price
  }
  return typeof price === 'bigint' ? amount : unknown(...amount.issues, ...price.issues)
}
