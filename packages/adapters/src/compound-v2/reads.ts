import { type Address, type MarketReading, Read, type ReadResult, Wad } from '@unimargin/sdk'
import { maxUint256, zeroAddress } from 'viem'
import { readBlockNumber, readBlockTime } from '../shared/blockTime.ts'
import { changeOf } from '../shared/changeOf.ts'
import * as Result from '../shared/Result.ts'
import { type Reader, readerOf } from '../shared/readerOf.ts'
import * as Accrued from './Accrued.ts'
import { comptrollerAbi, marketsAbi, oracleAbi, tokenAbi } from './abi.ts'
import * as Behind from './Behind.ts'
import type { Flavour } from './Flavour.ts'
import type { LendingReads } from './lendingReads.ts'
import { type CompoundV2Metadata, refuse, type Setup } from './metadata.ts'
import type { Caps, OwnerState, Paused, TokenState } from './PoolState.ts'
import { readBooks, type StoredBooks } from './readBooks.ts'
import type { TokenMetadata } from './TokenMetadata.ts'
import { toPosition } from './toPosition.ts'
import { toReserve } from './toReserve.ts'

/**
 * Everything that may change with a block, in one step. Fails when the metadata no longer fits.
 *
 * A debt with interest can only be had by accruing it, which changes state for whatever is called after it in the same
 * `eth_call`: so what is stored is asked first, and what accrues last. Another reader of the very same tokens, further down
 * in the same call, would see accrued books; nothing else is touched.
 */
export function readState(
  setup: Setup,
  metadata: CompoundV2Metadata,
  owners: readonly Address[],
): Read.Read<MarketReading> {
  const { market, comptroller, flavour, rule, multicall3, lending } = setup
  const { tokens, oracle } = metadata
  const ask = readerOf(comptroller, comptrollerAbi)
  const read = Read.all([
    ask('oracle'),
    ask('getAllMarkets'),
    ask('liquidationIncentiveMantissa'),
    readBlockTime(multicall3),
    tokens.every(({ isTimeBased }) => isTimeBased) ? zero : readBlockNumber(multicall3),
    Read.all(tokens.map((token) => readToken(ask, comptroller, oracle, flavour, token, lending))),
    Read.all(owners.map((owner) => Read.settle(readOwner(ask, tokens, owner)))),
    lending?.readMarket?.(comptroller, flavour) ?? nothing,
    // From here on, everything accrues.
    Read.all(tokens.map(({ token }) => Read.settle(readerOf(token, tokenAbi)('exchangeRateCurrent')))),
    Read.all(
      owners.map((owner) =>
        Read.all(tokens.map(({ token }) => Read.settle(readerOf(token, tokenAbi)('borrowBalanceCurrent', owner)))),
      ),
    ),
  ])
  return Read.andThen(
    read,
    ([oracleNow, list, incentive, time, block, stored, storedOwners, details, rates, debts]) => {
      const change =
        changeOf([['the price oracle', oracle, oracleNow]]) ||
        (list.join() !== tokens.map(({ token }) => token).join() && 'the list of markets changed') ||
        stored.map(({ lending, storedBooks }) => lending?.change(storedBooks)).find(Boolean)
      if (change) return refuse(`metadata is stale: ${change}`)
      const states = stored.map(({ accruedUntil, storedBooks, ...state }, index): TokenState => {
        const now = state.metadata.isTimeBased ? time : block
        const books = Result.andThen(storedBooks, (books) =>
          accruedUntil > now ? ahead : Result.ok({ ...books, slots: now - accruedUntil }),
        )
        const rate = rates[index] ?? Result.missing
        return { ...state, rate, books, accrued: Accrued.of(books, rate) }
      })
      const bonus = incentive > Wad.WAD ? incentive - Wad.WAD : 0n
      const reserves = states.map((state) => toReserve(state, { market, oracle }, flavour, bonus))
      const positions = storedOwners.map((result, index) => {
        if (result.status !== 'ok') return result
        const state = { ...result.value, debts: debts[index] ?? [] }
        // Whatever it has there would be missing from its health.
        const stray = state.entered.find((entered) => tokens.every(({ token }) => token !== entered))
        if (stray !== undefined)
          return Result.unavailable(`${stray}, which it has entered, is not in the list of markets`)
        return Result.ok(toPosition(market, rule, states, owners[index] ?? zeroAddress, state))
      })
      const flags = Behind.ofMarket(states, market)
      return Read.succeed({ state: { market, reserves, flags, ...(details && { details }) }, positions })
    },
  )
}

type ComptrollerReader = Reader<typeof comptrollerAbi>

type Stored = Omit<TokenState, 'rate' | 'books' | 'accrued'> & {
  readonly accruedUntil: bigint
  readonly storedBooks: ReadResult<StoredBooks>
}

