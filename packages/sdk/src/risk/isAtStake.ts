import type { Market } from '../model/Market.ts'

/** Whether a market could liquidate the position: who owes nothing to where nothing is lent cannot lose it, read or not. */
export function isAtStake({
  market,
  debt = [],
}: {
  readonly market?: Pick<Market, 'holdsIdle'> | undefined
  readonly debt?: readonly unknown[] | undefined
}): boolean {
  return market?.holdsIdle !== true || debt.length > 0
}
