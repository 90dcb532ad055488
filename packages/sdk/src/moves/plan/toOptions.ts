import type { Asset } from '../../model/Asset.ts'
import type { CollateralLeg } from '../../model/Leg.ts'
import type { MarketState, Reserve } from '../../model/Market.ts'
import { isHeldBack } from '../../risk/backing.ts'
import * as Dollars from '../../risk/Dollars.ts'
import { dollarPrices } from '../../risk/dollarPrices.ts'
import * as Legs from '../../risk/Legs.ts'
import * as MulDiv from '../../units/MulDiv.ts'
import { doubtsAbout, toInform } from '../assertUndoubted.ts'
import { repayBlockedBy } from '../repayBlockedBy.ts'
import type { MoveCandidate, RejectedMove, Rejection } from './MarginPlan.ts'
import type { Option } from './Option.ts'
import { firstIn, type Party } from './Party.ts'
import { InvalidPlanParameterError, MissingChainCostsError } from './PlanMovesErrors.ts'
import type { PlanMovesParameters, Purpose, RouteOffer } from './PlanMovesParameters.ts'

/** What protocols may round away on either side, in base units: an aToken's balance moves by up to one unit per step. */
const ROUNDING = 2n

type Thought = {
  readonly donor: Party
  readonly receiver: Party
  readonly leg: CollateralLeg
  readonly received: Asset
  readonly offer: RouteOffer | undefined
  readonly purpose: Purpose
}

/** Everything that could be done, and what was thought of and cannot be. In the order of their ids. */
export function toOptions(
  parameters: PlanMovesParameters,
  parties: readonly Party[],
  horizon: bigint,
): { readonly options: readonly Option[]; readonly rejected: readonly RejectedMove[] } {
  const options: Option[] = []
  const rejected: RejectedMove[] = []
  for (const [thought, candidate] of named(thoughts(parameters, parties))) {
    const reason = reasonAgainst(parameters, thought, horizon)
    const option = reason ?? toOption(parameters, thought, candidate)
    if ('kind' in option) rejected.push({ candidate, reason: option })
    else options.push(option)
  }
  return { options, rejected }
}

function thoughts({ routes }: PlanMovesParameters, parties: readonly Party[]): readonly Thought[] {
  const receivers = parties.filter(({ hasDebt, floor, scenes }) =>
    hasDebt ? floor !== undefined || scenes.some(({ target }) => target !== undefined) : false,
  )
  return parties
    .filter(({ mayGive }) => mayGive)
    .flatMap((donor) =>
      [...donor.legs.collateral, ...donor.unknownLegs]
        .filter(({ amount }) => amount !== 0n)
        .flatMap((leg) =>
          receivers
            .filter(({ position }) => position !== donor.position && Legs.isSame(position.owner, donor.position.owner))
            .flatMap((receiver) =>
              waysOf(leg.asset, receiver, routes).flatMap(({ received, offer }) =>
                purposesOf(receiver, received).map((purpose) => ({ donor, receiver, leg, received, offer, purpose })),
              ),
            ),
        ),
    )
}

type Way = { readonly received: Asset; readonly offer: RouteOffer | undefined }

/** How an asset comes to a position's market: on its own chain by itself, else by each route that begins with it. */
function waysOf(asset: Asset, { state, legs }: Party, routes: readonly RouteOffer[]): readonly Way[] {
  const { chainId } = state.market
  const known = [...state.reserves, ...legs.debt].map((of) => of.asset)
  const find = (address: string) => known.find((candidate) => Legs.isSame(candidate.address, address))
  if (chainId === asset.chainId) {
    const received = find(asset.address)
    return received === undefined ? [] : [{ received, offer: undefined }]
  }
  return routes.flatMap((offer, index): readonly Way[] => {
    const { source, destination } = offer
    if (source.chainId !== asset.chainId || !Legs.isSame(source.asset, asset.address)) return []
    const received = destination.chainId === chainId ? find(destination.asset) : undefined
    if (received === undefined) return []
    assertDecimals(`routes[${index}].source.decimals`, source.decimals, asset)
    assertDecimals(`routes[${index}].destination.decimals`, destination.decimals, received)
    return [{ received, offer }]
  })
}

