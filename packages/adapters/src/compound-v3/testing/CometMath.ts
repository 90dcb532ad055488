import type { Address } from '@unimargin/sdk'
import { type CometLedger, type MockCometAsset, type MockCurve, userOf } from './Ledger.ts'
import { deactivated, overflow, refusal } from './refusal.ts'

// Comet's arithmetic, played anew from its published rules with signed numbers as it has them: the adapter's tests hold one
// against the other, and both against what a real Comet said.

const ONE = 10n ** 18n
const INDEX = 10n ** 15n
const MAX_64 = 2n ** 64n - 1n

/** The rate per second at a utilisation. */
export function rateAt({ kink, base, low, high }: MockCurve, utilization: bigint): bigint {
  if (utilization <= kink) return base + (low * utilization) / ONE
  return base + (low * kink) / ONE + (high * (utilization - kink)) / ONE
}

/** What is owed of what was supplied, as stored. */
export function utilizationOf({ totalSupply, totalBorrow, supplyIndex, borrowIndex }: CometLedger): bigint {
  const supplied = (totalSupply * supplyIndex) / INDEX
  return supplied === 0n ? 0n : (((totalBorrow * borrowIndex) / INDEX) * ONE) / supplied
}

/** The ledger with interest up to a time. */
export function accruedTo(ledger: CometLedger, time: bigint): CometLedger {
  const { lastAccrualTime, supplyIndex, borrowIndex, supplyCurve, borrowCurve } = ledger
  if (lastAccrualTime === undefined || time <= lastAccrualTime) return ledger
  const utilization = utilizationOf(ledger)
  const elapsed = time - lastAccrualTime
  const grown = (index: bigint, curve: MockCurve) =>
    index + fitting((index * fitting(rateAt(curve, utilization)) * elapsed) / ONE)
  const [supply, borrow] = [grown(supplyIndex, supplyCurve), grown(borrowIndex, borrowCurve)]
  if (supply > MAX_64 || borrow > MAX_64) throw overflow()
  return { ...ledger, supplyIndex: supply, borrowIndex: borrow, lastAccrualTime: time }
}

/** Comet keeps rates and indices in 64 bits, and reverts over what does not fit. */
function fitting(value: bigint): bigint {
  if (value > MAX_64) throw refusal('InvalidUInt64')
  return value
}

/** What a principal is worth by the stored indices, below zero where it is owed. */
export function presentValue({ supplyIndex, borrowIndex }: CometLedger, principal: bigint): bigint {
  return principal >= 0n ? (principal * supplyIndex) / INDEX : -((-principal * borrowIndex) / INDEX)
}

/** The principal of a balance: rounded down either way, so that a debt grows. */
export function principalValue({ supplyIndex, borrowIndex }: CometLedger, balance: bigint): bigint {
  return balance >= 0n ? (balance * INDEX) / supplyIndex : -((-balance * INDEX + borrowIndex - 1n) / borrowIndex)
}

/** A feed's price; reverts where it is not above zero. */
export function priceOf({ price }: MockCometAsset): bigint {
  if (price <= 0n) throw refusal('BadPrice')
  return price
}

/** Whether a user may borrow what they owe, by the stored indices. */
export function isBorrowCollateralized(ledger: CometLedger, owner: Address): boolean {
  return liquidityOf(ledger, owner, 'borrow') >= 0n
}

/** Whether a user may be liquidated, by the stored indices. */
export function isLiquidatable(ledger: CometLedger, owner: Address): boolean {
  return liquidityOf(ledger, owner, 'liquidate') < 0n
}

/**
 * What the base balance of a user becomes when Comet takes over all that they have: each collateral is credited by its value
 * times its liquidation factor, and what is still owed then is forgiven. Every price is asked.
 */
export function balanceAfterAbsorption(ledger: CometLedger, owner: Address): bigint {
  const { principal, collateral } = userOf(ledger, owner)
  const basePrice = priceOf(ledger.base)
  let credit = 0n
  for (const [index, asset] of ledger.collaterals.entries()) {
    const balance = collateral[index] ?? 0n
    if (balance === 0n) continue
    const value = (balance * priceOf(asset)) / unitOf(asset)
    credit += (value * asset.liquidationFactor) / ONE
  }
  const balance = presentValue(ledger, principal) + (credit * unitOf(ledger.base)) / basePrice
  return balance < 0n ? 0n : balance
}

/** Stops as soon as it is not below zero, as Comet does: what comes later is not looked at. */
function liquidityOf(ledger: CometLedger, owner: Address, purpose: 'borrow' | 'liquidate'): bigint {
  const { principal, collateral } = userOf(ledger, owner)
  if (principal >= 0n) return 0n
  // Division of a number below zero is towards zero in both languages.
  let liquidity = (presentValue(ledger, principal) * priceOf(ledger.base)) / unitOf(ledger.base)
  for (const [index, asset] of ledger.collaterals.entries()) {
    const balance = collateral[index] ?? 0n
    if (balance === 0n) continue
    if (liquidity >= 0n) return liquidity
    if (purpose === 'borrow' && has(ledger.extended?.deactivated, index)) throw deactivated(asset.asset)
    const factor = purpose === 'borrow' ? asset.borrowFactor : asset.liquidateFactor
    liquidity += (((balance * priceOf(asset)) / unitOf(asset)) * factor) / ONE
  }
  return liquidity
}

/** Whether a bitmap has a bit. */
export function has(bitmap: number | undefined, index: number): boolean {
  return (((bitmap ?? 0) >> index) & 1) === 1
}

function unitOf({ decimals }: MockCometAsset): bigint {
  return 10n ** BigInt(decimals)
}
