import { type Address, type Asset, InvalidAddressError, type ProtocolAdapter } from '@unimargin/sdk'
import {
  type MockAmount,
  type MockContracts,
  type MockMarket,
  type MockPosition,
  MockRevert,
  mockAddress,
  mockContract,
  toBaseUnits,
  UnknownMockAssetError,
} from '@unimargin/sdk/testing'
import { getAddress, isAddress, parseAbi } from 'viem'
import { dollarOracleAbi } from '../../shared/dollarPrice.ts'
import type { WalletMetadata } from '../metadata.ts'
import { type WalletParameters, wallet } from '../wallet.ts'

/** A token that wallets hold. */
export type MockWalletAsset = {
  /** US dollars per whole token: a decimal text with up to 8 decimals, or WAD. Zero: the oracle does not know it. */
  readonly price: MockAmount
  /** 18 unless told. */
  readonly decimals?: number | undefined
  /** Made of chain and symbol unless told. */
  readonly address?: Address | undefined
}

/** Mocked wallets, in a few words. */
export type MockWalletOptions = Pick<WalletParameters, 'chainId' | 'native' | 'multicall3' | 'name' | 'metadataTtl'> & {
  /** By symbol. */
  readonly assets: Readonly<Record<string, MockWalletAsset>>
  /** The symbol whose price is the native coin's. */
  readonly wrappedNative?: string | undefined
  readonly positions?: readonly MockPosition[] | undefined
}

/** Wallets of a mocked chain. Each change gives new ones, to be put into a chain by `chain.update(…)`. */
export interface MockWallet extends MockMarket {
  /** Reads them. */
  readonly adapter: ProtocolAdapter<WalletMetadata>
  readonly oracle: Address
  readonly withPrice: (asset: string, price: MockAmount) => MockWallet
  readonly withPosition: (position: MockPosition) => MockWallet
  readonly withSupply: (owner: Address, asset: Address, amount: bigint) => MockWallet
  readonly withWithdrawal: (owner: Address, asset: Address, amount: bigint) => MockWallet
  readonly withTokens: (holder: Address, asset: Address, amount: bigint) => MockWallet
}

/**
 * Wallets for `mockChain` with tokens of their own: it answers all that `wallet` reads. A position's `supply` is what an owner
 * holds, and a wallet owes nothing. What an owner holds of the native coin is the chain's to say: `balances` of `mockChain`,
 * and `chain.setBalance`.
 *
 * For tokens that another mocked market plays already this is not needed: give `wallet` the addresses of its assets and its
 * oracle, and say by the market's `withTokens` who holds what.
 *
 * @throws InvalidAddressError when an asset or an owner is no address.
 * @throws InvalidDecimalError when a text is no number, or has more digits than its unit.
 *
 * @example
 * import { mockWallet } from '@unimargin/adapters/wallet/testing'
 *
 * const idle = mockWallet({
 *   chainId: 8453,
 *   assets: { WETH: { price: '3000' }, USDC: { price: '1', decimals: 6 } },
 *   wrappedNative: 'WETH',
 *   positions: [{ owner: '0x2222222222222222222222222222222222222222', supply: { USDC: '250' } }],
 * })
 */
export function mockWallet(options: MockWalletOptions): MockWallet {
  const { chainId, assets, wrappedNative, positions = [] } = options
  const tokens = Object.entries(assets).map(([symbol, { price, decimals = 18, address }]): Token => {
    const chosen = address ?? mockAddress(`wallet:${chainId}:${symbol}`)
    if (!isAddress(chosen, { strict: false })) throw new InvalidAddressError({ parameter: symbol, value: chosen })
    return { asset: { chainId, address: getAddress(chosen), symbol, decimals }, price: dollars(price), held: new Map() }
  })
  const oracle = mockAddress(`wallet:${chainId}:oracle`)
  const adapter = wallet({
    ...options,
    assets: tokens.map(({ asset }) => asset.address),
    wrappedNative: wrappedNative === undefined ? undefined : named(tokens, wrappedNative).asset.address,
    dollarOracle: oracle,
  })
  const market = marketOf(tokens, oracle, adapter)
  return positions.reduce<MockWallet>((current, position) => current.withPosition(position), market)
}

