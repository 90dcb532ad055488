import { type Address, type Market, type MarketReading, Read, type ReadResult, readLatestRound } from '@unimargin/sdk'
import { isAddressEqual, zeroAddress } from 'viem'
import type { Heartbeats } from '../shared/Heartbeats.ts'
import { type Reader, readerOf } from '../shared/readerOf.ts'
import { addressesProviderAbi, oracleAbi, poolAbi, sentinelAbi, tokenAbi } from './abi.ts'
import type { MarketDetails } from './LendingDetails.ts'
import {
  type AaveV3Metadata,
  type CategoryTokens,
  type PoolReader,
  type RateModels,
  type ReserveTokens,
  readFunctions,
  readSentinel,
  readSource,
  unavailable,
} from './metadata.ts'
import type { CategoryState, OwnerState, ReserveState, StableDebt } from './PoolState.ts'
import * as ReserveConfiguration from './ReserveConfiguration.ts'
import { rememberPositions } from './rememberPositions.ts'
import { toPosition } from './toPosition.ts'
import { toReserve } from './toReserve.ts'
import { type AaveV3Version, SINCE } from './version.ts'

/** Everything that may change with a block, in one step. Fails when the metadata no longer fits the pool. */
export function readState(
  market: Market,
  pool: Address,
  metadata: AaveV3Metadata,
  owners: readonly Address[],
  heartbeats: Heartbeats,
  rateModels: RateModels | undefined,
): Read.Read<MarketReading> {
  const { addressesProvider, oracle, sentinel, reserves, categories, version } = metadata
  const positionsOf = rememberPositions((terms, state, index) =>
    toPosition({ market, owner: owners[index] ?? zeroAddress, state, ...terms }),
  )
  const ask = readerOf(pool, poolAbi)
  const askOracle = readerOf(oracle, oracleAbi)
  const read = Read.all([
    ask('POOL_REVISION'),
    readerOf(addressesProvider, addressesProviderAbi)('getPriceOracle'),
    readSentinel(addressesProvider, version),
    Read.settle(sentinel ? readerOf(sentinel, sentinelAbi)('isBorrowAllowed') : Read.succeed(true)),
    ask('getReservesList'),
    Read.all(reserves.map((tokens) => readReserve(ask, askOracle, oracle, tokens, version, rateModels))),
    Read.all(categories.map((category) => readCategory(ask, askOracle, category, version))),
    Read.all(owners.map((owner) => Read.settle(readOwner(ask, owner, reserves)))),
    // Old revisions do not tell the version, so that a node may have hidden what a pool can do.
    version <= '3.2' ? readFunctions(ask) : Read.succeed(undefined),
  ])
  return Read.andThen(
    read,
    ([revision, oracleNow, sentinelNow, mayBorrow, list, reserveStates, categoryStates, ownerStates, functions]) => {
      if (functions !== undefined && functions.status !== 'ok') return Read.fail(functions)
      const change =
        (revision !== metadata.revision && `pool revision ${metadata.revision} became ${revision}`) ||
        (!isAddressEqual(oracleNow, oracle) && 'the price oracle was replaced') ||
        (sentinelNow.status === 'ok' &&
          !isAddressEqual(sentinelNow.value ?? zeroAddress, sentinel ?? zeroAddress) &&
          'the sentinel was replaced') ||
        (functions?.value.some((has, index) => has !== version >= (SINCE[index] ?? version)) &&
          'it has other functions') ||
        (!isSameList(list, reserves) && 'the list of reserves changed') ||
        reserveStates.map(({ change }) => change).find((change) => change !== undefined) ||
        categoryStates.map(({ change }) => change).find((change) => change !== undefined) ||
        newCategory(metadata, reserveStates, ownerStates)
      if (change) return unavailable(`metadata is stale: ${change}`)
      const details: MarketDetails = { version, ...sentinelDetails(sentinel, sentinelNow, mayBorrow) }
      return Read.succeed({
        state: {
          market,
          reserves: reserveStates.map((reserve) => toReserve(reserve, version, market, heartbeats)),
          details,
        },
        positions: positionsOf({ version, reserveStates, categoryStates }, ownerStates),
      })
    },
  )
}

