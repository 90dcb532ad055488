import { type Address, type Asset, assetLabels, Read, type ReadResult } from '@unimargin/sdk'
import { isAddressEqual, zeroAddress } from 'viem'
import { MAX_DECIMALS, present, symbolOf } from '../shared/token.ts'
import { addressesProviderAbi, oracleAbi, poolAbi, tokenAbi } from './abi.ts'
import * as ReserveConfiguration from './ReserveConfiguration.ts'

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
  /** What the reserve is called in paths of issues: its symbol, unless two reserves share it. */
  readonly label: string
  /** The feed that the oracle takes the price from. Absent where it names none; its price is then another oracle's. */
  readonly priceSource?: Address | undefined
}

/** An e-mode category that is in use. */
export type CategoryTokens = {
  readonly id: number
  /** Replaces the prices of the category's assets for users in it (3.0 and 3.1). */
  readonly priceSource?: Address | undefined
}

/** What of a pool seldom changes. `state` checks all of it again, so that a change is seen in the next block. */
export type AaveV3Metadata = {
  readonly revision: bigint
  readonly addressesProvider: Address
  readonly oracle: Address
  /** `category`: each reserve names its one e-mode. `bitmap` (from 3.2): each e-mode lists its reserves. */
  readonly eModes: 'category' | 'bitmap'
  readonly reserves: readonly ReserveTokens[]
  readonly categories: readonly CategoryTokens[]
}

const USD_UNIT = 10n ** 8n
/** What Aave's bitmaps of 256 bits can hold: a longer list is a node's invention, and would be asked for in full. */
const MAX_RESERVES = 128
const LAST_CATEGORY = 255

/**
 * From this revision on (3.3; forks and networks count differently before) every pool has bitmaps: that one says it had none
 * is a node's invention, by which an owner's e-mode would not count.
 */
const FIRST_WITH_BITMAPS = 6n

/** Reads the metadata of a pool; three steps, once per time to live. */
export function readMetadata(chainId: number, pool: Address): Read.Read<AaveV3Metadata> {
  const head = Read.all([
    Read.call({ to: pool, abi: poolAbi, functionName: 'POOL_REVISION' }),
    Read.call({ to: pool, abi: poolAbi, functionName: 'ADDRESSES_PROVIDER' }),
    Read.call({ to: pool, abi: poolAbi, functionName: 'getReservesList' }),
    readEModes(pool),
  ])
  return Read.andThen(head, ([revision, addressesProvider, list, probed]) => {
    if (probed.status !== 'ok') return Read.fail(probed)
    const eModes = probed.value
    if (eModes === 'category' && revision >= FIRST_WITH_BITMAPS) {
      return Read.fail({ status: 'unavailable', reason: `pool revision ${revision} has bitmaps, and gives none` })
    }
    // A reserve that is there twice would count twice.
    if (list.length > MAX_RESERVES || new Set(list).size !== list.length) {
      return Read.fail({ status: 'unavailable', reason: 'the list of reserves is none that a pool can have' })
    }
    const body = Read.all([
      Read.call({ to: addressesProvider, abi: addressesProviderAbi, functionName: 'getPriceOracle' }),
      Read.all(list.map((address) => readReserve(chainId, pool, address))),
      Read.all(eModes === 'bitmap' ? range(1, LAST_CATEGORY).map((id) => readCategory(pool, id)) : []),
    ])
    return Read.andThen(body, ([oracle, reserves, scanned]) => {
      const unusable = reserves.find(({ asset }) => asset.decimals > MAX_DECIMALS)
      if (unusable !== undefined)
        return Read.fail({
          status: 'unavailable',
          reason: `${unusable.asset.symbol} has ${unusable.asset.decimals} decimals`,
        })
      const used = [...new Set(reserves.map(({ category }) => category))].filter((id) => id !== 0)
      const tail = Read.all([
        Read.call({ to: oracle, abi: oracleAbi, functionName: 'BASE_CURRENCY' }),
        Read.call({ to: oracle, abi: oracleAbi, functionName: 'BASE_CURRENCY_UNIT' }),
        Read.all(eModes === 'category' ? used.map((id) => readCategory(pool, id)) : []),
        Read.all(reserves.map(({ aToken }) => readName(aToken))),
        Read.all(reserves.map(({ asset }) => Read.settle(readSource(oracle, asset.address)))),
      ])
      const labels = assetLabels(reserves.map(({ asset }) => asset))
      return Read.andThen(tail, ([base, unit, named, names, sources]) => {
        if (!isAddressEqual(base, zeroAddress) || unit !== USD_UNIT) {
          return Read.fail({
            status: 'unavailable',
            reason: `base currency ${base} with unit ${unit} is not supported: only USD with 8 decimals is`,
          })
        }
        // What a reserve names is kept, also where it is not set up: otherwise it would be new with every reading.
        const kept = [...scanned.filter(({ isUsed }) => isUsed), ...named]
        return Read.succeed({
          revision,
          addressesProvider,
          oracle,
          eModes,
          reserves: reserves.map(({ category: _, ...reserve }, index) => {
            const source = sources[index]
            return {
              ...reserve,
              aTokenName: names[index],
              label: labels[index] ?? reserve.asset.address,
              priceSource: source?.status === 'ok' ? source.value : undefined,
            }
          }),
          categories: kept.map(({ isUsed: _, ...category }) => category),
        })
      })
    })
  })
}

