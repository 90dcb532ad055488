import {
  type Address,
  type LiquidationChoice,
  type LiquidationModel,
  type LiquidationResult,
  type PositionInMarket,
  type Quantity,
  type Unknown,
  Wad,
} from '@unimargin/sdk'
import { isAddressEqual } from 'viem'
import type { Flavour } from './Flavour.ts'
import * as LiquidationCase from './LiquidationCase.ts'
import type { LendingReads } from './lendingReads.ts'
import { liquidated, type Outcome } from './liquidated.ts'
import { blocksOf } from './liquidationBlocks.ts'
import { liquidationReads } from './liquidationReads.ts'
import * as Seizure from './Seizure.ts'
import { wholeAccount } from './wholeAccount.ts'

/** How the markets of a Comptroller liquidate, and what has to be read for that. */
export type CompoundV2Liquidation = {
  readonly of: (flavour: Flavour) => LiquidationModel
  readonly reads: LendingReads
}

/**
 * How markets of this family liquidate, as an option of `compoundV2`: a liquidator pays back up to the close factor of one debt,
 * and gets the protocol's tokens of one collateral for it, with a bonus of which the protocol keeps a share. Debts in markets that
 * are being closed may be paid back whole, however healthy the account is.
 *
 * Venus liquidates accounts with little collateral as a whole: all debts are paid back, or all collateral goes and what it does
 * not cover is written off. Unless told `debt`, `collateral` or `repay`, that is what becomes of them.
 *
 * Whoever liquidates may accrue the interest of all tokens before, in the same transaction: all of it counts here, as it does in
 * the health, also where the protocol's own view is behind.
 *
 * @example
 * import { compoundV2 } from '@unimargin/adapters/compound-v2'
 * import { baseMoonwell } from '@unimargin/adapters/compound-v2/addresses'
 * import { compoundV2Liquidation } from '@unimargin/adapters/compound-v2/liquidation'
 *
 * const adapter = compoundV2({ ...baseMoonwell, liquidation: compoundV2Liquidation })
 */
export const compoundV2Liquidation: CompoundV2Liquidation = {
  of: (flavour) => ({ simulate: (where, choice) => simulate(where, choice, flavour) }),
  reads: liquidationReads,
}

function simulate(where: PositionInMarket, choice: LiquidationChoice = {}, flavour: Flavour): LiquidationResult {
  const { position } = where
  const known = LiquidationCase.of(where, flavour)
  if ('status' in known) return known
  if (position.debt.every(({ amount }) => amount === 0n)) return refused('no-debt')
  if (choice.paidIn === 'asset') return refused('no-asset')
  if (choice.seize !== undefined) return refused('amount')
  const isOpen = choice.debt === undefined && choice.collateral === undefined && choice.repay === undefined
  const small = isOpen ? LiquidationCase.smallAccountOf(known) : undefined
  if (small === undefined) return mostOf(known, choice)
  const whole = wholeAccount(small)
  if (whole.status === 'liquidated') return whole
  const other = mostOf(known, choice)
  return other.status === 'liquidated' ? other : whole
}

/** The first pair that the protocol takes, the largest debt and the most valuable collateral first; else why not the first. */
function mostOf(known: LiquidationCase.LiquidationCase, choice: LiquidationChoice): LiquidationResult {
  const { position } = known.where
  const debts = choice.debt
    ? [choice.debt]
    : byValue(position.debt.filter(({ amount }) => amount !== 0n)).map(({ asset }) => asset.address)
  const supplies = position.collateral.filter((leg) => leg.isCollateral || !known.flavour.isVenus)
  const collaterals = choice.collateral ? [choice.collateral] : byValue(supplies).map(({ asset }) => asset.address)
  let first: LiquidationResult | undefined
  for (const debt of debts) {
    for (const collateral of collaterals) {
      const result = simulatePair(known, debt, collateral, choice.repay)
      if (result.status === 'liquidated') return result
      if (first === undefined || (first.status === 'refused' && result.status === 'unknown')) first = result
    }
  }
  if (first !== undefined) return first
  const { snapshot } = known
  if (typeof snapshot === 'object' && !('status' in snapshot) && snapshot.weighted >= snapshot.borrows) {
    return refused('healthy')
  }
  return refused('not-collateral')
}

