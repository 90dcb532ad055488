import type {
  CollateralLeg,
  DebtLeg,
  Details,
  Lending,
  MarketState,
  PositionFacts,
  PositionInMarket,
  Quantity,
  Reserve,
  Unknown,
} from '@unimargin/sdk'
import { borrowRoom, supplyRoom, unbookedShare } from './accrual.ts'
import { rebuilt, worth } from './after.ts'
import {
  assertDetailed,
  type Holding,
  holdingsOf,
  missing,
  numberOf,
  numbersOf,
  reserveOf,
  versionOf,
} from './Facts.ts'
import * as Interest from './Interest.ts'
import * as Scaling from './Scaling.ts'
import type { AaveV3Version } from './version.ts'

/**
 * The position and its market some seconds later: what `getReserveNormalizedIncome` and `getReserveNormalizedVariableDebt` say
 * then, and what balances come to by them, to the unit. A debt at a stable rate (up to 3.1) is unknown then: at which one, only
 * its token tells.
 *
 * @throws ReadWithoutLendingError when the state was read without lending.
 */
export const afterTime: NonNullable<Lending['accrued']> = (where, seconds) => {
  const { state, position } = where
  assertDetailed(state)
  const version = versionOf(state)
  const configuration = numberOf(position.details, 'configuration')
  const now = numberOf(state.details, 'now')
  if (version === undefined || configuration === undefined || now === undefined) {
    return { state, position: withUnknown(where, missing(state, version === undefined ? 'version' : 'now')) }
  }
  if (seconds === 0n) return where
  const later: MarketState = {
    ...state,
    reserves: state.reserves.map((reserve) => grown(state, reserve, now + seconds, version)),
    details: { ...state.details, now: now + seconds },
  }
  const holdings = holdingsOf(state, position, configuration)
  const changed = holdings.map((holding) => ({
    ...holding,
    supplied: holding.supplied && suppliedThen(holding.supplied, holding, { state, later, version }),
    debt: holding.debt && owedThen(holding.debt, holding, { state, later, version }),
  }))
  return { state: later, position: rebuilt({ state: later, version, position, holdings }, configuration, changed) }
}

/** A reserve with its indices at a later time, and the room that its caps then leave. */
function grown(state: MarketState, reserve: Reserve, time: bigint, version: AaveV3Version): Reserve {
  const stored = numbersOf(
    state,
    reserve,
    'storedLiquidityIndex',
    'storedBorrowIndex',
    'liquidityRate',
    'variableRate',
    'changedAt',
    'bookedToTreasury',
    'reserveFactor',
    'supplyCap',
    'borrowCap',
  )
  if ('status' in stored) return reserve
  const seconds = time - stored.changedAt
  const liquidityIndex = Interest.ofSupply({
    index: stored.storedLiquidityIndex,
    rate: stored.liquidityRate,
    seconds,
  })
  const normalised = Interest.ofDebt({ index: stored.storedBorrowIndex, rate: stored.variableRate, seconds }, version)
  const scaledDebt = numberOf(reserve.details, 'scaledDebt')
  // While nobody owes anything the index stands still.
  const borrowIndex = scaledDebt === 0n ? stored.storedBorrowIndex : normalised
  const details: Details = { ...reserve.details, liquidityIndex, borrowIndex }
  const scaledSupply = numberOf(reserve.details, 'scaledSupply')
  if (scaledDebt === undefined || scaledSupply === undefined || numberOf(reserve.details, 'stableDebt') !== 0n) {
    return withoutRoom(state, { ...reserve, details })
  }
  const isDirected = version >= '3.5'
  const accruedToTreasury =
    stored.bookedToTreasury +
    unbookedShare(
      { ...stored, changedAt: Number(stored.changedAt) },
      { scaledDebt, borrowIndex, liquidityIndex, stable: [0n, 0n, 0n, 0] },
      isDirected,
    )
  const { supplyCap, borrowCap } = stored
  const supplies = scaledSupply + accruedToTreasury
  const suppliable = supplyCap === 0n ? undefined : supplyRoom(supplyCap, supplies, liquidityIndex, isDirected)
  const borrowable = borrowCap === 0n ? undefined : borrowRoom(borrowCap, scaledDebt, borrowIndex, 0n, isDirected)
  return {
    ...reserve,
    supplyRoom: suppliable,
    borrowRoom: borrowable,
    supplyBlockedBy: capped(reserve.supplyBlockedBy, suppliable),
    borrowBlockedBy: capped(reserve.borrowBlockedBy, borrowable),
    details: { ...details, accruedToTreasury },
  }
}