/**
 * How e-modes work in a pool: from 3.2 on it answers for its bitmaps. A call that a node lets run out of gas looks as if
 * the function were missing, so this is asked with every reading again.
 */
export function readEModes(pool: Address): Read.Read<ReadResult<AaveV3Metadata['eModes']>> {
  const probe = Read.call({ to: pool, abi: poolAbi, functionName: 'getEModeCategoryCollateralBitmap', args: [1] })
  return Read.map(Read.settle(probe), (result) => {
    if (result.status === 'ok') return { status: 'ok', value: 'bitmap' }
    return result.status === 'reverted' ? { status: 'ok', value: 'category' } : result
  })
}

/** The feed behind an asset's price, as the oracle names it. */
export function readSource(oracle: Address, asset: Address): Read.Read<Address | undefined> {
  return Read.map(Read.call({ to: oracle, abi: oracleAbi, functionName: 'getSourceOfAsset', args: [asset] }), present)
}

function readReserve(chainId: number, pool: Address, address: Address) {
  const read = Read.all([
    Read.call({ to: pool, abi: poolAbi, functionName: 'getReserveData', args: [address] }),
    Read.settle(Read.call({ to: address, abi: tokenAbi, functionName: 'symbol' })),
  ])
  return Read.map(read, ([data, symbol]) => {
    const { decimals, eModeCategory } = ReserveConfiguration.decode(data.configuration.data)
    return {
      asset: { chainId, address, symbol: symbolOf(symbol, address), decimals },
      id: data.id,
      aToken: data.aTokenAddress,
      stableDebtToken: present(data.stableDebtTokenAddress),
      variableDebtToken: data.variableDebtTokenAddress,
      category: eModeCategory,
    }
  })
}

function readCategory(pool: Address, id: number) {
  const read = Read.call({ to: pool, abi: poolAbi, functionName: 'getEModeCategoryData', args: [id] })
  return Read.map(read, ({ liquidationThreshold, priceSource }) => ({
    id,
    isUsed: liquidationThreshold !== 0,
    priceSource: present(priceSource),
  }))
}

/** A name cannot be shown as it stands, but signs as it stands: it is kept whole. */
function readName(token: Address): Read.Read<string | undefined> {
  const read = Read.settle(Read.call({ to: token, abi: tokenAbi, functionName: 'name' }))
  return Read.map(read, (name) => (name.status === 'ok' ? name.value : undefined))
}

function range(first: number, last: number): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}
