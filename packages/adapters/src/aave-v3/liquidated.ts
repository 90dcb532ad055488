import {
  type CollateralLeg,
  type DebtLeg,
  type Liquidation,
  type LiquidationResult,
  liquidationCost,
  type PositionFacts,
  type PositionInMarket,
  type Unknown,
} from '@unimargin/sdk'
import { baseValueOf } from './Account.ts'
import { rebuilt, worth } from './after.ts'
import { type Holding, known, missing, numberOf, numbersOf } from './Facts.ts'
import type { Pair, Trade } from './LiquidationMath.ts'
import * as Scaling from './Scaling.ts'
import { NO_SHARES } from './toPosition.ts'
import type { AaveV3Version } from './version.ts'

const COLLATERAL = 2n
const BORROWED = 1n

/** A position that may be liquidated. */
export type Weak = PositionInMarket & {
  readonly version: AaveV3Version
  /** The owner's bitmap. */
  readonly configuration: bigint
  readonly holdings: readonly Holding[]
  /** WAD. */
  readonly health: bigint
  /** All that is owed, and all that backs it, in the base currency. */
  readonly owed: bigint
  readonly backing: bigint
}

/** One liquidation that the pool would otherwise take. */
type Parameters = {
  readonly pair: Pair
  readonly debt: Holding
  readonly collateral: Holding
  readonly trade: Trade
  readonly closeFactor: bigint
  readonly paidIn: Liquidation['paidIn'] | undefined
}

/** What it comes to; or what of the pool's tokens stands in the way. */
export function liquidated(weak: Weak, parameters: Parameters): LiquidationResult {
  const { state, version, holdings } = weak
  const { pair, debt, collateral, trade, closeFactor } = parameters
  const supply = numbersOf(state, collateral.reserve, 'liquidityIndex')
  const owing = numbersOf(state, debt.reserve, 'borrowIndex')
  if ('status' in supply) return supply
  if ('status' in owing) return owing
  const paidIn = paidInOf(parameters, supply.liquidityIndex, version)
  if (typeof paidIn !== 'string') return paidIn
  if (paidIn !== 'asset' && paidIn !== 'collateral-token') return refused(paidIn)

  const taken = takenOf(pair, trade, supply.liquidityIndex)
  const isBare = isBareAfter(weak, pair, trade, taken)
  const left = isBare ? 0n : pair.debt.amount - trade.repaid
  const after = afterRepaying(pair, isBare ? pair.debt.amount : trade.repaid, owing.borrowIndex)
  if (after === undefined) return refused('amount')

  let configuration = weak.configuration
  const clear = ({ id }: Holding, bit: bigint) => {
    configuration &= ~(bit << (2n * id))
  }
  if (taken.isEmptied || (isBare && version >= '3.7')) clear(collateral, COLLATERAL)
  if (version < '3.4' ? left === 0n : after.isEmptied) clear(debt, BORROWED)
  const lost: { readonly leg: DebtLeg; readonly amount: bigint }[] = []
  if (isBare && pair.debt.amount > trade.repaid) {
    lost.push({ leg: pair.debt.leg, amount: pair.debt.amount - trade.repaid })
  }
  const changed = new Map<bigint, Holding>()
  const change = (holding: Holding, legs: Partial<Pick<Holding, 'debt' | 'supplied'>>) =>
    changed.set(holding.id, { ...(changed.get(holding.id) ?? holding), ...legs })
  change(collateral, { supplied: taken.leg })
  change(debt, { debt: after.leg })
  if (isBare) {
    for (const other of holdings) {
      // What is not active is left as it is.
      if (other === debt || !other.isBorrowed || other.reserve.supplyBlockedBy.includes('inactive')) continue
      clear(other, BORROWED)
      if (other.debt === undefined || other.debt.amount === 0n) continue
      lost.push({ leg: other.debt, amount: known(other.debt.amount) })
      change(other, { debt: { ...other.debt, amount: 0n } })
    }
    // The debt token of GHO kept a discount of its own until 3.4; only pools with it have such reserves.
    const odd = version < '3.4' && lost.find(({ leg }) => typeof liquidityOf(weak, leg) !== 'bigint')
    if (odd) return missing(state, `reserves.${odd.leg.asset.symbol}.liquidity`)
  }
  const position = rebuilt(weak, configuration, [...changed.values()])
  if (isUncountable(weak, parameters, position)) return refused('debt-ceiling')
  const { asset } = pair.collateral.leg
  const seized = trade.seized + taken.fee
  return {
    status: 'liquidated',
    closeFactor,
    repaid: [{ asset: pair.debt.leg.asset, amount: trade.repaid }],
    seized: [{ asset, amount: seized, protocolFee: taken.fee }],
    paidIn,
    badDebt: lost.map(({ leg, amount }) => ({ asset: leg.asset, amount })),
    after: position,
    cost: liquidationCost({
      seized: [{ leg: priced(pair.collateral.leg), amount: seized }],
      forgiven: [{ leg: pair.debt.leg, amount: trade.repaid }, ...lost].map(({ leg, amount }) => ({
        leg: priced(leg),
        amount,
      })),
    }),
  }
}

