import { type Address, type Asset, assetLabels, Read } from '@unimargin/sdk'
import { readAsset } from '../shared/token.ts'
import { NATIVE_COIN } from './nativeCoin.ts'

/** What is kept of the tokens: names and decimals, the native coin's first. */
export type WalletMetadata = {
  readonly assets: readonly Asset[]
  /** For paths: symbols, and addresses where two share one. */
  readonly labels: readonly string[]
}

/** All native coins count in wei: what a contract sees has 18 decimals. */
const NATIVE_DECIMALS = 18

/** Fails with the first token that does not tell its decimals, and says which. */
export function readMetadata(
  chainId: number,
  addresses: readonly Address[],
  nativeSymbol: string | undefined,
): Read.Read<WalletMetadata> {
  const native: readonly Asset[] =
    nativeSymbol === undefined
      ? []
      : [{ chainId, address: NATIVE_COIN, symbol: nativeSymbol, decimals: NATIVE_DECIMALS }]
  const read = Read.all(addresses.map((address) => Read.settle(readAsset(chainId, address))))
  return Read.andThen(read, (results) => {
    const assets = [...native]
    for (const [index, result] of results.entries()) {
      if (result.status !== 'ok') return Read.fail({ ...result, reason: `token ${addresses[index]}: ${result.reason}` })
      assets.push(result.value)
    }
    return Read.succeed({ assets, labels: assetLabels(assets) })
  })
}
