import { type Address, Decimal, type Details, type Quantity, Read, type ReadResult } from '@unimargin/sdk'
import { view } from '../shared/abi.ts'
import { MAX_AMOUNT } from '../shared/quantityOf.ts'
import { readerOf } from '../shared/readerOf.ts'
import { present } from '../shared/token.ts'
import { poolAbi } from './abi.ts'
import { hasBit } from './hasBit.ts'
import type {
  LendingFacts,
  LendingMarket,
  RateModel,
  ReserveDetails,
  ReserveNumbers,
  ToDetails,
} from './LendingDetails.ts'
import type { AaveV3Metadata, ReserveTokens } from './metadata.ts'
import * as RateModels from './RateModel.ts'
import type { AaveV3Version } from './version.ts'

/** Where the pool finds who may forbid to borrow. */
export const sentinelProviderAbi = [view('getPriceOracleSentinel', [], 'address')] as const

export const sentinelAbi = [view('isBorrowAllowed', [], 'bool')] as const

/** What lending needs with the metadata. */
export function readFacts(
  addressesProvider: Address,
  version: AaveV3Version,
  strategies: readonly Address[],
): Read.Read<LendingFacts> {
  const read = Read.all([
    readSentinel(addressesProvider, version),
    Read.all(strategies.map((strategy) => RateModels.readFixed(strategy, version))),
  ])
  return Read.map(read, ([sentinel, rateModels]) => ({
    sentinel: sentinel.status === 'ok' ? sentinel.value : undefined,
    rateModels,
  }))
}

/** What the sentinel says in a block. */
export function readMarket({ addressesProvider, version, lending }: AaveV3Metadata): Read.Read<LendingMarket> {
  const sentinel = lending?.sentinel
  const read = Read.all([
    readSentinel(addressesProvider, version),
    Read.settle(sentinel ? readerOf(sentinel, sentinelAbi)('isBorrowAllowed') : Read.succeed(true)),
  ])
  return Read.map(read, ([now, mayBorrow]) => ({
    change: now.status === 'ok' && now.value !== sentinel && 'the sentinel was replaced',
    details: detailsOf(sentinel, now, mayBorrow),
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
  const fixed = lending?.rateModels[reserves.indexOf(tokens)]
  const read = Read.all([
    Read.settle(
      version < '3.3' ? Read.succeed(0n) : readerOf(pool, poolAbi)('getReserveDeficit', tokens.asset.address),
    ),
    Read.settle(RateModels.read(tokens, fixed, version)),
  ])
  return Read.map(
    read,
    ([deficit, rateModel]): ToDetails =>
      (numbers) =>
        toDetails(numbers, version, deficit, rateModel),
  )
}

function toDetails(
  { tokens, configuration, stable, unbacked, isolatedDebt, ...quantities }: ReserveNumbers,
  version: AaveV3Version,
  deficit: ReadResult<bigint>,
  rateModel: ReadResult<RateModel>,
): ReserveDetails {
  const { word, reserveFactor, debtCeiling, eModeCategory } = configuration
  const unit = Decimal.unit(tokens.asset.decimals)
  return {
    id: tokens.id,
    variableDebtToken: tokens.variableDebtToken,
    reserveFactor,
    supplyCap: configuration.supplyCap * unit,
    borrowCap: configuration.borrowCap * unit,
    isSiloed: version < '3.7' && hasBit(word, 62),
    isBorrowableInIsolation: hasBit(word, 61),
    debtCeiling,
    isolatedDebt,
    eModeCategory,
    ...known({
      ...quantities,
      averageStableRate: stable.status === 'ok' ? stable.value[2] : undefined,
      unbacked: deficit.status === 'ok' && deficit.value <= MAX_AMOUNT ? unbacked + deficit.value : undefined,
    }),
    ...(rateModel.status === 'ok' && rateModel.value),
  }
}

/** What is known of some numbers: the others are left out. */
function known(numbers: Readonly<Record<string, Quantity | undefined>>): Details {
  const entries = Object.entries(numbers).flatMap(([name, value]) =>
    typeof value === 'bigint' ? [[name, value] as const] : [],
  )
  return Object.fromEntries(entries)
}