/** A token: its price in Aave's unit, and who holds how much, by owner in lower case. */
type Token = { readonly asset: Asset; readonly price: bigint; readonly held: ReadonlyMap<string, bigint> }

const tokenAbi = parseAbi([
  'function symbol() view returns (string)',
  'function decimals() view returns (uint8)',
  'function balanceOf(address account) view returns (uint256)',
])

function marketOf(tokens: readonly Token[], oracle: Address, adapter: ProtocolAdapter<WalletMetadata>): MockWallet {
  const { market } = adapter
  const changed = (token: Token): MockWallet =>
    marketOf(
      tokens.map((one) => (one.asset.address === token.asset.address ? token : one)),
      oracle,
      adapter,
    )
  const holding = (token: Token, owner: Address, amount: bigint): Token => ({
    ...token,
    held: new Map(token.held).set(owner.toLowerCase(), amount),
  })
  const add = (owner: Address, asset: string, amount: bigint): MockWallet => {
    const token = named(tokens, asset)
    const after = balanceOf(token, owner) + amount
    if (after < 0n) throw MockRevert.because('ERC20: transfer amount exceeds balance')
    return changed(holding(token, owner, after))
  }
  let contracts: MockContracts | undefined
  return {
    key: market.key,
    market,
    adapter,
    oracle,
    assets: tokens.map(({ asset }) => asset),
    contracts: () => {
      contracts ??= contractsOf(tokens, oracle)
      return contracts
    },
    withPrice: (asset, price) => changed({ ...named(tokens, asset), price: dollars(price) }),
    withPosition: ({ owner, supply = {}, borrow = {} }) => {
      if (!isAddress(owner, { strict: false })) throw new InvalidAddressError({ parameter: 'owner', value: owner })
      const [owed] = Object.keys(borrow)
      if (owed !== undefined) throw new UnknownMockAssetError({ asset: owed, known: [] })
      const amounts = new Map(Object.entries(supply).map(([name, amount]) => [named(tokens, name), amount]))
      const next = tokens.map((token) =>
        holding(token, owner, toBaseUnits(amounts.get(token) ?? 0n, token.asset.decimals)),
      )
      return marketOf(next, oracle, adapter)
    },
    suppliedOf: (owner, asset) => balanceOf(named(tokens, asset), owner),
    withSupply: add,
    withWithdrawal: (owner, asset, amount) => add(owner, asset, -amount),
    withTokens: add,
    isCollateral: () => false,
  }
}

function contractsOf(tokens: readonly Token[], oracle: Address): MockContracts {
  const contracts = tokens.map((token) => {
    const { address, symbol, decimals } = token.asset
    const contract = mockContract(tokenAbi, {
      symbol: () => symbol,
      decimals: () => decimals,
      balanceOf: ([account]) => balanceOf(token, account),
    })
    return [address, contract] as const
  })
  const priceOf = (asset: Address) => tokens.find((token) => token.asset.address === getAddress(asset))?.price ?? 0n
  return {
    ...Object.fromEntries(contracts),
    [oracle]: mockContract(dollarOracleAbi, { getAssetPrice: ([asset]) => priceOf(asset) }),
  }
}

function named(tokens: readonly Token[], wanted: string): Token {
  const text = wanted.toLowerCase()
  const found = tokens.find(({ asset }) => asset.symbol.toLowerCase() === text || asset.address.toLowerCase() === text)
  if (found !== undefined) return found
  throw new UnknownMockAssetError({ asset: wanted, known: tokens.map(({ asset }) => asset.symbol) })
}

function balanceOf({ held }: Token, owner: Address): bigint {
  return held.get(owner.toLowerCase()) ?? 0n
}

/** A text of up to 8 decimals, or WAD: in the oracle's unit. */
function dollars(price: MockAmount): bigint {
  return typeof price === 'bigint' ? toBaseUnits(price, 18) / 10n ** 10n : toBaseUnits(price, 8)
}