/** What is known of the sentinel. One that reverts lets nobody borrow. */
function sentinelDetails(
  sentinel: Address | undefined,
  now: ReadResult<unknown>,
  mayBorrow: ReadResult<boolean>,
): Pick<MarketDetails, 'borrowAllowed' | 'isSentinelUnknown'> {
  const isKnown = [now, mayBorrow].every(({ status }) => status === 'ok' || status === 'reverted')
  if (!isKnown) return { isSentinelUnknown: true }
  return sentinel === undefined ? {} : { borrowAllowed: mayBorrow.status === 'ok' && mayBorrow.value }
}

type OracleReader = Reader<typeof oracleAbi>

function readReserve(
  ask: PoolReader,
  askOracle: OracleReader,
  oracle: Address,
  tokens: ReserveTokens,
  version: AaveV3Version,
  rateModels: RateModels | undefined,
) {
  const { asset, aToken, variableDebtToken, stableDebtToken, strategy, priceSource, label } = tokens
  const { address } = asset
  const read = Read.all([
    ask('getReserveData', address),
    Read.settle(askOracle('getAssetPrice', address)),
    Read.settle(readerOf(aToken, tokenAbi)('scaledTotalSupply')),
    Read.settle(readerOf(variableDebtToken, tokenAbi)('scaledTotalSupply')),
    Read.settle(ask('getReserveNormalizedIncome', address)),
    Read.settle(ask('getReserveNormalizedVariableDebt', address)),
    Read.settle(stableDebtToken ? readStableDebt(stableDebtToken) : noStableDebt),
    Read.settle(
      version < '3.1' ? readerOf(address, tokenAbi)('balanceOf', aToken) : ask('getVirtualUnderlyingBalance', address),
    ),
    Read.settle(version < '3.3' ? none : ask('getReserveDeficit', address)),
    Read.settle(rateModels ? rateModels.read(tokens, version) : Read.succeed(undefined)),
    Read.settle(readSource(oracle, address)),
    Read.settle(readUpdatedAt(priceSource)),
  ])
  return Read.map(
    read,
    ([
      data,
      price,
      scaledSupply,
      scaledDebt,
      liquidityIndex,
      borrowIndex,
      stable,
      liquidity,
      deficit,
      rateModel,
      source,
      updatedAt,
    ]): ReserveState & Change => {
      const configuration = ReserveConfiguration.decode(data.configuration.data, version)
      const isSame =
        isAddressEqual(data.aTokenAddress, aToken) &&
        isAddressEqual(data.variableDebtTokenAddress, variableDebtToken) &&
        (version >= '3.2' || isAddressEqual(data.stableDebtTokenAddress, stableDebtToken ?? zeroAddress)) &&
        data.id === tokens.id &&
        configuration.decimals === asset.decimals
      return {
        tokens,
        configuration,
        liquidityRate: data.currentLiquidityRate,
        variableBorrowRate: data.currentVariableBorrowRate,
        storedBorrowIndex: data.variableBorrowIndex,
        changedAt: BigInt(data.lastUpdateTimestamp),
        accruedToTreasury: data.accruedToTreasury,
        unbacked: data.unbacked,
        isolatedDebt: data.isolationModeTotalDebt,
        price,
        priceUpdatedAt: source.status === 'ok' ? updatedAt : source,
        scaledSupply,
        scaledDebt,
        liquidityIndex,
        borrowIndex,
        stable,
        liquidity:
          version < '3.1' || configuration.isVirtual
            ? liquidity
            : { status: 'unavailable', reason: 'the pool does not count what it holds of it' },
        deficit,
        rateModel,
        change:
          (!isSame && `the reserve of ${label} was listed anew`) ||
          (!isAddressEqual(data.interestRateStrategyAddress, strategy) &&
            `the interest rate strategy of ${label} was replaced`) ||
          sourceChange(source, priceSource, label),
      }
    },
  )
}

function readStableDebt(token: Address): Read.Read<StableDebt> {
  return Read.map(readerOf(token, tokenAbi)('getSupplyData'), ([principal, total, averageRate, changedAt]) => ({
    principal,
    total,
    averageRate,
    changedAt: BigInt(changedAt),
  }))
}

