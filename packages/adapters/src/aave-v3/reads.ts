import { type Address, type Market, type MarketReading, Read, type ReadResult, readLatestRound } from '@unimargin/sdk'
import { isAddressEqual, zeroAddress } from 'viem'
import type { Heartbeats } from '../shared/Heartbeats.ts'
import { addressesProviderAbi, oracleAbi, poolAbi, tokenAbi } from './abi.ts'
import { type AaveV3Metadata, type CategoryTokens, type ReserveTokens, readEModes, readSource } from './metadata.ts'
import type { CategoryState, OwnerState, ReserveState } from './PoolState.ts'
import * as ReserveConfiguration from './ReserveConfiguration.ts'
import { rememberPositions } from './rememberPositions.ts'
import { toPosition } from './toPosition.ts'
import { toReserve } from './toReserve.ts'

/** Everything that may change with a block, in one step. Fails when the metadata no longer fits the pool. */
export function readState(
  market: Market,
  pool: Address,
  metadata: AaveV3Metadata,
  owners: readonly Address[],
  heartbeats: Heartbeats,
): Read.Read<MarketReading> {
  const { addressesProvider, oracle, reserves, categories, eModes } = metadata
  const positionsOf = rememberPositions((terms, state, index) =>
    toPosition({ market, owner: owners[index] ?? zeroAddress, state, ...terms }),
  )
  const read = Read.all([
    Read.call({ to: pool, abi: poolAbi, functionName: 'POOL_REVISION' }),
    Read.call({ to: addressesProvider, abi: addressesProviderAbi, functionName: 'getPriceOracle' }),
    Read.call({ to: pool, abi: poolAbi, functionName: 'getReservesList' }),
    Read.all(reserves.map((tokens) => readReserve(pool, oracle, tokens, eModes))),
    Read.all(categories.map((category) => readCategory(pool, oracle, category, eModes))),
    Read.all(owners.map((owner) => Read.settle(readOwner(pool, owner, reserves)))),
    readEModes(pool),
  ])
  return Read.andThen(read, ([revision, oracleNow, list, reserveStates, categoryStates, ownerStates, eModesNow]) => {
    if (eModesNow.status !== 'ok') return Read.fail(eModesNow)
    const change =
      (revision !== metadata.revision && `pool revision ${metadata.revision} became ${revision}`) ||
      (!isAddressEqual(oracleNow, oracle) && 'the price oracle was replaced') ||
      (eModesNow.value !== eModes && 'its e-modes work in another way') ||
      (!isSameList(list, reserves) && 'the list of reserves changed') ||
      reserveStates.map(({ change }) => change).find((change) => change !== undefined) ||
      categoryStates.map(({ change }) => change).find((change) => change !== undefined) ||
      newCategory(metadata, reserveStates, ownerStates)
    if (change) return Read.fail({ status: 'unavailable', reason: `metadata is stale: ${change}` })
    return Read.succeed({
      state: { market, reserves: reserveStates.map((reserve) => toReserve(reserve, market, heartbeats)) },
      positions: positionsOf({ revision, reserveStates, categoryStates }, ownerStates),
    })
  })
}

function readReserve(pool: Address, oracle: Address, tokens: ReserveTokens, eModes: AaveV3Metadata['eModes']) {
  const { asset, aToken, variableDebtToken, stableDebtToken, priceSource, label } = tokens
  const read = Read.all([
    Read.call({ to: pool, abi: poolAbi, functionName: 'getReserveData', args: [asset.address] }),
    Read.settle(Read.call({ to: oracle, abi: oracleAbi, functionName: 'getAssetPrice', args: [asset.address] })),
    Read.settle(Read.call({ to: aToken, abi: tokenAbi, functionName: 'scaledTotalSupply' })),
    Read.settle(
      Read.call({ to: pool, abi: poolAbi, functionName: 'getReserveNormalizedIncome', args: [asset.address] }),
    ),
    Read.settle(Read.call({ to: variableDebtToken, abi: tokenAbi, functionName: 'totalSupply' })),
    Read.settle(
      stableDebtToken ? Read.call({ to: stableDebtToken, abi: tokenAbi, functionName: 'totalSupply' }) : none,
    ),
    Read.settle(
      eModes === 'bitmap'
        ? Read.call({ to: pool, abi: poolAbi, functionName: 'getVirtualUnderlyingBalance', args: [asset.address] })
        : balanceOf(asset.address, aToken),
    ),
    Read.settle(Read.call({ to: variableDebtToken, abi: tokenAbi, functionName: 'scaledTotalSupply' })),
    Read.settle(stableDebtToken ? principalOf(stableDebtToken) : none),
    Read.settle(readSource(oracle, asset.address)),
    Read.settle(readUpdatedAt(priceSource)),
  ])
  return Read.map(
    read,
    ([
      data,
      price,
      scaledSupply,
      income,
      variableDebt,
      stableDebt,
      liquidity,
      scaled,
      principal,
      source,
      updatedAt,
    ]): ReserveState & Change => {
      const configuration = ReserveConfiguration.decode(data.configuration.data)
      const isSame =
        isAddressEqual(data.aTokenAddress, aToken) &&
        isAddressEqual(data.variableDebtTokenAddress, variableDebtToken) &&
        isAddressEqual(data.stableDebtTokenAddress, stableDebtToken ?? zeroAddress) &&
        data.id === tokens.id &&
        configuration.decimals === asset.decimals
      return {
        tokens,
        configuration,
        liquidityRate: data.currentLiquidityRate,
        variableBorrowRate: data.currentVariableBorrowRate,
        variableBorrowIndex: data.variableBorrowIndex,
        accruedToTreasury: data.accruedToTreasury,
        price,
        priceUpdatedAt: source.status === 'ok' ? updatedAt : source,
        scaledSupply,
        normalizedIncome: income,
        variableDebt,
        scaledVariableDebt: scaled,
        stableDebt,
        stablePrincipal: principal,
        liquidity,
        change: isSame ? sourceChange(source, priceSource, label) : `the reserve of ${label} was listed anew`,
      }
    },
  )
}

