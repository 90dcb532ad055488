import type { Flavour } from './Flavour.ts'

/** How an amount becomes shares when it is taken out, and back. Rates are WAD, base units per share. */

const WAD = 10n ** 18n

/** Shares that taking out an amount burns: Venus rounds up, the others down. */
export function sharesFor(amount: bigint, rate: bigint, { isVenus }: Flavour): bigint {
  if (rate === 0n) return 0n
  const shares = (amount * WAD) / rate
  const worth = (shares * rate) / WAD
  return isVenus && worth !== 0n && worth !== amount ? shares + 1n : shares
}

/** Base units that come of it: Venus pays what the burnt shares are worth, the others what was asked. */
export function paidFor(amount: bigint, rate: bigint, flavour: Flavour): bigint {
  return flavour.isVenus ? (sharesFor(amount, rate, flavour) * rate) / WAD : amount
}

/** The largest amount that burns no more than so many shares. */
export function mostFor(shares: bigint, rate: bigint, { isVenus }: Flavour): bigint {
  return isVenus ? (shares * rate) / WAD : ((shares + 1n) * rate - 1n) / WAD
}

/** Whether the token takes such an amount at all. */
export function isPossible(amount: bigint, rate: bigint, flavour: Flavour): boolean {
  return sharesFor(amount, rate, flavour) > 0n && paidFor(amount, rate, flavour) > 0n
}
