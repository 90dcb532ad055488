import { type Address, Decimal, type Details, type Quantity, Read, type ReadResult } from '@unimargin/sdk'
import { view } from '../shared/abi.ts'
import { readBlockTime } from '../shared/blockTime.ts'
import type { Fact } from '../shared/changeOf.ts'
import { MAX_AMOUNT } from '../shared/quantityOf.ts'
import { readerOf } from '../shared/readerOf.ts'
import { present } from '../shared/token.ts'
import { poolAbi } from './abi.ts'
import * as EModes from './EModes.ts'
import { hasBit } from './hasBit.ts'
import type { MarketDetails } from './LendingDetails.ts'
import type { AaveV3Metadata, LendingFacts, ReserveTokens } from './PoolMetadata.ts'
import type { ToDetails } from './PoolState.ts'
import * as RateModel from './RateModel.ts'
import type { AaveV3Version } from './version.ts'

/** What lending reads besides the view. An adapter without lending has none of it. */
export type LendingReads = {
  readonly readFacts: typeof readFacts
  readonly readMarket: (
    metadata: AaveV3Metadata,
    pool: Address,
    multicall3: Address | undefined,
  ) => Read.Read<LendingMarket>
  readonly readReserve: typeof readReserve
}

/** What it reads of a market. */
export type LendingMarket = { readonly facts: readonly Fact[]; readonly details: Omit<MarketDetails, 'version'> }

/** Where the pool finds who may forbid to borrow. */
export const sentinelProviderAbi = [view('getPriceOracleSentinel', [], 'address')] as const

export const sentinelAbi = [view('isBorrowAllowed', [], 'bool')] as const

/** What it keeps with the metadata. */
export function readFacts(
  addressesProvider: Address,
  version: AaveV3Version,
  reserves: readonly Pick<ReserveTokens, 'strategy'>[],
): Read.Read<LendingFacts> {
  const read = Read.all([
    readSentinel(addressesProvider, version),
    Read.all(reserves.map(({ strategy }) => RateModel.readFixed(strategy, version))),
  ])
  return Read.map(read, ([sentinel, rateModels]) => ({
    sentinel: sentinel.status === 'ok' ? sentinel.value : undefined,
    rateModels,
  }))
}

/** What the sentinel says in a block, the block's time, and what the e-modes are. */
export function readMarket(
  { addressesProvider, version, lending, categories }: AaveV3Metadata,
  pool: Address,
  multicall3: Address | undefined,
): Read.Read<LendingMarket> {
  const sentinel = lending?.sentinel
  const read = Read.all([
    readSentinel(addressesProvider, version),
    Read.settle(sentinel ? readerOf(sentinel, sentinelAbi)('isBorrowAllowed') : Read.succeed(true)),
    Read.settle(readBlockTime(multicall3)),
    Read.all(categories.map((category) => EModes.read(pool, category, version))),
    EModes.readNext(pool, categories, version),
  ])
  return Read.map(read, ([now, mayBorrow, time, eModes, next]) => ({
    facts: [['the sentinel', sentinel, now.status === 'ok' ? now.value : sentinel], ...next],
    details: Object.assign(
      {},
      ...eModes,
      detailsOf(sentinel, now, mayBorrow),
      time.status === 'ok' && { now: time.value },
    ),
  }))
}

/** What is known of the sentinel. One that reverts lets nobody borrow. */
function detailsOf(
  sentinel: Address | undefined,
  now: ReadResult<unknown>,
  mayBorrow: ReadResult<boolean>,
): LendingMarket['details'] {
  const isKnown = [now, mayBorrow].every(({ status }) => status === 'ok' || status === 'reverted')
  if (!isKnown) return { isSentinelUnknown: true }
  return sentinel === undefined ? {} : { borrowAllowed: mayBorrow.status === 'ok' && mayBorrow.value }
}

/** The sentinel, which pools have up to 3.6, if they are given one. Always succeeds: no health depends on it. */
function readSentinel(addressesProvider: Address, version: AaveV3Version): Read.Read<ReadResult<Address | undefined>> {
  if (version >= '3.7') return Read.settle(Read.succeed(undefined))
  const read = readerOf(addressesProvider, sentinelProviderAbi)('getPriceOracleSentinel')
  return Read.settle(Read.map(read, present))
}

/** What lending needs of a reserve in a block: its deficit from 3.3 on, and its interest rates. */
export function readReserve(
  pool: Address,
  { version, reserves, lending }: AaveV3Metadata,
  tokens: ReserveTokens,
): Read.Read<ToDetails> {
  const { asset, id, variableDebtToken } = tokens
  const fixed = lending?.rateModels[reserves.indexOf(tokens)]
  const read = Read.all([
    Read.settle(version < '3.3' ? Read.succeed(0n) : readerOf(pool, poolAbi)('getReserveDeficit', asset.address)),
    Read.settle(RateModel.read(tokens, fixed, version)),
  ])
  return Read.map(
    read,
    ([deficit, rateModel]): ToDetails =>
      (reads, configuration, numbers) => {
        const { word, reserveFactor, debtCeiling, eModeCategory } = configuration
        const [data, , , , , , , , stable] = reads
        const [, supplyIndex, supplyRate, storedBorrowIndex, borrowRate, , changedAt] = data
        const [, , , , , , , , , , , , booked, unbacked, isolatedDebt] = data
        const unit = Decimal.unit(asset.decimals)
        return {
          id,
          variableDebtToken,
          reserveFactor,
          supplyCap: configuration.supplyCap * unit,
          borrowCap: configuration.borrowCap * unit,
          isSiloed: version < '3.7' && hasBit(word, 62),
          isBorrowableInIsolation: hasBit(word, 61),
          debtCeiling,
          isolatedDebt,
          eModeCategory,
          storedLiquidityIndex: supplyIndex,
          liquidityRate: supplyRate,
          storedBorrowIndex,
          variableRate: borrowRate,
          changedAt: BigInt(changedAt),
          bookedToTreasury: booked,
          ...known({
            ...numbers,
            averageStableRate: stable.status === 'ok' ? stable.value[2] : undefined,
            unbacked: deficit.status === 'ok' && deficit.value <= MAX_AMOUNT ? unbacked + deficit.value : undefined,
          }),
          ...(rateModel.status === 'ok' && rateModel.value),
        }
      },
  )
}

/** What is known of some numbers: the others are left out. */
function known(numbers: Readonly<Record<string, Quantity | undefined>>): Details {
  const entries = Object.entries(numbers).flatMap(([name, value]) =>
    typeof value === 'bigint' ? [[name, value] as const] : [],
  )
  return Object.fromEntries(entries)
}
