import { type Address, Bps, Ray, Read } from '@unimargin/sdk'
import { view } from '../shared/abi.ts'
import { readerOf } from '../shared/readerOf.ts'
import type { RateModel, ReserveTokens } from './PoolMetadata.ts'
import type { AaveV3Version } from './version.ts'

/** Interest rate strategies: of one reserve each in 3.0, of all from 3.1 on. */
export const strategyAbi = [
  view('OPTIMAL_USAGE_RATIO', [], 'uint256'),
  view('getBaseVariableBorrowRate', [], 'uint256'),
  view('getVariableRateSlope1', [], 'uint256'),
  view('getVariableRateSlope2', [], 'uint256'),
  // Optimal usage, base rate and slopes in basis points.
  view('getInterestRateDataBps', ['address'], 'uint16', 'uint32', 'uint32', 'uint32'),
] as const

/** In 3.0 each reserve has a contract whose numbers never change; one of another make has none. Nothing later. */
export function readFixed(strategy: Address, version: AaveV3Version): Read.Read<RateModel | undefined> {
  if (version >= '3.1') return Read.succeed(undefined)
  const ask = readerOf(strategy, strategyAbi)
  const read = Read.all([
    ask('OPTIMAL_USAGE_RATIO'),
    ask('getBaseVariableBorrowRate'),
    ask('getVariableRateSlope1'),
    ask('getVariableRateSlope2'),
  ])
  return Read.map(Read.settle(read), (result) => {
    if (result.status !== 'ok') return undefined
    const [optimalUsage, baseRate, slope1, slope2] = result.value
    return { optimalUsage, baseRate, slope1, slope2 }
  })
}

/** From 3.1 on one contract knows the numbers of all reserves, and may be told others. */
export function read(
  { asset, strategy }: ReserveTokens,
  fixed: RateModel | undefined,
  version: AaveV3Version,
): Read.Read<RateModel> {
  if (fixed !== undefined) return Read.succeed(fixed)
  if (version < '3.1')
    return Read.fail({ status: 'unavailable', reason: 'its interest rate strategy has no known form' })
  const numbers = readerOf(strategy, strategyAbi)('getInterestRateDataBps', asset.address)
  return Read.map(numbers, ([optimalUsage, baseRate, slope1, slope2]) => ({
    optimalUsage: toRay(optimalUsage),
    baseRate: toRay(baseRate),
    slope1: toRay(slope1),
    slope2: toRay(slope2),
  }))
}

function toRay(bps: number): bigint {
  return (BigInt(bps) * Ray.RAY) / Bps.BPS
}
