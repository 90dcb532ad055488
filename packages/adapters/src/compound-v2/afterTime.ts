import {
  type CollateralLeg,
  type DebtLeg,
  type Lending,
  MulDiv,
  type PositionFacts,
  type PositionInMarket,
  type Quantity,
  type Reserve,
  unknown,
  Wad,
} from '@unimargin/sdk'
import { isAddressEqual } from 'viem'
import { join } from '../shared/join.ts'
import { ReadWithoutLendingError } from '../shared/ReadWithoutLendingError.ts'
import { numberOf, unaccruedKey } from './Account.ts'
import * as Behind from './Behind.ts'
import type { Flavour } from './Flavour.ts'
import { totalsOf } from './rates.ts'
import { type CompoundV2Rule, ruleOf, sharesOf } from './rule.ts'
import * as Totals from './Totals.ts'

const YEAR = 31_536_000n

/**
 * The position and its market some seconds later, as the next transactions would accrue them later: simple interest from each
 * token's last accrual on, at the rate of its books then. Where a token counts blocks, by as many as its protocol gives a year.
 *
 * Supplies are exact. Debts are the most that they can be: the index that an account's debt counts from is nowhere to be read, so
 * that the parts of a base unit which it has already are not known.
 *
 * @throws ReadWithoutLendingError when the state was read without lending.
 */
export function lendingAfterTime(flavour: Flavour): NonNullable<Lending['accrued']> {
  const rule = ruleOf(flavour.name)
  return ({ state, position }, seconds) => {
    if (state.reserves.some(({ details }) => details === undefined)) throw new ReadWithoutLendingError(state)
    const tokens = state.reserves.map((reserve) => grown(reserve, seconds, flavour))
    const isBlocks = tokens.some(({ reserve }) => reserve.details?.isTimeBased === false)
    return {
      state: { ...state, reserves: tokens.map(({ reserve }) => reserve) },
      position: withTokens({ state, position }, tokens, rule),
      isBound: seconds > 0n && (position.debt.length > 0 || isBlocks),
    }
  }
}

/** A reserve some seconds later. */
type Grown = {
  readonly reserve: Reserve
  /** Interest per unit since the last accrual, WAD, now and later; absent where the books are not known. */
  readonly interest: { readonly now: bigint; readonly later: bigint } | undefined
}

function grown(reserve: Reserve, seconds: bigint, { isVenus }: Flavour): Grown {
  const before = totalsOf(reserve)
  const [borrows, reserves, rate, slots, factor] = (
    ['storedBorrows', 'storedReserves', 'borrowRate', 'slots', 'reserveFactor'] as const
  ).map((name) => numberOf(reserve, name))
  const more = slotsIn(reserve, seconds)
  if (
    before === undefined ||
    borrows === undefined ||
    reserves === undefined ||
    rate === undefined ||
    slots === undefined ||
    factor === undefined ||
    more === undefined
  ) {
    return { reserve: unreadRates(reserve), interest: undefined }
  }
  const next = Totals.accrue({ ...before, borrows, reserves }, rate, slots + more, factor)
  const exchangeRate = Totals.exchangeRate(next) ?? numberOf(reserve, 'exchangeRate') ?? 0n
  const { cash, supply } = before
  const usedMore = next.borrows - before.borrows
  const suppliedMore = isVenus
    ? Wad.mulDown(exchangeRate, supply) - Wad.mulDown(numberOf(reserve, 'exchangeRate') ?? 0n, supply)
    : usedMore - (next.reserves - before.reserves)
  return {
    reserve: {
      ...reserve,
      availableLiquidity: isVenus ? atLeastZero(cash - next.reserves) : cash,
      supplyRoom: lessRoom(reserve.supplyRoom, suppliedMore),
      borrowRoom: lessRoom(reserve.borrowRoom, usedMore),
      details: { ...reserve.details, ...next, exchangeRate, slots: slots + more },
    },
    interest: { now: rate * slots, later: rate * (slots + more) },
  }
}

/** Seconds, or blocks, by as many as a year has. */
function slotsIn(reserve: Reserve, seconds: bigint): bigint | undefined {
  if (reserve.details?.isTimeBased === true) return seconds
  const perYear = numberOf(reserve, 'slotsPerYear')
  return perYear === undefined ? undefined : MulDiv.up(seconds, perYear, YEAR)
}

