import type { Reserve } from '../model/Market.ts'

/** Why a market takes no repayment of an asset now. Where it does not say: what stops all of it; a frozen one lets debts be paid. */
export function repayBlockedBy({ repayBlockedBy, supplyBlockedBy }: Reserve): readonly string[] {
  return repayBlockedBy ?? supplyBlockedBy.filter((reason) => reason === 'paused' || reason === 'inactive')
}