function assertDecimals(field: string, value: number, { decimals }: Asset): void {
  if (value === decimals) return
  throw new InvalidPlanParameterError({ field, value, least: BigInt(decimals), most: BigInt(decimals) })
}

function purposesOf({ state, legs }: Party, received: Asset): readonly Purpose[] {
  const isIt = ({ asset }: { readonly asset: Asset }) => Legs.isSame(asset.address, received.address)
  return [
    ...(state.reserves.some(isIt) ? (['supply'] as const) : []),
    ...(legs.debt.some((leg) => isIt(leg) && leg.amount > 0n) ? (['repay'] as const) : []),
  ]
}

/** Each with its candidate, by id. */
function named(all: readonly Thought[]): readonly (readonly [Thought, MoveCandidate])[] {
  const plain = all.map(({ donor, receiver, leg, offer, purpose }) =>
    [
      `${donor.position.id}>${receiver.position.id}`,
      leg.asset.address.toLowerCase(),
      offer?.key ?? 'local',
      purpose,
    ].join(':'),
  )
  return all
    .map((thought, index): readonly [Thought, MoveCandidate] => {
      const { donor, receiver, leg, received, offer, purpose } = thought
      const id = plain[index] ?? ''
      // One route may end in several assets of one chain.
      const isAmbiguous = plain.indexOf(id) !== plain.lastIndexOf(id)
      return [
        thought,
        {
          id: isAmbiguous ? `${id}:${received.address.toLowerCase()}` : id,
          donor: donor.position.id,
          receiver: receiver.position.id,
          asset: leg.asset,
          received,
          route: offer?.key,
          purpose,
          seconds: offer?.seconds ?? 0n,
        },
      ]
    })
    .sort(([, left], [, right]) => (left.id < right.id ? -1 : 1))
}

/** Why it cannot be done whatever the amount, if so. */
function reasonAgainst(
  { view, acceptFlags }: PlanMovesParameters,
  { donor, receiver, leg, received, offer, purpose }: Thought,
  horizon: bigint,
): Rejection | undefined {
  if (offer?.most === 0n) return { kind: 'route-closed' }
  if (offer !== undefined && offer.seconds > horizon) return { kind: 'too-slow', seconds: offer.seconds }
  const from = reserveOf(donor, leg.asset)
  if (from === undefined) return { kind: 'unknown', what: `reserve of ${leg.asset.symbol} at the donor` }
  if (from.withdrawBlockedBy.length > 0) return { kind: 'withdraw-blocked', by: from.withdrawBlockedBy }
  if (isHeldBack(donor.rule, donor.legs, leg)) return { kind: 'withdraw-blocked', by: ['loan-to-value'] }
  if (donor.state.market.holdsIdle !== true) {
    if (typeof from.availableLiquidity !== 'bigint')
      return { kind: 'unknown', what: `liquidity of ${leg.asset.symbol}` }
    if (from.availableLiquidity === 0n) return { kind: 'withdraw-blocked', by: ['liquidity'] }
  }
  const blocked = purpose === 'supply' ? whyNotSupplied(receiver, received) : whyNotRepaid(receiver, received)
  if (blocked !== undefined) return blocked
  const accepted = toInform(acceptFlags)
  const [doubt] = [
    ...doubtsAbout(view, { position: donor.position, assets: [leg.asset.address] }, accepted),
    ...doubtsAbout(view, { position: receiver.position, assets: [received.address] }, accepted),
  ]
  return doubt && { kind: 'unknown', what: `${doubt.path} (${doubt.kind})` }
}