function readToken(
  ask: ComptrollerReader,
  comptroller: Address,
  oracle: Address,
  flavour: Flavour,
  metadata: TokenMetadata,
  lendingReads: LendingReads | undefined,
): Read.Read<Stored> {
  const { token } = metadata
  const askToken = readerOf(token, tokenAbi)
  const read = Read.all([
    readTerms(comptroller, flavour, token),
    Read.settle(readerOf(oracle, oracleAbi)('getUnderlyingPrice', token)),
    askToken(flavour.accruedUntil),
    Read.settle(readBooks(token, flavour)),
    Read.settle(readCaps(ask, flavour, token)),
    Read.settle(readPaused(ask, flavour, token)),
    Read.settle(flavour.isVenus ? ask('isForcedLiquidationEnabled', token) : Read.succeed(false)),
    lendingReads?.readToken(comptroller, metadata, flavour) ?? nothing,
  ])
  return Read.map(read, ([terms, price, accruedUntil, storedBooks, caps, paused, forced, lending]) => ({
    metadata,
    ...terms,
    isLiquidationForced: flavour.name === 'compound' ? isDeprecated(terms, storedBooks, paused) : isForced(forced),
    price: Result.andThen(price, (value) => (value === 0n ? priceless : Result.ok(value))),
    accruedUntil,
    storedBooks,
    caps,
    paused,
    lending,
  }))
}

/** By what Compound's own Comptroller takes a market for deprecated, and its debts for anybody's to liquidate. */
function isDeprecated(
  { collateralFactor }: Terms,
  books: Stored['storedBooks'],
  paused: ReadResult<Paused>,
): boolean | undefined {
  if (collateralFactor !== 0n || (paused.status === 'ok' && !paused.value.isBorrowPaused)) return false
  if (books.status === 'ok' && books.value.reserveFactor !== Wad.WAD) return false
  return paused.status === 'ok' && books.status === 'ok' ? true : undefined
}

/** Comptrollers of before know no such thing, and revert. */
function isForced(forced: ReadResult<boolean>): boolean | undefined {
  if (forced.status === 'ok') return forced.value
  return forced.status === 'reverted' ? false : undefined
}

type Terms = Pick<TokenState, 'isListed' | 'collateralFactor' | 'liquidationThreshold'>

function readTerms(comptroller: Address, { name }: Flavour, token: Address): Read.Read<Terms> {
  const read: Read.Read<readonly [boolean, bigint, (bigint | boolean)?]> = readerOf(comptroller, marketsAbi[name])(
    'markets',
    token,
  )
  return Read.andThen(read, ([isListed, collateralFactor, threshold]) => {
    const liquidationThreshold = typeof threshold === 'bigint' ? threshold : collateralFactor
    // A share of more than all is a node's invention.
    return collateralFactor > Wad.WAD || liquidationThreshold > Wad.WAD
      ? refuse(`the factors of ${token} are above one`)
      : Read.succeed({ isListed, collateralFactor, liquidationThreshold })
  })
}

/** Venus: the largest number is none, and a cap may be reached. The others: zero is none, and a cap is never reached. */
function readCaps(ask: ComptrollerReader, { isVenus, name }: Flavour, token: Address): Read.Read<Caps> {
  const allowed = (value: bigint) => {
    if (isVenus) return value === maxUint256 ? undefined : value
    return value === 0n ? undefined : value - 1n
  }
  // Compound's own Comptroller has no cap on supplies.
  const read = Read.all([name === 'compound' ? zero : ask('supplyCaps', token), ask('borrowCaps', token)])
  return Read.map(read, ([supply, borrow]) => ({ supply: allowed(supply), borrow: allowed(borrow) }))
}

function readPaused(ask: ComptrollerReader, { isVenus }: Flavour, token: Address): Read.Read<Paused> {
  const action = (number: number) => ask('actionPaused', token, number)
  const read = isVenus
    ? // Its numbers of minting, redeeming and borrowing.
      Read.all([action(0), action(1), action(2)])
    : Read.all([ask('mintGuardianPaused', token), Read.succeed(false), ask('borrowGuardianPaused', token)])
  return Read.map(read, ([isSupplyPaused, isWithdrawPaused, isBorrowPaused]) => ({
    isSupplyPaused,
    isWithdrawPaused,
    isBorrowPaused,
  }))
}

function readOwner(
  ask: ComptrollerReader,
  tokens: readonly TokenMetadata[],
  owner: Address,
): Read.Read<Omit<OwnerState, 'debts'>> {
  const read = Read.all([
    ask('getAssetsIn', owner),
    Read.all(tokens.map(({ token }) => Read.settle(readerOf(token, tokenAbi)('getAccountSnapshot', owner)))),
  ])
  return Read.map(read, ([entered, snapshots]) => ({
    entered,
    balances: snapshots.map((snapshot) =>
      Result.andThen(snapshot, ([error, shares, storedDebt]) =>
        error === 0n
          ? Result.ok({ shares, storedDebt })
          : Result.unavailable(`getAccountSnapshot answered with error ${error}`),
      ),
    ),
  }))
}

const zero: Read.Read<bigint> = Read.succeed(0n)
const nothing: Read.Read<undefined> = Read.succeed(undefined)
const priceless = Result.unavailable('the oracle has no price')
const ahead = Result.unavailable('interest was accrued later than this block')
