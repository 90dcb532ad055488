import { type Address, type Market, type MarketReading, Read, type ReadResult, readLatestRound } from '@unimargin/sdk'
import { zeroAddress } from 'viem'
import { changeOf, type Fact } from '../shared/changeOf.ts'
import type { Heartbeats } from '../shared/Heartbeats.ts'
import { type Reader, readerOf } from '../shared/readerOf.ts'
import { present } from '../shared/token.ts'
import { addressesProviderAbi, oracleAbi, poolAbi, tokenAbi } from './abi.ts'
import { hasBit } from './hasBit.ts'
import type { LendingReads } from './lendingReads.ts'
import { identityOf, type PoolReader, readFunctions, readSource, unavailable } from './metadata.ts'
import type { AaveV3Metadata, CategoryTokens, ReserveTokens } from './PoolMetadata.ts'
import type { CategoryState, OwnerState, ReserveReads, ReserveState, StableDebt, ToDetails } from './PoolState.ts'
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
  lending: LendingReads | undefined,
  multicall3: Address | undefined,
): Read.Read<MarketReading> {
  const { addressesProvider, oracle, reserves, categories, version } = metadata
  const positionsOf = rememberPositions((terms, state, index) =>
    toPosition({ market, version, owner: owners[index] ?? zeroAddress, state, ...terms }),
  )
  const ask = readerOf(pool, poolAbi)
  const askOracle = readerOf(oracle, oracleAbi)
  const read = Read.all([
    ask('POOL_REVISION'),
    readerOf(addressesProvider, addressesProviderAbi)('getPriceOracle'),
    ask('getReservesList'),
    Read.all(
      reserves.map((tokens) => {
        const toDetails = lending?.readReserve(pool, metadata, tokens) ?? Read.succeed(undefined)
        return Read.map(readReserve(ask, askOracle, oracle, tokens, version, toDetails), (reads) => {
          const state = toReserve(reads, tokens, version, market, heartbeats)
          return { ...state, facts: factsOf(reads, state, version) }
        })
      }),
    ),
    Read.all(categories.map((category) => readCategory(ask, askOracle, category, version))),
    Read.all(owners.map((owner) => Read.settle(readOwner(ask, owner, reserves)))),
    // Old revisions do not tell the version, so that a node may have hidden what a pool can do.
    version <= '3.2' ? readFunctions(ask) : Read.succeed(undefined),
    lending?.readMarket(metadata, pool, multicall3) ?? Read.succeed(undefined),
  ])
  return Read.andThen(
    read,
    ([revision, oracleNow, list, reserveStates, categoryStates, ownerStates, functions, lent]) => {
      const change =
        changeOf([
          ['the pool revision', metadata.revision, revision],
          ['the price oracle', oracle, oracleNow],
          ...(lent?.facts ?? []),
          ...[...reserveStates, ...categoryStates].flatMap(({ facts }) => facts),
        ]) ||
        (functions?.some((has, index) => has !== version >= (SINCE[index] ?? version)) && 'it has other functions') ||
        (list.join() !== reserves.map(({ asset }) => asset.address).join() && 'the list of reserves changed') ||
        newCategory(metadata, reserveStates, ownerStates)
      if (change) return unavailable(`metadata is stale: ${change}`)
      return Read.succeed({
        state: {
          market,
          reserves: reserveStates.map(({ reserve }) => reserve),
          details: { version, ...lent?.details },
        },
        positions: positionsOf({ reserveStates, categoryStates }, ownerStates),
      })
    },
  )
}

type OracleReader = Reader<typeof oracleAbi>

function readReserve(
  ask: PoolReader,
  askOracle: OracleReader,
  oracle: Address,
  { asset, aToken, variableDebtToken, stableDebtToken, priceSource }: ReserveTokens,
  version: AaveV3Version,
  toDetails: Read.Read<ToDetails | undefined>,
): Read.Read<ReserveReads> {
  const { address } = asset
  return Read.all([
    ask('getReserveData', address),
    Read.settle(askOracle('getAssetPrice', address)),
    Read.settle(readSource(oracle, address)),
    Read.settle(readUpdatedAt(priceSource)),
    Read.settle(readerOf(aToken, tokenAbi)('scaledTotalSupply')),
    Read.settle(readerOf(variableDebtToken, tokenAbi)('scaledTotalSupply')),
    Read.settle(ask('getReserveNormalizedIncome', address)),
    Read.settle(ask('getReserveNormalizedVariableDebt', address)),
    Read.settle(stableDebtToken ? readerOf(stableDebtToken, tokenAbi)('getSupplyData') : noStableDebt),
    Read.settle(
      version < '3.1' ? readerOf(address, tokenAbi)('balanceOf', aToken) : ask('getVirtualUnderlyingBalance', address),
    ),
    toDetails,
  ])
}

