import { type Address, type Asset, assetLabels, type Hex, Read } from '@unimargin/sdk'
import { encodeAbiParameters, isAddressEqual, keccak256 } from 'viem'
import * as Result from '../shared/Result.ts'
import { readerOf } from '../shared/readerOf.ts'
import { present, readAsset } from '../shared/token.ts'
import { feedsAbi, marketParams, morphoAbi } from './abi.ts'

/** What a market is. None of it can change: the market's id is its hash. */
export type MorphoBlueMetadata = {
  readonly loan: Asset
  /** Absent in a market that lends to nobody. */
  readonly collateral?: Asset | undefined
  readonly oracle?: Address | undefined
  /** The interest rate model; absent where there is none, and no interest. */
  readonly irm?: Address | undefined
  /** Liquidation loan-to-value, WAD. */
  readonly lltv: bigint
  /** What the loan and the collateral are called in paths of issues: their symbols, unless both share one. */
  readonly labels: readonly [loan: string, collateral: string]
  /** The Chainlink feeds behind the oracle, as far as it names them. */
  readonly feeds: readonly Address[]
}

/** Reads what a market is; two steps, once per time to live. Fails where the answer is not what the id is the hash of. */
export function readMetadata(chainId: number, morpho: Address, id: Hex): Read.Read<MorphoBlueMetadata> {
  return Read.andThen(readerOf(morpho, morphoAbi)('idToMarketParams', id), (values) => {
    const [loanToken, collateralToken, oracle, irm, lltv] = values
    if (BigInt(loanToken) === 0n) return unavailable(`Morpho knows no market ${id}`)
    if (keccak256(encodeAbiParameters(marketParams, values)) !== id) {
      return unavailable(`what the node says of market ${id} is of another one`)
    }
    if (isAddressEqual(loanToken, collateralToken)) {
      // Its amounts could not be told apart.
      return unavailable('a market whose collateral is its loan token is not supported')
    }
    const collateral = present(collateralToken)
    const body = Read.all([
      readAsset(chainId, loanToken),
      collateral === undefined ? Read.succeed(undefined) : readAsset(chainId, collateral),
      readFeeds(present(oracle)),
    ])
    return Read.map(body, ([loan, backing, feeds]): MorphoBlueMetadata => {
      const [first = loan.symbol, second = ''] = assetLabels(backing === undefined ? [loan] : [loan, backing])
      return {
        loan,
        collateral: backing,
        oracle: present(oracle),
        irm: present(irm),
        lltv,
        labels: [first, second],
        feeds,
      }
    })
  })
}

/** None where the oracle is not of the kind that names all four. */
function readFeeds(oracle: Address | undefined): Read.Read<readonly Address[]> {
  if (oracle === undefined) return Read.succeed([])
  const ask = readerOf(oracle, feedsAbi)
  const feeds = Read.all(feedsAbi.map(({ name }) => ask(name)))
  return Read.map(Read.settle(feeds), (result) =>
    result.status === 'ok' ? [...new Set(result.value)].filter((feed) => present(feed) !== undefined) : [],
  )
}

function unavailable(reason: string): Read.Read<never> {
  return Read.fail(Result.unavailable(reason))
}
