import {
  Bps,
  Decimal,
  type Details,
  type Market,
  type Quantity,
  Ray,
  type ReadResult,
  type Reserve,
} from '@unimargin/sdk'
import { zeroAddress } from 'viem'
import type { Heartbeats } from '../shared/Heartbeats.ts'
import { MAX_AMOUNT, MAX_PRICE, MAX_TIME, quantityOf } from '../shared/quantityOf.ts'
import { borrowRoom, supplyRoom, unbookedShare } from './accrual.ts'
import { indexOf } from './indexOf.ts'
import type { ReserveDetails } from './LendingDetails.ts'
import type { ReserveState } from './PoolState.ts'
import { WAD_PER_BASE } from './rule.ts'
import type { AaveV3Version } from './version.ts'

/** A reserve in the words of the model. */
export function toReserve(
  state: ReserveState,
  version: AaveV3Version,
  market: Market,
  heartbeats: Heartbeats,
): Reserve {
  const { tokens, configuration, stable } = state
  const { asset, aToken, aTokenName, label, priceSource } = tokens
  const at = (what: string) => ({ market, path: `reserves.${label}.${what}` })
  const amount = (result: ReadResult<bigint>, what: string) => quantityOf(result, MAX_AMOUNT, at(what))
  const isDirected = version >= '3.5'
  const unit = Decimal.unit(asset.decimals)
  const supplyCap = configuration.supplyCap * unit
  const borrowCap = configuration.borrowCap * unit

  const scaledSupply = amount(state.scaledSupply, 'supply')
  const scaledDebt = amount(state.scaledDebt, 'debt')
  const liquidityIndex = indexOf(state.liquidityIndex, at('liquidityIndex'))
  // While nobody owes anything the index stands still, whatever the pool would say of a debt.
  const borrowIndex =
    scaledDebt === 0n
      ? state.storedBorrowIndex
      : combine([scaledDebt, indexOf(state.borrowIndex, at('debt'))], (_, index) => index)
  const stableDebt = amount(stable.status === 'ok' ? { status: 'ok', value: stable.value.total } : stable, 'debt')
  const accruedToTreasury = combine(
    [scaledDebt, borrowIndex, liquidityIndex, stableDebt],
    (scaledDebt, borrowIndex, liquidityIndex) =>
      stable.status === 'ok'
        ? state.accruedToTreasury +
          unbookedShare(state, { scaledDebt, borrowIndex, liquidityIndex, stable: stable.value }, isDirected)
        : 0n,
  )
  const suppliable =
    supplyCap === 0n
      ? undefined
      : combine([scaledSupply, accruedToTreasury, liquidityIndex], (supply, accrued, index) =>
          supplyRoom(supplyCap, supply + accrued, index, isDirected),
        )
  const borrowable =
    borrowCap === 0n
      ? undefined
      : combine([scaledDebt, borrowIndex, stableDebt], (debt, index, stable) =>
          borrowRoom(borrowCap, debt, index, stable, isDirected),
        )
  const availableLiquidity = amount(state.liquidity, 'liquidity')

  const shut = [...(configuration.isActive ? [] : ['inactive']), ...(configuration.isPaused ? ['paused'] : [])]
  const frozen = configuration.isFrozen ? ['frozen'] : []
  const empty = availableLiquidity === 0n ? ['no-liquidity'] : []
  return {
    asset,
    collateralToken: aToken,
    collateralTokenPermit: aTokenName === undefined ? undefined : { name: aTokenName, version: '1' },
    price: quantityOf(state.price, MAX_PRICE, at('price'), (price) => price * WAD_PER_BASE),
    oracle: {
      source: priceSource ?? zeroAddress,
      updatedAt: quantityOf(state.priceUpdatedAt, MAX_TIME, at('price.updatedAt')),
      heartbeat: priceSource && heartbeats.of(priceSource),
    },
    liquidationThreshold: Bps.toWad(configuration.liquidationThreshold),
    loanToValue: Bps.toWad(configuration.loanToValue),
    liquidationBonus:
      configuration.liquidationBonus > Bps.BPS ? Bps.toWad(configuration.liquidationBonus - Bps.BPS) : 0n,
    supplyRoom: suppliable,
    borrowRoom: borrowable,
    availableLiquidity,
    supplyRate: Ray.toWadDown(state.liquidityRate),
    borrowRate: Ray.toWadUp(state.variableBorrowRate),
    supplyBlockedBy: [...shut, ...frozen, ...(suppliable === 0n ? ['cap'] : [])],
    withdrawBlockedBy: [...shut, ...empty],
    borrowBlockedBy: [
      ...shut,
      ...frozen,
      ...(configuration.isBorrowable ? [] : ['borrowing-disabled']),
      ...(borrowable === 0n ? ['cap'] : []),
      ...empty,
    ],
    details: {
      id: tokens.id,
      variableDebtToken: tokens.variableDebtToken,
      reserveFactor: configuration.reserveFactor,
      supplyCap,
      borrowCap,
      isSiloed: configuration.isSiloed,
      isBorrowableInIsolation: configuration.isBorrowableInIsolation,
      debtCeiling: configuration.debtCeiling,
      isolatedDebt: state.isolatedDebt,
      eModeCategory: configuration.eModeCategory,
      ...known({
        liquidityIndex,
        borrowIndex,
        scaledSupply,
        scaledDebt,
        accruedToTreasury,
        stableDebt,
        averageStableRate: stable.status === 'ok' ? stable.value.averageRate : undefined,
        unbacked: combine([amount(state.deficit, 'deficit')], (deficit) => state.unbacked + deficit),
      }),
      ...(state.rateModel.status === 'ok' && state.rateModel.value),
    } satisfies ReserveDetails,
  }
}

function combine<const quantities extends readonly Quantity[]>(
  quantities: quantities,
  join: (...known: { readonly [at in keyof quantities]: bigint }) => bigint,
): Quantity {
  const missing = quantities.find((quantity) => typeof quantity !== 'bigint')
  return missing ?? join(...(quantities as { readonly [at in keyof quantities]: bigint }))
}

/** What is known of some numbers: the others are left out. */
function known(numbers: Readonly<Record<string, Quantity | undefined>>): Details {
  const entries = Object.entries(numbers).flatMap(([name, value]) =>
    typeof value === 'bigint' ? [[name, value] as const] : [],
  )
  return Object.fromEntries(entries)
}
