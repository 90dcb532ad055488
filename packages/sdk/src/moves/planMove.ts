import type { MarginContext } from '../adapter/MarginContext.ts'
import type { FlagKind } from '../model/Flag.ts'
import type { KnownHealth } from '../model/Health.ts'
import type { MarginView } from '../model/MarginView.ts'
import { issuesOf } from '../model/Quantity.ts'
import { isHeldBack } from '../risk/backing.ts'
import * as Dollars from '../risk/Dollars.ts'
import { InvalidParameterError } from '../risk/InvalidParameterError.ts'
import * as Search from '../risk/Search.ts'
import * as MulDiv from '../units/MulDiv.ts'
import * as Wad from '../units/Wad.ts'
import { assertUndoubted } from './assertUndoubted.ts'
import * as Dust from './Dust.ts'
import { DELIVERY_GAS } from './MoveGas.ts'
import type { MoveAction } from './MoveIntent.ts'
import type { MovePlanResult, UnsavableReason } from './MovePlan.ts'
import {
  AmountAbovePositionError,
  InvalidAmountError,
  InvalidArrivalTimeError,
  InvalidHealthFactorError,
  MOST_HEALTH_FACTOR,
  NoGoalError,
  NothingToMoveError,
  UnknownHealthError,
} from './PlanErrors.ts'
import * as Planned from './Planned.ts'
import * as Receiving from './Receiving.ts'
import { type MoveSide, type ResolvedMove, resolveMove } from './resolveMove.ts'
import * as WhatIf from './WhatIf.ts'

const { ROUNDING } = Receiving
const DEFAULT_ARRIVAL_SECONDS = 1_800n
const MOST_ARRIVAL_SECONDS = 7n * 24n * 3_600n

export type PlanMoveParameters = {
  /** The margin view that both positions are in. */
  readonly view: MarginView
  /** Symbol or address of the asset at the receiver. */
  readonly asset: string
  /** Id of the position that gives. */
  readonly donor: string
  /** Id of the position that gets. */
  readonly receiver: string
  /** What is done with it there: `supply` (unless given) makes it collateral, `repay` pays the receiver's debt of it back. */
  readonly purpose?: MoveAction | undefined
  /** The health factor that the receiver shall have at least, WAD. */
  readonly target?: bigint | undefined
  /** The health factor that the donor shall keep at least, WAD. */
  readonly donorFloor: bigint
  /** Base units at the source to move, instead of the least amount that reaches the target. */
  readonly amount?: bigint | undefined
  /**
   * The share of the amount that the route may keep, WAD: more is sent for it, and the contract refuses where it keeps more. Nothing
   * unless given, which is right for OFTs. `getRouteLimits` says what a pool keeps now.
   */
  readonly transferFee?: bigint | undefined
  /** Seconds of interest on both positions' debts that must not spoil the plan. Half an hour unless given. */
  readonly arrivalSeconds?: bigint | undefined
  /**
   * Kinds of doubt about the view that the plan may be built on all the same. Without it a plan is refused where the chain of
   * either position is one node's word alone, stands still, went back or has a sequencer that is not surely up, or where the
   * price of an asset that counts is older than its feed's heartbeat allows.
   */
  readonly acceptFlags?: readonly FlagKind[] | undefined
}

/**
 * Plans one move of collateral: the least amount that brings the receiver to its target by the receiver's own liquidation
 * rule, such that the donor keeps its floor by its own, also while the collateral is in flight. Pure: nothing is read.
 *
 * What arrives is supplied, or with `purpose: 'repay'` pays back what the receiver owes of the same asset. A repayment never
 * takes more than the debt: what is over goes to the owner's wallet.
 *
 * The amount is in base units at the source, rounded up to what the route can carry. Everything else is rounded against
 * the owner: debts grow by `arrivalSeconds` of interest, and protocols round supplied amounts down. Where a rule is not
 * monotonic (Aave ≤ 3.4 floors an average threshold) the amount is a least one locally.
 *
 * With `amount`, just that amount is planned, without its dust.
 *
 * @throws UnknownPositionError, SamePositionError, SameChainError, OwnersDifferError, UnknownAssetError,
 * AmbiguousAssetError, UnknownRouteError, UnknownRouterError, UnknownMarketError, UnroutedMarketError, UnroutedAssetError,
 * NothingToMoveError, NothingToRepayError
 * for what does not exist or does not go together.
 * @throws InvalidHealthFactorError, InvalidAmountError, AmountAbovePositionError, InvalidArrivalTimeError, InvalidParameterError,
 * NoGoalError for numbers that make no sense.
 * @throws UnknownHealthError when a number that the plan would be built on is unknown; what was last known of a position
 * that could not be read is never built on.
 * @throws DoubtfulViewError when what it would be built on was read but is flagged, unless `acceptFlags` names the kind.
 *
 * @example
 * import { planMove, Wad, type MarginContext, type MarginView } from '@unimargin/sdk'
 *
 * export function rescue(client: MarginContext, view: MarginView, donor: string, receiver: string) {
 *   return planMove(client, {
 *     view,
 *     asset: 'WETH',
 *     donor,
 *     receiver,
 *     target: Wad.fromDecimal('1.5'),
 *     donorFloor: Wad.fromDecimal('1.8'),
 *   })
 * }
 */
