import {
  type Address,
  Bps,
  type Market,
  type MarketReading,
  Ray,
  Read,
  type ReadResult,
  readLatestRound,
} from '@unimargin/sdk'
import { isAddressEqual, zeroAddress } from 'viem'
import type { Heartbeats } from '../shared/Heartbeats.ts'
import { addressesProviderAbi, oracleAbi, poolAbi, sentinelAbi, strategyAbi, tokenAbi } from './abi.ts'
import type { MarketDetails } from './LendingDetails.ts'
import {
  type AaveV3Metadata,
  type CategoryTokens,
  type RateModel,
  type ReserveTokens,
  readFunctions,
  readSentinel,
  readSource,
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
): Read.Read<MarketReading> {
  const { addressesProvider, oracle, sentinel, reserves, categories, version } = metadata
  const positionsOf = rememberPositions((terms, state, index) =>
    toPosition({ market, owner: owners[index] ?? zeroAddress, state, ...terms }),
  )
  const read = Read.all([
    Read.call({ to: pool, abi: poolAbi, functionName: 'POOL_REVISION' }),
    Read.call({ to: addressesProvider, abi: addressesProviderAbi, functionName: 'getPriceOracle' }),
    readSentinel(addressesProvider, version),
    Read.settle(
      sentinel ? Read.call({ to: sentinel, abi: sentinelAbi, functionName: 'isBorrowAllowed' }) : Read.succeed(true),
    ),
    Read.call({ to: pool, abi: poolAbi, functionName: 'getReservesList' }),
    Read.all(reserves.map((tokens) => readReserve(pool, oracle, tokens, version))),
    Read.all(categories.map((category) => readCategory(pool, oracle, category, version))),
    Read.all(owners.map((owner) => Read.settle(readOwner(pool, owner, reserves)))),
    // Old revisions do not tell the version, so that a node may have hidden what a pool can do.
    version <= '3.2' ? readFunctions(pool) : Read.succeed(undefined),
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
      if (change) return Read.fail({ status: 'unavailable', reason: `metadata is stale: ${change}` })
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

function readReserve(pool: Address, oracle: Address, tokens: ReserveTokens, version: AaveV3Version) {
  const { asset, aToken, variableDebtToken, stableDebtToken, strategy, priceSource, label } = tokens
  const args = [asset.address] as const
  const read = Read.all([
    Read.call({ to: pool, abi: poolAbi, functionName: 'getReserveData', args }),
    Read.settle(Read.call({ to: oracle, abi: oracleAbi, functionName: 'getAssetPrice', args })),
    Read.settle(Read.call({ to: aToken, abi: tokenAbi, functionName: 'scaledTotalSupply' })),
    Read.settle(Read.call({ to: variableDebtToken, abi: tokenAbi, functionName: 'scaledTotalSupply' })),
    Read.settle(Read.call({ to: pool, abi: poolAbi, functionName: 'getReserveNormalizedIncome', args })),
    Read.settle(Read.call({ to: pool, abi: poolAbi, functionName: 'getReserveNormalizedVariableDebt', args })),
    Read.settle(stableDebtToken ? readStableDebt(stableDebtToken) : noStableDebt),
    Read.settle(
      version < '3.1'
        ? Read.call({ to: asset.address, abi: tokenAbi, functionName: 'balanceOf', args: [aToken] })
        : Read.call({ to: pool, abi: poolAbi, functionName: 'getVirtualUnderlyingBalance', args }),
    ),
    Read.settle(
      version < '3.3' ? none : Read.call({ to: pool, abi: poolAbi, functionName: 'getReserveDeficit', args }),
    ),
    Read.settle(readRateModel(tokens, version)),
    Read.settle(readSource(oracle, asset.address)),
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

/** From 3.1 on one contract knows the numbers of all reserves, and may be told others. */
function readRateModel({ asset, strategy, rateModel }: ReserveTokens, version: AaveV3Version): Read.Read<RateModel> {
  if (rateModel !== undefined) return Read.succeed(rateModel)
  if (version < '3.1')
    return Read.fail({ status: 'unavailable', reason: 'its interest rate strategy has no known form' })
  const read = Read.call({
    to: strategy,
    abi: strategyAbi,
    functionName: 'getInterestRateDataBps',
    args: [asset.address],
  })
  return Read.map(read, ([optimalUsage, baseRate, slope1, slope2]) => ({
    optimalUsage: toRay(optimalUsage),
    baseRate: toRay(baseRate),
    slope1: toRay(slope1),
    slope2: toRay(slope2),
  }))
}

function toRay(bps: number): bigint {
  return (BigInt(bps) * Ray.RAY) / Bps.BPS
}

function readStableDebt(token: Address): Read.Read<StableDebt> {
  const read = Read.call({ to: token, abi: tokenAbi, functionName: 'getSupplyData' })
  return Read.map(read, ([principal, total, averageRate, changedAt]) => ({
    principal,
    total,
    averageRate,
    changedAt: BigInt(changedAt),
  }))
}

function readCategory(pool: Address, oracle: Address, category: CategoryTokens, version: AaveV3Version) {
  const { id, priceSource } = category
  const args = [id] as const
  const isBitmap = version >= '3.2'
  const read = Read.all([
    Read.call({ to: pool, abi: poolAbi, functionName: 'getEModeCategoryData', args }),
    isBitmap ? Read.call({ to: pool, abi: poolAbi, functionName: 'getEModeCategoryCollateralBitmap', args }) : none,
    isBitmap ? Read.call({ to: pool, abi: poolAbi, functionName: 'getEModeCategoryBorrowableBitmap', args }) : none,
    version >= '3.6'
      ? Read.call({ to: pool, abi: poolAbi, functionName: 'getEModeCategoryLtvzeroBitmap', args })
      : none,
    version >= '3.7'
      ? Read.call({ to: pool, abi: poolAbi, functionName: 'getIsEModeCategoryIsolated', args })
      : Read.succeed(false),
    Read.settle(
      priceSource
        ? Read.call({ to: oracle, abi: oracleAbi, functionName: 'getAssetPrice', args: [priceSource] })
        : none,
    ),
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

function readOwner(pool: Address, owner: Address, reserves: readonly ReserveTokens[]): Read.Read<OwnerState> {
  const scaled = (to: Address) =>
    Read.settle(Read.call({ to, abi: tokenAbi, functionName: 'scaledBalanceOf', args: [owner] }))
  const read = Read.all([
    Read.call({ to: pool, abi: poolAbi, functionName: 'getUserConfiguration', args: [owner] }),
    Read.call({ to: pool, abi: poolAbi, functionName: 'getUserEMode', args: [owner] }),
    Read.all(
      reserves.map(({ aToken, variableDebtToken, stableDebtToken }) =>
        Read.all([
          scaled(aToken),
          scaled(variableDebtToken),
          Read.settle(
            stableDebtToken
              ? Read.call({ to: stableDebtToken, abi: tokenAbi, functionName: 'balanceOf', args: [owner] })
              : none,
          ),
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
  if (source === undefined)
    return Read.fail({ status: 'unavailable', reason: 'the oracle names no feed for the asset' })
  return Read.andThen(readLatestRound(source), ({ updatedAt }) =>
    updatedAt === 0n
      ? Read.fail({ status: 'unavailable', reason: 'the feed has no completed round' })
      : Read.succeed(updatedAt),
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
