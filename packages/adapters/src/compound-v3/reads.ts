import {
  type Address,
  Decimal,
  type Market,
  type MarketReading,
  Read,
  type ReadResult,
  readLatestRound,
} from '@unimargin/sdk'
import { isAddressEqual, zeroAddress } from 'viem'
import { readBlockTime } from '../shared/blockTime.ts'
import { readDollarPrice } from '../shared/dollarPrice.ts'
import type { Heartbeats } from '../shared/Heartbeats.ts'
import { readerOf } from '../shared/readerOf.ts'
import { erc20Abi } from '../shared/token.ts'
import { cometAbi } from './abi.ts'
import type { CollateralState, CometState, OwnerState, Pauses } from './CometState.ts'
import * as Interest from './Interest.ts'
import {
  type CollateralTokens,
  type CometReader,
  type CompoundV3Metadata,
  readExtendedPauses,
  refuse,
} from './metadata.ts'
import type { ToDetails } from './toDetails.ts'
import { toMarketState } from './toMarketState.ts'
import { toPosition } from './toPosition.ts'

/** What besides Comet itself a reading needs. */
export type ReadOptions = {
  readonly heartbeats: Heartbeats
  /** Whether prices are in the base asset, not in dollars. */
  readonly countsInBase: boolean
  readonly dollarOracle: Address | undefined
  readonly multicall3: Address | undefined
  /** Only with lending. */
  readonly toDetails: ToDetails | undefined
}

/** Everything that may change with a block, in one step. Fails when the metadata no longer fits the Comet. */
export function readState(
  market: Market,
  comet: Address,
  metadata: CompoundV3Metadata,
  owners: readonly Address[],
  options: ReadOptions,
): Read.Read<MarketReading> {
  const ask = readerOf(comet, cometAbi)
  const state = Read.map(readComet(ask, comet, metadata, options), (comet) => ({
    comet,
    market: toMarketState(comet, market, metadata, options.heartbeats, options.toDetails),
  }))
  const items = owners.map((owner) => Read.settle(readOwner(ask, owner, metadata.collaterals)))
  const read = Read.mapEach(state, items, (shared, owner, index) =>
    owner.status === 'ok' ? toPosition({ ...shared, owner: owners[index] ?? zeroAddress, state: owner.value }) : owner,
  )
  return Read.map(read, ([{ market: state }, positions]) => ({ state, positions }))
}

function readComet(
  ask: CometReader,
  comet: Address,
  metadata: CompoundV3Metadata,
  options: ReadOptions,
): Read.Read<CometState> {
  const { base, baseFeed, collaterals } = metadata
  const curve = (side: 'supply' | 'borrow') =>
    Read.all([
      ask(`${side}Kink`),
      ask(`${side}PerSecondInterestRateBase`),
      ask(`${side}PerSecondInterestRateSlopeLow`),
      ask(`${side}PerSecondInterestRateSlopeHigh`),
    ])
  const read = Read.all([
    readBlockTime(options.multicall3),
    ask('totalsBasic'),
    ask('numAssets'),
    ask('baseTokenPriceFeed'),
    curve('supply'),
    curve('borrow'),
    ask('baseBorrowMin'),
    Read.all([Read.settle(ask('totalSupply')), Read.settle(ask('totalBorrow'))]),
    Read.all(collaterals.map((tokens, index) => readCollateral(ask, tokens, index))),
    readPauses(ask, metadata.hasExtendedPauses),
    Read.all([
      Read.settle(readerOf(base.address, erc20Abi)('balanceOf', comet)),
      Read.settle(ask('getPrice', baseFeed)),
      readUpdatedAt(baseFeed),
      options.countsInBase ? readDollarPrice(options.dollarOracle, base.address) : Read.succeed(undefined),
    ]),
  ])
  return Read.andThen(
    read,
    ([
      time,
      totals,
      count,
      feed,
      supply,
      borrow,
      baseBorrowMin,
      views,
      states,
      pauses,
      [cash, price, age, dollars],
    ]) => {
      const change =
        (count !== collaterals.length && 'the list of collaterals changed') ||
        (!isAddressEqual(feed, baseFeed) && `the price feed of ${base.symbol} was replaced`) ||
        states.map(({ change }) => change).find((change) => change !== undefined) ||
        (pauses === undefined && 'it can be paused in another way')
      if (change || pauses === undefined) return refuse(`metadata is stale: ${change}`)
      const [supplyIndex, borrowIndex, , , totalSupplyBase, totalBorrowBase, accruedAt, pauseFlags] = totals
      const stored = { supplyIndex, borrowIndex, totalSupplyBase, totalBorrowBase }
      const lastAccrualTime = BigInt(accruedAt)
      if (time < lastAccrualTime) return refuse(`interest was accrued at ${lastAccrualTime}, after the block's ${time}`)
      const curves = { supply: toCurve(supply), borrow: toCurve(borrow) }
      const accrued = Interest.accrued(stored, curves, time - lastAccrualTime)
      if (accrued === undefined) return refuse('its interest is none that a Comet can accrue')
      const isOwn =
        agrees(views[0], Interest.toAmount(accrued.totalSupplyBase, accrued.supplyIndex)) &&
        agrees(views[1], Interest.toAmount(accrued.totalBorrowBase, accrued.borrowIndex))
      if (!isOwn) return refuse('its own totals are not what its interest rates make of them')
      return Read.succeed({
        time,
        lastAccrualTime,
        stored,
        accrued,
        curves,
        baseBorrowMin,
        pauses: toPauses(pauseFlags, pauses),
        cash,
        basePrice: price,
        basePriceUpdatedAt: age,
        dollarPrice: dollars,
        collaterals: states.flatMap(({ state }) => state ?? []),
      })
    },
  )
}

