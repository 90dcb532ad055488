import * as Decimal from '../../units/Decimal.ts'
import * as MulDiv from '../../units/MulDiv.ts'
import * as Wad from '../../units/Wad.ts'
import type { MoveCandidate, StepCosts } from './MarginPlan.ts'
import type { RouteOffer } from './PlanMovesParameters.ts'

/** A candidate with everything that its amount decides. Amounts are counted in `unit`s: what its way can carry. */
export type Option = {
  readonly candidate: MoveCandidate
  readonly offer: RouteOffer | undefined
  /** Base units per unit, at the donor and at the receiver. */
  readonly unit: bigint
  readonly receivedUnit: bigint
  /** Units: what can be moved at least, if anything is, and at most. */
  readonly least: bigint
  readonly most: bigint
  /** US dollars (WAD) for any amount. */
  readonly gas: bigint
  readonly messaging: bigint
  /** US dollars (WAD) per whole token of the donor's asset. */
  readonly price: bigint
  /** Share of the value that the time on the way costs, WAD. */
  readonly waiting: bigint
  /** What the protocols may round away, base units. */
  readonly rounding: { readonly donor: bigint; readonly receiver: bigint }
}

/** Base units that leave the donor. */
export function amountOf({ unit }: Option, units: bigint): bigint {
  return units * unit
}

/** Base units that count at the receiver, at worst. */
export function arrivesOf({ receivedUnit, offer }: Option, units: bigint): bigint {
  return ((units * keptOf(offer)) / (Wad.WAD * Wad.WAD)) * receivedUnit
}

/** The most units of which no more than so many base units arrive. */
export function unitsArriving({ receivedUnit, offer }: Option, amount: bigint): bigint | undefined {
  const kept = keptOf(offer)
  if (kept === 0n) return undefined
  return ((amount / receivedUnit + 1n) * Wad.WAD * Wad.WAD - 1n) / kept
}

/** The share that arrives, with 36 decimals. */
export function keptOf(offer: RouteOffer | undefined): bigint {
  return (Wad.WAD - (offer?.fee ?? 0n)) * (Wad.WAD - (offer?.slippage ?? 0n))
}

/** What it costs to move so many units: nothing for none. Rounded up. */
export function costsOf(option: Option, units: bigint): StepCosts {
  if (units === 0n) return { gas: 0n, messaging: 0n, fee: 0n, slippage: 0n, waiting: 0n, total: 0n }
  const { gas, messaging, price, offer, candidate } = option
  const value = MulDiv.up(amountOf(option, units), price, Decimal.unit(candidate.asset.decimals))
  const share = (of: bigint | undefined) => Wad.mulUp(value, of ?? 0n)
  const [fee, waiting] = [share(offer?.fee), share(option.waiting)]
  // Of what the route has not kept.
  const slippage = MulDiv.up(value, (Wad.WAD - (offer?.fee ?? 0n)) * (offer?.slippage ?? 0n), Wad.WAD * Wad.WAD)
  return { gas, messaging, fee, slippage, waiting, total: gas + messaging + fee + slippage + waiting }
}
