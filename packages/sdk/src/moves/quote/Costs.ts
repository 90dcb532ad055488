import { issuesOf, type Quantity, type Unknown } from '../../model/Quantity.ts'
import * as MulDiv from '../../units/MulDiv.ts'
import * as Usd from '../../units/Usd.ts'
import * as Wad from '../../units/Wad.ts'
import { ChainUnavailableError, UnknownPriceError } from '../MoveErrors.ts'
import type { MovePlan, PlannedEnd } from '../MovePlan.ts'
import type { Cost, GasCost } from '../MoveQuote.ts'

/** What the parts of a quote are worth, in the unit of account, rounded up. */

/** Wei, more than any coin has: a fee above it is none, and could not be written down. */
const MOST_FEE = 2n ** 128n
/** Added to the messaging fee, in percent, because it may rise until inclusion; what is over comes back. */
const FEE_BUFFER = 5n

/** @throws UnknownPriceError */
export function nativePriceOf({ chainId, nativePrice }: PlannedEnd): bigint {
  if (typeof nativePrice === 'bigint') return nativePrice
  const missing = issuesOf(nativePrice).map(({ path, reason }) => `${path} (${reason})`)
  throw new UnknownPriceError(chainId, missing.join('; '))
}

/** Wei to attach for a message. @throws ChainUnavailableError for a fee that nobody could pay. */
export function attached(chainId: number, fee: bigint): bigint {
  if (fee > MOST_FEE) throw new ChainUnavailableError(chainId, 'the node names a messaging fee that cannot be')
  return fee + (fee * FEE_BUFFER) / 100n
}

export function ofWei(amount: bigint, price: bigint): Cost {
  return { amount, value: Usd.valueUp({ amount, price, decimals: 18 }) }
}

export function ofGas(units: bigint, price: bigint, nativePrice: bigint): GasCost {
  return { units, price, ...ofWei(units * price, nativePrice) }
}

/** Of the asset that is moved, base units at the source. */
export function ofAsset({ price, source }: Pick<MovePlan, 'price' | 'source'>, amount: bigint): Cost {
  return { amount, value: Usd.valueUp({ amount, price, decimals: source.asset.decimals }) }
}

/** @param share What an hour costs of what is sent, WAD. */
export function ofWaiting(plan: Pick<MovePlan, 'price' | 'source' | 'amount' | 'slack'>, share: bigint) {
  const { seconds } = plan.slack
  return { seconds, value: MulDiv.up(ofAsset(plan, plan.amount).value * share, seconds, 3_600n * Wad.WAD) }
}

/** The sum: unknown where a part is. */
export function totalOf(parts: readonly ({ readonly value: bigint } | Unknown)[]): {
  readonly total: Quantity
  readonly totalKnown: bigint
} {
  const totalKnown = parts.reduce((sum, part) => sum + ('value' in part ? part.value : 0n), 0n)
  return { total: parts.find((part) => 'status' in part) ?? totalKnown, totalKnown }
}

/** Wei that the owner's transactions take, and what of that nobody knows. */
export function ofTransactions(costs: { readonly sourceGas: GasCost; readonly l1DataFee: Cost | Unknown }): {
  readonly amount: bigint
  readonly unknown?: Unknown | undefined
} {
  const { sourceGas, l1DataFee } = costs
  if ('status' in l1DataFee) return { amount: sourceGas.amount, unknown: l1DataFee }
  return { amount: sourceGas.amount + l1DataFee.amount }
}