export function planMove(
  client: Pick<MarginContext, 'adapters' | 'routes' | 'routers'>,
  parameters: PlanMoveParameters,
): MovePlanResult {
  const { target, donorFloor, purpose = 'supply', transferFee = 0n } = parameters
  const { arrivalSeconds = DEFAULT_ARRIVAL_SECONDS } = parameters
  assertNumbers(parameters, arrivalSeconds)
  const move = resolveMove(client, parameters)
  const units = unitsOf(move)
  const { donor, receiver } = move
  assertUndoubted(parameters.view, [donor, receiver], parameters.acceptFlags)
  const later = {
    donor: WhatIf.accrued(donor.position.id, donor.legs, donor.state.reserves, arrivalSeconds),
    receiver: WhatIf.accrued(receiver.position.id, receiver.legs, receiver.state.reserves, arrivalSeconds),
  }
  const held = heldBy(donor)
  const asked = parameters.amount
  // So much of what is sent arrives at least; and so much has to be sent for it.
  const share = Wad.WAD - transferFee
  const arriving = (units_: bigint) => MulDiv.down(units_, share, Wad.WAD)
  const sending = (units_: bigint) => MulDiv.up(units_, Wad.WAD, share)
  if (asked !== undefined) assertAmount(asked, held, sending(1n) * units.source, donor.position.id)

  const receiverWith = (units_: bigint): KnownHealth =>
    receiver.rule.assess(
      Receiving.after(purpose, receiver, later.receiver, arriving(units_) * units.destination - ROUNDING),
    ).health
  const reachesTarget = (units_: bigint) => target === undefined || WhatIf.isAtLeast(receiverWith(units_), target)
  const keepsFloor = (units_: bigint) =>
    units_ === 0n ||
    WhatIf.reaches(
      donor.rule,
      WhatIf.withdrawn(later.donor, donor.reserve, units_ * units.source + ROUNDING),
      donorFloor,
    )

  if (asked === undefined && target !== undefined && reachesTarget(0n)) {
    return { status: 'already-safe', receiver: receiver.position.id, health: Planned.healthOf(receiver), target }
  }
  const unsavable = (reason: UnsavableReason, most: bigint): MovePlanResult => ({
    status: 'unsavable',
    donor: donor.position.id,
    receiver: receiver.position.id,
    reason,
    mostAmount: most * units.source,
    bestReachable: receiverWith(most),
  })

  const blocked = blockedBy(donor) ?? Receiving.blockedBy(purpose, receiver)
  if (blocked !== undefined) return unsavable(blocked, 0n)

  const use = Receiving.limitOf(purpose, receiver, { later: later.receiver, unit: units.destination })
  // A cap must hold all that is sent: the route may keep less than is allowed for it.
  // More than is owed is no mistake of whoever asks for just that amount: the rest is paid out.
  const isUsed = use !== undefined && (purpose === 'supply' || asked === undefined)
  const limit = tightest([
    ...limitsOf(donor, held, units),
    ...(isUsed ? [{ ...use, units: purpose === 'supply' ? use.units : sending(use.units) }] : []),
  ])
  const mostOf = (units_: bigint) => Search.greatest({ most: units_, holds: keepsFloor }) ?? 0n
  const most = mostOf(limit.units)
  const wanted =
    asked === undefined
      ? Search.least({
          estimate: sending(
            Receiving.estimateOf(purpose, receiver, later.receiver, { target, unit: units.destination }),
          ),
          most,
          passes: reachesTarget,
        })
      : asked / units.source
  if (wanted === undefined || wanted > limit.units) {
    return unsavable(most < limit.units ? { kind: 'donor-floor' } : limit.reason, most)
  }
  // Not implied by `most`: where a rule has teeth, taking less can leave less.
  if (!keepsFloor(wanted)) return unsavable({ kind: 'donor-floor' }, mostOf(wanted))
  if (!reachesTarget(wanted)) return unsavable({ kind: 'amount' }, wanted)

  const amount = wanted * units.source
  const received = arriving(wanted) * units.destination
  return {
    status: 'plan',
    owner: donor.position.owner,
    donor: Planned.donor(donor, amount, later.donor),
    receiver: Planned.receiver(purpose, receiver, received, receiverWith(wanted)),
    purpose,
    route: move.route.key,
    source: Planned.endOf(donor),
    destination: Planned.endOf(receiver),
    amount,
    minAmount: arriving(wanted) * units.source,
    received,
    excess: purpose === 'supply' ? 0n : positive(received - Receiving.owed(receiver, receiver.legs)),
    dust: asked === undefined ? 0n : asked - amount,
    price: dollarPriceOf(donor),
    target,
    donorFloor,
    acceptedFlags: [...(parameters.acceptFlags ?? [])],
    slack: { seconds: arrivalSeconds },
    authorization: donor.routed.pullAuthorization({ reserve: donor.reserve, amount, supplied: held }),
    gas: { delivery: DELIVERY_GAS, supply: receiver.routed.supplyGas },
    underWay: parameters.view.inFlight
      .filter((flying) => WhatIf.isSame(flying.owner, donor.position.owner))
      .filter((flying) => flying.destinationChainId === receiver.end.chainId)
      .map(({ guid }) => guid),
  }
}

