import type { Address } from '@unimargin/sdk'
import * as CometMath from './CometMath.ts'
import { type CometLedger, indexOf, isNamed, keyOf, type MockCometUser, tokensOf, userOf, withUser } from './Ledger.ts'
import { notEnoughTokens, overflow, pausedAsset, refusal } from './refusal.ts'

/** What users do to a mocked Comet, with its own refusals in its order, at the time that its ledger is accrued to. */

const MAX = 2n ** 256n - 1n
const MAX_COLLATERAL = 2n ** 128n - 1n
const MAX_PRINCIPAL = 2n ** 103n - 1n
const MAX_TOTAL = 2n ** 104n - 1n
const SUPPLY = 0
const WITHDRAW = 2
const ABSORB = 3
const LENDERS_WITHDRAW = 0
const BORROWERS_WITHDRAW = 1
const COLLATERAL_SUPPLY = 2
const BASE_SUPPLY = 3
const COLLATERAL_WITHDRAW = 7

/** The ledger after a step, and how much was moved: all of a debt or of a supply is a number only then. */
export type Moved = { readonly ledger: CometLedger; readonly amount: bigint }

/** Supplies an asset for an owner; of the base asset, what is owed is repaid first. */
export function supply(
  ledger: CometLedger,
  time: bigint | undefined,
  owner: Address,
  asset: Address,
  amount: bigint,
): Moved {
  if (CometMath.has(ledger.pauseFlags, SUPPLY)) throw refusal('Paused')
  if (!isNamed(ledger.base, asset)) return { ledger: supplyCollateral(ledger, owner, asset, amount), amount }
  if (CometMath.has(ledger.extended?.flags, BASE_SUPPLY)) throw refusal('BaseSupplyPaused')
  const now = accrued(ledger, time)
  const before = CometMath.presentValue(now, userOf(now, owner).principal)
  const moved = amount === MAX ? (before < 0n ? -before : 0n) : amount
  const after = withPrincipal(now, owner, CometMath.principalValue(now, before + moved))
  return { ledger: { ...after, cash: after.cash + moved }, amount: moved }
}

/** Takes an asset out of an owner's account; of the base asset, more than is supplied is a loan. */
export function withdraw(
  ledger: CometLedger,
  time: bigint | undefined,
  owner: Address,
  asset: Address,
  amount: bigint,
): Moved {
  if (CometMath.has(ledger.pauseFlags, WITHDRAW)) throw refusal('Paused')
  if (!isNamed(ledger.base, asset)) return { ledger: withdrawCollateral(ledger, owner, asset, amount), amount }
  const now = accrued(ledger, time)
  const before = CometMath.presentValue(now, userOf(now, owner).principal)
  const moved = amount === MAX ? (before > 0n ? before : 0n) : amount
  const balance = before - moved
  const after = withPrincipal(now, owner, CometMath.principalValue(now, balance))
  if (balance < 0n) {
    if (CometMath.has(ledger.extended?.flags, BORROWERS_WITHDRAW)) throw refusal('BorrowersWithdrawPaused')
    if (-balance < ledger.baseBorrowMin) throw refusal('BorrowTooSmall')
    if (!CometMath.isBorrowCollateralized(after, owner)) throw refusal('NotCollateralized')
  } else if (CometMath.has(ledger.extended?.flags, LENDERS_WITHDRAW)) throw refusal('LendersWithdrawPaused')
  if (moved > after.cash) throw notEnoughTokens()
  return { ledger: { ...after, cash: after.cash - moved }, amount: moved }
}

/** Takes over all that users have and owe. One of them that may not be liquidated, and nothing happens. */
export function absorb(ledger: CometLedger, time: bigint | undefined, users: readonly Address[]): CometLedger {
  if (CometMath.has(ledger.pauseFlags, ABSORB)) throw refusal('Paused')
  return users.reduce(absorbOne, accrued(ledger, time))
}

