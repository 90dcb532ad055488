import type { Address, Flag, Market } from '@unimargin/sdk'
import type { Verdicts } from './verdictsOf.ts'

/**
 * Says where Comet's own `isLiquidatable` answers otherwise than this view: it counts debts with the index of the last
 * accrual, so that it calls an account safe that the next transaction to accrue (`absorb` itself does) may liquidate.
 */
export function behindFlags(
  { key, chainId }: Market,
  owner: Address,
  { now, stored }: Verdicts,
  lastAccrualTime: bigint,
): readonly Flag[] {
  if (now === stored) return []
  const reason = `Comet's own verdict (liquidatable: ${stored}) counts no interest since ${lastAccrualTime}`
  return [{ kind: 'protocol-behind', chainId, market: key, path: `positions.${owner}.health`, reason }]
}