/** What one share is worth then, nobody knows. */
function unreadRates(reserve: Reserve): Reserve {
  const { exchangeRate: _, ...details } = reserve.details ?? {}
  return { ...reserve, details }
}

function lessRoom(room: Quantity | undefined, by: bigint): Quantity | undefined {
  return typeof room === 'bigint' ? atLeastZero(room - by) : room
}

function withTokens(where: PositionInMarket, tokens: readonly Grown[], rule: CompoundV2Rule): PositionFacts {
  const { state, position } = where
  const of = ({ asset }: CollateralLeg | DebtLeg) =>
    tokens.find(({ reserve }) => isAddressEqual(reserve.asset.address, asset.address))
  const details: Record<string, bigint | string | number | boolean> = { ...position.details }
  const stored: { collateral: CollateralLeg[]; debt: DebtLeg[] } = { collateral: [], debt: [] }

  const supply = (leg: CollateralLeg): CollateralLeg => {
    const token = of(leg)
    const rate = token?.interest && numberOf(token.reserve, 'exchangeRate')
    if (typeof leg.amount !== 'bigint') return leg
    const { balance } = sharesOf({ amount: leg.amount, shares: leg.shares })
    if (rate === undefined) return balance === 0n ? leg : { ...leg, amount: lost(leg), value: lost(leg) }
    return valued({ ...leg, amount: Wad.mulDown(balance, rate), shares: { balance, rate } }, rule)
  }
  const collateral = position.collateral.map((leg) => {
    const next = supply(leg)
    const before = numberOf(of(leg)?.reserve, 'storedExchangeRate')
    const { amount, shares } = next
    const isBelieved = typeof amount === 'bigint' && shares !== undefined && before !== undefined
    stored.collateral.push(
      isBelieved
        ? { ...next, amount: Wad.mulDown(shares.balance, before), shares: { balance: shares.balance, rate: before } }
        : next,
    )
    return next
  })
  const debt = position.debt.map((leg) => {
    const key = unaccruedKey(leg.asset.address)
    const unaccrued = position.details[key]
    const interest = of(leg)?.interest
    if (typeof leg.amount !== 'bigint') return leg
    const before = typeof unaccrued === 'bigint' && unaccrued <= leg.amount ? leg.amount - unaccrued : undefined
    const amount = interest ? owedAtMost(leg.amount, before, interest) : lost(leg)
    const next = valued({ ...leg, amount }, rule, 'debt')
    if (before !== undefined && typeof amount === 'bigint') details[key] = amount - before
    stored.debt.push(before === undefined ? next : { ...next, amount: before })
    return next
  })
  const forced = (position.flags ?? []).filter(({ kind }) => kind === 'liquidation-forced')
  const behind = Behind.ofPosition({ collateral, debt }, stored, state.market, rule)
  return {
    ...position,
    collateral,
    debt,
    ...(position.firstSupplies && { firstSupplies: position.firstSupplies.map(supply) }),
    details,
    flags: [...forced, ...behind],
  }
}

/**
 * The most that a debt can come to. It is `⌊p · i⌋` of a `p` that is not known, at an index `i` that was floored once: what it came
 * to at the last accrual and what it comes to now each say below what `p` is.
 */
function owedAtMost(now: bigint, stored: bigint | undefined, interest: { now: bigint; later: bigint }): bigint {
  const below = (amount: bigint, by: bigint, of: bigint) => MulDiv.up(amount + 1n, by, of) - 1n
  const byNow = below(now, Wad.WAD + interest.later, atLeastZero(Wad.WAD + interest.now - 1n))
  const byStored = stored === undefined ? byNow : below(stored, Wad.WAD + interest.later, Wad.WAD)
  return lesser(byNow, byStored)
}

function valued<leg extends CollateralLeg | DebtLeg>(leg: leg, rule: CompoundV2Rule, side?: 'debt'): leg {
  const { asset, exactPrice, shares } = leg
  const { decimals } = asset
  const value = join([leg.amount, leg.price], (amount, price) =>
    rule.valueOf({ amount, price, decimals, exactPrice, shares, side }),
  )
  return { ...leg, value }
}

function lost({ asset }: CollateralLeg | DebtLeg): Quantity {
  const reason = 'the books of its token are not known'
  return unknown({ kind: 'unavailable', chainId: asset.chainId, path: `reserves.${asset.symbol}.books`, reason })
}

function atLeastZero(value: bigint): bigint {
  return value > 0n ? value : 0n
}

function lesser(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}