function readCategory(ask: PoolReader, askOracle: OracleReader, category: CategoryTokens, version: AaveV3Version) {
  const { id, priceSource } = category
  const isBitmap = version >= '3.2'
  const read = Read.all([
    ask('getEModeCategoryData', id),
    isBitmap ? ask('getEModeCategoryCollateralBitmap', id) : none,
    isBitmap ? ask('getEModeCategoryBorrowableBitmap', id) : none,
    version >= '3.6' ? ask('getEModeCategoryLtvzeroBitmap', id) : none,
    version >= '3.7' ? ask('getIsEModeCategoryIsolated', id) : Read.succeed(false),
    Read.settle(priceSource ? askOracle('getAssetPrice', priceSource) : none),
  ])
  return Read.map(read, ([data, collateral, borrowable, ltvZero, isIsolated, price]): CategoryState & Change => ({
    id,
    label: data.label,
    loanToValue: BigInt(data.ltv),
    liquidationThreshold: BigInt(data.liquidationThreshold),
    includes: ({ tokens, configuration }) =>
      isBitmap ? ((collateral >> BigInt(tokens.id)) & 1n) === 1n : configuration.eModeCategory === id,
    borrowable,
    ltvZero,
    isIsolated,
    price: priceSource && !isBitmap ? price : undefined,
    change: isAddressEqual(data.priceSource, priceSource ?? zeroAddress)
      ? undefined
      : `the price source of e-mode ${id} was replaced`,
  }))
}

function readOwner(ask: PoolReader, owner: Address, reserves: readonly ReserveTokens[]): Read.Read<OwnerState> {
  const scaled = (token: Address) => Read.settle(readerOf(token, tokenAbi)('scaledBalanceOf', owner))
  const read = Read.all([
    ask('getUserConfiguration', owner),
    ask('getUserEMode', owner),
    Read.all(
      reserves.map(({ aToken, variableDebtToken, stableDebtToken }) =>
        Read.all([
          scaled(aToken),
          scaled(variableDebtToken),
          Read.settle(stableDebtToken ? readerOf(stableDebtToken, tokenAbi)('balanceOf', owner) : none),
        ]),
      ),
    ),
  ])
  return Read.map(read, ([configuration, eMode, balances]) => ({
    configuration: configuration.data,
    eMode,
    balances: balances.map(([supplied, variableDebt, stableDebt]) => ({ supplied, variableDebt, stableDebt })),
  }))
}

/** A feed that was not known when the metadata was read has no known age until then, but that is no reason to know nothing. */
function sourceChange(
  now: ReadResult<Address | undefined>,
  known: Address | undefined,
  label: string,
): string | undefined {
  if (known === undefined || now.status !== 'ok' || isAddressEqual(now.value ?? zeroAddress, known)) return undefined
  return `the price source of ${label} was replaced`
}

/** When a feed was updated; a round that was not completed has no time. */
function readUpdatedAt(source: Address | undefined): Read.Read<bigint> {
  if (source === undefined) return unavailable('the oracle names no feed for the asset')
  return Read.andThen(readLatestRound(source), ({ updatedAt }) =>
    updatedAt === 0n ? unavailable('the feed has no completed round') : Read.succeed(updatedAt),
  )
}

/** An e-mode that counts and that the metadata does not know. Up to 3.1, one that no reserve names changes nothing. */
function newCategory(
  { categories, version }: AaveV3Metadata,
  reserves: readonly ReserveState[],
  owners: readonly ReadResult<OwnerState>[],
): string | undefined {
  const named = reserves.map(({ configuration }) => BigInt(configuration.eModeCategory))
  const entered = owners.flatMap((owner) => (owner.status === 'ok' ? [owner.value.eMode] : []))
  const known = new Set([0n, ...categories.map(({ id }) => BigInt(id))])
  const found = (version < '3.2' ? named : entered).find((id) => !known.has(id))
  return found === undefined ? undefined : `e-mode ${found} is new`
}

/** What of the metadata no longer holds, if anything. */
type Change = { readonly change: string | undefined }

const none: Read.Read<bigint> = Read.succeed(0n)

const noStableDebt: Read.Read<StableDebt> = Read.succeed({ principal: 0n, total: 0n, averageRate: 0n, changedAt: 0n })

function isSameList(list: readonly Address[], reserves: readonly ReserveTokens[]): boolean {
  return (
    list.length === reserves.length &&
    reserves.every(({ asset }, index) => isAddressEqual(asset.address, list[index] ?? zeroAddress))
  )
}
