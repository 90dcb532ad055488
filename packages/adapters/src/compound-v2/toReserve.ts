import { type Address, Exact, type Market, type Quantity, type Reserve, Wad } from '@unimargin/sdk'
import { maxUint256 } from 'viem'
import { join } from '../shared/join.ts'
import { MAX_AMOUNT, quantityOf } from '../shared/quantityOf.ts'
import * as Result from '../shared/Result.ts'
import type { Books } from './Accrued.ts'
import type { Flavour } from './Flavour.ts'
import type { Caps, Paused, TokenState } from './PoolState.ts'
import { toExactPrice } from './rule.ts'
import * as Totals from './Totals.ts'

/** Prices above (US dollars with 36 decimals per base unit) are no prices. */
const MAX_PRICE = 2n ** 176n - 1n
/** Base units per share above, WAD, are no rates. */
const MAX_RATE = 2n ** 160n - 1n

const AGELESS = Result.unavailable('the oracle does not say when it was updated')
const YEARLESS = Result.unavailable('nobody has said how many blocks a year has')

/** A token of the family in the words of the model. */
export function toReserve(
  state: TokenState,
  { market, oracle }: { readonly market: Market; readonly oracle: Address },
  { isVenus }: Flavour,
  liquidationBonus: bigint,
): Reserve {
  const { metadata, paused, caps, books, isListed } = state
  const { asset, token, slotsPerYear } = metadata
  const at = (what: string) => placeOf(state, market, what)
  const number = (pick: (totals: Totals.Totals) => bigint) =>
    quantityOf(
      Result.andThen(state.accrued, ({ totals }) => Result.ok(pick(totals))),
      MAX_AMOUNT,
      at(state.rate.status === 'ok' ? 'books' : 'exchangeRate'),
    )

  // Venus lends and pays out what is not reserved; the others whatever is there.
  const availableLiquidity = number(({ cash, reserves }) => {
    if (!isVenus) return cash
    return cash > reserves ? cash - reserves : 0n
  })
  const roomOf = (which: keyof Caps, used: Quantity): Quantity | undefined => {
    if (caps.status === 'ok' && caps.value[which] === undefined) return undefined
    const known = Result.andThen(caps, ({ [which]: cap = 0n }) => Result.ok(cap))
    return join([quantityOf(known, maxUint256, at('cap')), used], (cap, now) => (cap > now ? cap - now : 0n))
  }
  const supplied = isVenus
    ? join([rateOf(state, market), number(({ supply }) => supply)], Wad.mulDown)
    : number(({ cash, borrows, reserves }) => cash + borrows - reserves)
  const supplyRoom = roomOf('supply', supplied)
  const borrowRoom = roomOf(
    'borrow',
    number(({ borrows, badDebt }) => borrows + badDebt),
  )

  // The rate that runs now is the one of the last accrual: it is the one that the next accrual will count with.
  const yearly = (pick: (books: Books) => bigint) =>
    quantityOf(
      slotsPerYear === undefined ? YEARLESS : Result.andThen(books, (known) => Result.ok(pick(known) * slotsPerYear)),
      MAX_AMOUNT,
      at('rate'),
    )

  const pauses: Partial<Paused> = paused.status === 'ok' ? paused.value : {}
  const blockedBy = (isPaused: boolean | undefined, room: Quantity | undefined, isTaking: boolean) => {
    const reasons: Readonly<Record<string, boolean>> = {
      inactive: !isListed,
      paused: isPaused === true,
      // What may be shut cannot be shown as open.
      unread: isPaused === undefined,
      cap: room === 0n,
      'no-liquidity': isTaking && availableLiquidity === 0n,
    }
    return Object.keys(reasons).filter((reason) => reasons[reason])
  }
  return {
    asset,
    collateralToken: token,
    price: priceOf(state, market),
    // Its oracle asks several feeds by rules of its own, and tells of none when it was updated.
    oracle: { source: oracle, updatedAt: quantityOf(AGELESS, 0n, at('price.updatedAt')) },
    liquidationThreshold: state.liquidationThreshold,
    loanToValue: state.collateralFactor,
    liquidationBonus,
    supplyRoom,
    borrowRoom,
    availableLiquidity,
    supplyRate: yearly(({ totals, borrowRate, reserveFactor }) =>
      Totals.supplyRate(totals, borrowRate, reserveFactor, isVenus),
    ),
    borrowRate: yearly((known) => known.borrowRate),
    supplyBlockedBy: blockedBy(pauses.isSupplyPaused, supplyRoom, false),
    withdrawBlockedBy: blockedBy(pauses.isWithdrawPaused, undefined, true),
    borrowBlockedBy: blockedBy(pauses.isBorrowPaused, borrowRoom, true),
    // Venus pauses repaying by itself, which is read for lending alone; the others cannot pause it.
    ...((state.lending !== undefined || !isVenus) && {
      repayBlockedBy: blockedBy(isVenus && state.lending?.isRepayPaused, undefined, false),
    }),
    details: state.lending?.details(state),
  }
}

/** US dollars per whole token, WAD. */
export function priceOf(state: TokenState, market: Market): Quantity {
  const { decimals } = state.metadata.asset
  return quantityOf(state.price, MAX_PRICE, placeOf(state, market, 'price'), (value) =>
    Exact.toWad(toExactPrice(value, decimals)),
  )
}

/** Base units per share, WAD, interest included. */
export function rateOf(state: TokenState, market: Market): Quantity {
  return quantityOf(state.rate, MAX_RATE, placeOf(state, market, 'exchangeRate'))
}

function placeOf({ metadata }: TokenState, market: Market, what: string) {
  return { market, path: `reserves.${metadata.label}.${what}` }
}
