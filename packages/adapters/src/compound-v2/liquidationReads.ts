import { type Address, type Details, Read, type ReadResult } from '@unimargin/sdk'
import { view } from '../shared/abi.ts'
import { readerOf } from '../shared/readerOf.ts'
import { comptrollerAbi } from './abi.ts'
import type { Flavour } from './Flavour.ts'
import { type LendingReads, readModel, readToken } from './lendingReads.ts'

/**
 * What a liquidation needs besides what lending does, among the details. Ratios are WAD.
 *
 * - Of a market: `closeFactor`, `liquidationIncentive` (1.1e18 is a bonus of 10 %), and `minLiquidatableCollateral` of Venus, in
 *   US dollars, WAD: accounts with no more are liquidated whole.
 * - Of a reserve: `protocolSeizeShare`, what the protocol keeps; `isSeizePaused`, `isLiquidatePaused`, and
 *   `isLiquidationForced`.
 *
 * What could not be read is absent.
 */
export type LiquidationDetail =
  | 'closeFactor'
  | 'liquidationIncentive'
  | 'minLiquidatableCollateral'
  | 'protocolSeizeShare'
  | 'isSeizePaused'
  | 'isLiquidatePaused'
  | 'isLiquidationForced'

export const liquidationAbi = [
  view('closeFactorMantissa', [], 'uint256'),
  view('minLiquidatableCollateral', [], 'uint256'),
  view('seizeGuardianPaused', [], 'bool'),
] as const

export const seizeShareAbi = [view('protocolSeizeShareMantissa', [], 'uint256')] as const

/** Lending's reads, with those of a liquidation. */
export const liquidationReads: LendingReads = {
  readModel,
  readMarket: (comptroller, { isVenus }) => {
    const ask = readerOf(comptroller, liquidationAbi)
    const read = Read.all([
      Read.settle(ask('closeFactorMantissa')),
      Read.settle(readerOf(comptroller, comptrollerAbi)('liquidationIncentiveMantissa')),
      Read.settle(isVenus ? ask('minLiquidatableCollateral') : Read.succeed(undefined)),
    ])
    return Read.map(read, ([closeFactor, liquidationIncentive, minLiquidatableCollateral]) =>
      known({ closeFactor, liquidationIncentive, minLiquidatableCollateral }),
    )
  },
  readToken: (comptroller, metadata, flavour) => {
    const read = Read.all([
      readToken(comptroller, metadata, flavour),
      Read.settle(readerOf(metadata.token, seizeShareAbi)('protocolSeizeShareMantissa')),
      Read.settle(readPauses(comptroller, metadata.token, flavour)),
    ])
    return Read.map(read, ([lending, share, pauses]) => ({
      ...lending,
      details: (state) => ({
        ...lending.details(state),
        // The first versions keep nothing, and know no such share.
        ...known({ protocolSeizeShare: share.status === 'reverted' ? { status: 'ok', value: 0n } : share }),
        ...(pauses.status === 'ok' && { isSeizePaused: pauses.value[0], isLiquidatePaused: pauses.value[1] }),
        ...(state.isLiquidationForced !== undefined && { isLiquidationForced: state.isLiquidationForced }),
      }),
    }))
  },
}

/** Venus pauses both by token; the others seizing alone, and everywhere at once. */
function readPauses(
  comptroller: Address,
  token: Address,
  { isVenus }: Flavour,
): Read.Read<readonly [seize: boolean, liquidate: boolean]> {
  const ask = readerOf(comptroller, comptrollerAbi)
  return isVenus
    ? Read.all([ask('actionPaused', token, 4), ask('actionPaused', token, 5)])
    : Read.all([readerOf(comptroller, liquidationAbi)('seizeGuardianPaused'), Read.succeed(false)])
}

function known(results: Readonly<Record<string, ReadResult<bigint | undefined>>>): Details {
  const entries = Object.entries(results).flatMap(([name, result]) =>
    result.status === 'ok' && result.value !== undefined ? [[name, result.value] as const] : [],
  )
  return Object.fromEntries(entries)
}
