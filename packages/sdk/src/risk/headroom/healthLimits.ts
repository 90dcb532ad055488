import type { Quantity } from '../../model/Quantity.ts'
import * as Acted from '../Acted.ts'
import { firstBelow } from '../firstBelow.ts'
import { isAtLeast } from '../Judged.ts'
import * as Legs from '../Legs.ts'
import { owesAnything } from '../owesAnything.ts'
import * as Prices from '../Prices.ts'
import type { RiskContext } from '../RiskAdapter.ts'
import { requireRule } from '../ruleOf.ts'
import type { Shock } from '../Shock.ts'
import * as Giver from './Giver.ts'
import type { HeadroomLimit } from './HeadroomLimit.ts'
import { leaving } from './leaving.ts'

/** Prices, and the health that is to be kept at them. Without a shock: the prices of the view. */
export type Scene = { readonly target: bigint; readonly shock?: Shock | undefined }

/** What can leave before a health is below its target, for each of some scenes. None where nothing of the asset backs a debt. */
export function healthLimits(
  context: RiskContext,
  giver: Giver.Giver,
  scenes: readonly Scene[],
): readonly HeadroomLimit[] {
  const { position, asset } = giver
  const isBacking = position.collateral.some((leg) => leg.isCollateral && Legs.isSame(leg.asset.address, asset))
  if (!isBacking || !owesAnything(position)) return []
  const limit = (scene: Scene, amount: Quantity, isLeast?: true): HeadroomLimit => ({
    where: 'health',
    by: typeof amount === 'bigint' ? ['health'] : [],
    amount,
    ...(scene.shock !== undefined && { scenario: scene.shock.name }),
    ...(isLeast && { isLeast }),
  })
  const rule = requireRule(context, position)
  const legs = Legs.known(position)
  const most = Giver.balanceOf(giver)
  if ('status' in legs) return scenes.map((scene) => limit(scene, legs))
  if (typeof most !== 'bigint') return scenes.map((scene) => limit(scene, most))

  const after = leaving(context, giver, legs)
  return scenes.flatMap((scene): readonly HeadroomLimit[] => {
    const { target, shock } = scene
    const factorOf = shock && Prices.factorsOf(shock.prices)
    const priced = factorOf === undefined ? legs : Prices.changed(legs, { rule, unit: position.unit, factorOf })
    if (!isAtLeast(rule.assess(priced).health, target)) return [limit(scene, 0n)]
    const at = (amount: bigint) => Acted.atPricesOf(after(amount), priced)
    const found = firstBelow({ rule, at, most, factor: target })
    if (found.status === 'none') return []
    return [found.status === 'found' ? limit(scene, found.at - 1n) : limit(scene, found.after, true)]
  })
}