/** What a liquidator can be paid in, or what stands in the way of all that is chosen. */
function paidInOf(
  { collateral, trade, paidIn }: Parameters,
  liquidityIndex: bigint,
  version: Pair['version'],
): Liquidation['paidIn'] | 'liquidity' | 'amount' | Unknown {
  if (paidIn === 'collateral-token') return paidIn
  const { availableLiquidity } = collateral.reserve
  if (typeof availableLiquidity !== 'bigint') return availableLiquidity
  // The tokens for nothing cannot be burnt.
  const isNothing = Scaling.of(version).withdraw(trade.seized, liquidityIndex) === 0n
  const isShort = trade.seized > availableLiquidity
  if (!isNothing && !isShort) return 'asset'
  return paidIn === undefined ? 'collateral-token' : isShort ? 'liquidity' : 'amount'
}

/** What is left of the collateral. */
function takenOf({ version, collateral }: Pair, { seized, fee }: Trade, rate: bigint) {
  const { supplied, withdraw } = Scaling.of(version)
  const { leg, amount } = collateral
  const before = Scaling.scaledSupplyOf(leg, version, rate)
  const rest = before - withdraw(seized, rate)
  const forFee = withdraw(fee, rate)
  // Both are rounded, so that a unit may be missing for the second.
  const isShort = forFee > rest
  const paid = isShort ? supplied(rest, rate) : fee
  const balance = isShort ? 0n : rest - forFee
  const next = supplied(balance, rate)
  const after: CollateralLeg = {
    ...leg,
    amount: next,
    shares: balance === 0n ? undefined : { balance, rate },
    value: worth(leg, next),
  }
  const isEmptied = version < '3.7' ? seized + fee === amount : balance === 0n
  return { leg: after, fee: paid, consumed: supplied(before - balance, rate), isEmptied }
}

/** What is left of the debt; `undefined` where the amount is too little to be anything. */
function afterRepaying({ version, debt }: Pair, repaying: bigint, rate: bigint) {
  const { owed, repay } = Scaling.of(version)
  const { leg, amount } = debt
  const variable = known(Scaling.variableOf(leg, version))
  const paid = repaying < variable ? repaying : variable
  const before = Scaling.scaledDebtOf(leg, version, rate)
  const gone = repay(paid, rate)
  // Up to 3.1 what is more than the variable debt is taken of the stable one.
  if (gone === 0n && (repaying <= variable || variable > 0n)) return undefined
  const balance = before - gone
  const stable = amount - variable - (repaying - paid)
  const next = stable + owed(balance, rate)
  const shares = balance === 0n ? NO_SHARES : { balance, rate }
  const after: DebtLeg = { ...leg, amount: next, shares, value: worth(leg, next, version >= '3.5') }
  return { leg: after, isEmptied: balance === 0n }
}

/** Whether nothing of value backs the position any more; from 3.3 on its debts are written off then. */
function isBareAfter(
  { version, backing }: Weak,
  { collateral }: Pair,
  { seized, fee }: Trade,
  { consumed }: { readonly consumed: bigint },
): boolean {
  if (version < '3.3') return false
  return backing === baseValueOf(collateral.leg, version < '3.7' ? seized + fee : consumed)
}

/** A debt in isolation is counted with two decimals: what has fewer cannot be repaid. */
function isUncountable({ version }: Weak, { debt, collateral }: Parameters, after: PositionFacts): boolean {
  if (version >= '3.7' || debt.reserve.asset.decimals >= 2) return false
  return version < '3.3' ? after.details.isolated === true : numberOf(collateral.reserve.details, 'debtCeiling') !== 0n
}

function liquidityOf({ state }: Weak, { asset }: DebtLeg) {
  return state.reserves.find((reserve) => reserve.asset.address === asset.address)?.availableLiquidity
}

function priced<leg extends CollateralLeg | DebtLeg>({ asset, price }: leg) {
  return { asset, price: known(price) }
}

function refused(by: string): LiquidationResult {
  return { status: 'refused', by: [by] }
}