function simulatePair(
  known: LiquidationCase.LiquidationCase,
  debtAsset: Address,
  collateralAsset: Address,
  repay?: bigint,
): LiquidationResult {
  const { where, flavour, rule, closeFactor, incentive } = known
  const isSame = isAddressEqual(debtAsset, collateralAsset)
  const debt = Seizure.tokenOf(where, debtAsset)
  const collateral = isSame ? debt : Seizure.tokenOf(where, collateralAsset)
  const { debt: debts } = where.position
  if (debts.every(({ asset, amount }) => amount === 0n || !isAddressEqual(asset.address, debtAsset))) {
    return refused('no-debt')
  }
  const reserve = where.state.reserves.find(({ asset }) => isAddressEqual(asset.address, debtAsset))
  const forced = reserve?.details?.isLiquidationForced
  if (forced !== true) {
    const stop = stopOf(known)
    if (stop !== undefined) return stop
  }
  if ('status' in debt) return debt
  const by = blocksOf(where, debt.reserve, ['isLiquidatePaused', ...(flavour.isVenus ? ['isRepayPaused'] : [])])
  if ('status' in collateral) return collateral
  const pauses = blocksOf(where, collateral.reserve, ['isSeizePaused'])
  if ('status' in by) return by
  if ('status' in pauses) return pauses
  if (by.length + pauses.length > 0) return { status: 'refused', by: [...new Set([...by, ...pauses])] }
  if (forced === undefined) {
    return Seizure.unread(where, debt.leg.asset.symbol, 'whether anybody may liquidate it could not be read')
  }
  if (flavour.isVenus && !collateral.isMember) return refused('not-collateral')
  if (!Seizure.haveOneClock(debt, collateral)) return refused('clock')
  const ratio = Seizure.ratioOf(debt, collateral, incentive)
  if (ratio === undefined || debt.price === 0n) return refused('price')

  const most = forced ? debt.owed : Wad.mulDown(closeFactor, debt.owed)
  const repaid = least([repay ?? most, most, Seizure.mostFor(collateral.shares, ratio) ?? most, debt.totals.borrows])
  if (repaid === 0n) return refused('amount')
  const trade = mostPayable({ known, debt, collateral: isSame ? undefined : collateral, ratio }, repaid)
  if (trade === 'liquidity') return refused('liquidity')
  if ('status' in trade) return trade
  return liquidated(where, trade, forced ? Wad.WAD : closeFactor, rule)
}

/** Two tokens of an account; `collateral` is absent where it is the token that is owed. */
type Pair = {
  readonly known: LiquidationCase.LiquidationCase
  readonly debt: Seizure.Token
  readonly collateral: Seizure.Token | undefined
  readonly ratio: bigint
}

/** What comes of the largest repayment up to an amount for which Venus can pay out what it keeps. */
function mostPayable(pair: Pair, most: bigint): ReturnType<typeof tradeOf> {
  const whole = tradeOf(pair, most)
  if (whole !== 'liquidity') return whole
  let [low, high] = [0n, most]
  while (high - low > 1n) {
    const middle = (low + high) / 2n
    if (tradeOf(pair, middle) === 'liquidity') high = middle
    else low = middle
  }
  return low === 0n ? 'liquidity' : tradeOf(pair, low)
}

function tradeOf({ known, debt, collateral, ratio }: Pair, repaid: bigint): readonly Outcome[] | 'liquidity' | Unknown {
  const { where, flavour, incentive } = known
  const paid = Seizure.repaid(debt, repaid)
  const taken = Seizure.seized(where, collateral ?? paid, Wad.mulDown(ratio, repaid), incentive, flavour)
  if (taken === 'liquidity' || 'status' in taken) return taken
  if (collateral === undefined) return [{ before: debt, after: taken.token, repaid, lost: 0n, seized: taken }]
  return [
    { before: debt, after: paid, repaid, lost: 0n },
    { before: collateral, after: taken.token, repaid: 0n, lost: 0n, seized: taken },
  ]
}

/** Why an account may not be liquidated by one pair, unless its debt is forced. */
function stopOf({ snapshot, least }: LiquidationCase.LiquidationCase): LiquidationResult | undefined {
  if (snapshot === 'price') return refused('price')
  if ('status' in snapshot) return snapshot
  if (snapshot.weighted >= snapshot.borrows) return refused('healthy')
  return least !== undefined && snapshot.total <= least ? refused('minimum') : undefined
}

function byValue<leg extends { readonly value: Quantity }>(legs: readonly leg[]): readonly leg[] {
  return [...legs].sort((a, b) => (number(a.value) < number(b.value) ? 1 : number(a.value) > number(b.value) ? -1 : 0))
}

function least([first, ...others]: readonly [bigint, ...bigint[]]): bigint {
  let lowest = first
  for (const other of others) if (other < lowest) lowest = other
  return lowest
}

function number(quantity: Quantity): bigint {
  return typeof quantity === 'bigint' ? quantity : 0n
}

function refused(by: string): LiquidationResult {
  return { status: 'refused', by: [by] }
}
