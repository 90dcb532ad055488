import {
  type Address,
  issuesOf,
  type LiquidationChoice,
  type LiquidationModel,
  type LiquidationResult,
  type PositionInMarket,
  type Reserve,
  type Unknown,
  unknown,
  Wad,
} from '@unimargin/sdk'
import { isAddressEqual } from 'viem'
import { accountOf, healthOf } from './Account.ts'
import * as EModes from './EModes.ts'
import { counts, type Holding, holdingsOf, known, missing, numberOf, versionOf } from './Facts.ts'
import * as LiquidationMath from './LiquidationMath.ts'
import type { LendingReads } from './lendingReads.ts'
import { liquidated, type Weak } from './liquidated.ts'
import { type LiquidationDetail, liquidationReads } from './liquidationReads.ts'
import { WAD_PER_BASE } from './rule.ts'
import type { AaveV3Version } from './version.ts'

/** How an Aave V3 pool liquidates, and what has to be read for that. */
export type AaveV3Liquidation = { readonly model: LiquidationModel; readonly reads: LendingReads }

/**
 * How an Aave V3 pool of any version from 3.0 to 3.7 liquidates, as an option of `aaveV3`: its close factor and bonus, its share
 * of the bonus, what may be left, and from 3.3 on the debts that are written off when no collateral is left.
 *
 * What a liquidator repays is what the call names: where that would leave too little (`dust`), it is refused. Unless told, it is
 * the most that the pool takes.
 *
 * @example
 * import { aaveV3 } from '@unimargin/adapters/aave-v3'
 * import { base } from '@unimargin/adapters/aave-v3/addresses'
 * import { aaveV3Liquidation } from '@unimargin/adapters/aave-v3/liquidation'
 *
 * const adapter = aaveV3({ ...base, liquidation: aaveV3Liquidation })
 */
export const aaveV3Liquidation: AaveV3Liquidation = { model: { simulate }, reads: liquidationReads }

function simulate(where: PositionInMarket, choice: LiquidationChoice = {}): LiquidationResult {
  const { state, position } = where
  const version = versionOf(state)
  const configuration = numberOf(position.details, 'configuration')
  if (version === undefined || configuration === undefined) return missing(state, 'version')
  const holdings = holdingsOf(state, position, configuration)
  if (!holdings.some(isOwed)) return refused('no-debt')
  const account = accountOf(holdings, version)
  if ('status' in account) return account
  // The pool asks for the price of what it thinks is owed, also where rounding has left nothing of it.
  const asked = holdings.flatMap(({ isBorrowed, reserve }) => (isBorrowed ? issuesOf(reserve.price) : []))
  if (asked.length > 0 && eModeOf(where) === 0n) return unknown(...asked)
  const health = healthOf(account, version)
  if (health === undefined || health >= Wad.WAD) return refused('healthy')
  if (choice.seize !== undefined) return refused('amount')

  const { owed, backing } = account
  return mostOf(
    { ...where, version, configuration, holdings, health, owed, backing },
    pairsOf(holdings, version, choice),
    choice,
  )
}

/** The first pair that the pool takes; else why not the first. */
function mostOf(
  weak: Weak,
  pairs: readonly (readonly [debt: Holding, collateral: Holding])[],
  choice: LiquidationChoice,
): LiquidationResult {
  let first: LiquidationResult | undefined
  for (const [debt, collateral] of pairs) {
    const result = simulatePair(weak, debt, collateral, choice)
    if (result.status === 'liquidated') return result
    if (first === undefined || (first.status === 'refused' && result.status === 'unknown')) first = result
  }
  return first ?? refused('not-collateral')
}

function simulatePair(weak: Weak, debt: Holding, collateral: Holding, choice: LiquidationChoice): LiquidationResult {
  if (!isOwed(debt)) return refused('no-debt')
  if (!counts(collateral, weak.version)) return refused('not-collateral')
  const by = blocksOf(weak, [collateral.reserve, debt.reserve])
  if ('status' in by) return by
  if (by.length > 0) return { status: 'refused', by }
  const pair = pairOf(weak, debt, collateral)
  if ('status' in pair) return pair

  const most = LiquidationMath.mostRepaid(pair)
  const repaying = choice.repay === undefined || choice.repay > most ? most : choice.repay
  let trade = LiquidationMath.tradeOf(pair, repaying)
  if (typeof trade !== 'string' && LiquidationMath.leavesDust(pair, trade)) {
    if (choice.repay !== undefined) return refused('dust')
    const less = LiquidationMath.mostWithoutDust(pair, most)
    if (less === 0n) return refused('dust')
    trade = LiquidationMath.tradeOf(pair, less)
  }
  if (typeof trade === 'string') return refused(trade)
  const closeFactor = Wad.divDown(most, pair.debt.amount)
  return liquidated(weak, { pair, debt, collateral, trade, closeFactor, paidIn: choice.paidIn })
}

