import type { PlanMovesParameters, Purpose, RouteOffer } from '@unimargin/sdk'
import { type Book, dollarPrice, floorOf, isSame, type Member, reserveOf } from './Book.ts'
import { isStuck } from './lends.ts'
import { unitAt } from './Transit.ts'
import { takes } from './takes.ts'

/** A move that may be part of a plan, as the brute force sees it. */
export type Move = {
  readonly donor: Member
  readonly receiver: Member
  /** Address at the donor. */
  readonly asset: string
  /** Address at the receiver. */
  readonly received: string
  readonly offer: RouteOffer | undefined
  readonly purpose: Purpose
  /** Base units at the donor that can be told apart. */
  readonly unit: bigint
  readonly least: bigint
  /** What the donor holds, the route carries and the market pays out, each taken alone; in whole units. */
  readonly most: bigint
  /** US dollars, WAD, whatever the amount. */
  readonly fixed: bigint
  /** US dollars, WAD, of a whole token. */
  readonly price: bigint
}

/** Every move of a position's asset to another position of the same owner that the types allow. */
export function candidatesOf(book: Book, parameters: PlanMovesParameters): readonly Move[] {
  const { donors, routes, costs, horizon = 1_800n } = parameters
  return [...book.values()].flatMap((donor) => {
    const { position: giver } = donor
    if (donors !== undefined && !donors.includes(giver.id)) return []
    // Who owes something gives only if it is said what it has to keep.
    if (donor.held.debt.length > 0 && floorOf(parameters, giver.id) === undefined) return []
    return [...book.values()].flatMap((receiver) => {
      const { position: taker } = receiver
      if (giver.id === taker.id || !isSame(giver.owner, taker.owner) || taker.market.holdsIdle === true) return []
      return donor.held.collateral.flatMap(({ asset: { address, chainId }, amount }) => {
        const reserve = reserveOf(donor.state, address)
        if (reserve === undefined || amount === 0n || reserve.withdrawBlockedBy.length > 0) return []
        if (isStuck(donor, address)) return []
        const ways: readonly (RouteOffer | undefined)[] = [
          ...(chainId === taker.market.chainId ? [undefined] : []),
          ...routes.filter(
            ({ source, destination, seconds }) =>
              source.chainId === chainId &&
              isSame(source.asset, address) &&
              destination.chainId === taker.market.chainId &&
              seconds <= horizon,
          ),
        ]
        return ways.flatMap((offer) => {
          const received = offer?.destination.asset ?? address
          return purposesOf(receiver, received).flatMap((purpose) => {
            const here = costs.chains[giver.market.chainId]
            const there = costs.chains[taker.market.chainId]
            const price = dollarPrice(donor, address)
            if (here === undefined || there === undefined || price === undefined) return []
            const isWallet = giver.market.holdsIdle === true
            const unit = offer === undefined ? 1n : unitAt(offer, offer.source.decimals)
            const liquidity = reserve.availableLiquidity
            const paid = isWallet ? amount : typeof liquidity === 'bigint' ? liquidity : 0n
            const most = floored(lesser(lesser(amount, paid), offer?.most ?? amount), unit)
            const least = ceiled(offer?.least ?? 1n, unit)
            if (most < least || most <= 0n) return []
            return [
              {
                donor,
                receiver,
                asset: address,
                received,
                offer,
                purpose,
                unit,
                least: least > unit ? least : unit,
                most,
                fixed:
                  (isWallet ? 0n : here.withdraw) +
                  (offer === undefined ? 0n : here.send + offer.messaging) +
                  there[purpose],
                price,
              },
            ]
          })
        })
      })
    })
  })
}

function purposesOf(receiver: Member, asset: string): readonly Purpose[] {
  const owes = receiver.held.debt.some((leg) => isSame(leg.asset.address, asset) && leg.amount > 0n)
  return [...(takes(receiver, asset) ? (['supply'] as const) : []), ...(owes ? (['repay'] as const) : [])]
}

function floored(amount: bigint, unit: bigint): bigint {
  return amount - (amount % unit)
}

function ceiled(amount: bigint, unit: bigint): bigint {
  return floored(amount + unit - 1n, unit)
}

function lesser(one: bigint, other: bigint): bigint {
  return one < other ? one : other
}