type Units = { readonly source: bigint; readonly destination: bigint }

function unitsOf({ donor, receiver, route }: ResolvedMove): Units {
  return {
    source: Dust.unitOf(route, donor.reserve.asset.decimals),
    destination: Dust.unitOf(route, receiver.reserve.asset.decimals),
  }
}

function assertNumbers(
  { target, donorFloor, amount, transferFee = 0n }: PlanMoveParameters,
  arrivalSeconds: bigint,
): void {
  if (transferFee < 0n || transferFee >= Wad.WAD) {
    const range = { least: 0n, most: Wad.WAD - 1n }
    throw new InvalidParameterError({ parameter: 'transferFee', value: transferFee, ...range })
  }
  if (target === undefined && amount === undefined) throw new NoGoalError()
  const isFactor = (value: bigint) => value >= Wad.WAD && value <= MOST_HEALTH_FACTOR
  if (target !== undefined && !isFactor(target)) throw new InvalidHealthFactorError('target', target)
  if (!isFactor(donorFloor)) throw new InvalidHealthFactorError('donorFloor', donorFloor)
  if (amount !== undefined && amount <= 0n) throw new InvalidAmountError(amount, 1n)
  if (arrivalSeconds < 0n || arrivalSeconds > MOST_ARRIVAL_SECONDS) {
    throw new InvalidArrivalTimeError(arrivalSeconds, MOST_ARRIVAL_SECONDS)
  }
}

function assertAmount(asked: bigint, held: bigint, unit: bigint, donor: string): void {
  if (asked > held) throw new AmountAbovePositionError(asked, held, donor)
  if (asked < unit) throw new InvalidAmountError(asked, unit)
}

/** Base units of the asset that the donor has supplied. */
function heldBy({ position, reserve }: MoveSide): bigint {
  const leg = position.collateral.find(({ asset }) => WhatIf.isSame(asset.address, reserve.asset.address))
  if (leg === undefined || leg.amount === 0n) throw new NothingToMoveError(position.id, reserve.asset.symbol)
  if (typeof leg.amount !== 'bigint') {
    throw new UnknownHealthError(position.id, `amount of ${reserve.asset.symbol}`, leg.amount.issues)
  }
  return leg.amount
}

/** Why the donor's market would pay nothing out, if so. */
function blockedBy(donor: MoveSide): UnsavableReason | undefined {
  const { withdrawBlockedBy, asset } = donor.reserve
  if (withdrawBlockedBy.length > 0) return { kind: 'withdraw-blocked', by: withdrawBlockedBy }
  const given = donor.legs.collateral.find((leg) => WhatIf.isSame(leg.asset.address, asset.address))
  if (given === undefined || !isHeldBack(donor.rule, donor.legs, given)) return undefined
  return { kind: 'withdraw-blocked', by: ['loan-to-value'] }
}

type Limit = { readonly reason: UnsavableReason; readonly units: bigint }

/** How many units of the route each circumstance allows, the donor's floor and the receiver aside. */
function limitsOf(donor: MoveSide, held: bigint, units: Units): readonly Limit[] {
  const { availableLiquidity } = donor.reserve
  if (typeof availableLiquidity !== 'bigint') {
    throw new UnknownHealthError(donor.position.id, 'available liquidity', issuesOf(availableLiquidity))
  }
  return [
    { reason: { kind: 'donor-balance' }, units: held / units.source },
    { reason: { kind: 'donor-liquidity' }, units: availableLiquidity / units.source },
    { reason: { kind: 'route-limit' }, units: Dust.MOST_UNITS },
  ]
}

function tightest(limits: readonly Limit[]): Limit {
  return limits.reduce((tight, limit) => (limit.units < tight.units ? limit : tight))
}

function positive(amount: bigint): bigint {
  return amount > 0n ? amount : 0n
}

/** What costs are counted in, whatever the donor's market counts in. */
function dollarPriceOf({ position, reserve, state }: MoveSide): bigint {
  const price = Dollars.valueUp(reserve.price, state.unit)
  if (typeof price === 'bigint') return price
  throw new UnknownHealthError(position.id, `price of ${reserve.asset.symbol} in dollars`, issuesOf(price))
}
