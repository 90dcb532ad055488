import { type Address, assetLabels, Read } from '@unimargin/sdk'
import { zeroAddress } from 'viem'
import { type Reader, readerOf } from '../shared/readerOf.ts'
import { MAX_DECIMALS, present, symbolOf } from '../shared/token.ts'
import { addressesProviderAbi, oracleAbi, poolAbi, tokenAbi } from './abi.ts'
import type { LendingReads } from './lendingReads.ts'
import type { AaveV3Metadata, CategoryTokens, ReserveTokens } from './PoolMetadata.ts'
import type { ReserveReads } from './PoolState.ts'
import * as ReserveConfiguration from './ReserveConfiguration.ts'
import { type AaveV3Revisions, type AaveV3Version, type Rounding, roundingOf, versionOf } from './version.ts'

/** Asks a pool. */
export type PoolReader = Reader<typeof poolAbi>

const USD_UNIT = 10n ** 8n
/** What Aave's bitmaps of 256 bits can hold: a longer list is a node's invention, and would be asked for in full. */
const MAX_RESERVES = 128
const LAST_CATEGORY = 255

/** Reads the metadata of a pool; three steps, once per time to live. */
export function readMetadata(
  chainId: number,
  pool: Address,
  revisions: AaveV3Revisions | undefined,
  lending: LendingReads | undefined,
): Read.Read<AaveV3Metadata> {
  const ask = readerOf(pool, poolAbi)
  const head = Read.all([ask('POOL_REVISION'), ask('ADDRESSES_PROVIDER'), ask('getReservesList'), readFunctions(ask)])
  return Read.andThen(head, ([revision, addressesProvider, list, functions]) => {
    const probed = versionOf(revision, functions, revisions)
    if (probed.status !== 'ok') return Read.fail(probed)
    const version = probed.value
    // A reserve that is there twice would count twice.
    if (list.length > MAX_RESERVES || new Set(list).size !== list.length) {
      return unavailable('the list of reserves is none that a pool can have')
    }
    const scanned = Array.from({ length: version < '3.2' ? 0 : LAST_CATEGORY }, (_, index) => index + 1)
    const body = Read.all([
      readerOf(addressesProvider, addressesProviderAbi)('getPriceOracle'),
      Read.all(list.map((address) => readReserve(chainId, ask, address, version))),
      Read.all(scanned.map((id) => readCategory(ask, id, false))),
    ])
    return Read.andThen(body, ([oracle, listed, inUse]) => {
      const assets = listed.map(({ asset }) => asset)
      const unusable = assets.find(({ decimals }) => decimals > MAX_DECIMALS)
      if (unusable !== undefined) return unavailable(`${unusable.symbol} has ${unusable.decimals} decimals`)
      const labels = assetLabels(assets)
      const askOracle = readerOf(oracle, oracleAbi)
      const reserves = Read.all(
        listed.map(({ category: _, ...tokens }, index) => {
          const read = Read.all([
            // A name cannot be shown as it stands, but signs as it stands: it is kept whole.
            optional(readerOf(tokens.aToken, tokenAbi)('name')),
            optional(readSource(oracle, tokens.asset.address)),
          ])
          const label = labels[index] ?? tokens.asset.address
          return Read.map(read, ([aTokenName, priceSource]) => ({ ...tokens, aTokenName, label, priceSource }))
        }),
      )
      // What a reserve names is kept, also where it is not set up: otherwise it would be new with every reading.
      const named = [...new Set(listed.map(({ category }) => category))].filter((id) => id !== 0)
      const tail = Read.all([
        askOracle('BASE_CURRENCY'),
        askOracle('BASE_CURRENCY_UNIT'),
        reserves,
        Read.all(named.map((id) => readCategory(ask, id, true))),
        Read.all(listed.map((tokens) => isRounding(ask, tokens, version))),
        lending?.readFacts(addressesProvider, version, listed) ?? Read.succeed(undefined),
      ])
      return Read.andThen(tail, ([base, unit, reserves, named, rounding, lending]) => {
        if (present(base) !== undefined || unit !== USD_UNIT) {
          return unavailable(`base currency ${base} with unit ${unit} is not supported: only USD with 8 decimals is`)
        }
        const odd = rounding.indexOf(false)
        if (odd >= 0) return unavailable(`version not known: ${labels[odd]} does not round as Aave ${version} does`)
        const categories = [...inUse, ...named].flatMap((category) => category ?? [])
        return Read.succeed({ revision, version, addressesProvider, oracle, reserves, categories, lending })
      })
    })
  })
}