function whyNotSupplied(receiver: Party, { address, symbol, decimals }: Asset): Rejection | undefined {
  const reserve = reserveOf(receiver, { address, symbol, decimals, chainId: receiver.state.market.chainId })
  if (reserve === undefined) return { kind: 'unknown', what: `reserve of ${symbol} at the receiver` }
  if (reserve.supplyBlockedBy.length > 0) return { kind: 'supply-blocked', by: reserve.supplyBlockedBy }
  const { supplyRoom } = reserve
  if (supplyRoom === 0n) return { kind: 'supply-blocked', by: ['cap'] }
  if (supplyRoom !== undefined && typeof supplyRoom !== 'bigint') {
    return { kind: 'unknown', what: `supply cap of ${symbol} at the receiver` }
  }
  const first = firstIn(receiver.flight, address)
  if (first === undefined) return { kind: 'unknown', what: `price of ${symbol} at the receiver` }
  if (first.liquidationThreshold === 0n) return { kind: 'not-collateral', by: 'no-threshold' }
  if (receiver.legs.collateral.some((leg) => leg.amount > 0n && Legs.isSame(leg.asset.address, address))) {
    return first.isCollateral ? undefined : { kind: 'not-collateral', by: 'switched-off' }
  }
  if (first.loanToValue === 0n) return { kind: 'not-collateral', by: 'no-loan-to-value' }
  // A position in isolation cannot gain a second collateral.
  if (receiver.position.details.isolated === true) return { kind: 'not-collateral', by: 'isolated' }
  return first.isCollateral ? undefined : { kind: 'not-collateral', by: 'switched-off' }
}

function whyNotRepaid(receiver: Party, asset: Asset): Rejection | undefined {
  const reserve = reserveOf(receiver, asset)
  const by = reserve === undefined ? [] : repayBlockedBy(reserve)
  return by.length === 0 ? undefined : { kind: 'repay-blocked', by }
}

function reserveOf({ state }: Party, asset: Asset): Reserve | undefined {
  return state.reserves.find((reserve) => Legs.isSame(reserve.asset.address, asset.address))
}

/** With its figures, or which of them is unknown. */
function toOption(
  { view, costs }: PlanMovesParameters,
  { donor, receiver, leg, received, offer, purpose }: Thought,
  candidate: MoveCandidate,
): Option | Rejection {
  const { amount, asset } = leg
  if (typeof amount !== 'bigint') return { kind: 'unknown', what: `amount of ${asset.symbol} at the donor` }
  const price = dollarPriceOf(donor, leg, view.markets)
  if (price === undefined) return { kind: 'unknown', what: `price of ${asset.symbol} in dollars` }
  const chainCosts = (chainId: number) => {
    const found = costs.chains[chainId]
    if (found === undefined) throw new MissingChainCostsError(chainId)
    return found
  }
  const source = chainCosts(asset.chainId)
  const gas =
    (donor.state.market.holdsIdle === true ? 0n : source.withdraw) +
    (offer === undefined ? 0n : source.send) +
    chainCosts(received.chainId)[purpose]
  const shared =
    offer === undefined
      ? asset.decimals
      : Math.min(asset.decimals, received.decimals, offer.sharedDecimals ?? asset.decimals)
  const unit = 10n ** BigInt(asset.decimals - shared)
  const [most, least] = [offer?.most, offer?.least ?? 0n]
  const held = most === undefined || amount < most ? amount : most
  return {
    candidate,
    offer,
    unit,
    receivedUnit: 10n ** BigInt(received.decimals - (offer === undefined ? received.decimals : shared)),
    least: least === 0n ? 1n : (least + unit - 1n) / unit,
    most: held / unit,
    gas,
    messaging: offer?.messaging ?? 0n,
    price,
    waiting: offer === undefined ? 0n : MulDiv.up(costs.waiting ?? 0n, offer.seconds, 3_600n),
    rounding: {
      donor: donor.state.market.holdsIdle === true ? 0n : ROUNDING,
      receiver: receiver.state.market.holdsIdle === true ? 0n : ROUNDING,
    },
  }
}

/** As the donor's market says; where that does not know it, as another on the chain does. */
function dollarPriceOf({ state }: Party, { price, asset }: CollateralLeg, states: readonly MarketState[]) {
  const own = Dollars.valueUp(price, state.unit)
  if (typeof own === 'bigint') return own
  const others = states.filter(({ market }) => market.chainId === asset.chainId)
  const found = dollarPrices(others, asset.address).find((other) => typeof other === 'bigint')
  return typeof found === 'bigint' ? found : undefined
}
