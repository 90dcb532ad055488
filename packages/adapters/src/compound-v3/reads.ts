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
import { erc20Abi } from '../shared/token.ts'
import { cometAbi } from './abi.ts'
import type { CollateralState, CometState, OwnerState, Pauses } from './CometState.ts'
import * as Interest from './Interest.ts'
import { type CollateralTokens, type CompoundV3Metadata, readAssetInfo, readExtendedPauses } from './metadata.ts'
import { toMarketState } from './toMarketState.ts'
import { toPosition } from './toPosition.ts'

/** What besides Comet itself a reading needs. */
export type ReadOptions = {
  readonly heartbeats: Heartbeats
  /** Whether prices are in the base asset, not in dollars. */
  readonly countsInBase: boolean
  readonly dollarOracle: Address | undefined
  readonly multicall3: Address | undefined
}

/** Everything that may change with a block, in one step. Fails when the metadata no longer fits the Comet. */
export function readState(
  market: Market,
  comet: Address,
  metadata: CompoundV3Metadata,
  owners: readonly Address[],
  options: ReadOptions,
): Read.Read<MarketReading> {
  const state = Read.map(readComet(comet, metadata, options), (comet) => ({
    comet,
    market: toMarketState(comet, market, metadata, options.heartbeats),
  }))
  const items = owners.map((owner) => Read.settle(readOwner(comet, owner, metadata.collaterals)))
  const read = Read.mapEach(state, items, (shared, owner, index) =>
    owner.status === 'ok'
      ? ({
          status: 'ok',
          value: toPosition({ ...shared, owner: owners[index] ?? zeroAddress, state: owner.value }),
        } as const)
      : owner,
  )
  return Read.map(read, ([{ market: state }, positions]) => ({ state, positions }))
}

function readComet(comet: Address, metadata: CompoundV3Metadata, options: ReadOptions): Read.Read<CometState> {
  const { base, baseFeed, collaterals } = metadata
  const number = (functionName: Getter) => Read.call({ to: comet, abi: cometAbi, functionName })
  const read = Read.all([
    readBlockTime(options.multicall3),
    Read.call({ to: comet, abi: cometAbi, functionName: 'totalsBasic' }),
    Read.call({ to: comet, abi: cometAbi, functionName: 'numAssets' }),
    Read.call({ to: comet, abi: cometAbi, functionName: 'baseTokenPriceFeed' }),
    Read.all([
      number('supplyKink'),
      number('supplyPerSecondInterestRateBase'),
      number('supplyPerSecondInterestRateSlopeLow'),
      number('supplyPerSecondInterestRateSlopeHigh'),
    ]),
    Read.all([
      number('borrowKink'),
      number('borrowPerSecondInterestRateBase'),
      number('borrowPerSecondInterestRateSlopeLow'),
      number('borrowPerSecondInterestRateSlopeHigh'),
    ]),
    number('baseBorrowMin'),
    Read.all([Read.settle(number('totalSupply')), Read.settle(number('totalBorrow'))]),
    Read.all(collaterals.map((tokens, index) => readCollateral(comet, tokens, index))),
    readPauses(comet, metadata.hasExtendedPauses),
    Read.all([
      Read.settle(Read.call({ to: base.address, abi: erc20Abi, functionName: 'balanceOf', args: [comet] })),
      readPrice(comet, baseFeed),
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
      const stored = {
        supplyIndex: totals.baseSupplyIndex,
        borrowIndex: totals.baseBorrowIndex,
        totalSupplyBase: totals.totalSupplyBase,
        totalBorrowBase: totals.totalBorrowBase,
      }
      const lastAccrualTime = BigInt(totals.lastAccrualTime)
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
        pauses: toPauses(totals.pauseFlags, pauses),
        cash,
        basePrice: price,
        basePriceUpdatedAt: age,
        dollarPrice: dollars,
        collaterals: states.flatMap(({ state }) => state ?? []),
      })
    },
  )
}

type Getter = Extract<
  (typeof cometAbi)[number],
  { readonly inputs: readonly []; readonly outputs: readonly [{ readonly type: 'uint256' }] }
>['name']

function readCollateral(comet: Address, tokens: CollateralTokens, index: number): Read.Read<Listed> {
  const { asset, feed, label } = tokens
  const total = Read.call({ to: comet, abi: cometAbi, functionName: 'totalsCollateral', args: [asset.address] })
  const read = Read.all([
    Read.settle(readAssetInfo(comet, index)),
    readPrice(comet, feed),
    readUpdatedAt(feed),
    Read.settle(Read.map(total, ([supplied]) => supplied)),
  ])
  return Read.andThen(read, ([listed, price, priceUpdatedAt, totalSupply]): Read.Read<Listed> => {
    if (listed.status === 'reverted') return Read.succeed({ change: 'the list of collaterals changed' })
    if (listed.status !== 'ok') return Read.fail(listed)
    const info = listed.value
    const isSame =
      info.offset === index &&
      isAddressEqual(info.asset, asset.address) &&
      isAddressEqual(info.priceFeed, feed) &&
      info.scale === Decimal.unit(asset.decimals)
    if (!isSame) return Read.succeed({ change: `the collateral ${label} was listed anew` })
    const state: CollateralState = {
      tokens,
      index,
      borrowFactor: info.borrowCollateralFactor,
      liquidateFactor: info.liquidateCollateralFactor,
      liquidationFactor: info.liquidationFactor,
      supplyCap: info.supplyCap,
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

function readOwner(comet: Address, owner: Address, collaterals: readonly CollateralTokens[]): Read.Read<OwnerState> {
  const read = Read.all([
    Read.call({ to: comet, abi: cometAbi, functionName: 'userBasic', args: [owner] }),
    Read.all(
      collaterals.map(({ asset }) => {
        const args = [owner, asset.address] as const
        const balance = Read.call({ to: comet, abi: cometAbi, functionName: 'userCollateral', args })
        return Read.settle(Read.map(balance, ([amount]) => amount))
      }),
    ),
  ])
  // From 16 collaterals on, the bits of the later ones are in what was reserved.
  return Read.map(read, ([[principal, , , low, high], balances]) => ({
    principal,
    assetsIn: low | (high << 16),
    balances,
  }))
}

function readPrice(comet: Address, feed: Address): Read.Read<ReadResult<bigint>> {
  return Read.settle(Read.call({ to: comet, abi: cometAbi, functionName: 'getPrice', args: [feed] }))
}

function readUpdatedAt(feed: Address): Read.Read<ReadResult<bigint>> {
  const read = Read.andThen(readLatestRound(feed), ({ updatedAt }) =>
    updatedAt === 0n ? refuse('the feed has no completed round') : Read.succeed(updatedAt),
  )
  return Read.settle(read)
}

/** Flags and three bitmaps, which shut nothing in versions without; `undefined` where the version became another. */
function readPauses(comet: Address, isExtended: boolean): Read.Read<ExtendedPauses | undefined> {
  const bitmaps = BITMAPS.map((functionName) => Read.call({ to: comet, abi: cometAbi, functionName }))
  const read = Read.all([readExtendedPauses(comet), Read.settle(Read.all(isExtended ? bitmaps : []))])
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

function refuse(reason: string): Read.Read<never> {
  return Read.fail({ status: 'unavailable', reason })
}
