import {
  type Address,
  type DataIssue,
  type Market,
  type Quantity,
  type ReadFailure,
  type ReadResult,
  unknown,
} from '@unimargin/sdk'

/** Where a datum belongs, so that its absence can be located. */
export type Where = { readonly market: Market; readonly owner?: Address | undefined; readonly path: string }

/** Amounts above are no amounts: with them and {@link MAX_PRICE} no product leaves 256 bits. */
export const MAX_AMOUNT: bigint = 2n ** 128n - 1n

/** Prices above (in the oracle's unit: 12 quadrillion USD) are no prices. */
export const MAX_PRICE: bigint = 2n ** 80n - 1n

/** The number that was read, changed by `change`; or unknown, with the reason and the place. */
export function quantityOf(
  result: ReadResult<bigint>,
  max: bigint,
  where: Where,
  change: (value: bigint) => bigint = (value) => value,
): Quantity {
  if (result.status !== 'ok') return unknown(issueOf(result, where))
  if (result.value <= max) return change(result.value)
  return unknown(issueOf({ status: 'unavailable', reason: `${result.value} is too large to be true` }, where))
}

/** The issue that a failed read leaves at its place. */
export function issueOf(failure: ReadFailure, { market, owner, path }: Where): DataIssue {
  return { kind: failure.status, chainId: market.chainId, market: market.key, owner, path, reason: failure.reason }
}
