import { issuesOf, type PositionInMarket, type Quantity, type Unknown, unknown, Wad } from '@unimargin/sdk'
import { isAddressEqual } from 'viem'
import type { Flavour } from './Flavour.ts'
import { type CompoundV2Rule, oraclePriceOf, ruleOf, sharesOf } from './rule.ts'
import * as Seizure from './Seizure.ts'
import type { SmallAccount } from './wholeAccount.ts'

/** What an account comes to, US dollars, WAD, interest included. */
export type Snapshot = { readonly weighted: bigint; readonly total: bigint; readonly borrows: bigint }

/** What a liquidation is judged by. */
export type LiquidationCase = {
  readonly where: PositionInMarket
  readonly flavour: Flavour
  readonly rule: CompoundV2Rule
  readonly closeFactor: bigint
  readonly incentive: bigint
  /** Of Venus: whoever has no more collateral is liquidated whole. */
  readonly least: bigint | undefined
  readonly snapshot: Snapshot | 'price' | Unknown
}

/** What is known of an account, as far as it decides who may liquidate how much. */
export function of(where: PositionInMarket, flavour: Flavour): LiquidationCase | Unknown {
  const { state } = where
  const [closeFactor, incentive, least] = (
    ['closeFactor', 'liquidationIncentive', 'minLiquidatableCollateral'] as const
  ).map((name) => {
    const value = state.details?.[name]
    return typeof value === 'bigint' ? value : undefined
  })
  if (closeFactor === undefined || incentive === undefined || (flavour.isVenus && least === undefined)) {
    return Seizure.unread(where, 'market', 'its close factor and its incentive were not read')
  }
  const rule = ruleOf(flavour.name)
  return { where, flavour, rule, closeFactor, incentive, least, snapshot: snapshotOf(where, rule) }
}

/** An account of Venus that is liquidated whole, if it is one. */
export function smallAccountOf({
  where,
  flavour,
  rule,
  incentive,
  least,
  snapshot,
}: LiquidationCase): SmallAccount | undefined {
  if (least === undefined || typeof snapshot === 'string' || 'status' in snapshot) return undefined
  const { weighted, total, borrows } = snapshot
  if (total > least || weighted >= borrows) return undefined
  const { collateral, firstSupplies = [] } = where.position
  const members = [...collateral, ...firstSupplies].filter((leg) => leg.isCollateral)
  const entered = where.state.reserves.flatMap(({ asset }) =>
    members.some((leg) => isAddressEqual(leg.asset.address, asset.address)) ? [asset.address] : [],
  )
  return { where, flavour, rule, incentive, total, borrows, entered }
}

/** All that is entered, listed and has a price; the protocol asks no other. */
function snapshotOf({ position }: PositionInMarket, rule: CompoundV2Rule): Snapshot | 'price' | Unknown {
  const members = [...position.collateral, ...(position.firstSupplies ?? [])].filter((leg) => leg.isCollateral)
  const debts = position.debt.filter(({ liabilityWeight }) => liabilityWeight > 0n)
  const doubts = [...members, ...debts].flatMap(({ amount, price }) => [...issuesOf(amount), ...issuesOf(price)])
  if (doubts.length > 0) return unknown(...new Set(doubts))
  if ([...members, ...debts].some(({ price }) => price === 0n)) return 'price'
  let [weighted, total, borrows] = [0n, 0n, 0n]
  for (const leg of members) {
    const [amount, price] = [number(leg.amount), oraclePriceOf({ ...leg, price: number(leg.price) })]
    const shares = sharesOf({ amount, shares: leg.shares })
    weighted += rule.weigh(shares, price, leg.liquidationThreshold)
    total += rule.weigh(shares, price, Wad.WAD)
  }
  for (const leg of debts) {
    borrows += Wad.mulDown(oraclePriceOf({ ...leg, price: number(leg.price) }), number(leg.amount))
  }
  return { weighted, total, borrows }
}

function number(quantity: Quantity): bigint {
  return typeof quantity === 'bigint' ? quantity : 0n
}
