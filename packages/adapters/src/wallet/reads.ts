import { type Address, type Market, type MarketReading, Read, type ReadResult, type Reserve } from '@unimargin/sdk'
import { isAddressEqual, zeroAddress } from 'viem'
import { readDollarPrice, toDollarPrice } from '../shared/dollarPrice.ts'
import { erc20Abi } from '../shared/token.ts'
import type { WalletMetadata } from './metadata.ts'
import { NATIVE_COIN } from './nativeCoin.ts'
import { toPosition } from './toPosition.ts'

/** Where a wallet's market reads. */
export type WalletPlaces = {
  readonly market: Market
  /** Whether the native coin was asked for. */
  readonly hasNative: boolean
  /** The tokens that were asked for: metadata of others is stale. */
  readonly assets: readonly Address[]
  readonly oracle: Address | undefined
  readonly wrappedNative: Address | undefined
  readonly multicall3: Address
}

const multicallAbi = [
  {
    type: 'function',
    name: 'getEthBalance',
    stateMutability: 'view',
    inputs: [{ name: 'account', type: 'address' }],
    outputs: [{ type: 'uint256' }],
  },
] as const

/** Nothing can be lent to a wallet or borrowed from it. */
const NOT_LENT = {
  liquidationThreshold: 0n,
  loanToValue: 0n,
  liquidationBonus: 0n,
  supplyRoom: 0n,
  borrowRoom: 0n,
  availableLiquidity: 0n,
  supplyRate: 0n,
  borrowRate: 0n,
  supplyBlockedBy: ['idle'],
  withdrawBlockedBy: [],
  borrowBlockedBy: ['idle'],
} as const

/** Prices, and every owner's balances, each of which may fail alone. */
export function readState(
  { market, hasNative, assets, oracle, wrappedNative, multicall3 }: WalletPlaces,
  metadata: WalletMetadata,
  owners: readonly Address[],
): Read.Read<MarketReading> {
  const isNative = (address: Address) => address === NATIVE_COIN
  const asked = hasNative ? [NATIVE_COIN, ...assets] : assets
  if (
    metadata.assets.length !== asked.length ||
    !metadata.assets.every(({ address }, index) => isAddressEqual(address, asked[index] ?? zeroAddress))
  ) {
    return Read.fail({ status: 'unavailable', reason: 'metadata is stale: the list of assets changed' })
  }
  const readPrice = (address: Address): Read.Read<ReadResult<bigint>> => {
    const priced = isNative(address) ? wrappedNative : address
    return priced === undefined
      ? Read.succeed({ status: 'unavailable', reason: 'no token is configured that has the price of the native coin' })
      : readDollarPrice(oracle, priced)
  }
  const readBalance = (owner: Address, address: Address) =>
    Read.settle(
      isNative(address)
        ? Read.call({ to: multicall3, abi: multicallAbi, functionName: 'getEthBalance', args: [owner] })
        : Read.call({ to: address, abi: erc20Abi, functionName: 'balanceOf', args: [owner] }),
    )
  const reserves = Read.map(Read.all(metadata.assets.map(({ address }) => readPrice(address))), (prices) =>
    metadata.assets.map(
      (asset, index): Reserve => ({
        ...NOT_LENT,
        asset,
        price: toDollarPrice(prices[index] ?? NO_PRICE, market, `reserves.${metadata.labels[index]}.price`),
      }),
    ),
  )
  const balances = owners.map((owner) => Read.all(metadata.assets.map(({ address }) => readBalance(owner, address))))
  const read = Read.mapEach(reserves, balances, (priced, amounts, index): MarketReading['positions'][number] => {
    const owner = owners[index]
    return owner === undefined
      ? NO_PRICE
      : { status: 'ok', value: toPosition({ market, owner, reserves: priced, labels: metadata.labels, amounts }) }
  })
  return Read.map(read, ([priced, positions]) => ({ state: { market, reserves: priced }, positions }))
}

const NO_PRICE = { status: 'unavailable', reason: 'it was not read' } as const