function readCategory(pool: Address, oracle: Address, category: CategoryTokens, eModes: AaveV3Metadata['eModes']) {
  const { id, priceSource } = category
  const read = Read.all([
    Read.call({ to: pool, abi: poolAbi, functionName: 'getEModeCategoryData', args: [id] }),
    eModes === 'bitmap'
      ? Read.call({ to: pool, abi: poolAbi, functionName: 'getEModeCategoryCollateralBitmap', args: [id] })
      : none,
    Read.settle(
      priceSource
        ? Read.call({ to: oracle, abi: oracleAbi, functionName: 'getAssetPrice', args: [priceSource] })
        : none,
    ),
  ])
  return Read.map(read, ([data, bitmap, price]): CategoryState & Change => ({
    id,
    label: data.label,
    loanToValue: BigInt(data.ltv),
    liquidationThreshold: BigInt(data.liquidationThreshold),
    includes: ({ tokens, configuration }) =>
      eModes === 'bitmap' ? ((bitmap >> BigInt(tokens.id)) & 1n) === 1n : configuration.eModeCategory === id,
    price: priceSource && eModes === 'category' ? price : undefined,
    change: isAddressEqual(data.priceSource, priceSource ?? zeroAddress)
      ? undefined
      : `the price source of e-mode ${id} was replaced`,
  }))
}

function readOwner(pool: Address, owner: Address, reserves: readonly ReserveTokens[]): Read.Read<OwnerState> {
  const read = Read.all([
    Read.call({ to: pool, abi: poolAbi, functionName: 'getUserConfiguration', args: [owner] }),
    Read.call({ to: pool, abi: poolAbi, functionName: 'getUserEMode', args: [owner] }),
    Read.all(
      reserves.map(({ aToken, variableDebtToken, stableDebtToken }) =>
        Read.all([
          Read.settle(balanceOf(aToken, owner)),
          Read.settle(balanceOf(variableDebtToken, owner)),
          Read.settle(stableDebtToken ? balanceOf(stableDebtToken, owner) : none),
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
  { categories, eModes }: AaveV3Metadata,
  reserves: readonly ReserveState[],
  owners: readonly ReadResult<OwnerState>[],
): string | undefined {
  const named = reserves.map(({ configuration }) => BigInt(configuration.eModeCategory))
  const entered = owners.flatMap((owner) => (owner.status === 'ok' ? [owner.value.eMode] : []))
  const known = new Set([0n, ...categories.map(({ id }) => BigInt(id))])
  const found = (eModes === 'category' ? named : entered).find((id) => !known.has(id))
  return found === undefined ? undefined : `e-mode ${found} is new`
}

/** What of the metadata no longer holds, if anything. */
type Change = { readonly change: string | undefined }

const none: Read.Read<bigint> = Read.succeed(0n)

function balanceOf(token: Address, account: Address): Read.Read<bigint> {
  return Read.call({ to: token, abi: tokenAbi, functionName: 'balanceOf', args: [account] })
}

function principalOf(stableDebtToken: Address): Read.Read<bigint> {
  const read = Read.call({ to: stableDebtToken, abi: tokenAbi, functionName: 'getSupplyData' })
  return Read.map(read, ([principal]) => principal)
}

function isSameList(list: readonly Address[], reserves: readonly ReserveTokens[]): boolean {
  return (
    list.length === reserves.length &&
    reserves.every(({ asset }, index) => isAddressEqual(asset.address, list[index] ?? zeroAddress))
  )
}
