import {
  type Address,
  type Details,
  issuesOf,
  type MarketState,
  type Quantity,
  type Reserve,
  type Unknown,
  unknown,
} from '@unimargin/sdk'
import { isAddressEqual } from 'viem'
import { ReadWithoutLendingError } from '../shared/ReadWithoutLendingError.ts'
import type { AccruedMarket } from './Accrual.ts'
import type { MarketTotals } from './MarketTotals.ts'

/** What the arithmetic of a market needs, found again in its state: a state may come from a view that was stored. */
export type MarketBook = {
  readonly loan: Reserve | undefined
  /** Absent in a market that lends to nobody. */
  readonly collateral: Reserve | undefined
  /** With the interest up to the block. */
  readonly totals: MarketTotals | Unknown
  /** In the oracle's unit: loan base units per base unit of collateral, 36 decimals. */
  readonly oraclePrice: Quantity
  readonly oracle: Address | undefined
  /** The interest rate model; absent where there is none. */
  readonly irm: Address | undefined
  /** WAD. */
  readonly lltv: bigint
  readonly modelState: bigint | undefined
}

const TOTALS = ['supplyAssets', 'supplyShares', 'borrowAssets', 'borrowShares', 'accruedAt', 'fee'] as const

/** As a market's state keeps it. What is unknown is left out: the reserves say why. */
export function toDetails(parameters: {
  readonly oracle?: Address | undefined
  readonly irm?: Address | undefined
  readonly lltv: bigint
  readonly oraclePrice: Quantity
  readonly accrued: AccruedMarket | undefined
}): Details {
  const { oracle, irm, lltv, oraclePrice, accrued } = parameters
  const { totals, modelState } = accrued ?? {}
  return {
    ...(oracle && { oracle }),
    ...(irm && { irm }),
    lltv,
    ...(typeof oraclePrice === 'bigint' && { oraclePrice }),
    ...(totals && {
      supplyAssets: totals.supply.assets,
      supplyShares: totals.supply.shares,
      borrowAssets: totals.borrow.assets,
      borrowShares: totals.borrow.shares,
      accruedAt: totals.lastUpdate,
      fee: totals.fee,
    }),
    ...(modelState?.status === 'ok' && { modelState: modelState.value }),
  }
}

/**
 * What a market's state holds of it.
 *
 * @throws ReadWithoutLendingError
 */
export function of({ market, reserves, details }: MarketState): MarketBook {
  if (details === undefined) throw new ReadWithoutLendingError({ market })
  const [loan, collateral] = reserves
  const numberOf = (name: string) => {
    const value = details[name]
    return typeof value === 'bigint' ? value : undefined
  }
  const addressOf = (name: string): Address | undefined => {
    const value = details[name]
    return typeof value === 'string' && isHex(value) ? value : undefined
  }
  const [supplyAssets, supplyShares, borrowAssets, borrowShares, lastUpdate, fee] = TOTALS.map(numberOf)
  const isRead =
    supplyAssets !== undefined &&
    supplyShares !== undefined &&
    borrowAssets !== undefined &&
    borrowShares !== undefined &&
    lastUpdate !== undefined &&
    fee !== undefined
  return {
    loan,
    collateral,
    totals: isRead
      ? {
          supply: { assets: supplyAssets, shares: supplyShares },
          borrow: { assets: borrowAssets, shares: borrowShares },
          lastUpdate,
          fee,
        }
      : unknown(...issuesOf(loan?.availableLiquidity ?? 0n)),
    oraclePrice: numberOf('oraclePrice') ?? unknown(...issuesOf(collateral?.price ?? 0n)),
    oracle: addressOf('oracle'),
    irm: addressOf('irm'),
    lltv: numberOf('lltv') ?? 0n,
    modelState: numberOf('modelState'),
  }
}

/** Which of a market's two assets it is, if any. */
export function sideOf({ loan, collateral }: MarketBook, asset: Address): 'loan' | 'collateral' | undefined {
  if (loan && isAddressEqual(loan.asset.address, asset)) return 'loan'
  return collateral && isAddressEqual(collateral.asset.address, asset) ? 'collateral' : undefined
}

/** Whether the market's totals are unknown. */
export function isUnknown(totals: MarketTotals | Unknown): totals is Unknown {
  return 'status' in totals
}

function isHex(text: string): text is Address {
  return text.startsWith('0x')
}
