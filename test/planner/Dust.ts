import { type MarginPlan, type PlanMovesParameters, type RiskContext, type RouteOffer, Wad } from '@unimargin/sdk'
import { dollarPrice, open, reserveOf } from './Book.ts'
import { offerOf } from './checkStep.ts'
import { unitAt } from './Transit.ts'
import type { Sent } from './weigh.ts'

const { WAD } = Wad
/** Units that rounding may add to an amount: its own, the market's on both sides, and what follows for others. */
const UNITS = 8n
/** A hundredth of a cent: what the other roundings come to. */
const LEAST = 10n ** 14n

/** What the rounding of amounts may cost over one route, US dollars, WAD; `price` is that of a whole token. */
function dustOver(
  { costs }: PlanMovesParameters,
  offer: RouteOffer | undefined,
  { price, decimals }: { readonly price: bigint; readonly decimals: number },
): bigint {
  if (offer === undefined) return LEAST
  const { source, destination, fee = 0n, slippage = 0n, seconds } = offer
  const coarse = 10n ** BigInt(Math.max(0, source.decimals - destination.decimals))
  const shared = unitAt(offer, source.decimals)
  const unit = coarse > shared ? coarse : shared
  const share = fee + slippage + ((costs.waiting ?? 0n) * seconds) / 3_600n
  return LEAST + (UNITS * unit * price * share) / (WAD * 10n ** BigInt(decimals))
}

/** Likewise for what an exhaustive search found. */
export function dustIn(parameters: PlanMovesParameters, sent: readonly Sent[]): bigint {
  return sent.reduce((sum, { move: { offer, price, donor, asset } }) => {
    const decimals = reserveOf(donor.state, asset)?.asset.decimals ?? 0
    return sum + dustOver(parameters, offer, { price, decimals })
  }, 0n)
}

/** What the rounding of amounts may cost a plan, US dollars, WAD: amounts are whole units of what a route tells apart. */
export function dustOf(
  context: RiskContext,
  parameters: PlanMovesParameters,
  { steps }: Pick<MarginPlan, 'steps'>,
): bigint {
  const book = open(context, parameters)
  return steps.reduce((sum, step) => {
    const { asset, donor } = step.candidate
    const member = book.get(donor)
    const price = member === undefined ? 0n : (dollarPrice(member, asset.address) ?? 0n)
    return sum + dustOver(parameters, offerOf(parameters, step), { price, decimals: asset.decimals })
  }, 0n)
}
