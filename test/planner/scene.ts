import { type Address, type Asset, Wad } from '@unimargin/sdk'
import type { Random } from '../differential/Random.ts'

/** What kinds of assets there are: each of them on every chain. */
export const families = ['ETH', 'BTC', 'USD'] as const
export type Family = (typeof families)[number]

/** What all worlds of one draw share. */
export type Scene = {
  readonly chains: readonly number[]
  /** Those that markets take and routes carry here. */
  readonly families: readonly Family[]
  readonly assetOf: (chainId: number, family: Family) => Asset
  /** US dollars per whole token, WAD. */
  readonly dollars: Readonly<Record<Family, bigint>>
}

const { WAD } = Wad
const CENT = WAD / 100n
const BPS = WAD / 10_000n
const chainIds = [10, 20, 30] as const

/** Makes up chains and prices. */
export function randomScene(random: Random, isSmall: boolean): Scene {
  const chains = chainIds.slice(0, isSmall ? random.pick([1, 2, 2, 2]) : random.pick([2, 2, 3, 3]))
  const dollars = {
    ETH: BigInt(100_000 + random.below(300_000)) * CENT,
    BTC: BigInt(3_000_000 + random.below(6_000_000)) * CENT,
    USD: random.chance(60) ? WAD : BigInt(9_950 + random.below(100)) * BPS,
  }
  const usdDecimals = random.pick([6, 6, 18])
  const decimalsOf = (chainId: number, family: Family) =>
    family === 'ETH' ? 18 : family === 'BTC' ? 8 : chainId === 30 ? usdDecimals : 6
  return {
    chains,
    families: isSmall || random.chance(25) ? without(random.pick([0, 1, 1])) : families,
    dollars,
    assetOf: (chainId, family) => ({
      chainId,
      symbol: family,
      decimals: decimalsOf(chainId, family),
      address: addressOf(chainId, 100 + families.indexOf(family)),
    }),
  }
}

/** An address of a chain's own. */
export function addressOf(chainId: number, tail: number): Address {
  return `0x${chainId.toString(16).padStart(20, '0')}${tail.toString(16).padStart(20, '0')}`
}

/** Base units that so many dollars (WAD) are. */
export function amountOf({ dollars }: Scene, asset: Asset, value: bigint): bigint {
  const price = dollars[asset.symbol as Family]
  return (value * 10n ** BigInt(asset.decimals)) / price
}

/** A number of whole dollars as a WAD, every order of magnitude as likely. */
export function someDollars(random: Random, min: bigint, max: bigint): bigint {
  return random.magnitude(min * 100n, max * 100n) * CENT
}

function without(left: number): readonly Family[] {
  return families.filter((_, index) => index !== left)
}
