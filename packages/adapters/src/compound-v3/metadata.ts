import { type Address, type Asset, assetLabels, Decimal, Read } from '@unimargin/sdk'
import { type Reader, readerOf } from '../shared/readerOf.ts'
import { readAsset } from '../shared/token.ts'
import { cometAbi } from './abi.ts'

/** A collateral, its feed, and what it is called in paths of issues. */
export type CollateralTokens = { readonly asset: Asset; readonly feed: Address; readonly label: string }

/** What of a Comet seldom changes. `state` checks all of it again, so that a change is seen in the next block. */
export type CompoundV3Metadata = {
  readonly base: Asset
  /** What the base asset is called in paths of issues. */
  readonly label: string
  readonly baseFeed: Address
  readonly collaterals: readonly CollateralTokens[]
  /** Whether this version can pause single actions and assets. */
  readonly hasExtendedPauses: boolean
}

/** Asks a Comet. */
export type CometReader = Reader<typeof cometAbi>

/** Bitmaps of users have room for so many: a longer list is a node's invention. */
const MAX_COLLATERALS = 24

/** Reads the metadata of a Comet; three steps, once per time to live. */
export function readMetadata(chainId: number, comet: Address): Read.Read<CompoundV3Metadata> {
  const ask = readerOf(comet, cometAbi)
  const head = Read.all([
    ask('numAssets'),
    ask('baseToken'),
    ask('baseTokenPriceFeed'),
    ask('baseScale'),
    readExtendedPauses(ask),
  ])
  return Read.andThen(head, ([count, baseToken, baseFeed, baseScale, extended]) => {
    if (count > MAX_COLLATERALS) return refuse(`${count} collaterals are more than a Comet can have`)
    const body = Read.all([
      readAsset(chainId, baseToken),
      Read.all(Array.from({ length: count }, (_, index) => ask('getAssetInfo', index))),
    ])
    return Read.andThen(body, ([base, infos]) => {
      if (Decimal.unit(base.decimals) !== baseScale) return refuse(`the scale of ${base.symbol} is not its unit`)
      // A collateral that is there twice would count twice.
      if (new Set([baseToken, ...infos.map(([, asset]) => asset)]).size !== count + 1) {
        return refuse('the list of collaterals is none that a Comet can have')
      }
      return Read.map(Read.all(infos.map(([, asset]) => readAsset(chainId, asset))), (assets) => {
        const labels = assetLabels([base, ...assets])
        return {
          base,
          label: labels[0] ?? base.address,
          baseFeed,
          collaterals: infos.flatMap(([, , feed], index) => {
            const asset = assets[index]
            return asset === undefined ? [] : [{ asset, feed, label: labels[index + 1] ?? asset.address }]
          }),
          hasExtendedPauses: extended !== undefined,
        }
      })
    })
  })
}

/**
 * The flags of single actions; `undefined` in versions without. A call that a node lets run out of gas looks as if the function
 * were missing, so this is asked with every reading again.
 */
export function readExtendedPauses(ask: CometReader): Read.Read<number | undefined> {
  return Read.andThen(Read.settle(ask('extendedPauseFlags')), (flags) => {
    if (flags.status === 'ok') return Read.succeed(flags.value)
    return flags.status === 'reverted' ? Read.succeed(undefined) : Read.fail(flags)
  })
}

/** A read that has no value, and why. */
export function refuse(reason: string): Read.Read<never> {
  return Read.fail({ status: 'unavailable', reason })
}
