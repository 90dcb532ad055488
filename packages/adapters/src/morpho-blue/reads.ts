import { type Address, type Hex, type Market, type MarketReading, Read, readLatestRound } from '@unimargin/sdk'
import { zeroAddress } from 'viem'
import { readBlockTime } from '../shared/blockTime.ts'
import { readDollarPrice, toDollarPrice } from '../shared/dollarPrice.ts'
import type { Heartbeats } from '../shared/Heartbeats.ts'
import * as Result from '../shared/Result.ts'
import { readerOf } from '../shared/readerOf.ts'
import { erc20Abi } from '../shared/token.ts'
import { accrue } from './Accrual.ts'
import { morphoAbi, oracleAbi } from './abi.ts'
import type { InterestRateModel } from './InterestRateModel.ts'
import type { MarketReads } from './MarketReads.ts'
import type { MarketTotals } from './MarketTotals.ts'
import type { MorphoBlueMetadata } from './metadata.ts'
import type { ToDetails } from './toDetails.ts'
import { toPosition } from './toPosition.ts'
import { toState } from './toReserve.ts'

/** Which market, and what its adapter was told of it. */
export type Place = {
  readonly market: Market
  readonly morpho: Address
  readonly marketId: Hex
  readonly modelOf: (irm: Address) => InterestRateModel | undefined
  readonly heartbeats: Heartbeats
  readonly dollarOracle: Address | undefined
  readonly multicall3: Address | undefined
  readonly toDetails: ToDetails | undefined
}

/** Everything that may change with a block, in one step. */
export function readState(
  place: Place,
  metadata: MorphoBlueMetadata,
  owners: readonly Address[],
): Read.Read<MarketReading> {
  const ask = readerOf(place.morpho, morphoAbi)
  const states = owners.map((owner) => Read.settle(ask('position', place.marketId, owner)))
  const read = Read.mapEach(readMarket(place, metadata), states, (reads, state, index) =>
    state.status === 'ok'
      ? toPosition({ market: place.market, metadata, reads, owner: owners[index] ?? zeroAddress, state: state.value })
      : state,
  )
  return Read.map(read, ([reads, positions]) => ({
    state: toState({ ...place, metadata, reads }),
    positions,
  }))
}

function readMarket(
  { market, morpho, marketId, modelOf, dollarOracle, multicall3 }: Place,
  { loan, collateral, oracle, irm, feeds }: MorphoBlueMetadata,
): Read.Read<MarketReads> {
  const model = irm && modelOf(irm)
  const read = Read.all([
    Read.settle(readerOf(morpho, morphoAbi)('market', marketId)),
    Read.settle(readerOf(morpho, morphoAbi)('feeRecipient')),
    Read.settle(readBlockTime(multicall3)),
    Read.settle(irm && model ? model.readState(irm, marketId) : Read.succeed(0n)),
    Read.settle(
      oracle === undefined
        ? Read.fail({ status: 'unavailable', reason: 'the market has no oracle' })
        : readerOf(oracle, oracleAbi)('price'),
    ),
    Read.settle(balanceOf(loan.address, morpho)),
    Read.settle(collateral === undefined ? Read.succeed(0n) : balanceOf(collateral.address, morpho)),
    Read.all(feeds.map((feed) => Read.settle(readLatestRound(feed)))),
    readDollarPrice(dollarOracle, loan.address),
  ])
  return Read.andThen(
    read,
    ([raw, feeRecipient, now, modelState, price, loanBalance, collateralBalance, rounds, dollars]) => {
      if (raw.status === 'ok' && raw.value[4] === 0n) {
        return Read.fail({ status: 'unavailable', reason: 'metadata is stale: the market does not exist' })
      }
      const inputs = Result.andThen(raw, (value) =>
        Result.ok({ totals: totalsOf(value), now, model: irm && { address: irm, known: model }, modelState }),
      )
      return Read.succeed({
        accrued: Result.andThen(inputs, accrue),
        inputs,
        feeRecipient,
        model,
        price,
        loanBalance,
        collateralBalance,
        rounds,
        dollarPrice: toDollarPrice(dollars, market, 'unit.price'),
      })
    },
  )
}

function totalsOf(raw: readonly [bigint, bigint, bigint, bigint, bigint, bigint]): MarketTotals {
  const [supplyAssets, supplyShares, borrowAssets, borrowShares, lastUpdate, fee] = raw
  return {
    supply: { assets: supplyAssets, shares: supplyShares },
    borrow: { assets: borrowAssets, shares: borrowShares },
    lastUpdate,
    fee,
  }
}

function balanceOf(token: Address, account: Address): Read.Read<bigint> {
  return readerOf(token, erc20Abi)('balanceOf', account)
}
