import type { DataIssue } from '../../model/DataIssue.ts'
import type { CollateralLeg, KnownLegs } from '../../model/Leg.ts'
import type { MarketState, Reserve } from '../../model/Market.ts'
import type { Position, ReadPosition } from '../../model/Position.ts'
import { isAtStake } from '../../risk/isAtStake.ts'
import * as Legs from '../../risk/Legs.ts'
import type { Assessment, LiquidationRule } from '../../risk/LiquidationRule.ts'
import * as Prices from '../../risk/Prices.ts'
import type { RiskContext } from '../../risk/RiskAdapter.ts'
import { UnknownMarketError } from '../../risk/RiskErrors.ts'
import { ruleOf } from '../../risk/ruleOf.ts'
import { UnknownHealthError } from '../PlanErrors.ts'
import * as Factors from './Factors.ts'
import type { PendingMove, PlanMovesParameters, Scenario } from './PlanMovesParameters.ts'

/** What a position would be in some state of the world. */
export type Holdings = {
  readonly legs: KnownLegs
  /** What the rule says of the legs. */
  readonly assessment: Assessment
  /** What a supply of each asset becomes here: the leg that is held, or the first of its kind, of nothing. */
  readonly firsts: readonly CollateralLeg<bigint>[]
}

/** A state of the world in which a position has to meet something. */
export type Scene = {
  readonly scenario: string
  /** None where the position needs none. */
  readonly target: bigint | undefined
  /** When everything that is pending has arrived, with interest until the horizon. */
  readonly holdings: Holdings
  /** Likewise without what is pending. */
  readonly unaided: Holdings
}

/** A position that a plan knows of, with everything that is asked of it. */
export type Party = {
  readonly position: ReadPosition
  readonly state: MarketState
  readonly rule: LiquidationRule
  /** As read. */
  readonly legs: KnownLegs
  /** Legs that could not be read in full: they can be neither given nor counted. */
  readonly unknownLegs: readonly CollateralLeg[]
  readonly hasDebt: boolean
  readonly mayGive: boolean
  /** What it keeps at least in flight; none where it owes nothing. */
  readonly floor: bigint | undefined
  /** With interest until the horizon, and nothing that is pending. */
  readonly flight: Holdings
  /** The view's own prices first; none where nothing is owed. */
  readonly scenes: readonly Scene[]
}

/** The name of the view's own prices among scenarios. */
export const NOW = 'now'

/**
 * The positions of a view that a plan can know of, by id. Who has to meet a target must be known; whoever else is not is left out.
 *
 * @throws UnknownHealthError when a number of a position that has to meet a target is unknown.
 * @throws UnknownMarketError when the context does not have the rule of a position.
 */
export function parties(context: RiskContext, parameters: PlanMovesParameters, horizon: bigint): readonly Party[] {
  return [...parameters.view.positions]
    .sort((left, right) => (left.id < right.id ? -1 : 1))
    .flatMap((position) => party(context, parameters, position, horizon))
}

