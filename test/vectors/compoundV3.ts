import { readFileSync } from 'node:fs'
import type { Address, Hex } from 'viem'

/** A decimal integer, or the name of the error that a view reverted with. */
export type Measured = string | { readonly revert: string }

type TotalsBasic = {
  readonly baseSupplyIndex: string
  readonly baseBorrowIndex: string
  readonly trackingSupplyIndex: string
  readonly trackingBorrowIndex: string
  readonly totalSupplyBase: string
  readonly totalBorrowBase: string
  readonly lastAccrualTime: number
  readonly pauseFlags: number
}

type AssetInfo = {
  readonly offset: number
  readonly asset: Address
  readonly priceFeed: Address
  readonly scale: string
  readonly borrowCollateralFactor: string
  readonly liquidateCollateralFactor: string
  readonly liquidationFactor: string
  readonly supplyCap: string
}

type Token = { readonly symbol: string; readonly decimals: number; readonly token: Address; readonly feed: Address }

export type VectorMarket = {
  readonly id: string
  readonly comet: Address
  readonly base: Token
  readonly collaterals: readonly Token[]
  readonly val: Readonly<Record<string, string | number>> & Readonly<Record<`assetInfo${number}`, AssetInfo>>
  readonly ratePoints: readonly { readonly util: string; readonly supplyRate: string; readonly borrowRate: string }[]
}

export type VectorState = {
  readonly m: string
  readonly tag: string
  readonly block: number
  readonly timestamp: number
  readonly val: Readonly<Record<`price${number}` | 'priceBase', Measured>> &
    Readonly<Record<`totalsCollateral${number}`, readonly [string, string]>> & {
      readonly totalsBasic: TotalsBasic
      readonly utilization: string
      readonly totalSupply: string
      readonly totalBorrow: string
      readonly reserves: string
      readonly cometBaseBalance: string
      readonly supplyRate: string
      readonly borrowRate: string
    }
  readonly afterAccrue: { readonly totalsBasic: TotalsBasic; readonly utilization: string }
}

type Views = {
  readonly balanceOf: string
  readonly borrowBalanceOf: string
  readonly isBorrowCollateralized: boolean | { readonly revert: string }
  readonly isLiquidatable: boolean | { readonly revert: string }
}

/** `max` is null where nothing succeeds, not even an amount of zero. */
export type VectorLimit = {
  readonly at0: string
  readonly max: string | null
  readonly next: string
  readonly tooSmallUpTo?: string
  readonly nextAfterTooSmall?: string
}

export type VectorSnapshot = {
  /** Index of the state. */
  readonly s: number
  readonly u: number
  readonly label: string
  readonly user: Address
  readonly val: Views & { readonly userBasic: readonly [string, string, string, number, number] } & Readonly<
      Record<`userCollateral${number}`, readonly [string, string]>
    >
  readonly acc: Views
  readonly maxBase?: VectorLimit
  readonly maxCol?: readonly (VectorLimit & { readonly a: number; readonly full: string })[]
}

export type VectorCalls = {
  readonly snapshot: number
  readonly state: number
  readonly user: Address
  readonly label: string
  readonly stateTag: string
  readonly block: { readonly number: number; readonly timestamp: number; readonly hash: Hex }
  readonly calls: readonly {
    readonly to: Address
    readonly data: Hex
    readonly result?: Hex
    readonly error?: { readonly data: Hex }
  }[]
}

/** What was measured on a real Comet; see the README beside. */
export const vectors: {
  readonly market: VectorMarket
  readonly states: readonly VectorState[]
  readonly snaps: readonly VectorSnapshot[]
  readonly calls: readonly VectorCalls[]
} = load()

function load() {
  const file = (name: string): unknown => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'))
  const { markets, states, snaps } = file('compound-v3.json') as {
    readonly markets: readonly VectorMarket[]
    readonly states: readonly VectorState[]
    readonly snaps: readonly VectorSnapshot[]
  }
  const { entries } = file('compound-v3-calls.json') as { readonly entries: readonly VectorCalls[] }
  const [market] = markets
  if (market === undefined || snaps.length === 0 || entries.length === 0) throw new TypeError('the vectors are empty')
  return { market, states, snaps, calls: entries }
}
