import { Bps, Decimal, type Market, type Quantity, Ray, type Reserve } from '@unimargin/sdk'
import { zeroAddress } from 'viem'
import type { Heartbeats } from '../shared/Heartbeats.ts'
import { MAX_AMOUNT, MAX_PRICE, MAX_TIME, quantityOf } from '../shared/quantityOf.ts'
import type { ReserveState } from './PoolState.ts'
import { WAD_PER_BASE } from './rule.ts'

/** A reserve in the words of the model. */
export function toReserve(state: ReserveState, market: Market, heartbeats: Heartbeats): Reserve {
  const { tokens, configuration } = state
  const { asset, aToken, aTokenName, label, priceSource } = tokens
  const at = (what: string) => ({ market, path: `reserves.${label}.${what}` })
  const amount = (result: ReserveState['liquidity'], what: string) => quantityOf(result, MAX_AMOUNT, at(what))
  const unit = Decimal.unit(asset.decimals)

  const scaledSupply = amount(state.scaledSupply, 'supply')
  const income = amount(state.normalizedIncome, 'normalizedIncome')
  const variableDebt = amount(state.variableDebt, 'debt')
  const stableDebt = amount(state.stableDebt, 'debt')
  const debt = combine(variableDebt, stableDebt, (a, b) => a + b)
  const interest = combine(
    combine(variableDebt, amount(state.scaledVariableDebt, 'debt'), (now, scaled) =>
      surplus(now, Ray.mulHalfUp(scaled, state.variableBorrowIndex)),
    ),
    // A principal that cannot be read counts as none: the room is too small then, not too large.
    combine(stableDebt, state.stablePrincipal.status === 'ok' ? state.stablePrincipal.value : 0n, surplus),
    (variable, stable) => variable + stable,
  )
  // A supply books the treasury's share of the interest first, and the cap counts that share.
  const unbooked = combine(interest, income, (sum, index) =>
    Ray.divHalfUp(Bps.mulHalfUp(sum, configuration.reserveFactor), index),
  )
  const scaled = combine(scaledSupply, unbooked, (a, b) => a + b + state.accruedToTreasury)
  const supply = combine(scaled, income, Ray.mulHalfUp)
  const supplyRoom = room(configuration.supplyCap * unit, supply)
  const borrowRoom = room(configuration.borrowCap * unit, debt)
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
    supplyRoom,
    borrowRoom,
    availableLiquidity,
    supplyRate: Ray.toWadDown(state.liquidityRate),
    borrowRate: Ray.toWadUp(state.variableBorrowRate),
    supplyBlockedBy: [...shut, ...frozen, ...(supplyRoom === 0n ? ['cap'] : [])],
    withdrawBlockedBy: [...shut, ...empty],
    borrowBlockedBy: [
      ...shut,
      ...frozen,
      ...(configuration.isBorrowable ? [] : ['borrowing-disabled']),
      ...(borrowRoom === 0n ? ['cap'] : []),
      ...empty,
    ],
  }
}

function combine(a: Quantity, b: Quantity, join: (a: bigint, b: bigint) => bigint): Quantity {
  if (typeof a !== 'bigint') return a
  return typeof b === 'bigint' ? join(a, b) : b
}

function surplus(a: bigint, b: bigint): bigint {
  return a > b ? a - b : 0n
}

function room(cap: bigint, used: Quantity): Quantity | undefined {
  if (cap === 0n) return undefined
  return typeof used === 'bigint' ? surplus(cap, used) : used
}
