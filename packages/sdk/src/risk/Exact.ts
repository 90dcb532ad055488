import type { ExactPrice, Shares } from '../model/Leg.ts'
import * as Decimal from '../units/Decimal.ts'
import * as MulDiv from '../units/MulDiv.ts'

const WAD_DECIMALS = 18

/**
 * A price as a WAD, rounded down: what a leg shows of a price that the protocol holds with other decimals.
 *
 * @example
 * import { Exact } from '@unimargin/sdk'
 *
 * Exact.toWad({ value: 2_500_000_000n, decimals: 6 }) // 2,500e18
 */
export function toWad(price: ExactPrice): bigint {
  return rescaled(price.value, price.decimals, WAD_DECIMALS)
}

/**
 * The price of a leg with a protocol's own decimals: its exact price where that still agrees with `price`, else `price`
 * itself, rounded down. So a what-if needs to change `price` alone.
 *
 * @example
 * import { type CollateralLeg, Exact } from '@unimargin/sdk'
 *
 * export function inOracleUnits(leg: CollateralLeg<bigint>): bigint {
 *   return Exact.priceOf(leg, 24)
 * }
 */
export function priceOf(
  leg: { readonly price: bigint; readonly exactPrice?: ExactPrice | undefined },
  decimals: number,
): bigint {
  const { price, exactPrice } = leg
  const isBelieved = exactPrice?.decimals === decimals && toWad(exactPrice) === price
  return isBelieved ? exactPrice.value : rescaled(price, WAD_DECIMALS, decimals)
}

/** How a protocol converts between shares and amounts. */
export type Conversion = {
  readonly toAmount: (shares: bigint, rate: bigint) => bigint
  readonly toShares: (amount: bigint, rate: bigint) => bigint
}

/**
 * The shares of a leg: those that were read where they still come to `amount`, else as many as the amount makes. `undefined`
 * where nobody said at which rate.
 *
 * @example
 * import { type CollateralLeg, Exact, Wad } from '@unimargin/sdk'
 *
 * export function sharesOf(leg: CollateralLeg<bigint>) {
 *   return Exact.sharesOf(leg, { toAmount: Wad.mulDown, toShares: Wad.divDown })
 * }
 */
export function sharesOf(
  leg: { readonly amount: bigint; readonly shares?: Shares | undefined },
  { toAmount, toShares }: Conversion,
): Shares | undefined {
  const { amount, shares } = leg
  if (shares === undefined || toAmount(shares.balance, shares.rate) === amount) return shares
  return { balance: toShares(amount, shares.rate), rate: shares.rate }
}

function rescaled(value: bigint, from: number, to: number): bigint {
  return to >= from ? value * Decimal.unit(to - from) : MulDiv.down(value, 1n, Decimal.unit(from - to))
}
