import { type CollateralLeg, type DebtLeg, Exact, type Flag, type Market, type PositionFacts } from '@unimargin/sdk'
import * as Interest from './Interest.ts'
import type { MarketDetails } from './LendingDetails.ts'
import { cometRule } from './rule.ts'

/**
 * Says where Comet's own `isLiquidatable` answers otherwise than this view: it counts debts with the index of the last
 * accrual, so that it calls an account safe that the next transaction to accrue (`absorb` itself does) may liquidate.
 */
export function behindFlags(
  facts: PositionFacts,
  { key, chainId }: Market,
  { storedBorrowIndex, lastAccrualTime }: Pick<MarketDetails, 'storedBorrowIndex' | 'lastAccrualTime'>,
): readonly Flag[] {
  const { collateral, debt, owner } = facts
  if (!collateral.every(isKnown) || !debt.every(isKnown)) return []
  const stored = debt.map((leg) => {
    const balance = Exact.sharesOf(leg, { toAmount: Interest.toAmount, toShares: Interest.toDebt })?.balance
    return balance === undefined ? leg : { ...leg, amount: Interest.toAmount(balance, storedBorrowIndex) }
  })
  const isLiquidatable = (debt: readonly DebtLeg<bigint>[]) => {
    const { health } = cometRule.assess({ collateral, debt })
    return health.status === 'known' && health.factor < 10n ** 18n
  }
  const now = isLiquidatable(debt)
  if (now === isLiquidatable(stored)) return []
  const reason = `Comet's own verdict (liquidatable: ${!now}) counts no interest since ${lastAccrualTime}`
  return [{ kind: 'protocol-behind', chainId, market: key, path: `positions.${owner}.health`, reason }]
}

function isKnown<leg extends CollateralLeg | DebtLeg>(
  leg: leg,
): leg is leg & { readonly amount: bigint; readonly price: bigint; readonly value: bigint } {
  return typeof leg.amount === 'bigint' && typeof leg.price === 'bigint' && typeof leg.value === 'bigint'
}
