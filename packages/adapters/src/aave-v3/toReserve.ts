import { Bps, Decimal, type Market, Ray, type ReadResult } from '@unimargin/sdk'
import { zeroAddress } from 'viem'
import type { Heartbeats } from '../shared/Heartbeats.ts'
import { join } from '../shared/join.ts'
import { MAX_AMOUNT, MAX_PRICE, MAX_TIME, quantityOf } from '../shared/quantityOf.ts'
import { borrowRoom, supplyRoom, unbookedShare } from './accrual.ts'
import { indexOf } from './indexOf.ts'
import type { ReserveTokens } from './PoolMetadata.ts'
import type { ReserveReads, ReserveState } from './PoolState.ts'
import * as ReserveConfiguration from './ReserveConfiguration.ts'
import { WAD_PER_BASE } from './rule.ts'
import type { AaveV3Version } from './version.ts'

/** A reserve in the words of the model, with what of it counts in positions. */
export function toReserve(
  reads: ReserveReads,
  tokens: ReserveTokens,
  version: AaveV3Version,
  market: Market,
  heartbeats: Heartbeats,
): ReserveState {
  const [data, basePrice, source, updatedAt, supplied, owed, income, interest, stable, held, toDetails] = reads
  const [word, , supplyRate, storedBorrowIndex, borrowRate, , changedAt, , , , , , accrued] = data
  const { asset, aToken, aTokenName, label, priceSource } = tokens
  const at = (what: string) => ({ market, path: `reserves.${label}.${what}` })
  const amount = (result: ReadResult<bigint>, what: string) => quantityOf(result, MAX_AMOUNT, at(what))
  const configuration = ReserveConfiguration.decode(word, version)
  const isDirected = version >= '3.5'
  const unit = Decimal.unit(asset.decimals)

  const price = quantityOf(basePrice, MAX_PRICE, at('price'), (price) => price * WAD_PER_BASE)
  const scaledSupply = amount(supplied, 'supply')
  const scaledDebt = amount(owed, 'debt')
  const liquidityIndex = indexOf(income, at('liquidityIndex'))
  const debtIndex = indexOf(interest, at('debt'))
  // While nobody owes anything the index stands still, whatever the pool would say of a debt.
  const borrowIndex = scaledDebt === 0n ? storedBorrowIndex : join([scaledDebt, debtIndex], (_, index) => index)
  const stableDebt = amount(stable.status === 'ok' ? { status: 'ok', value: stable.value[1] } : stable, 'debt')
  const accruedToTreasury = join([scaledDebt, borrowIndex, liquidityIndex, stableDebt], (debt, index, supplyIndex) =>
    stable.status === 'ok'
      ? accrued +
        unbookedShare(
          { reserveFactor: configuration.reserveFactor, storedBorrowIndex, changedAt },
          { scaledDebt: debt, borrowIndex: index, liquidityIndex: supplyIndex, stable: stable.value },
          isDirected,
        )
      : 0n,
  )
  const suppliable =
    configuration.supplyCap === 0n
      ? undefined
      : join([scaledSupply, accruedToTreasury, liquidityIndex], (supply, accrued, index) =>
          supplyRoom(configuration.supplyCap * unit, supply + accrued, index, isDirected),
        )
  const borrowable =
    configuration.borrowCap === 0n
      ? undefined
      : join([scaledDebt, borrowIndex, stableDebt], (debt, index, stable) =>
          borrowRoom(configuration.borrowCap * unit, debt, index, stable, isDirected),
        )
  const isCounted = version < '3.1' || configuration.isVirtual
  const availableLiquidity = amount(
    isCounted ? held : { status: 'unavailable', reason: 'the pool does not count what it holds of it' },
    'liquidity',
  )

  const shut = [...(configuration.isActive ? [] : ['inactive']), ...(configuration.isPaused ? ['paused'] : [])]
  const frozen = configuration.isFrozen ? ['frozen'] : []
  const empty = availableLiquidity === 0n ? ['no-liquidity'] : []
  const reserve = {
    asset,
    collateralToken: aToken,
    collateralTokenPermit: aTokenName === undefined ? undefined : { name: aTokenName, version: '1' },
    price,
    oracle: {
      source: priceSource ?? zeroAddress,
      updatedAt: quantityOf(source.status === 'ok' ? updatedAt : source, MAX_TIME, at('price.updatedAt')),
      heartbeat: priceSource && heartbeats.of(priceSource),
    },
    liquidationThreshold: Bps.toWad(configuration.liquidationThreshold),
    loanToValue: Bps.toWad(configuration.loanToValue),
    liquidationBonus:
      configuration.liquidationBonus > Bps.BPS ? Bps.toWad(configuration.liquidationBonus - Bps.BPS) : 0n,
    supplyRoom: suppliable,
    borrowRoom: borrowable,
    availableLiquidity,
    supplyRate: Ray.toWadDown(supplyRate),
    borrowRate: Ray.toWadUp(borrowRate),
    supplyBlockedBy: [...shut, ...frozen, ...(suppliable === 0n ? ['cap'] : [])],
    withdrawBlockedBy: [...shut, ...empty],
    borrowBlockedBy: [
      ...shut,
      ...frozen,
      ...(configuration.isBorrowable ? [] : ['borrowing-disabled']),
      ...(borrowable === 0n ? ['cap'] : []),
      ...empty,
    ],
    details: toDetails?.(reads, configuration, {
      liquidityIndex,
      borrowIndex,
      scaledSupply,
      scaledDebt,
      accruedToTreasury,
      stableDebt,
    }),
  }
  return { reserve, tokens, configuration, price, liquidityIndex, borrowIndex: debtIndex }
}
