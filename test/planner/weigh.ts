import { type KnownLegs, type PlanMovesParameters, Wad } from '@unimargin/sdk'
import {
  type Book,
  credit,
  debit,
  floorOf,
  healthOf,
  isAtLeast,
  isSame,
  type Member,
  reserveOf,
  targetOf,
  up,
  withPending,
} from './Book.ts'
import type { Move } from './candidates.ts'
import { lends } from './lends.ts'
import { arrivesAtMost } from './Transit.ts'

const { WAD } = Wad

/** A move and how much of it. */
export type Sent = { readonly move: Move; readonly amount: bigint }

/** Whether these moves together meet everything, by the rules themselves: limits, floors in some order of the local ones, targets. */
export function isFeasible(
  book: Book,
  parameters: PlanMovesParameters,
  sent: readonly Sent[],
  /** Base units by which markets may round every arrival down and every withdrawal up. */
  slack = 0n,
): boolean {
  return (
    keepsLimits(book, parameters, sent) &&
    meetsTargets(book, parameters, sent, slack) &&
    keepsFloors(book, parameters, sent, slack)
  )
}

/** US dollars, WAD, each part of each move rounded up. */
export function costOf({ costs }: PlanMovesParameters, sent: readonly Sent[]): bigint {
  return sent.reduce((sum, { move, amount }) => {
    const { offer, price, donor, asset, fixed } = move
    const base = 10n ** BigInt(reserveOf(donor.state, asset)?.asset.decimals ?? 0)
    const { fee = 0n, slippage = 0n, seconds = 0n } = offer ?? {}
    const value = amount * price
    return (
      sum +
      fixed +
      up(value * fee, WAD * base) +
      up(value * (WAD - fee) * slippage, WAD * WAD * base) +
      up(value * (costs.waiting ?? 0n) * seconds, WAD * 3_600n * base)
    )
  }, 0n)
}

export function arrivalOf({ move: { offer }, amount }: Sent): bigint {
  return offer === undefined ? amount : arrivesAtMost(offer, amount)
}

function keepsLimits(book: Book, { pending = [] }: PlanMovesParameters, sent: readonly Sent[]): boolean {
  const used = new Map<string, { sum: bigint; readonly most: bigint }>()
  const take = (key: string, amount: bigint, most: bigint | undefined) => {
    if (most === undefined) return true
    const entry = used.get(key) ?? { sum: 0n, most }
    entry.sum += amount
    used.set(key, entry)
    return entry.sum <= entry.most
  }
  const onItsWay = (purpose: 'supply' | 'repay', asset: string, isThere: (id: string) => boolean) =>
    pending
      .filter((one) => one.purpose === purpose && isSame(one.asset, asset) && isThere(one.receiver))
      .reduce((sum, { amount }) => sum + amount, 0n)
  return sent.every((one) => {
    const { move, amount } = one
    const { donor, receiver, asset, received, offer, purpose } = move
    const [giver, taker] = [donor.position, receiver.position]
    const held = donor.held.collateral.find((leg) => isSame(leg.asset.address, asset))?.amount ?? 0n
    const liquidity = reserveOf(donor.state, asset)?.availableLiquidity
    const room = reserveOf(receiver.state, received)?.supplyRoom
    const owed = receiver.held.debt.find((leg) => isSame(leg.asset.address, received))?.amount ?? 0n
    const isMarkets = (id: string) => book.get(id)?.position.market.key === taker.market.key
    const arrives = arrivalOf(one)
    const isLent = giver.market.holdsIdle !== true
    return (
      amount >= move.least &&
      amount % move.unit === 0n &&
      take(`held ${giver.id} ${asset}`, amount, held) &&
      take(
        `liquidity ${giver.market.key} ${asset}`,
        amount,
        isLent && typeof liquidity === 'bigint' ? liquidity : undefined,
      ) &&
      take(`route ${offer?.key} ${asset} ${received}`, amount, offer?.most) &&
      (purpose === 'supply'
        ? take(
            `room ${taker.market.key} ${received}`,
            arrives,
            typeof room === 'bigint' ? room - onItsWay('supply', received, isMarkets) : undefined,
          )
        : take(`owed ${taker.id} ${received}`, arrives, owed - onItsWay('repay', received, (id) => id === taker.id)))
    )
  })
}

function meetsTargets(book: Book, parameters: PlanMovesParameters, sent: readonly Sent[], slack: bigint): boolean {
  return [...book.values()].every((member) => {
    const legs = legsWith(member, withPending(member, parameters), sent, () => true, slack)
    return [undefined, ...(parameters.scenarios ?? [])].every((scenario) =>
      isAtLeast(healthOf(member, legs, scenario), targetOf(parameters, member.position.id, scenario)),
    )
  })
}

/** Local moves come first, in whichever order serves; then all others leave before any of them arrives. */
function keepsFloors(book: Book, parameters: PlanMovesParameters, sent: readonly Sent[], slack: bigint): boolean {
  const local = sent.filter(({ move }) => move.offer === undefined)
  const across = sent.filter(({ move }) => move.offer !== undefined)
  const holds = (done: readonly Sent[]) => {
    const donors = new Set(done.map(({ move }) => move.donor.position.id))
    return [...donors].every((id) => {
      const member = book.get(id)
      if (member === undefined) return false
      const legs = legsWith(member, member.legs, done, ({ move }) => move.offer === undefined, slack)
      return isAtLeast(healthOf(member, legs), floorOf(parameters, id)) && lends(member, legs)
    })
  }
  if (!holds([...local, ...across])) return false
  const all = 2 ** local.length
  const isReachable = new Array<boolean>(all).fill(false)
  isReachable[0] = true
  for (let mask = 1; mask < all; mask += 1) {
    const before = local.some((_, bit) => (mask >> bit) % 2 === 1 && isReachable[mask - 2 ** bit] === true)
    isReachable[mask] = before && holds(local.filter((_, bit) => (mask >> bit) % 2 === 1))
  }
  return isReachable[all - 1] === true
}

function legsWith(
  member: Member,
  before: KnownLegs,
  sent: readonly Sent[],
  hasArrived: (one: Sent) => boolean,
  slack: bigint,
): KnownLegs {
  return sent.reduce((legs, one) => {
    const { donor, receiver, asset, received, purpose } = one.move
    const left = donor.position.id === member.position.id ? debit(legs, asset, one.amount + slack) : legs
    return receiver.position.id === member.position.id && hasArrived(one)
      ? credit(member, left, received, arrivalOf(one) - slack, purpose)
      : left
  }, before)
}
