import { type Address, assetLabels, type Market, Read } from '@unimargin/sdk'
import { isAddressEqual, zeroAddress } from 'viem'
import * as Result from '../shared/Result.ts'
import { readerOf } from '../shared/readerOf.ts'
import { readAsset } from '../shared/token.ts'
import { comptrollerAbi, tokenAbi } from './abi.ts'
import type { Flavour } from './Flavour.ts'
import type { LendingReads } from './lendingReads.ts'
import type { CompoundV2Rule } from './rule.ts'
import type { TokenMetadata } from './TokenMetadata.ts'

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
  readonly lending: LendingReads | undefined
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
  const { market, flavour, coin, blocksPerYear, lending } = setup
  const { chainId } = market
  const { isVenus, name } = flavour
  const isCoin = coin !== undefined && isAddressEqual(token, coin.token)
  const ask = readerOf(token, tokenAbi)
  // The token of the chain's own coin has no `underlying`; Compound's own takes the call for a supply of nothing.
  const asset = isCoin
    ? Read.succeed({ chainId, address: zeroAddress, symbol: coin.symbol, decimals: 18 })
    : Read.andThen(ask('underlying'), (address) => readAsset(chainId, address))
  const read = Read.all([
    asset,
    isVenus ? ask('isTimeBased') : Read.succeed(name === 'moonwell'),
    isVenus ? ask('blocksOrSecondsPerYear') : Read.succeed(undefined),
    lending?.readModel(token, flavour) ?? Read.succeed(undefined),
  ])
  return Read.map(read, ([asset, isTimeBased, told, rateModel]) => {
    const slotsPerYear = told ?? (isTimeBased ? SECONDS_PER_YEAR : blocksPerYear)
    return { token, asset, isCoin, isTimeBased, slotsPerYear, rateModel }
  })
}

/** Nothing can be read, for a reason of our own. */
export function refuse(reason: string): Read.Read<never> {
  return Read.fail(Result.unavailable(reason))
}

function hasTwice(addresses: readonly Address[]): boolean {
  return new Set(addresses).size !== addresses.length
}
