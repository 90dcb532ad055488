import {
  type Address,
  type CollateralLeg,
  type DebtLeg,
  type PositionInMarket,
  type Reserve,
  type Unknown,
  unknown,
  Wad,
} from '@unimargin/sdk'
import { isAddressEqual } from 'viem'
import { numberOf } from './Account.ts'
import type { Flavour } from './Flavour.ts'
import { totalsOf } from './rates.ts'
import { oraclePriceOf, sharesOf } from './rule.ts'
import * as Totals from './Totals.ts'

/** One token of an account in a liquidation: what the account has of it, and the token's books, as they change step by step. */

/** With interest of everything counted. */
export type Token = {
  readonly reserve: Reserve
  /** Also where nothing is supplied. */
  readonly leg: CollateralLeg
  readonly debt: DebtLeg | undefined
  /** As its oracle has it. */
  readonly price: bigint
  readonly shares: bigint
  /** Base units per share, WAD. */
  readonly rate: bigint
  /** Base units. */
  readonly owed: bigint
  readonly totals: Totals.Totals
  /** What the books may hold less than {@link totals} say: reserves that accruing may pay out first. */
  readonly unsureCash: bigint
  /** What the protocol keeps, WAD. */
  readonly seizeShare: bigint
  readonly isMember: boolean
}

/** What is taken of a token. */
export type Taken = {
  readonly token: Token
  /** Base units that leave the account, and what the protocol keeps of them. */
  readonly amount: bigint
  readonly fee: bigint
}

/** An asset of an account; unknown as soon as one of its numbers is. */
export function tokenOf(where: PositionInMarket, asset: Address): Token | Unknown {
  const { state, position } = where
  const isIt = (one: { readonly asset: { readonly address: Address } }) => isAddressEqual(one.asset.address, asset)
  const reserve = state.reserves.find(isIt)
  const leg = position.collateral.find(isIt) ?? position.firstSupplies?.find(isIt)
  const debt = position.debt.find(isIt)
  const totals = totalsOf(reserve)
  const rate = numberOf(reserve, 'exchangeRate')
  const seizeShare = numberOf(reserve, 'protocolSeizeShare')
  if (
    reserve === undefined ||
    leg === undefined ||
    totals === undefined ||
    rate === undefined ||
    seizeShare === undefined
  ) {
    return unread(where, reserve?.asset.symbol ?? asset, 'the books of its token are not known')
  }
  const [amount, price, owed] = [leg.amount, leg.price, debt?.amount ?? 0n]
  if (typeof amount !== 'bigint') return amount
  if (typeof price !== 'bigint') return price
  if (typeof owed !== 'bigint') return owed
  const isFresh = numberOf(reserve, 'slots') === 0n
  return {
    reserve,
    leg,
    debt,
    price: oraclePriceOf({ ...leg, price }),
    shares: sharesOf({ amount, shares: leg.shares }).balance,
    rate: leg.shares?.rate ?? rate,
    owed,
    totals,
    unsureCash: isFresh ? 0n : totals.reserves,
    seizeShare,
    isMember: leg.isCollateral,
  }
}

/** Whether both accrue by the same clock: a token that counts blocks takes one that counts seconds for stale, and refuses. */
export function haveOneClock(debt: Token, collateral: Token): boolean {
  return debt.reserve.details?.isTimeBased === collateral.reserve.details?.isTimeBased
}

/** Shares that are seized for each base unit that is repaid, WAD; `undefined` where the protocol would divide by zero. */
export function ratioOf(debt: Token, collateral: Token, incentive: bigint): bigint | undefined {
  const perShare = Wad.mulDown(collateral.price, collateral.rate)
  return perShare === 0n ? undefined : Wad.divDown(Wad.mulDown(incentive, debt.price), perShare)
}

/** The most that can be repaid for so many shares. */
export function mostFor(shares: bigint, ratio: bigint): bigint | undefined {
  return ratio === 0n ? undefined : ((shares + 1n) * Wad.WAD - 1n) / ratio
}

/** The token after some of the debt was paid back, or written off. */
export function repaid(token: Token, amount: bigint, lost = 0n): Token {
  const { cash, borrows, badDebt } = token.totals
  const totals = { ...token.totals, cash: cash + amount, borrows: borrows - amount - lost, badDebt: badDebt + lost }
  return { ...token, totals, owed: token.owed - amount - lost }
}

/**
 * The token after shares were seized. What the protocol keeps is no share any more: Venus pays it out, the others reserve it.
 * `liquidity`: Venus cannot pay it; unknown where that depends on reserves that may be paid out before.
 */
export function seized(
  where: PositionInMarket,
  token: Token,
  shares: bigint,
  incentive: bigint,
  { isVenus }: Flavour,
): Taken | 'liquidity' | Unknown {
  const { totals, rate, seizeShare, unsureCash, reserve } = token
  const part = Wad.mulDown(shares, seizeShare)
  const burnt = isVenus ? Wad.divDown(part, incentive) : part
  const fee = Wad.mulDown(rate, burnt)
  if (isVenus && fee > totals.cash) return 'liquidity'
  if (isVenus && fee > totals.cash - unsureCash && fee > 0n) {
    return unread(where, reserve.asset.symbol, 'whether its reserves are paid out before is not known')
  }
  const kept = isVenus ? { cash: totals.cash - fee } : { reserves: totals.reserves + fee }
  const next = { ...totals, ...kept, supply: totals.supply - burnt }
  const after = { ...token, totals: next, shares: token.shares - shares, rate: Totals.exchangeRate(next) ?? rate }
  return { token: after, amount: Wad.mulDown(shares, rate), fee }
}

/** Something of an asset that a liquidation needs was not read. */
export function unread({ state: { market }, position }: PositionInMarket, what: string, reason: string): Unknown {
  return unknown({
    kind: 'unavailable',
    chainId: market.chainId,
    market: market.key,
    owner: position.owner,
    path: `reserves.${what}.liquidation`,
    reason,
  })
}
