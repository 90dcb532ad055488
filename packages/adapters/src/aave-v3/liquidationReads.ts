import { type Address, type Details, Read, type ReadResult } from '@unimargin/sdk'
import { view } from '../shared/abi.ts'
import { readBlockTime } from '../shared/blockTime.ts'
import { readerOf } from '../shared/readerOf.ts'
import { oracleAbi, poolAbi } from './abi.ts'
import { type LendingMarket, type LendingReads, readFacts, readMarket, readReserve } from './lendingReads.ts'
import type { AaveV3Metadata, CategoryTokens } from './PoolMetadata.ts'
import type { ToDetails } from './PoolState.ts'

/**
 * What a liquidation needs besides what lending does, among the details. Ratios are basis points; 10,500 is a bonus of 5 %.
 *
 * - Of a market: `now`, seconds since 1970; `liquidationAllowed`, what the sentinel says, where there is one; and of each e-mode
 *   in use `eModes.1.bonus`, `eModes.1.collateral` (a bitmap, from 3.2 on) and `eModes.1.price` (of its own source, 0 without
 *   one, up to 3.1).
 * - Of a reserve: `liquidationBonus`, `liquidationProtocolFee` and `graceUntil`, seconds since 1970, 0 up to 3.0.
 *
 * What could not be read is absent.
 */
export type LiquidationDetail =
  | 'now'
  | 'liquidationBonus'
  | 'liquidationProtocolFee'
  | 'graceUntil'
  | `eModes.${bigint}.${'bonus' | 'collateral' | 'price'}`

export const graceAbi = [view('getLiquidationGracePeriod', ['address'], 'uint40')] as const

const sentinelAbi = [view('isLiquidationAllowed', [], 'bool')] as const

/** Lending's reads, with those of a liquidation. */
export const liquidationReads: LendingReads = {
  readFacts,
  readMarket: (metadata, pool, multicall3) => {
    const { categories, lending } = metadata
    const sentinel = lending?.sentinel
    const read = Read.all([
      readMarket(metadata, pool, multicall3),
      Read.settle(sentinel ? readerOf(sentinel, sentinelAbi)('isLiquidationAllowed') : Read.succeed(true)),
      Read.settle(readBlockTime(multicall3)),
      Read.all(categories.map((category) => readCategory(metadata, pool, category))),
    ])
    return Read.map(read, ([market, allowed, now, eModes]): LendingMarket => {
      const details: Details = Object.assign({}, ...eModes, {
        ...market.details,
        ...known({ now }),
        // One that reverts lets nobody liquidate.
        ...(isAnswer(allowed) && { liquidationAllowed: allowed.status === 'ok' && allowed.value }),
      })
      return { ...market, details }
    })
  },
  readReserve: (pool, metadata, tokens) => {
    const grace =
      metadata.version < '3.1'
        ? Read.succeed(0)
        : readerOf(pool, graceAbi)('getLiquidationGracePeriod', tokens.asset.address)
    const read = Read.all([readReserve(pool, metadata, tokens), Read.settle(grace)])
    return Read.map(read, ([toDetails, until]): ToDetails => {
      return (reads, configuration, numbers) => ({
        ...toDetails(reads, configuration, numbers),
        liquidationBonus: configuration.liquidationBonus,
        liquidationProtocolFee: BigInt.asUintN(16, configuration.word >> 152n),
        ...known({ graceUntil: until }),
      })
    })
  },
}

/** An e-mode's bonus, what is collateral in it, and the price that stands for all its assets, where it has a source of one. */
function readCategory(
  { oracle, version }: AaveV3Metadata,
  pool: Address,
  { id, priceSource }: CategoryTokens,
): Read.Read<Details> {
  const ask = readerOf(pool, poolAbi)
  const isBitmap = version >= '3.2'
  const read = Read.all([
    ask('getEModeCategoryData', id),
    isBitmap ? ask('getEModeCategoryCollateralBitmap', id) : Read.succeed(0n),
    Read.settle(priceSource ? readerOf(oracle, oracleAbi)('getAssetPrice', priceSource) : Read.succeed(0n)),
  ])
  return Read.map(read, ([[, , bonus], collateral, price]) => ({
    [`eModes.${id}.bonus`]: BigInt(bonus),
    ...(isBitmap && { [`eModes.${id}.collateral`]: collateral }),
    ...(!isBitmap && known({ [`eModes.${id}.price`]: price })),
  }))
}

function known(results: Readonly<Record<string, ReadResult<bigint | number>>>): Details {
  const entries = Object.entries(results).flatMap(([name, result]) =>
    result.status === 'ok' ? [[name, BigInt(result.value)] as const] : [],
  )
  return Object.fromEntries(entries)
}

function isAnswer({ status }: ReadResult<unknown>): boolean {
  return status === 'ok' || status === 'reverted'
}
