import { type Address, type Asset, assetLabels, Read, type ReadResult } from '@unimargin/sdk'
import { isAddressEqual, zeroAddress } from 'viem'
import { type Reader, readerOf } from '../shared/readerOf.ts'
import { MAX_DECIMALS, present, symbolOf } from '../shared/token.ts'
import { addressesProviderAbi, oracleAbi, poolAbi, tokenAbi } from './abi.ts'
import * as ReserveConfiguration from './ReserveConfiguration.ts'
import { type AaveV3Revisions, type AaveV3Version, type Rounding, roundingOf, versionOf } from './version.ts'

/** A reserve and its tokens. */
export type ReserveTokens = {
  readonly asset: Asset
  /** Where its bits are in bitmaps of users and e-modes. */
  readonly id: number
  readonly aToken: Address
  /** The aToken's name: its EIP-712 domain. Absent if it could not be read; then there is no permit. */
  readonly aTokenName?: string | undefined
  /** Absent in pools that have dropped stable debt. */
  readonly stableDebtToken?: Address | undefined
  readonly variableDebtToken: Address
  readonly strategy: Address
  /** What the strategy of a reserve says once and for all (3.0). Absent later, where it does not say, and without lending. */
  readonly rateModel?: RateModel | undefined
  /** What the reserve is called in paths of issues: its symbol, unless two reserves share it. */
  readonly label: string
  /** The feed that the oracle takes the price from. Absent where it names none; its price is then another oracle's. */
  readonly priceSource?: Address | undefined
}

/** The rates of a reserve by its usage: linear, steeper above the optimal one. RAY. */
export type RateModel = {
  readonly optimalUsage: bigint
  readonly baseRate: bigint
  readonly slope1: bigint
  readonly slope2: bigint
}

/** How they are read: what never changes with the metadata, what may change with the state. */
export type RateModels = {
  readonly readFixed: (strategy: Address, version: AaveV3Version) => Read.Read<RateModel | undefined>
  readonly read: (tokens: ReserveTokens, version: AaveV3Version) => Read.Read<RateModel>
}

/** Asks a pool. */
export type PoolReader = Reader<typeof poolAbi>

/** An e-mode category that is in use. */
export type CategoryTokens = {
  readonly id: number
  /** Replaces the prices of the category's assets for users in it (3.0 and 3.1). */
  readonly priceSource?: Address | undefined
}

/** What of a pool seldom changes. `state` checks all of it again, so that a change is seen in the next block. */
export type AaveV3Metadata = {
  readonly revision: bigint
  readonly version: AaveV3Version
  readonly addressesProvider: Address
  readonly oracle: Address
  /** Who may forbid to borrow, while a sequencer is down say. */
  readonly sentinel?: Address | undefined
  readonly reserves: readonly ReserveTokens[]
  readonly categories: readonly CategoryTokens[]
}

const USD_UNIT = 10n ** 8n
/** What Aave's bitmaps of 256 bits can hold: a longer list is a node's invention, and would be asked for in full. */
const MAX_RESERVES = 128
const LAST_CATEGORY = 255

/** Reads the metadata of a pool; three steps, once per time to live. */
export function readMetadata(
  chainId: number,
  pool: Address,
  revisions: AaveV3Revisions | undefined,
  rateModels: RateModels | undefined,
): Read.Read<AaveV3Metadata> {
  const ask = readerOf(pool, poolAbi)
  const head = Read.all([ask('POOL_REVISION'), ask('ADDRESSES_PROVIDER'), ask('getReservesList'), readFunctions(ask)])
  return Read.andThen(head, ([revision, addressesProvider, list, functions]) => {
    if (functions.status !== 'ok') return Read.fail(functions)
    const probed = versionOf(revision, functions.value, revisions)
    if (probed.status !== 'ok') return Read.fail(probed)
    const version = probed.value
    // A reserve that is there twice would count twice.
    if (list.length > MAX_RESERVES || new Set(list).size !== list.length) {
      return unavailable('the list of reserves is none that a pool can have')
    }
    const body = Read.all([
      readerOf(addressesProvider, addressesProviderAbi)('getPriceOracle'),
      readSentinel(addressesProvider, version),
      Read.all(list.map((address) => readReserve(chainId, ask, address, version))),
      Read.all(version < '3.2' ? [] : range(1, LAST_CATEGORY).map((id) => readCategory(ask, id))),
    ])
    return Read.andThen(body, ([oracle, sentinel, reserves, scanned]) => {
      const unusable = reserves.find(({ asset }) => asset.decimals > MAX_DECIMALS)
      if (unusable !== undefined) return unavailable(`${unusable.asset.symbol} has ${unusable.asset.decimals} decimals`)
      const used = [...new Set(reserves.map(({ category }) => category))].filter((id) => id !== 0)
      const askOracle = readerOf(oracle, oracleAbi)
      const tail = Read.all([
        askOracle('BASE_CURRENCY'),
        askOracle('BASE_CURRENCY_UNIT'),
        Read.all(used.map((id) => readCategory(ask, id))),
        Read.all(reserves.map(({ aToken }) => readName(aToken))),
        Read.all(reserves.map(({ asset }) => Read.settle(readSource(oracle, asset.address)))),
        Read.all(reserves.map(({ strategy }) => rateModels?.readFixed(strategy, version) ?? none)),
        Read.all(reserves.map((reserve) => isRounding(ask, reserve, version))),
      ])
      const labels = assetLabels(reserves.map(({ asset }) => asset))
      return Read.andThen(tail, ([base, unit, named, names, sources, rateModels, rounding]) => {
        if (!isAddressEqual(base, zeroAddress) || unit !== USD_UNIT) {
          return unavailable(`base currency ${base} with unit ${unit} is not supported: only USD with 8 decimals is`)
        }
        const odd = rounding.indexOf(false)
        if (odd >= 0) return unavailable(`version not known: ${labels[odd]} does not round as Aave ${version} does`)
        // What a reserve names is kept, also where it is not set up: otherwise it would be new with every reading.
        const kept = [...scanned.filter(({ isUsed }) => isUsed), ...named]
        return Read.succeed({
          revision,
          version,
          addressesProvider,
          oracle,
          sentinel: sentinel.status === 'ok' ? sentinel.value : undefined,
          reserves: reserves.map(({ category: _, ...reserve }, index) => {
            const source = sources[index]
            return {
              ...reserve,
              aTokenName: names[index],
              label: labels[index] ?? reserve.asset.address,
              priceSource: source?.status === 'ok' ? source.value : undefined,
              rateModel: rateModels[index],
            }
          }),
          categories: kept.map(({ isUsed: _, ...category }) => category),
        })
      })
    })
  })
}

