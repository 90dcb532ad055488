import { unknown } from '../../model/Quantity.ts'
import { computed } from '../computed.ts'
import { least } from '../Extremes.ts'
import type { RiskContext } from '../RiskAdapter.ts'
import { adapterOf } from '../ruleOf.ts'
import * as Giver from './Giver.ts'
import type { HeadroomLimit } from './HeadroomLimit.ts'

/** What the market pays out: as its adapter says, or by what the reserve says of itself. */
export function withdrawalLimit(context: RiskContext, giver: Giver.Giver): HeadroomLimit {
  const limits = adapterOf(context, giver.position)?.lending?.limits
  const { amount, by } = limits === undefined ? byFacts(giver) : limits.withdraw(giver)
  return { where: 'market', by, amount: amount ?? Giver.balanceOf(giver) }
}

function byFacts(giver: Giver.Giver): Pick<HeadroomLimit, 'amount' | 'by'> {
  const reserve = Giver.reserveOf(giver)
  const balance = Giver.balanceOf(giver)
  if (reserve === undefined || balance === 0n) return { amount: 0n, by: ['balance'] }
  const { withdrawBlockedBy: by, availableLiquidity, asset } = reserve
  if (by.includes('unread')) {
    const { chainId, key: market } = giver.state.market
    const path = `reserves.${asset.symbol}.withdrawBlockedBy`
    return { amount: unknown({ kind: 'unavailable', chainId, market, path, reason: 'it was not read' }), by: [] }
  }
  if (by.length > 0) return { amount: 0n, by }
  // What is idle waits for nobody's liquidity.
  if (giver.position.market.holdsIdle === true) return { amount: balance, by: ['balance'] }
  const amount = computed([balance, availableLiquidity], least)
  const ends = [...(amount === balance ? ['balance'] : []), ...(amount === availableLiquidity ? ['liquidity'] : [])]
  return { amount, by: ends }
}