/** What stable debts come to nobody knows, and with them what is left below the caps. */
function withoutRoom(state: MarketState, reserve: Reserve): Reserve {
  const { stableDebt: _, accruedToTreasury: __, ...details } = reserve.details ?? {}
  const unread = missing(state, `reserves.${reserve.asset.symbol}.stableDebt`)
  return {
    ...reserve,
    supplyRoom: reserve.supplyRoom && unread,
    borrowRoom: reserve.borrowRoom && unread,
    details,
  }
}

function capped(blockedBy: readonly string[], room: Quantity | undefined): readonly string[] {
  if (room !== 0n || blockedBy.includes('cap')) return blockedBy
  return [...blockedBy.filter((reason) => reason !== 'no-liquidity'), 'cap', ...blockedBy.filter(isEmpty)]
}

function isEmpty(reason: string): boolean {
  return reason === 'no-liquidity'
}

type Passage = { readonly state: MarketState; readonly later: MarketState; readonly version: AaveV3Version }

function indicesOf(name: 'liquidityIndex' | 'borrowIndex', { reserve }: Holding, { state, later }: Passage) {
  const before = numbersOf(state, reserve, name)
  const after = numbersOf(later, reserveOf(later, reserve.asset.address), name)
  return 'status' in before ? before : 'status' in after ? after : { before: before[name], after: after[name] }
}

function suppliedThen(leg: CollateralLeg, holding: Holding, passage: Passage): CollateralLeg {
  if (typeof leg.amount !== 'bigint') return leg
  const indices = indicesOf('liquidityIndex', holding, passage)
  if ('status' in indices) return leg.amount === 0n ? leg : lost(leg, indices)
  const { version } = passage
  const balance = Scaling.scaledSupplyOf(leg, version, indices.before)
  if (balance === 0n) return leg
  const amount = Scaling.of(version).supplied(balance, indices.after)
  return { ...leg, amount, value: worth(leg, amount), shares: { balance, rate: indices.after } }
}

function owedThen(leg: DebtLeg, holding: Holding, passage: Passage): DebtLeg {
  if (typeof leg.amount !== 'bigint') return leg
  const { version, state } = passage
  if (Scaling.variableOf(leg, version) !== leg.amount) {
    return lost(leg, missing(state, `reserves.${leg.asset.symbol}.stableRate`))
  }
  const indices = indicesOf('borrowIndex', holding, passage)
  if ('status' in indices) return lost(leg, indices)
  const balance = Scaling.scaledDebtOf(leg, version, indices.before)
  const amount = Scaling.of(version).owed(balance, indices.after)
  return { ...leg, amount, value: worth(leg, amount, version >= '3.5'), shares: { balance, rate: indices.after } }
}

function lost<leg extends CollateralLeg | DebtLeg>(leg: leg, unread: Unknown): leg {
  return { ...leg, amount: unread, value: unread, shares: undefined }
}

/** Nothing of the position can be told. */
function withUnknown({ position }: PositionInMarket, unread: Unknown): PositionFacts {
  return {
    ...position,
    collateral: position.collateral.map((leg) => lost(leg, unread)),
    debt: position.debt.map((leg) => lost(leg, unread)),
  }
}
