import { type Details, Read, type ReadResult } from '@unimargin/sdk'
import { view } from '../shared/abi.ts'
import { readerOf } from '../shared/readerOf.ts'
import { oracleAbi } from './abi.ts'
import { type LendingMarket, type LendingReads, readFacts, readMarket, readReserve } from './lendingReads.ts'
import type { AaveV3Metadata, CategoryTokens } from './PoolMetadata.ts'
import type { ToDetails } from './PoolState.ts'

/**
 * What a liquidation needs besides what lending does, among the details. Ratios are basis points; 10,500 is a bonus of 5 %.
 *
 * - Of a market: `liquidationAllowed`, what the sentinel says, where there is one; and `eModes.1.price`, 8 decimals, of each e-mode
 *   in use up to 3.1: 0 where it has no source of its own.
 * - Of a reserve: `liquidationBonus`, `liquidationProtocolFee` and `graceUntil`, seconds since 1970, 0 up to 3.0.
 *
 * What could not be read is absent.
 */
export type LiquidationDetail = 'liquidationBonus' | 'liquidationProtocolFee' | 'graceUntil' | `eModes.${bigint}.price`

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
      Read.all(categories.map((category) => readPrice(metadata, category))),
    ])
    return Read.map(read, ([market, allowed, prices]): LendingMarket => {
      const details: Details = Object.assign({}, ...prices, {
        ...market.details,
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

/** The price that stands for all assets of an e-mode, where it has a source of one. */
function readPrice({ oracle, version }: AaveV3Metadata, { id, priceSource }: CategoryTokens): Read.Read<Details> {
  if (version >= '3.2') return Read.succeed({})
  const price = priceSource ? readerOf(oracle, oracleAbi)('getAssetPrice', priceSource) : Read.succeed(0n)
  return Read.map(Read.settle(price), (result) => known({ [`eModes.${id}.price`]: result }))
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
