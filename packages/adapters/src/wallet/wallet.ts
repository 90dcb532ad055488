import { type Address, InvalidAddressError, type Market, MULTICALL3, type ProtocolAdapter } from '@unimargin/sdk'
import { getAddress, isAddress } from 'viem'
import { DuplicateAssetError } from './DuplicateAssetError.ts'
import { readMetadata, type WalletMetadata } from './metadata.ts'
import { NATIVE_COIN } from './nativeCoin.ts'
import { readState } from './reads.ts'
import { walletRule } from './rule.ts'

/** Which assets of which wallets: an entry of `@unimargin/adapters/wallet/addresses`, or one's own list. */
export type WalletParameters = {
  readonly chainId: number
  /** ERC-20 tokens, each once. */
  readonly assets: readonly Address[]
  /**
   * The native coin, counted besides the tokens. `false` leaves it out: on Metis it is an ERC-20 at the same time, and would
   * be counted twice.
   */
  readonly native?: { readonly symbol: string } | false | undefined
  /** The token whose price is the native coin's. Without it that price is unknown. */
  readonly wrappedNative?: Address | undefined
  /** Aave's oracle on the chain, or one that answers the same `getAssetPrice`. Without it all prices are unknown. */
  readonly dollarOracle?: Address | undefined
  /** Where Multicall3 is, which tells native balances, if not where it is on most chains. */
  readonly multicall3?: Address | undefined
  /** For people; `Wallet on chain …` otherwise. */
  readonly name?: string | undefined
  /** How many seconds names and decimals of tokens are kept; a day otherwise. */
  readonly metadataTtl?: number | undefined
}

/**
 * What lies idle in wallets: the balances of the tokens that could be put to use as collateral, and of the native coin. It is
 * no lending market: nothing is owed, nothing is collateral, and a view sums it apart, as `idleValue`.
 *
 * The native coin is an asset at {@link NATIVE_COIN}, priced as its wrapped token. A balance of zero is left out; one that
 * could not be read is there, and unknown.
 *
 * Reads nothing by itself.
 *
 * @throws InvalidAddressError when an asset, `wrappedNative`, `dollarOracle` or `multicall3` is no address.
 * @throws DuplicateAssetError when an asset is listed twice.
 *
 * @example
 * import { wallet } from '@unimargin/adapters/wallet'
 *
 * const adapter = wallet({
 *   chainId: 8453,
 *   assets: ['0x4200000000000000000000000000000000000006', '0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913'],
 *   native: { symbol: 'ETH' },
 *   wrappedNative: '0x4200000000000000000000000000000000000006',
 *   dollarOracle: '0x2Cc0Fc26eD4563A5ce5e8bdcfe1A2878676Ae156',
 *   name: 'Wallet on Base',
 * })
 */
export function wallet(parameters: WalletParameters): ProtocolAdapter<WalletMetadata> {
  const { chainId, native = { symbol: 'native coin' }, name = `Wallet on chain ${chainId}` } = parameters
  // An entry of another adapter's addresses, where no compiler looks.
  if (!Array.isArray(parameters.assets)) {
    throw new InvalidAddressError({ parameter: 'assets', value: parameters.assets })
  }
  const assets = parameters.assets.map((asset) => checked('assets', asset))
  const twice = assets.find((asset, index) => asset === NATIVE_COIN || assets.indexOf(asset) !== index)
  if (twice !== undefined) throw new DuplicateAssetError(twice)
  const optional = (key: 'wrappedNative' | 'dollarOracle' | 'multicall3') => {
    const value = parameters[key]
    return value === undefined ? undefined : checked(key, value)
  }
  const places = {
    oracle: optional('dollarOracle'),
    wrappedNative: optional('wrappedNative'),
    multicall3: optional('multicall3') ?? MULTICALL3,
  }
  const market: Market = {
    key: `wallet:${chainId}:${NATIVE_COIN.toLowerCase()}`,
    protocol: 'wallet',
    chainId,
    id: NATIVE_COIN,
    name,
    holdsIdle: true,
  }
  return {
    market,
    rules: { [walletRule.key]: walletRule },
    metadata: {
      ttl: parameters.metadataTtl ?? 86_400,
      read: readMetadata(chainId, assets, native === false ? undefined : native.symbol),
    },
    state: (metadata, owners) =>
      readState({ market, hasNative: native !== false, assets, ...places }, metadata, owners),
  }
}

function checked(parameter: string, value: Address): Address {
  if (!isAddress(value)) throw new InvalidAddressError({ parameter, value })
  return getAddress(value)
}