function readCollateral(ask: CometReader, tokens: CollateralTokens, index: number): Read.Read<Listed> {
  const { asset, feed, label } = tokens
  const read = Read.all([
    Read.settle(ask('getAssetInfo', index)),
    Read.settle(ask('getPrice', feed)),
    readUpdatedAt(feed),
    Read.settle(Read.map(ask('totalsCollateral', asset.address), ([supplied]) => supplied)),
  ])
  return Read.andThen(read, ([listed, price, priceUpdatedAt, totalSupply]): Read.Read<Listed> => {
    if (listed.status === 'reverted') return Read.succeed({ change: 'the list of collaterals changed' })
    if (listed.status !== 'ok') return Read.fail(listed)
    const [offset, token, priceFeed, scale, borrowFactor, liquidateFactor, liquidationFactor, supplyCap] = listed.value
    const isSame =
      offset === index &&
      isAddressEqual(token, asset.address) &&
      isAddressEqual(priceFeed, feed) &&
      scale === Decimal.unit(asset.decimals)
    if (!isSame) return Read.succeed({ change: `the collateral ${label} was listed anew` })
    const state: CollateralState = {
      tokens,
      index,
      borrowFactor,
      liquidateFactor,
      liquidationFactor,
      supplyCap,
      price,
      priceUpdatedAt,
      totalSupply,
    }
    return Read.succeed({ state })
  })
}

/** A collateral, or what of the metadata no longer holds. */
type Listed =
  | { readonly state: CollateralState; readonly change?: undefined }
  | { readonly change: string; readonly state?: undefined }

function readOwner(ask: CometReader, owner: Address, collaterals: readonly CollateralTokens[]): Read.Read<OwnerState> {
  const read = Read.all([
    ask('userBasic', owner),
    Read.settle(ask('isLiquidatable', owner)),
    Read.all(
      collaterals.map(({ asset }) =>
        Read.settle(Read.map(ask('userCollateral', owner, asset.address), ([amount]) => amount)),
      ),
    ),
  ])
  // From 16 collaterals on, the bits of the later ones are in what was reserved.
  return Read.map(read, ([[principal, , , low, high], isLiquidatable, balances]) => ({
    principal,
    assetsIn: low | (high << 16),
    balances,
    isLiquidatable,
  }))
}

function readUpdatedAt(feed: Address): Read.Read<ReadResult<bigint>> {
  const read = Read.andThen(readLatestRound(feed), ({ updatedAt }) =>
    updatedAt === 0n ? refuse('the feed has no completed round') : Read.succeed(updatedAt),
  )
  return Read.settle(read)
}

/** Flags and three bitmaps, which shut nothing in versions without; `undefined` where the version became another. */
function readPauses(ask: CometReader, isExtended: boolean): Read.Read<ExtendedPauses | undefined> {
  const bitmaps = BITMAPS.map((name) => ask(name))
  const read = Read.all([readExtendedPauses(ask), Read.settle(Read.all(isExtended ? bitmaps : []))])
  return Read.andThen(read, ([flags, found]) => {
    if ((flags !== undefined) !== isExtended) return Read.succeed(undefined)
    if (found.status !== 'ok') return Read.fail(found)
    const [supplies = 0, withdrawals = 0, deactivated = 0] = found.value
    return Read.succeed({ flags: flags ?? 0, supplies, withdrawals, deactivated })
  })
}

type ExtendedPauses = {
  readonly flags: number
  readonly supplies: number
  readonly withdrawals: number
  readonly deactivated: number
}

const BITMAPS = ['collateralsSupplyPauseFlags', 'collateralsWithdrawPauseFlags', 'deactivatedCollaterals'] as const

function toPauses(flags: number, extended: ExtendedPauses): Pauses {
  const is = (bits: number, index: number) => ((bits >> index) & 1) === 1
  return {
    supply: is(flags, 0),
    transfer: is(flags, 1),
    withdraw: is(flags, 2),
    absorb: is(flags, 3),
    buy: is(flags, 4),
    lendersWithdraw: is(extended.flags, 0),
    borrowersWithdraw: is(extended.flags, 1),
    collateralSupply: is(extended.flags, 2),
    baseSupply: is(extended.flags, 3),
    collateralWithdraw: is(extended.flags, 7),
    suppliesOf: extended.supplies,
    withdrawalsOf: extended.withdrawals,
    deactivated: extended.deactivated,
  }
}

function toCurve([kink, base, low, high]: readonly [bigint, bigint, bigint, bigint]): Interest.Curve {
  return { kink, base, low, high }
}

/** A total that could not be read disproves nothing. */
function agrees(total: ReadResult<bigint>, own: bigint): boolean {
  return total.status !== 'ok' || total.value === own
}
