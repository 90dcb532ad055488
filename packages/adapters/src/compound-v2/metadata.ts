import { type Address, type Asset, assetLabels, type Market, Read } from '@unimargin/sdk'
import { isAddressEqual, zeroAddress } from 'viem'
import * as Result from '../shared/Result.ts'
import { readerOf } from '../shared/readerOf.ts'
import { readAsset } from '../shared/token.ts'
import { comptrollerAbi, tokenAbi } from './abi.ts'
import type { Flavour } from './Flavour.ts'
import type { RateModels } from './lending.ts'
import type { RateModel } from './RateModel.ts'
import type { CompoundV2Rule } from './rule.ts'

/** One token of the family (vToken, cToken, mToken) and its asset. */
export type TokenMetadata = {
  readonly token: Address
  readonly asset: Asset
  /** The token is for the chain's own coin, which is no ERC-20. */
  readonly isCoin: boolean
  /** What the asset is called in paths of issues: its symbol, unless two assets share it. */
  readonly label: string
  readonly rateModel: Address
  /** Absent where the model is none that is known here, or nobody asked for lending. */
  readonly parameters?: RateModel | undefined
  /** Whether interest is counted by seconds; by blocks otherwise. */
  readonly isTimeBased: boolean
  /** Seconds or blocks that a year has by the protocol; absent where it does not say. */
  readonly slotsPerYear?: bigint | undefined
}

/** What of a Comptroller seldom changes. */
export type CompoundV2Metadata = { readonly oracle: Address; readonly tokens: readonly TokenMetadata[] }

/** A longer list is a node's invention, and would be asked for in full. */
const MAX_TOKENS = 128
const SECONDS_PER_YEAR = 31_536_000n

/** What is asked about, and how. */
export type Setup = {
  readonly market: Market
  readonly comptroller: Address
  readonly flavour: Flavour
  readonly rule: CompoundV2Rule
  readonly coin: { readonly token: Address; readonly symbol: string } | undefined
  readonly blocksPerYear: bigint | undefined
  readonly multicall3: Address | undefined
  readonly rateModels: RateModels | undefined
}

/** Reads the metadata of a Comptroller; three steps, once per time to live. */
export function readMetadata(setup: Setup): Read.Read<CompoundV2Metadata> {
  const { comptroller } = setup
  const ask = readerOf(comptroller, comptrollerAbi)
  const head = Read.all([ask('oracle'), ask('getAllMarkets')])
  return Read.andThen(head, ([oracle, list]) => {
    if (list.length > MAX_TOKENS || hasTwice(list)) {
      return refuse('the list of markets is none that a Comptroller can have')
    }
    return Read.andThen(Read.all(list.map((token) => readToken(token, setup))), (tokens) => {
      const assets = tokens.map(({ asset }) => asset)
      if (hasTwice(assets.map(({ address }) => address))) {
        return refuse('two of its markets have the same asset, which is not supported')
      }
      const labels = assetLabels(assets)
      return Read.succeed({
        oracle,
        tokens: tokens.map((token, index) => ({ ...token, label: labels[index] ?? token.asset.address })),
      })
    })
  })
}

function readToken(token: Address, setup: Setup): Read.Read<Omit<TokenMetadata, 'label'>> {
  const { market, flavour, coin, blocksPerYear, rateModels } = setup
  const { chainId } = market
  const { isVenus, name } = flavour
  const isCoin = coin !== undefined && isAddressEqual(token, coin.token)
  const ask = readerOf(token, tokenAbi)
  const read = Read.all([
    // The token of the chain's own coin has no such function; Compound's own takes the call for a supply of nothing.
    isCoin ? Read.succeed(zeroAddress) : ask('underlying'),
    ask('interestRateModel'),
    isVenus ? ask('isTimeBased') : Read.succeed(name === 'moonwell'),
    isVenus ? ask('blocksOrSecondsPerYear') : Read.succeed(undefined),
  ])
  return Read.andThen(read, ([address, rateModel, isTimeBased, told]) => {
    const slotsPerYear = told ?? (isTimeBased ? SECONDS_PER_YEAR : blocksPerYear)
    const details = Read.all([
      isCoin ? Read.succeed({ chainId, address, symbol: coin.symbol, decimals: 18 }) : readAsset(chainId, address),
      rateModels ? rateModels.read(token, rateModel, flavour) : Read.succeed(undefined),
    ])
    return Read.map(details, ([asset, parameters]) => ({
      token,
      asset,
      isCoin,
      rateModel,
      parameters,
      isTimeBased,
      slotsPerYear,
    }))
  })
}

/** Nothing can be read, for a reason of our own. */
export function refuse(reason: string): Read.Read<never> {
  return Read.fail(Result.unavailable(reason))
}

function hasTwice(addresses: readonly Address[]): boolean {
  return new Set(addresses).size !== addresses.length
}