function absorbOne(ledger: CometLedger, owner: Address): CometLedger {
  if (!CometMath.isLiquidatable(ledger, owner)) throw refusal('NotLiquidatable')
  const principal = CometMath.principalValue(ledger, CometMath.balanceAfterAbsorption(ledger, owner))
  if (principal > MAX_PRINCIPAL) throw refusal('InvalidUInt104')
  let next = withPrincipal(ledger, owner, principal)
  if (next.totalSupply > MAX_TOTAL) throw overflow()
  for (const [index, seized] of Object.entries(userOf(ledger, owner).collateral)) {
    next = withCollateral(next, owner, Number(index), -seized)
    next = {
      ...next,
      collaterals: next.collaterals.map((one, place) =>
        place === Number(index) ? { ...one, absorbed: one.absorbed + seized } : one,
      ),
    }
  }
  return next
}

function supplyCollateral(ledger: CometLedger, owner: Address, asset: Address, amount: bigint): CometLedger {
  if (CometMath.has(ledger.extended?.flags, COLLATERAL_SUPPLY)) throw refusal('CollateralSupplyPaused')
  if (amount > MAX_COLLATERAL) throw refusal('InvalidUInt128')
  const index = placeOf(ledger, asset)
  if (CometMath.has(ledger.extended?.supplies, index)) throw pausedAsset('CollateralAssetSupplyPaused', index)
  const after = withCollateral(ledger, owner, index, amount)
  const collateral = after.collaterals[index]
  if (collateral !== undefined && collateral.total > collateral.supplyCap) throw refusal('SupplyCapExceeded')
  return after
}

/** Nothing is accrued for it, so that the stored index decides. */
function withdrawCollateral(ledger: CometLedger, owner: Address, asset: Address, amount: bigint): CometLedger {
  if (CometMath.has(ledger.extended?.flags, COLLATERAL_WITHDRAW)) throw refusal('CollateralWithdrawPaused')
  if (amount > MAX_COLLATERAL) throw refusal('InvalidUInt128')
  const index = placeOf(ledger, asset)
  const after = withCollateral(ledger, owner, index, -amount)
  if (CometMath.has(ledger.extended?.withdrawals, index)) throw pausedAsset('CollateralAssetWithdrawPaused', index)
  if (!CometMath.isBorrowCollateralized(after, owner)) throw refusal('NotCollateralized')
  return after
}

/** The ledger with interest up to a time; as it is where there is none. */
export function accrued(ledger: CometLedger, time: bigint | undefined): CometLedger {
  return time === undefined ? ledger : CometMath.accruedTo(ledger, time)
}

/** Another principal of a user, and the totals with it. */
export function withPrincipal(ledger: CometLedger, owner: Address, principal: bigint): CometLedger {
  const user = userOf(ledger, owner)
  return {
    ...withUser(ledger, owner, { ...user, principal }),
    totalSupply: ledger.totalSupply + positive(principal) - positive(user.principal),
    totalBorrow: ledger.totalBorrow + positive(-principal) - positive(-user.principal),
  }
}

/** More of a collateral for a user, or less, and the total with it. */
export function withCollateral(ledger: CometLedger, owner: Address, index: number, change: bigint): CometLedger {
  const user: MockCometUser = userOf(ledger, owner)
  const balance = (user.collateral[index] ?? 0n) + change
  if (balance < 0n) throw overflow()
  return {
    ...withUser(ledger, owner, { ...user, collateral: { ...user.collateral, [index]: balance } }),
    collaterals: ledger.collaterals.map((one, place) =>
      place === index ? { ...one, total: one.total + change } : one,
    ),
  }
}

/** Tokens that a wallet gains, or loses. */
export function withTokens(ledger: CometLedger, holder: Address, token: Address, amount: bigint): CometLedger {
  const after = tokensOf(ledger, token, holder) + amount
  if (after < 0n) throw notEnoughTokens()
  return { ...ledger, tokens: new Map(ledger.tokens).set(keyOf(token, holder), after) }
}

function placeOf(ledger: CometLedger, asset: Address): number {
  const index = indexOf(ledger, asset)
  if (index === -1) throw refusal('BadAsset')
  return index
}

function positive(value: bigint): bigint {
  return value > 0n ? value : 0n
}