/** Of each function that came with a version (`SINCE`), whether the pool has it. */
export function readFunctions(ask: PoolReader): Read.Read<ReadResult<readonly boolean[]>> {
  const probes = Read.all([
    Read.settle(ask('getVirtualUnderlyingBalance', zeroAddress)),
    Read.settle(ask('getEModeCategoryCollateralBitmap', 1)),
    Read.settle(ask('getReserveDeficit', zeroAddress)),
    Read.settle(ask('RESERVE_INTEREST_RATE_STRATEGY')),
    Read.settle(ask('getEModeCategoryLtvzeroBitmap', 1)),
    Read.settle(ask('getIsEModeCategoryIsolated', 1)),
  ])
  return Read.map(probes, (results) => {
    for (const result of results) if (result.status !== 'ok' && result.status !== 'reverted') return result
    return { status: 'ok', value: results.map(({ status }) => status === 'ok') }
  })
}

/** The feed behind an asset's price, as the oracle names it. */
export function readSource(oracle: Address, asset: Address): Read.Read<Address | undefined> {
  return Read.map(readerOf(oracle, oracleAbi)('getSourceOfAsset', asset), present)
}

/** The sentinel, which pools have up to 3.6, if they are given one. Always succeeds: no health depends on it. */
export function readSentinel(
  addressesProvider: Address,
  version: AaveV3Version,
): Read.Read<ReadResult<Address | undefined>> {
  if (version >= '3.7') return Read.settle(none)
  const read = readerOf(addressesProvider, addressesProviderAbi)('getPriceOracleSentinel')
  return Read.settle(Read.map(read, present))
}

function readReserve(chainId: number, ask: PoolReader, address: Address, version: AaveV3Version) {
  const read = Read.all([ask('getReserveData', address), Read.settle(readerOf(address, tokenAbi)('symbol'))])
  return Read.map(read, ([data, symbol]) => {
    const { decimals, eModeCategory } = ReserveConfiguration.decode(data.configuration.data, version)
    return {
      asset: { chainId, address, symbol: symbolOf(symbol, address), decimals },
      id: data.id,
      aToken: data.aTokenAddress,
      // Later pools name a token that only answers with zero.
      stableDebtToken: version < '3.2' ? present(data.stableDebtTokenAddress) : undefined,
      variableDebtToken: data.variableDebtTokenAddress,
      strategy: data.interestRateStrategyAddress,
      category: eModeCategory,
    }
  })
}

function readCategory(ask: PoolReader, id: number) {
  return Read.map(ask('getEModeCategoryData', id), ({ liquidationThreshold, priceSource }) => ({
    id,
    isUsed: liquidationThreshold !== 0,
    priceSource: present(priceSource),
  }))
}

/**
 * Whether a reserve's tokens round as those of the version do, by their totals. A fork may have changed the arithmetic and
 * nothing that can be asked for; what cannot be read tells nothing.
 */
function isRounding(
  ask: PoolReader,
  { asset, aToken, variableDebtToken }: Pick<ReserveTokens, 'asset' | 'aToken' | 'variableDebtToken'>,
  version: AaveV3Version,
): Read.Read<boolean> {
  const { supplied, owed } = roundingOf(version)
  const agrees = (token: Address, index: Read.Read<bigint>, toAmount: Rounding['supplied']) => {
    const askToken = readerOf(token, tokenAbi)
    const read = Read.all([askToken('scaledTotalSupply'), askToken('totalSupply'), index])
    const agreement = Read.map(read, ([scaled, total, index]) => toAmount(scaled, index) === total)
    return Read.map(Read.settle(agreement), (result) => result.status !== 'ok' || result.value)
  }
  const read = Read.all([
    agrees(aToken, ask('getReserveNormalizedIncome', asset.address), supplied),
    agrees(variableDebtToken, ask('getReserveNormalizedVariableDebt', asset.address), owed),
  ])
  return Read.map(read, (all) => all.every(Boolean))
}

/** A name cannot be shown as it stands, but signs as it stands: it is kept whole. */
function readName(token: Address): Read.Read<string | undefined> {
  const read = Read.settle(readerOf(token, tokenAbi)('name'))
  return Read.map(read, (name) => (name.status === 'ok' ? name.value : undefined))
}

const none: Read.Read<undefined> = Read.succeed(undefined)

function range(first: number, last: number): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}

/** A read that has no value, and why. */
export function unavailable(reason: string): Read.Read<never> {
  return Read.fail({ status: 'unavailable', reason })
}
