import {
  type CollateralLeg,
  type DebtLeg,
  type KnownLegs,
  type PlanMovesParameters,
  type Scenario,
  Wad,
} from '@unimargin/sdk'
import {
  type Book,
  dollarPrice,
  firstSupply,
  floorOf,
  isSame,
  type Member,
  reserveOf,
  shocked,
  targetOf,
  withPending,
} from './Book.ts'
import type { Move } from './candidates.ts'
import { isCovered } from './lends.ts'

/**
 * `base + Σ coefficient · dollars sent ≥ 0`, in floats: what every plan has to satisfy at least, were amounts not whole and nothing
 * rounded. Only for ruling out; what is believed to be feasible is asked of the rules themselves.
 */
export type Row = {
  readonly base: number
  readonly coefficients: Float64Array
  /** A target of this position. */
  readonly receiver?: string
  /** Only asked once this position gives: its floor. */
  readonly donor?: string
  /** By which moves it gives. */
  readonly given?: readonly number[]
}

const { WAD } = Wad
const ONE = Number(WAD)

/** What is sent, by the dollar: how many whole tokens leave and arrive at worst, and what that costs. */
export type Slope = { readonly leaves: number; readonly arrives: number; readonly cost: number; readonly fixed: number }

export function slopeOf({ costs }: PlanMovesParameters, { price, offer, fixed }: Move): Slope {
  const leaves = ONE / Number(price)
  const { fee = 0n, slippage = 0n, seconds = 0n } = offer ?? {}
  const kept = (1 - Number(fee) / ONE) * (1 - Number(slippage) / ONE)
  const waiting = (Number(costs.waiting ?? 0n) / ONE) * (Number(seconds) / 3_600)
  return { leaves, arrives: leaves * kept, cost: 1 - kept + waiting, fixed: Number(fixed) / ONE }
}

/** All rows of the moves: targets in every scenario, floors in flight, balances, liquidity, caps, debts and routes. */
export function rowsOf(book: Book, parameters: PlanMovesParameters, moves: readonly Move[]): readonly Row[] {
  const slopes = moves.map((move) => slopeOf(parameters, move))
  return [
    ...[...book.values()].flatMap((member) => [
      ...targetRows(parameters, member, moves, slopes),
      ...floorRows(parameters, member, moves, slopes),
    ]),
    ...limitRows(book, parameters, moves, slopes),
  ]
}

function targetRows(parameters: PlanMovesParameters, member: Member, moves: readonly Move[], slopes: readonly Slope[]) {
  return [undefined, ...(parameters.scenarios ?? [])].flatMap((scenario): readonly Row[] => {
    const target = targetOf(parameters, member.position.id, scenario)
    if (target === undefined || member.legs.debt.length === 0) return []
    const legs = withPending(member, parameters)
    const row = healthRow({ member, legs, target, scenario, moves, slopes, counts: () => true })
    return [{ ...row, receiver: member.position.id }]
  })
}

function floorRows(parameters: PlanMovesParameters, member: Member, moves: readonly Move[], slopes: readonly Slope[]) {
  const { id } = member.position
  const floor = floorOf(parameters, id)
  if (floor === undefined || member.legs.debt.length === 0) return []
  const counts = ({ offer }: Move) => offer === undefined
  const { legs } = member
  const row = healthRow({ member, legs, target: floor, scenario: undefined, moves, slopes, counts })
  const given = moves.flatMap(({ donor }, index) => (donor === member ? [index] : []))
  const floors = [{ ...row, donor: id, given }]
  if (!isCovered(member)) return floors
  const loan = { member, legs, target: WAD, scenario: undefined, moves, slopes, counts, weigh: lendingOf }
  return [...floors, { ...healthRow(loan), donor: id, given }]
}

