import { type Address, MulDiv, Wad } from '@unimargin/sdk'
import { MockRevert } from '@unimargin/sdk/testing'
import { moved, type Side, toAssetsDown, toAssetsUp, toSharesDown, toSharesUp } from '../SharesMath.ts'
import { heldByMorpho, type Ledger, userOf, withTokens, withUser } from './Ledger.ts'

/** What users do to a mocked market that was just accrued, with Morpho's own refusals. Amounts are base units. */

const ORACLE_SCALE = 10n ** 36n

/** Base units or shares: one of both is zero. */
export type Much = { readonly assets: bigint; readonly shares: bigint }

export function supply(ledger: Ledger, owner: Address, assets: bigint): Ledger {
  assertSome(assets)
  const { supplyShares } = userOf(ledger, owner)
  const { side, shares } = moved({ side: ledger.totals.supply, shares: supplyShares }, 'supply', assets)
  return withUser(withSide(ledger, 'supply', side), owner, { supplyShares: shares })
}

/** Gives the market and what is paid out. */
export function withdraw(
  ledger: Ledger,
  owner: Address,
  { assets, shares }: Much,
): { readonly ledger: Ledger; readonly paid: bigint } {
  assertSome(assets + shares)
  const { supplyShares } = userOf(ledger, owner)
  const { supply: side } = ledger.totals
  const [paid, gone] = shares > 0n ? [toAssetsDown(shares, side), shares] : [assets, toSharesUp(assets, side)]
  if (gone > supplyShares || paid > side.assets) throw panic()
  const left = withSide(ledger, 'supply', { assets: side.assets - paid, shares: side.shares - gone })
  assertLiquid(left)
  return { ledger: withUser(left, owner, { supplyShares: supplyShares - gone }), paid }
}

export function borrow(ledger: Ledger, owner: Address, assets: bigint): Ledger {
  assertSome(assets)
  const next = owe(ledger, owner, assets)
  assertHealthy(next, owner)
  assertLiquid(next)
  return next
}

/** Adds to a debt without asking whether Morpho would lend it. */
export function owe(ledger: Ledger, owner: Address, assets: bigint): Ledger {
  const { borrowShares } = userOf(ledger, owner)
  const { side, shares } = moved({ side: ledger.totals.borrow, shares: borrowShares }, 'borrow', assets)
  return withUser(withSide(ledger, 'borrow', side), owner, { borrowShares: shares })
}

/** Gives the market and what is paid. */
export function repay(
  ledger: Ledger,
  owner: Address,
  { assets, shares }: Much,
): { readonly ledger: Ledger; readonly paid: bigint } {
  assertSome(assets + shares)
  const { borrowShares } = userOf(ledger, owner)
  const { borrow: side } = ledger.totals
  const [paid, gone] = shares > 0n ? [toAssetsUp(shares, side), shares] : [assets, toSharesDown(assets, side)]
  if (gone > borrowShares) throw panic()
  // A repayment may round to one unit more than all that is owed.
  const rest = { assets: side.assets > paid ? side.assets - paid : 0n, shares: side.shares - gone }
  return { ledger: withUser(withSide(ledger, 'borrow', rest), owner, { borrowShares: borrowShares - gone }), paid }
}

export function supplyCollateral(ledger: Ledger, owner: Address, assets: bigint): Ledger {
  assertSome(assets)
  return withUser(ledger, owner, { collateral: userOf(ledger, owner).collateral + assets })
}

export function withdrawCollateral(ledger: Ledger, owner: Address, assets: bigint): Ledger {
  assertSome(assets)
  const { collateral } = userOf(ledger, owner)
  if (assets > collateral) throw panic()
  const next = withUser(ledger, owner, { collateral: collateral - assets })
  assertHealthy(next, owner)
  return next
}

/** The largest `uint256` where nothing is owed. Reverts with the oracle. */
export function healthOf(ledger: Ledger, owner: Address): bigint {
  const { borrowShares, collateral } = userOf(ledger, owner)
  if (borrowShares === 0n) return 2n ** 256n - 1n
  if (ledger.price === undefined) throw new MockRevert()
  if (collateral * ledger.price > MulDiv.MAX_OPERAND) throw panic()
  const most = Wad.mulDown(MulDiv.down(collateral, ledger.price, ORACLE_SCALE), ledger.lltv)
  return Wad.divDown(most, toAssetsUp(borrowShares, ledger.totals.borrow))
}

/** Takes tokens that a wallet pays, as far as it allows. */
export function pay(ledger: Ledger, from: Address, asset: Address, amount: bigint): Ledger {
  const key = `${asset}:${from}:${ledger.morpho}`.toLowerCase()
  const allowed = ledger.allowances.get(key) ?? 0n
  if (allowed < amount) throw MockRevert.because('transferFrom reverted')
  const left = allowed === 2n ** 256n - 1n ? allowed : allowed - amount
  return { ...withTokens(ledger, from, asset, -amount), allowances: new Map(ledger.allowances).set(key, left) }
}

function withSide(ledger: Ledger, name: 'supply' | 'borrow', side: Side): Ledger {
  return { ...ledger, totals: { ...ledger.totals, [name]: side } }
}

function assertSome(amount: bigint): void {
  if (amount === 0n) throw MockRevert.because('inconsistent input')
}

function assertHealthy(ledger: Ledger, owner: Address): void {
  if (healthOf(ledger, owner) < Wad.WAD) throw MockRevert.because('insufficient collateral')
}

function assertLiquid(ledger: Ledger): void {
  if (heldByMorpho(ledger, ledger.loan.address) < 0n) throw MockRevert.because('insufficient liquidity')
}

/** More than there is: the compiler's own refusal. */
function panic(): MockRevert {
  return new MockRevert(`0x4e487b71${'11'.padStart(64, '0')}`)
}