/** Of each function that came with a version (`SINCE`), whether the pool has it. */
export function readFunctions(ask: PoolReader): Read.Read<readonly boolean[]> {
  const probes = Read.all([
    Read.settle(ask('getVirtualUnderlyingBalance', zeroAddress)),
    Read.settle(ask('getEModeCategoryCollateralBitmap', 1)),
    Read.settle(ask('getReserveDeficit', zeroAddress)),
    Read.settle(ask('RESERVE_INTEREST_RATE_STRATEGY')),
    Read.settle(ask('getEModeCategoryLtvzeroBitmap', 1)),
    Read.settle(ask('getIsEModeCategoryIsolated', 1)),
  ])
  return Read.andThen(probes, (results) => {
    for (const result of results) if (result.status !== 'ok' && result.status !== 'reverted') return Read.fail(result)
    return Read.succeed(results.map(({ status }) => status === 'ok'))
  })
}

/** The feed behind an asset's price, as the oracle names it. */
export function readSource(oracle: Address, asset: Address): Read.Read<Address | undefined> {
  return Read.map(readerOf(oracle, oracleAbi)('getSourceOfAsset', asset), present)
}

function readReserve(chainId: number, ask: PoolReader, address: Address, version: AaveV3Version) {
  const read = Read.all([ask('getReserveData', address), Read.settle(readerOf(address, tokenAbi)('symbol'))])
  return Read.map(read, ([data, symbol]) => {
    const { decimals, eModeCategory } = ReserveConfiguration.decode(data[0], version)
    const asset = { chainId, address, symbol: symbolOf(symbol, address), decimals }
    return { asset, ...identityOf(data, version), category: eModeCategory }
  })
}

/** What of a reserve stays as long as it is listed. */
export function identityOf(data: ReserveReads[0], version: AaveV3Version) {
  const [, , , , , , , id, aToken, stableDebtToken, variableDebtToken, strategy] = data
  return {
    id,
    aToken,
    // Later pools name a token that only answers with zero.
    stableDebtToken: version < '3.2' ? present(stableDebtToken) : undefined,
    variableDebtToken,
    strategy,
  }
}

/** An e-mode, if it is set up or has to be kept all the same. */
function readCategory(ask: PoolReader, id: number, isKept: boolean): Read.Read<CategoryTokens | undefined> {
  return Read.map(ask('getEModeCategoryData', id), ([, threshold, , priceSource]) =>
    isKept || threshold !== 0 ? { id, priceSource: present(priceSource) } : undefined,
  )
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
    return optional(Read.map(read, ([scaled, total, index]) => toAmount(scaled, index) === total))
  }
  const read = Read.all([
    agrees(aToken, ask('getReserveNormalizedIncome', asset.address), supplied),
    agrees(variableDebtToken, ask('getReserveNormalizedVariableDebt', asset.address), owed),
  ])
  return Read.map(read, (agreements) => !agreements.includes(false))
}

/** What is read if it can be. */
function optional<value>(read: Read.Read<value>): Read.Read<value | undefined> {
  return Read.map(Read.settle(read), (result) => (result.status === 'ok' ? result.value : undefined))
}

/** A read that has no value, and why. */
export function unavailable(reason: string): Read.Read<never> {
  return Read.fail({ status: 'unavailable', reason })
}