/** What the metadata says of a reserve. */
function factsOf(
  [data, , source]: ReserveReads,
  { tokens, configuration }: ReserveState,
  version: AaveV3Version,
): readonly Fact[] {
  const { asset, label, priceSource } = tokens
  const known: Readonly<Record<string, unknown>> = tokens
  return [
    ...Object.entries(identityOf(data, version)).map(
      ([name, now]): Fact => [`the ${name} of ${label}`, known[name], now],
    ),
    [`the decimals of ${label}`, asset.decimals, configuration.decimals],
    // A feed that was not known when the metadata was read has no known age until then, but that is no reason to know nothing.
    [`the price source of ${label}`, priceSource, priceSource && source.status === 'ok' ? source.value : priceSource],
  ]
}

/** When a feed was updated; a round that was not completed has no time. */
function readUpdatedAt(source: Address | undefined): Read.Read<bigint> {
  if (source === undefined) return unavailable('the oracle names no feed for the asset')
  return Read.andThen(readLatestRound(source), ({ updatedAt }) =>
    updatedAt === 0n ? unavailable('the feed has no completed round') : Read.succeed(updatedAt),
  )
}

function readCategory(
  ask: PoolReader,
  askOracle: OracleReader,
  { id, priceSource }: CategoryTokens,
  version: AaveV3Version,
) {
  const isBitmap = version >= '3.2'
  const read = Read.all([
    ask('getEModeCategoryData', id),
    isBitmap ? ask('getEModeCategoryCollateralBitmap', id) : none,
    isBitmap ? ask('getEModeCategoryBorrowableBitmap', id) : none,
    version >= '3.6' ? ask('getEModeCategoryLtvzeroBitmap', id) : none,
    version >= '3.7' ? ask('getIsEModeCategoryIsolated', id) : Read.succeed(false),
    Read.settle(priceSource ? askOracle('getAssetPrice', priceSource) : none),
  ])
  return Read.map(
    read,
    ([data, collateral, borrowable, ltvZero, isIsolated, price]): CategoryState & {
      readonly facts: readonly Fact[]
    } => {
      const [loanToValue, liquidationThreshold, , source, label] = data
      return {
        id,
        label,
        loanToValue: BigInt(loanToValue),
        liquidationThreshold: BigInt(liquidationThreshold),
        includes: ({ tokens, configuration }) =>
          isBitmap ? hasBit(collateral, tokens.id) : configuration.eModeCategory === id,
        borrowable,
        ltvZero,
        isIsolated,
        price: priceSource && !isBitmap ? price : undefined,
        facts: [[`the price source of e-mode ${id}`, priceSource, present(source)]],
      }
    },
  )
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
  return Read.map(read, ([configuration, eMode, balances]) => ({ configuration, eMode, balances }))
}

/** An e-mode that counts and that the metadata does not know. Up to 3.1, one that no reserve names changes nothing. */
function newCategory(
  { categories, version }: AaveV3Metadata,
  reserves: readonly ReserveState[],
  owners: readonly ReadResult<OwnerState>[],
): string | undefined {
  const named = reserves.map(({ configuration }) => configuration.eModeCategory)
  const entered = owners.flatMap((owner) => (owner.status === 'ok' ? [Number(owner.value.eMode)] : []))
  const known = new Set([0, ...categories.map(({ id }) => id)])
  const found = (version < '3.2' ? named : entered).find((id) => !known.has(id))
  return found === undefined ? undefined : `e-mode ${found} is new`
}

const none: Read.Read<bigint> = Read.succeed(0n)

const noStableDebt: Read.Read<StableDebt> = Read.succeed([0n, 0n, 0n, 0])
