import {
  type MarginPlan,
  type MoveCosts,
  type PlanMovesParameters,
  type RiskContext,
  type RouteOffer,
  Wad,
} from '@unimargin/sdk'
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
  return LEAST + (UNITS * unitOf(offer) * price * shareOf(costs, offer)) / (WAD * 10n ** BigInt(decimals))
}

/** Base units at the source that both ends can tell apart. */
function unitOf(offer: RouteOffer): bigint {
  const { source, destination } = offer
  const coarse = 10n ** BigInt(Math.max(0, source.decimals - destination.decimals))
  const shared = unitAt(offer, source.decimals)
  return coarse > shared ? coarse : shared
}

/** What a route costs of a value, WAD. */
function shareOf({ waiting = 0n }: MoveCosts, { fee = 0n, slippage = 0n, seconds }: RouteOffer): bigint {
  return fee + slippage + (waiting * seconds) / 3_600n
}

/** Likewise for what an exhaustive search found. */
export function dustIn(parameters: PlanMovesParameters, sent: readonly Sent[]): bigint {
  return sent.reduce((sum, { move: { offer, price, donor, asset } }) => {
    const decimals = reserveOf(donor.state, asset)?.asset.decimals ?? 0
    return sum + dustOver(parameters, offer, { price, decimals })
  }, 0n)
}

/**
 * What it may cost besides that a whole unit of one step is made up for by another step, which is dearer by the dollar: US dollars,
 * WAD. An account of twice the size needs a unit more or less than twice as many.
 */
export function dustBetween(
  context: RiskContext,
  parameters: PlanMovesParameters,
  { steps }: Pick<MarginPlan, 'steps'>,
): bigint {
  const book = open(context, parameters)
  const offers = steps.flatMap((step) => offerOf(parameters, step) ?? [])
  const [dearest = 0n] = offers
    .map((offer) => shareOf(parameters.costs, offer))
    .sort((one, other) => (one > other ? -1 : 1))
  return steps.reduce((sum, step) => {
    const { asset, donor } = step.candidate
    const [offer, member] = [offerOf(parameters, step), book.get(donor)]
    const price = member && dollarPrice(member, asset.address)
    if (offer === undefined || price === undefined) return sum
    return sum + (UNITS * unitOf(offer) * price * dearest) / (WAD * 10n ** BigInt(asset.decimals))
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
