import {
  type Address,
  type Asset,
  type CollateralLeg,
  type DebtLeg,
  type ExactPrice,
  type Market,
  MulDiv,
  type PositionFacts,
  type Quantity,
  type ReadFailure,
  type ReadResult,
  Wad,
} from '@unimargin/sdk'
import { isAddressEqual } from 'viem'
import { join } from '../shared/join.ts'
import { quantityOf } from '../shared/quantityOf.ts'
import * as Result from '../shared/Result.ts'
import type { MarketReads, OwnerReads } from './MarketReads.ts'
import type { MorphoBlueMetadata } from './metadata.ts'
import { priceDecimals, rule } from './rule.ts'
import { type Side, toAssetsDown, toAssetsUp } from './SharesMath.ts'
import { oraclePrice, unitOf, wadPrice } from './toReserve.ts'

/** An owner's position in the words of the model. Collateral earns nothing, so that it is known without any interest. */
export function toPosition(parameters: {
  readonly market: Market
  readonly metadata: MorphoBlueMetadata
  readonly reads: MarketReads
  readonly owner: Address
  readonly state: OwnerReads
}): ReadResult<PositionFacts> {
  const { market, metadata, reads, owner, state } = parameters
  const { accrued } = reads
  const [bookedShares, borrowShares] = state
  /** Shares of nothing are nothing, whatever they are worth. */
  const worth = (
    what: string,
    shares: bigint | ReadFailure,
    side: 'supply' | 'borrow',
    toAssets: (shares: bigint, side: Side) => bigint,
  ): Quantity => {
    if (shares === 0n) return 0n
    const where = { market, owner, path: `positions.${metadata.labels[0]}.${what}` }
    if (typeof shares !== 'bigint') return quantityOf(shares, 0n, where)
    return accrued.status === 'ok' ? toAssets(shares, accrued.value.totals[side]) : quantityOf(accrued, 0n, where)
  }
  const fee = feeSharesOf(owner, reads)
  const supplyShares = typeof fee === 'bigint' ? bookedShares + fee : fee
  const legs = [
    ...backingLegs(parameters),
    loanLeg(metadata.loan, worth('supplied', supplyShares, 'supply', toAssetsDown)),
  ]
  const owed = worth('debt', borrowShares, 'borrow', toAssetsUp)
  return {
    status: 'ok',
    value: {
      owner,
      rule: rule.key,
      collateral: legs.filter(({ amount }) => amount !== 0n),
      debt: owed === 0n ? [] : [debtLeg(metadata.loan, owed)],
      firstSupplies: legs.filter(({ amount }) => amount === 0n),
      details: { supplyShares: typeof supplyShares === 'bigint' ? supplyShares : bookedShares, borrowShares },
      unit: unitOf(parameters),
    },
  }
}

/** What an owner gets as the fee of the interest that is not booked yet: Morpho books it before it looks at their shares. */
function feeSharesOf(owner: Address, { accrued, inputs, feeRecipient }: MarketReads): bigint | ReadFailure {
  const isRead = feeRecipient.status === 'ok'
  if (isRead && !isAddressEqual(feeRecipient.value, owner)) return 0n
  if (accrued.status !== 'ok') return accrued
  if (inputs.status !== 'ok') return inputs
  const shares = accrued.value.totals.supply.shares - inputs.value.totals.supply.shares
  return isRead || shares === 0n ? shares : feeRecipient
}

function backingLegs(parameters: Parameters<typeof toPosition>[0]): readonly CollateralLeg[] {
  const {
    market,
    metadata,
    owner,
    state: [, , held],
  } = parameters
  const { loan, collateral, lltv } = metadata
  if (collateral === undefined) return []
  const said = oraclePrice(parameters)
  // Morpho multiplies in 256 bits, and reverts over more: whoever owes can neither borrow nor be liquidated.
  const isTooMuch = typeof said === 'bigint' && said * held > MulDiv.MAX_OPERAND
  const where = { market, owner, path: `positions.${metadata.labels[1]}.price` }
  const price = isTooMuch
    ? quantityOf(Result.unavailable('Morpho itself reverts over so high a price'), 0n, where)
    : said
  const exactPrice =
    typeof price === 'bigint'
      ? { value: price, decimals: priceDecimals(loan.decimals, collateral.decimals) }
      : undefined
  return [collateralLeg(collateral, held, { price: wadPrice(price, metadata), exactPrice, lltv })]
}

/** What backs a debt. */
export function collateralLeg(
  asset: Asset,
  amount: Quantity,
  { price, exactPrice, lltv }: { price: Quantity; exactPrice: ExactPrice | undefined; lltv: bigint },
): CollateralLeg {
  return {
    asset,
    amount,
    price,
    exactPrice,
    value: legValue(asset, amount, price, exactPrice),
    isCollateral: true,
    liquidationThreshold: lltv,
    loanToValue: lltv,
  }
}

/** What was lent to others: it earns interest, and backs nothing. */
export function loanLeg(asset: Asset, amount: Quantity): CollateralLeg {
  return {
    asset,
    amount,
    price: Wad.WAD,
    value: legValue(asset, amount, Wad.WAD),
    isCollateral: false,
    liquidationThreshold: 0n,
    loanToValue: 0n,
  }
}

export function debtLeg(asset: Asset, amount: Quantity): DebtLeg {
  return {
    asset,
    amount,
    price: Wad.WAD,
    value: legValue(asset, amount, Wad.WAD, undefined, 'debt'),
    liabilityWeight: Wad.WAD,
  }
}

/** What a leg of a market is worth in its loan token, WAD. */
export function legValue(
  { decimals }: Asset,
  amount: Quantity,
  price: Quantity,
  exactPrice?: ExactPrice | undefined,
  side?: 'debt',
): Quantity {
  if (amount === 0n) return 0n
  return join([amount, price], (amount, price) => rule.valueOf({ amount, price, decimals, exactPrice, side }))
}
