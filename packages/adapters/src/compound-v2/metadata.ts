import { type Address, type Asset, assetLabels, Read, type ReadResult } from '@unimargin/sdk'
import { isAddressEqual, zeroAddress } from 'viem'
import { readAsset } from '../shared/token.ts'
import { comptrollerAbi, tokenAbi } from './abi.ts'
import type { Flavour } from './Flavour.ts'
import * as RateModel from './RateModel.ts'
import { readBooks, type StoredBooks } from './readBooks.ts'

/** One token of the family (vToken, cToken, mToken) and its asset. */
export type TokenMetadata = {
  readonly token: Address
  readonly asset: Asset
  /** The token is for the chain's own coin, which is no ERC-20. */
  readonly isCoin: boolean
  /** What the asset is called in paths of issues: its symbol, unless two assets share it. */
  readonly label: string
  readonly rateModel: Address
  /** Absent where the model is none that is known here. */
  readonly parameters?: RateModel.RateModel | undefined
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

/** Reads the metadata of a Comptroller; three steps, once per time to live. */
export function readMetadata(parameters: {
  readonly chainId: number
  readonly comptroller: Address
  readonly flavour: Flavour
  readonly coin?: { readonly token: Address; readonly symbol: string } | undefined
  readonly blocksPerYear?: bigint | undefined
}): Read.Read<CompoundV2Metadata> {
  const { chainId, comptroller, flavour, coin, blocksPerYear } = parameters
  const isCoin = (token: Address) => coin !== undefined && isAddressEqual(token, coin.token)
  const coinAsset: Asset = { chainId, address: zeroAddress, symbol: coin?.symbol ?? '', decimals: 18 }
  const head = Read.all([
    Read.call({ to: comptroller, abi: comptrollerAbi, functionName: 'oracle' }),
    Read.call({ to: comptroller, abi: comptrollerAbi, functionName: 'getAllMarkets' }),
  ])
  return Read.andThen(head, ([oracle, list]) => {
    if (list.length > MAX_TOKENS || new Set(list).size !== list.length) {
      return unusable('the list of markets is none that a Comptroller can have')
    }
    return Read.andThen(Read.all(list.map((token) => readToken(token, flavour, isCoin(token)))), (tokens) => {
      const tail = Read.all(
        tokens.map(({ token, underlying, rateModel }) =>
          Read.all([
            underlying === undefined ? Read.succeed(coinAsset) : readAsset(chainId, underlying),
            RateModel.read(rateModel, flavour),
            Read.settle(readBooks(token, flavour)),
          ]),
        ),
      )
      return Read.andThen(tail, (details) => {
        const assets = details.map(([asset]) => asset)
        if (new Set(assets.map(({ address }) => address)).size !== assets.length) {
          return unusable('two of its markets have the same asset, which is not supported')
        }
        const labels = assetLabels(assets)
        return Read.succeed({
          oracle,
          tokens: tokens.map(({ underlying, slotsPerYear, ...token }, index): TokenMetadata => {
            const asset = assets[index] ?? coinAsset
            return {
              ...token,
              asset,
              isCoin: underlying === undefined,
              label: labels[index] ?? asset.address,
              parameters: verified(details[index], flavour),
              slotsPerYear: slotsPerYear ?? (token.isTimeBased ? SECONDS_PER_YEAR : blocksPerYear),
            }
          }),
        })
      })
    })
  })
}

/** A model that has the getters of a known one, and counts in another way, is not known. */
function verified(
  details: readonly [Asset, RateModel.RateModel | undefined, ReadResult<StoredBooks>] | undefined,
  { isVenus }: Flavour,
): RateModel.RateModel | undefined {
  const [, model, books] = details ?? []
  if (model === undefined || books?.status !== 'ok') return undefined
  return RateModel.rateAt(model, books.value.totals, isVenus) === books.value.borrowRate ? model : undefined
}

function readToken(token: Address, { isVenus, name }: Flavour, isCoin: boolean) {
  const read = Read.all([
    // The token of the chain's own coin has no such function; Compound's own takes the call for a supply of nothing.
    isCoin ? Read.succeed(undefined) : Read.call({ to: token, abi: tokenAbi, functionName: 'underlying' }),
    Read.call({ to: token, abi: tokenAbi, functionName: 'interestRateModel' }),
    isVenus ? Read.call({ to: token, abi: tokenAbi, functionName: 'isTimeBased' }) : Read.succeed(name === 'moonwell'),
    isVenus ? Read.call({ to: token, abi: tokenAbi, functionName: 'blocksOrSecondsPerYear' }) : Read.succeed(undefined),
  ])
  return Read.map(
    read,
    ([underlying, rateModel, isTimeBased, slotsPerYear]): Pick<
      TokenMetadata,
      'token' | 'rateModel' | 'isTimeBased' | 'slotsPerYear'
    > & { readonly underlying: Address | undefined } => ({ token, underlying, rateModel, isTimeBased, slotsPerYear }),
  )
}

function unusable(reason: string): Read.Read<never> {
  return Read.fail({ status: 'unavailable', reason })
}
