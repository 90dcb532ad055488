import { type Address, issueOf, type Market, type Quantity, type ReadResult, unknown } from '@unimargin/sdk'

/** Where a datum belongs, so that its absence can be located. */
export type Where = { readonly market: Market; readonly owner?: Address | undefined; readonly path: string }

/** Amounts above are no amounts: with them and {@link MAX_PRICE} no product leaves 256 bits. */
export const MAX_AMOUNT: bigint = 2n ** 128n - 1n

/** Prices above (in the oracle's unit: 12 quadrillion USD) are no prices. */
export const MAX_PRICE: bigint = 2n ** 80n - 1n

/** Times above, in seconds since 1970, are no times. */
export const MAX_TIME: bigint = 2n ** 64n - 1n

/** The number that was read, changed by `change`; or unknown, with the reason and the place. */
export function quantityOf(
  result: ReadResult<bigint>,
  max: bigint,
  where: Where,
  change: (value: bigint) => bigint = (value) => value,
): Quantity {
  const { market, owner, path } = where
  const place = { chainId: market.chainId, market: market.key, owner, path }
  if (result.status !== 'ok') return unknown(issueOf(result, place))
  if (result.value <= max) return change(result.value)
  return unknown(issueOf({ status: 'unavailable', reason: `${result.value} is too large to be true` }, place))
}