function party(
  context: RiskContext,
  parameters: PlanMovesParameters,
  position: Position,
  horizon: bigint,
): readonly Party[] {
  const { view, targets, floors, donors } = parameters
  const { id } = position
  const wanted = [targets, ...(parameters.scenarios ?? []).map((scenario) => scenario.targets ?? targets)]
  const isObliged = isAtStake(position) && wanted.some((factors) => Factors.of(factors, id) !== undefined)
  const unknown = (what: string, issues: readonly DataIssue[]): readonly Party[] => {
    if (isObliged) throw new UnknownHealthError(id, what, issues)
    return []
  }
  if (position.status === 'unread') return unknown('health', position.issues)
  if (position.health.status === 'unknown') return unknown('health', position.health.issues)
  const state = view.markets.find(({ market }) => market.key === position.market.key)
  const rule = ruleOf(context, position)
  if (state === undefined || rule === undefined) throw new UnknownMarketError(position.market.key, position.rule)

  const owes = position.debt.some(({ amount }) => amount !== 0n)
  const known = owes
    ? Legs.known(position)
    : Legs.known({ ...position, collateral: position.collateral.filter(isKnown) })
  if ('status' in known) return unknown('health', known.issues)
  const accrued = Legs.accruedAtMost(known, state.reserves, horizon)
  if ('status' in accrued) return unknown('borrow rate', accrued.issues)
  const hasDebt = rule.assess(known).health.status === 'known'
  const floor = hasDebt
    ? ((floors === undefined ? undefined : Factors.of(floors, id)) ?? Factors.of(targets, id))
    : undefined
  const firsts = firstsOf(position, state, known)
  const pending = (parameters.pending ?? []).filter(({ receiver }) => receiver === id)
  const flight = holding(rule, accrued, firsts)
  const credited = credit(rule, flight, pending)
  if (credited === undefined) return unknown('price of what is pending', [])
  const scene = (scenario: Scenario | undefined): Scene => {
    const at = (holdings: Holdings) => (scenario === undefined ? holdings : shocked(holdings, rule, state, scenario))
    const unaided = at(flight)
    return {
      scenario: scenario?.name ?? NOW,
      target: (scenario?.targets && Factors.of(scenario.targets, id)) ?? Factors.of(targets, id),
      holdings: pending.length === 0 ? unaided : at(credited),
      unaided,
    }
  }
  return [
    {
      position,
      state,
      rule,
      legs: known,
      unknownLegs: position.collateral.filter((leg) => !isKnown(leg)),
      hasDebt,
      mayGive: (donors === undefined || donors.includes(id)) && (!hasDebt || floor !== undefined),
      floor,
      flight,
      scenes: hasDebt ? [undefined, ...(parameters.scenarios ?? [])].map(scene) : [],
    },
  ]
}

function isKnown({ amount, price }: CollateralLeg): boolean {
  return typeof amount === 'bigint' && typeof price === 'bigint'
}

function holding(rule: LiquidationRule, legs: KnownLegs, firsts: Holdings['firsts']): Holdings {
  return { legs, firsts, assessment: rule.assess(legs) }
}

/** What a supply of each asset of the market would become. */
function firstsOf(position: ReadPosition, state: MarketState, legs: KnownLegs): readonly CollateralLeg<bigint>[] {
  return state.reserves.flatMap((reserve) => {
    const isIt = ({ asset }: Pick<CollateralLeg, 'asset'>) => Legs.isSame(asset.address, reserve.asset.address)
    const leg = legs.collateral.find(isIt) ?? position.firstSupplies?.find(isIt) ?? firstOf(reserve)
    const { price } = leg
    return typeof price === 'bigint' ? [{ ...leg, price, amount: 0n, value: 0n }] : []
  })
}

function firstOf({ asset, price, liquidationThreshold, loanToValue }: Reserve): CollateralLeg {
  return { asset, amount: 0n, price, value: 0n, isCollateral: true, liquidationThreshold, loanToValue }
}

/** With what is pending; `undefined` where nobody knows what that would be worth. */
function credit(rule: LiquidationRule, holdings: Holdings, pending: readonly PendingMove[]): Holdings | undefined {
  let { legs } = holdings
  for (const { purpose, asset, amount } of pending) {
    if (purpose === 'repay') {
      legs = Legs.repaid(legs, asset, amount)
      continue
    }
    const first = firstIn(holdings, asset)
    if (first === undefined) return undefined
    legs = Legs.supplied(legs, first, amount)
  }
  return holding(rule, legs, holdings.firsts)
}

/** What a supply of an asset becomes, if that is known. */
export function firstIn({ firsts }: Holdings, asset: string): CollateralLeg<bigint> | undefined {
  return firsts.find((leg) => Legs.isSame(leg.asset.address, asset))
}

function shocked(
  { legs, firsts }: Holdings,
  rule: LiquidationRule,
  { unit }: MarketState,
  scenario: Scenario,
): Holdings {
  const count = legs.collateral.length
  const factorOf = Prices.factorsOf(scenario.prices)
  const all = Prices.changed({ ...legs, collateral: [...legs.collateral, ...firsts] }, { rule, unit, factorOf })
  return holding(rule, { ...all, collateral: all.collateral.slice(0, count) }, all.collateral.slice(count))
}