/** All that could be chosen, the largest first: all collaterals for the largest debt, then for the next. */
function pairsOf(holdings: readonly Holding[], version: AaveV3Version, choice: LiquidationChoice) {
  const chosen = (asset: Address) => holdings.filter(({ reserve }) => isAddressEqual(reserve.asset.address, asset))
  const debts = choice.debt ? chosen(choice.debt) : byValue(holdings.filter(isOwed), ({ debt }) => debt)
  const collaterals = choice.collateral
    ? chosen(choice.collateral)
    : byValue(
        holdings.filter((each) => counts(each, version) && known(each.supplied?.amount) > 0n),
        ({ supplied }) => supplied,
      )
  return debts.flatMap((debt) => collaterals.map((collateral) => [debt, collateral] as const))
}

function byValue(holdings: readonly Holding[], legOf: (holding: Holding) => Holding['debt'] | Holding['supplied']) {
  const weightOf = (holding: Holding) => {
    const leg = legOf(holding)
    return known(leg?.amount) * known(leg?.price) * 10n ** BigInt(77 - (leg?.asset.decimals ?? 0))
  }
  return [...holdings].sort((a, b) => (weightOf(a) < weightOf(b) ? 1 : weightOf(a) > weightOf(b) ? -1 : 0))
}

/** What forbids any liquidation of these two reserves. */
function blocksOf({ state, version, health }: Weak, reserves: readonly Reserve[]): readonly string[] | Unknown {
  const blocks: string[] = reserves.flatMap(({ supplyBlockedBy }): readonly string[] =>
    supplyBlockedBy.filter((reason) => reason === 'inactive' || reason === 'paused'),
  )
  if (version < '3.7' && health >= LiquidationMath.WHOLE_AT_HEALTH) {
    const allowed = state.details?.liquidationAllowed
    if (allowed === undefined || state.details?.isSentinelUnknown === true) return missing(state, 'sentinel')
    if (allowed === false) blocks.push('sequencer')
  }
  for (const { details, asset } of reserves) {
    const until = detailOf(details, 'graceUntil')
    const now = numberOf(state.details, 'now')
    if (until === undefined) return missing(state, `reserves.${asset.symbol}.graceUntil`)
    if (until === 0n) continue
    if (now === undefined) return missing(state, 'now')
    if (until >= now) blocks.push('grace-period')
  }
  return [...new Set(blocks)]
}

/** The two with their prices, and the bonus that holds for this owner. */
function pairOf(weak: Weak, debt: Holding, collateral: Holding): LiquidationMath.Pair | Unknown {
  const { state, version, health, owed } = weak
  const { symbol } = collateral.reserve.asset
  const protocolFee = detailOf(collateral.reserve.details, 'liquidationProtocolFee')
  const own = detailOf(collateral.reserve.details, 'liquidationBonus')
  const eMode = eModeOf(weak)
  const category = EModes.of(state, Number(eMode))
  const common = eMode === 0n || version >= '3.2' ? 0n : detailOf(state.details, `eModes.${eMode}.price`)
  if (protocolFee === undefined || own === undefined) return missing(state, `reserves.${symbol}.liquidationBonus`)
  if (eMode !== 0n && category === undefined) return missing(state, `eModes.${eMode}`)
  if (common === undefined) return missing(state, `eModes.${eMode}.price`)
  const bonus = category && EModes.has(category, collateral, version) ? category.liquidationBonus : own
  const { debt: owes, supplied } =
    debt.debt && collateral.supplied ? { debt: debt.debt, supplied: collateral.supplied } : {}
  if (owes === undefined || supplied === undefined) return missing(state, `reserves.${symbol}`)
  return {
    version,
    debt: {
      leg: owes,
      amount: known(owes.amount),
      // Up to 3.1 an e-mode's own price counts for any debt, also where the asset has left the e-mode since.
      price:
        category && common > 0n && !EModes.has(category, debt, version) ? common * WAD_PER_BASE : known(owes.price),
    },
    collateral: { leg: supplied, amount: known(supplied.amount), price: known(supplied.price) },
    health,
    owed,
    bonus,
    protocolFee,
  }
}

function eModeOf({ position }: PositionInMarket): bigint {
  return numberOf(position.details, 'eModeId') ?? 0n
}

function detailOf(details: Reserve['details'], name: LiquidationDetail): bigint | undefined {
  const value = details?.[name]
  return typeof value === 'bigint' ? value : undefined
}

function isOwed({ debt }: Holding): boolean {
  return debt !== undefined && debt.amount !== 0n
}

function refused(by: string): LiquidationResult {
  return { status: 'refused', by: [by] }
}
