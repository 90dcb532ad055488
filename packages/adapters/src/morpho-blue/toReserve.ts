import {
  Exact,
  type Market,
  type MarketState,
  MulDiv,
  type OracleFeed,
  type Quantity,
  type ReadResult,
  type Reserve,
  type UnitOfAccount,
  Wad,
} from '@unimargin/sdk'
import { maxUint256 } from 'viem'
import type { Heartbeats } from '../shared/Heartbeats.ts'
import { join } from '../shared/join.ts'
import { MAX_AMOUNT, MAX_TIME, quantityOf } from '../shared/quantityOf.ts'
import type { MarketReads } from './MarketReads.ts'
import type { MorphoBlueMetadata } from './metadata.ts'
import { ratesOf } from './rates.ts'
import { priceDecimals } from './rule.ts'
import type { ToDetails } from './toDetails.ts'

/** What a liquidator gains: 1 / (1 − 0.3 · (1 − lltv)), at most 15 % on top. */
const CURSOR = (Wad.WAD * 3n) / 10n
const HIGHEST_BONUS = (Wad.WAD * 15n) / 100n

type Parameters = { readonly market: Market; readonly metadata: MorphoBlueMetadata; readonly reads: MarketReads }

/** The market in the words of the model: its loan token comes first, and is the unit of account. */
export function toState(
  parameters: Parameters & { readonly heartbeats: Heartbeats; readonly toDetails: ToDetails | undefined },
): MarketState {
  const { market, metadata, reads, toDetails } = parameters
  const { collateral } = metadata
  return {
    market,
    reserves: [
      loanReserve(parameters),
      ...(collateral ? [{ ...collateralReserve(parameters), asset: collateral }] : []),
    ],
    unit: unitOf(parameters),
    details: toDetails?.(metadata, oraclePrice(parameters), reads),
  }
}

/** What prices and values are counted in. */
export function unitOf({ metadata: { loan }, reads }: Parameters): UnitOfAccount {
  return { symbol: loan.symbol, asset: loan, price: reads.dollarPrice }
}

/** The collateral's price as the oracle says it. */
export function oraclePrice({ market, metadata, reads }: Parameters): Quantity {
  return quantityOf(reads.price, maxUint256, { market, path: `reserves.${metadata.labels[1]}.price` })
}

/** The collateral's price in loan tokens, WAD. */
export function wadPrice(price: Quantity, { loan, collateral }: MorphoBlueMetadata): Quantity {
  if (typeof price !== 'bigint' || collateral === undefined) return price
  return Exact.toWad({ value: price, decimals: priceDecimals(loan.decimals, collateral.decimals) })
}

function loanReserve(parameters: Parameters): Reserve {
  const { market, metadata, reads } = parameters
  const { accrued, model } = reads
  const where = (what: string) => ({ market, path: `reserves.${metadata.labels[0]}.${what}` })
  const idle =
    accrued.status === 'ok'
      ? accrued.value.totals.supply.assets - accrued.value.totals.borrow.assets
      : quantityOf(accrued, 0n, where('liquidity'))
  const held = quantityOf(reads.loanBalance, MAX_AMOUNT, where('liquidity'))
  const availableLiquidity = join([idle, held], lesser)
  const rates = ratesIn(accrued, model)
  const rate = (of: 'supplyRate' | 'borrowRate') =>
    rates.status === 'ok' ? rates.value[of] : quantityOf(rates, 0n, where(of))
  const empty = availableLiquidity === 0n ? ['no-liquidity'] : []
  return {
    asset: metadata.loan,
    price: Wad.WAD,
    liquidationThreshold: 0n,
    loanToValue: 0n,
    liquidationBonus: 0n,
    supplyRoom: undefined,
    borrowRoom: undefined,
    availableLiquidity,
    supplyRate: rate('supplyRate'),
    borrowRate: rate('borrowRate'),
    supplyBlockedBy: [],
    withdrawBlockedBy: empty,
    borrowBlockedBy: metadata.collateral === undefined ? ['borrowing-disabled'] : empty,
  }
}

function collateralReserve(parameters: Parameters & { readonly heartbeats: Heartbeats }): Omit<Reserve, 'asset'> {
  const { market, metadata, reads } = parameters
  const path = `reserves.${metadata.labels[1]}.liquidity`
  return {
    price: wadPrice(oraclePrice(parameters), metadata),
    oracle: feedOf(parameters),
    liquidationThreshold: metadata.lltv,
    loanToValue: metadata.lltv,
    liquidationBonus: bonusOf(metadata.lltv),
    supplyRoom: undefined,
    borrowRoom: 0n,
    availableLiquidity: quantityOf(reads.collateralBalance, MAX_AMOUNT, { market, path }),
    supplyRate: 0n,
    borrowRate: 0n,
    supplyBlockedBy: [],
    withdrawBlockedBy: [],
    borrowBlockedBy: ['borrowing-disabled'],
  }
}

function ratesIn(accrued: MarketReads['accrued'], model: MarketReads['model']): ReadResult<ReturnType<typeof ratesOf>> {
  if (accrued.status !== 'ok') return accrued
  const { totals, modelState: state } = accrued.value
  if (state !== undefined && state.status !== 'ok') return state
  return { status: 'ok', value: ratesOf(totals, state && model, state?.value ?? 0n) }
}

/** The feed that is the latest with its update: of several, the one that makes the price old. */
function feedOf({
  market,
  metadata: { oracle, feeds, labels },
  reads,
  heartbeats,
}: Parameters & { readonly heartbeats: Heartbeats }): OracleFeed | undefined {
  if (oracle === undefined) return undefined
  const where = { market, path: `reserves.${labels[1]}.price.updatedAt` }
  const ages = feeds.map((source, index): OracleFeed => {
    const round = reads.rounds[index] ?? NO_FEED
    const at: ReadResult<bigint> = round.status === 'ok' ? { status: 'ok', value: round.value.updatedAt } : round
    return { source, updatedAt: quantityOf(at, MAX_TIME, where), heartbeat: heartbeats.of(source) }
  })
  const unread = ages.find(({ updatedAt }) => typeof updatedAt !== 'bigint')
  if (unread !== undefined) return unread
  const dueOf = ({ updatedAt, heartbeat = 0n }: OracleFeed) =>
    typeof updatedAt === 'bigint' ? updatedAt + heartbeat : 0n
  const [first = { source: oracle, updatedAt: quantityOf(NO_FEED, 0n, where) }, ...others] = ages
  return others.reduce((last, feed) => (dueOf(feed) < dueOf(last) ? feed : last), first)
}

const NO_FEED: ReadResult<never> = { status: 'unavailable', reason: 'the oracle names no feed of its own' }

function bonusOf(lltv: bigint): bigint {
  const factor = MulDiv.down(Wad.WAD, Wad.WAD, Wad.WAD - Wad.mulDown(CURSOR, Wad.WAD - lltv))
  return lesser(factor - Wad.WAD, HIGHEST_BONUS)
}

function lesser(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}
