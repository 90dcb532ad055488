import type { Quantity } from '../../model/Quantity.ts'
import { WAD } from '../../units/Wad.ts'
import * as Acted from '../Acted.ts'
import { asForLoan, isHeldBack } from '../backing.ts'
import { firstBelow } from '../firstBelow.ts'
import { isAtLeast } from '../Judged.ts'
import * as Legs from '../Legs.ts'
import { owesAnything } from '../owesAnything.ts'
import type { RiskContext } from '../RiskAdapter.ts'
import { adapterOf, requireRule } from '../ruleOf.ts'
import * as Giver from './Giver.ts'
import type { HeadroomLimit } from './HeadroomLimit.ts'
import { leaving } from './leaving.ts'

/**
 * What protocols pay out that judge a withdrawal by loan-to-values; none elsewhere, and none where the adapter has `lending`, whose
 * own limit says it.
 */
export function loanToValueLimits(context: RiskContext, giver: Giver.Giver): readonly HeadroomLimit[] {
  const { position, asset } = giver
  const rule = requireRule(context, position)
  const backing = position.collateral.find((leg) => leg.isCollateral && Legs.isSame(leg.asset.address, asset))
  if (rule.withdrawal === undefined || backing === undefined || !owesAnything(position)) return []
  if (adapterOf(context, position)?.lending?.limits !== undefined) return []
  const limit = (amount: Quantity, isLeast?: true): HeadroomLimit => ({
    where: 'market',
    by: typeof amount === 'bigint' ? ['loan-to-value'] : [],
    amount,
    ...(isLeast && { isLeast }),
  })
  const legs = Legs.known(position)
  const most = Giver.balanceOf(giver)
  if ('status' in legs) return [limit(legs)]
  if (typeof most !== 'bigint') return [limit(most)]
  const own = legs.collateral.find((leg) => leg.isCollateral && Legs.isSame(leg.asset.address, asset))
  if (own !== undefined && isHeldBack(rule, legs, own)) return [limit(0n)]
  if (rule.withdrawal !== 'loan-to-value') return []
  if (!isAtLeast(rule.assess(asForLoan(legs)).health, WAD)) return [limit(0n)]
  const after = leaving(context, giver, legs)
  const found = firstBelow({
    rule,
    at: (amount) => asForLoan(Acted.atPricesOf(after(amount), legs)),
    most,
    factor: WAD,
  })
  if (found.status === 'none') return []
  return [found.status === 'found' ? limit(found.at - 1n) : limit(found.after, true)]
}