/** `W − target · D` in dollars. */
function healthRow(parameters: {
  readonly member: Member
  readonly legs: KnownLegs
  readonly target: bigint
  readonly scenario: Scenario | undefined
  readonly moves: readonly Move[]
  readonly slopes: readonly Slope[]
  /** Whether what arrives by this move is there. */
  readonly counts: (move: Move) => boolean
  /** What a token of a leg counts for: by its threshold unless given. */
  readonly weigh?: (leg: CollateralLeg<bigint>) => number
}): Row {
  const { member, scenario, moves, slopes, counts, weigh = weightOf } = parameters
  const at = (legs: KnownLegs) => (scenario === undefined ? legs : shocked(member, legs, scenario))
  const legs = at(parameters.legs)
  const target = Number(parameters.target) / ONE
  const unit = member.state.unit?.price
  const dollars = typeof unit === 'bigint' ? Number(unit) / ONE : 1
  const base =
    sum(legs.collateral.map((leg) => tokens(leg) * weigh(leg))) -
    target * sum(legs.debt.map((leg) => tokens(leg) * (Number(leg.price) / ONE)))
  const coefficients = moves.map((move, index) => {
    const slope = slopes[index]
    if (slope === undefined) return 0
    let coefficient = 0
    if (move.donor === member) {
      const leg = at(member.held).collateral.find((one) => isSame(one.asset.address, move.asset))
      coefficient -= leg === undefined ? 0 : slope.leaves * weigh(leg)
    }
    if (move.receiver === member && counts(move)) {
      if (move.purpose === 'repay') {
        const leg = at(member.held).debt.find((one) => isSame(one.asset.address, move.received))
        coefficient += leg === undefined ? 0 : target * slope.arrives * (Number(leg.price) / ONE)
      } else {
        const first = firstSupply(member, move.received)
        const [leg] = first === undefined ? [] : at({ collateral: [first], debt: member.held.debt }).collateral
        coefficient += leg === undefined ? 0 : slope.arrives * weigh(leg)
      }
    }
    return coefficient * dollars
  })
  return { base: base * dollars, coefficients: Float64Array.from(coefficients) }
}

function limitRows(book: Book, parameters: PlanMovesParameters, moves: readonly Move[], slopes: readonly Slope[]) {
  const rows = new Map<string, { base: number; coefficients: Float64Array }>()
  const add = (key: string, base: number, index: number, coefficient: number) => {
    const row = rows.get(key) ?? { base, coefficients: new Float64Array(moves.length) }
    row.coefficients[index] = -coefficient
    rows.set(key, row)
  }
  moves.forEach((move, index) => {
    const slope = slopes[index]
    if (slope === undefined) return
    const { donor, receiver, asset, received, offer, purpose, price } = move
    const [giver, taker] = [donor.position, receiver.position]
    const decimals = reserveOf(donor.state, asset)?.asset.decimals ?? 0
    const value = (amount: bigint) => (Number(amount) / 10 ** decimals) * (Number(price) / ONE)
    const held = donor.held.collateral.find((leg) => isSame(leg.asset.address, asset))?.amount ?? 0n
    add(`held ${giver.id} ${asset}`, value(held), index, 1)
    const liquidity = reserveOf(donor.state, asset)?.availableLiquidity
    if (giver.market.holdsIdle !== true && typeof liquidity === 'bigint') {
      add(`liquidity ${giver.market.key} ${asset}`, value(liquidity), index, 1)
    }
    if (offer?.most !== undefined) add(`route ${offer.key} ${asset} ${received}`, value(offer.most), index, 1)
    const there = reserveOf(receiver.state, received)
    const worth = Number(dollarPrice(receiver, received) ?? 0n) / ONE
    const arrived = (amount: bigint) => (Number(amount) / 10 ** (there?.asset.decimals ?? 0)) * worth
    const pending = (parameters.pending ?? [])
      .filter((one) => one.purpose === purpose && isSame(one.asset, received))
      .filter((one) =>
        purpose === 'repay'
          ? one.receiver === taker.id
          : book.get(one.receiver)?.position.market.key === taker.market.key,
      )
      .reduce((all, { amount }) => all + amount, 0n)
    const room = there?.supplyRoom
    if (purpose === 'supply' && typeof room === 'bigint') {
      add(`room ${taker.market.key} ${received}`, arrived(room - pending), index, slope.arrives * worth)
    }
    if (purpose === 'repay') {
      const owed = receiver.held.debt.find((leg) => isSame(leg.asset.address, received))?.amount ?? 0n
      add(`owed ${taker.id} ${received}`, arrived(owed - pending), index, slope.arrives * worth)
    }
  })
  return [...rows.values()]
}

function tokens({ amount, asset }: CollateralLeg<bigint> | DebtLeg<bigint>): number {
  return Number(amount) / 10 ** asset.decimals
}

/** What a token of a leg weighs. */
function weightOf({ price, isCollateral, liquidationThreshold }: CollateralLeg<bigint>): number {
  return isCollateral ? (Number(price) / ONE) * (Number(liquidationThreshold) / ONE) : 0
}

/** What is lent on a token of a leg. */
function lendingOf(leg: CollateralLeg<bigint>): number {
  return weightOf({ ...leg, liquidationThreshold: leg.loanToValue })
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
