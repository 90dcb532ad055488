import { type Market, type Quantity, type ReadResult, type Reserve, Wad } from '@unimargin/sdk'
import { type Address, toFunctionSelector } from 'viem'
import type { Heartbeats } from '../shared/Heartbeats.ts'
import { MAX_AMOUNT, MAX_PRICE, MAX_TIME, quantityOf } from '../shared/quantityOf.ts'
import type { CollateralState, CometState } from './CometState.ts'
import * as Interest from './Interest.ts'
import type { CollateralDetails } from './LendingDetails.ts'
import type { CompoundV3Metadata } from './metadata.ts'
import { WAD_PER_PRICE } from './rule.ts'

/** Where a reserve belongs, and how often its feed speaks. */
export type ReserveContext = { readonly market: Market; readonly heartbeats: Heartbeats; readonly label: string }

const BAD_PRICE = toFunctionSelector('BadPrice()')

/** The base asset: the only one that is lent. A supply of it backs nothing. */
export function toBaseReserve(state: CometState, metadata: CompoundV3Metadata, context: ReserveContext): Reserve {
  const { market, label } = context
  const { pauses } = state
  const availableLiquidity = quantityOf(state.cash, MAX_AMOUNT, { market, path: `reserves.${label}.liquidity` })
  const empty = availableLiquidity === 0n ? ['no-liquidity'] : []
  return {
    asset: metadata.base,
    // Comet itself is the token of what was supplied.
    collateralToken: market.id,
    ...toPriced(state.basePrice, state.basePriceUpdatedAt, metadata.baseFeed, context),
    liquidationThreshold: 0n,
    loanToValue: 0n,
    liquidationBonus: 0n,
    supplyRoom: undefined,
    borrowRoom: undefined,
    availableLiquidity,
    ...Interest.perYear(state.curves, state.stored),
    supplyBlockedBy: paused(pauses.supply || pauses.baseSupply),
    withdrawBlockedBy: [...paused(pauses.withdraw || pauses.lendersWithdraw), ...empty],
    borrowBlockedBy: [...paused(pauses.withdraw || pauses.borrowersWithdraw), ...empty],
  }
}

/** A collateral: it earns nothing and cannot be borrowed. */
export function toCollateralReserve(
  state: CollateralState,
  { pauses }: CometState,
  context: ReserveContext & Pick<CompoundV3Metadata, 'hasExtendedPauses'>,
): Reserve {
  const { tokens, index, borrowFactor, liquidationFactor, supplyCap } = state
  const { market, label } = context
  const supplied = quantityOf(state.totalSupply, MAX_AMOUNT, { market, path: `reserves.${label}.supply` })
  const supplyRoom = roomOf(supplyCap, supplied)
  const is = (bitmap: number) => ((bitmap >> index) & 1) === 1
  const isDeactivated = is(pauses.deactivated)
  const isRatio = liquidationFactor > 0n && liquidationFactor <= Wad.WAD
  // Some of the later versions, which do not say so, never ask for the price where nothing is lent against the collateral.
  const isAsked = borrowFactor > 0n || !context.hasExtendedPauses
  const hasBadPrice = isAsked && isBadPrice(state.price)
  const details: CollateralDetails = { index, liquidationFactor, hasBadPrice, isDeactivated }
  return {
    asset: tokens.asset,
    ...toPriced(state.price, state.priceUpdatedAt, tokens.feed, context),
    liquidationThreshold: state.liquidateFactor,
    loanToValue: borrowFactor,
    // What the owner loses beyond each unit of debt that a liquidation settles. Nothing settles: no such figure.
    liquidationBonus: isRatio ? Wad.divUp(Wad.WAD, liquidationFactor) - Wad.WAD : 0n,
    supplyRoom,
    borrowRoom: 0n,
    availableLiquidity: supplied,
    supplyRate: 0n,
    borrowRate: 0n,
    supplyBlockedBy: [
      ...paused(pauses.supply || pauses.collateralSupply || is(pauses.suppliesOf)),
      ...(supplyRoom === 0n ? ['cap'] : []),
    ],
    withdrawBlockedBy: paused(pauses.withdraw || pauses.collateralWithdraw || is(pauses.withdrawalsOf)),
    borrowBlockedBy: ['borrowing-disabled'],
    details,
  }
}

/** Whether Comet itself refuses the price, for it is not above zero. */
export function isBadPrice(price: ReadResult<bigint>): boolean {
  return price.status === 'reverted' && price.data === BAD_PRICE
}

/** Comet's price (8 decimals) as a WAD. */
export function toPrice(price: ReadResult<bigint>, market: Market, label: string): Quantity {
  return quantityOf(price, MAX_PRICE, { market, path: `reserves.${label}.price` }, (value) => value * WAD_PER_PRICE)
}

function toPriced(
  price: ReadResult<bigint>,
  updatedAt: ReadResult<bigint>,
  source: Address,
  { market, heartbeats, label }: ReserveContext,
): Pick<Reserve, 'price' | 'oracle'> {
  return {
    price: toPrice(price, market, label),
    oracle: {
      source,
      updatedAt: quantityOf(updatedAt, MAX_TIME, { market, path: `reserves.${label}.price.updatedAt` }),
      heartbeat: heartbeats.of(source),
    },
  }
}

function roomOf(cap: bigint, supplied: Quantity): Quantity {
  if (typeof supplied !== 'bigint') return supplied
  return cap > supplied ? cap - supplied : 0n
}

function paused(is: boolean): readonly string[] {
  return is ? ['paused'] : []
}
