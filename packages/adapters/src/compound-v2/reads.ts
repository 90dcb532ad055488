import { type Address, type Market, type MarketReading, Read, type ReadResult, Wad } from '@unimargin/sdk'
import { isAddressEqual, maxUint256, zeroAddress } from 'viem'
import { readBlockNumber, readBlockTime } from '../shared/blockTime.ts'
import { type Reader, readerOf } from '../shared/readerOf.ts'
import { comptrollerAbi, factorMarketsAbi, oracleAbi, rewardMarketsAbi, thresholdMarketsAbi, tokenAbi } from './abi.ts'
import * as Behind from './Behind.ts'
import type { Flavour } from './Flavour.ts'
import type { RateModels } from './lending.ts'
import type { CompoundV2Metadata, TokenMetadata } from './metadata.ts'
import type { Caps, OwnerState, Paused, TokenState } from './PoolState.ts'
import { readBooks, type StoredBooks } from './readBooks.ts'
import { toPosition } from './toPosition.ts'
import { toReserve } from './toReserve.ts'

/** Venus's numbers of what can be paused. */
const MINT = 0
const REDEEM = 1
const BORROW = 2
const REPAY = 3
const ENTER_MARKET = 7

/**
 * Everything that may change with a block, in one step. Fails when the metadata no longer fits.
 *
 * A debt with interest can only be had by accruing it, which changes state for whatever is called after it in the same
 * `eth_call`: so what is stored is asked first, and what accrues last. Another reader of the very same tokens, further down
 * in the same call, would see accrued books; nothing else is touched.
 */
export function readState(parameters: {
  readonly market: Market
  readonly comptroller: Address
  readonly flavour: Flavour
  readonly metadata: CompoundV2Metadata
  readonly owners: readonly Address[]
  readonly multicall3?: Address | undefined
  readonly rateModels?: RateModels | undefined
}): Read.Read<MarketReading> {
  const { market, comptroller, flavour, metadata, owners, multicall3, rateModels } = parameters
  const { tokens, oracle } = metadata
  const ask = readerOf(comptroller, comptrollerAbi)
  const read = Read.all([
    ask('oracle'),
    ask('getAllMarkets'),
    ask('liquidationIncentiveMantissa'),
    readBlockTime(multicall3),
    tokens.every(({ isTimeBased }) => isTimeBased) ? Read.succeed(0n) : readBlockNumber(multicall3),
    Read.all(tokens.map((token) => readToken(ask, comptroller, oracle, flavour, token))),
    Read.all(owners.map((owner) => Read.settle(readOwner(ask, tokens, owner)))),
    // From here on, everything accrues.
    Read.all(tokens.map(({ token }) => Read.settle(readerOf(token, tokenAbi)('exchangeRateCurrent')))),
    Read.all(
      owners.map((owner) =>
        Read.all(tokens.map(({ token }) => Read.settle(readerOf(token, tokenAbi)('borrowBalanceCurrent', owner)))),
      ),
    ),
  ])
  return Read.andThen(read, ([oracleNow, list, incentive, time, block, stored, storedOwners, rates, debts]) => {
    const change =
      (!isAddressEqual(oracleNow, oracle) && 'the price oracle was replaced') ||
      (list.join() !== tokens.map(({ token }) => token).join() && 'the list of markets changed') ||
      stored
        .map((entry, index) => changeOf(entry, tokens[index], flavour, rateModels))
        .find((found) => found !== undefined)
    if (change) return Read.fail({ status: 'unavailable', reason: `metadata is stale: ${change}` })
    const states = stored.map(({ accruedUntil, storedBooks, rateModel: _, ...state }, index): TokenState => {
      const now = state.metadata.isTimeBased ? time : block
      return {
        ...state,
        rate: rates[index] ?? missing,
        books: mapped(storedBooks, (books) =>
          accruedUntil > now ? ahead : ok({ ...books, slots: now - accruedUntil }),
        ),
      }
    })
    const bonus = incentive > WAD ? incentive - WAD : 0n
    const reserves = states.map((state) => toReserve(state, { market, oracle }, flavour, bonus))
    const positions = storedOwners.map((result, index) => {
      if (result.status !== 'ok') return result
      // Whatever it has there would be missing from its health.
      const stray = [...result.value.entered].find((entered) => tokens.every(({ token }) => token !== entered))
      if (stray !== undefined) return unread(`${stray}, which it has entered, is not in the list of markets`)
      const owed = debts[index]
      const balances = result.value.balances.map((balance, at) => ({ ...balance, debt: owed?.[at] ?? missing }))
      const owner = owners[index] ?? zeroAddress
      return ok(toPosition({ market, owner, state: { ...result.value, balances }, states, flavour }))
    })
    return Read.succeed({ state: { market, reserves, flags: Behind.ofMarket(states, market) }, positions })
  })
}

type ComptrollerReader = Reader<typeof comptrollerAbi>

type Stored = Omit<TokenState, 'rate' | 'books'> & {
  readonly rateModel: Address
  readonly accruedUntil: bigint
  readonly storedBooks: ReadResult<StoredBooks>
}

function readToken(
  ask: ComptrollerReader,
  comptroller: Address,
  oracle: Address,
  flavour: Flavour,
  metadata: TokenMetadata,
): Read.Read<Stored> {
  const { token } = metadata
  const askToken = readerOf(token, tokenAbi)
  const read = Read.all([
    readTerms(comptroller, flavour, token),
    askToken('interestRateModel'),
    Read.settle(readerOf(oracle, oracleAbi)('getUnderlyingPrice', token)),
    askToken(flavour.accruedUntil),
    Read.settle(readBooks(token, flavour)),
    Read.settle(readCaps(ask, flavour, token)),
    Read.settle(readPaused(ask, flavour, token)),
    Read.settle(flavour.isVenus ? ask('isForcedLiquidationEnabled', token) : Read.succeed(false)),
  ])
  return Read.map(read, ([terms, rateModel, price, accruedUntil, books, caps, paused, forced]) => ({
    metadata,
    ...terms,
    isLiquidationForced: flavour.name === 'compound' ? isDeprecated(terms, books, paused) : isForced(forced),
    rateModel,
    price,
    accruedUntil,
    storedBooks: books,
    caps,
    paused,
  }))
}

/** By what Compound's own Comptroller takes a market for deprecated, and its debts for anybody's to liquidate. */
function isDeprecated(
  { collateralFactor }: Terms,
  books: Stored['storedBooks'],
  paused: ReadResult<Paused>,
): boolean | undefined {
  if (collateralFactor !== 0n || (paused.status === 'ok' && !paused.value.borrow)) return false
  if (books.status === 'ok' && books.value.reserveFactor !== Wad.WAD) return false
  return paused.status === 'ok' && books.status === 'ok' ? true : undefined
}

/** Comptrollers of before know no such thing, and revert. */
function isForced(forced: ReadResult<boolean>): boolean | undefined {
  if (forced.status === 'ok') return forced.value
  return forced.status === 'reverted' ? false : undefined
}

type Terms = Pick<TokenState, 'isListed' | 'collateralFactor' | 'liquidationThreshold'>

/** A share of more than all is a node's invention. */
function readTerms(comptroller: Address, flavour: Flavour, token: Address): Read.Read<Terms> {
  return Read.andThen(readClaimedTerms(comptroller, flavour, token), (terms) =>
    terms.collateralFactor > Wad.WAD || terms.liquidationThreshold > Wad.WAD
      ? Read.fail({ status: 'unavailable', reason: `the factors of ${token} are above one` })
      : Read.succeed(terms),
  )
}

function readClaimedTerms(comptroller: Address, { isVenus, name }: Flavour, token: Address): Read.Read<Terms> {
  const same = ([isListed, factor]: readonly [boolean, bigint, ...unknown[]]) => ({
    isListed,
    collateralFactor: factor,
    liquidationThreshold: factor,
  })
  if (name === 'moonwell') return Read.map(readerOf(comptroller, factorMarketsAbi)('markets', token), same)
  if (!isVenus) return Read.map(readerOf(comptroller, rewardMarketsAbi)('markets', token), same)
  return Read.map(readerOf(comptroller, thresholdMarketsAbi)('markets', token), ([isListed, factor, threshold]) => ({
    isListed,
    collateralFactor: factor,
    liquidationThreshold: threshold,
  }))
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
  const never = Read.succeed(false)
  const read = isVenus
    ? Read.all([action(MINT), action(REDEEM), action(BORROW), action(REPAY), action(ENTER_MARKET)])
    : Read.all([ask('mintGuardianPaused', token), never, ask('borrowGuardianPaused', token), never, never])
  return Read.map(read, ([supply, withdraw, borrow, repay, enter]) => ({ supply, withdraw, borrow, repay, enter }))
}

type StoredOwner = {
  readonly entered: OwnerState['entered']
  readonly balances: readonly Omit<OwnerState['balances'][number], 'debt'>[]
}

function readOwner(ask: ComptrollerReader, tokens: readonly TokenMetadata[], owner: Address): Read.Read<StoredOwner> {
  const read = Read.all([
    ask('getAssetsIn', owner),
    Read.all(tokens.map(({ token }) => Read.settle(readerOf(token, tokenAbi)('getAccountSnapshot', owner)))),
  ])
  return Read.map(read, ([entered, snapshots]) => ({
    entered: new Set(entered),
    balances: snapshots.map((snapshot) => {
      const of = (index: 1 | 2) =>
        mapped(
          snapshot,
          (values): ReadResult<bigint> =>
            values[0] === 0n
              ? ok(values[index])
              : { status: 'unavailable', reason: `getAccountSnapshot answered with error ${values[0]}` },
        )
      return { shares: of(1), storedDebt: of(2) }
    }),
  }))
}

function changeOf(
  { rateModel, storedBooks }: Stored,
  known: TokenMetadata | undefined,
  flavour: Flavour,
  rateModels: RateModels | undefined,
): string | undefined {
  if (known === undefined) return undefined
  if (!isAddressEqual(rateModel, known.rateModel)) return `the interest rate model of ${known.label} was replaced`
  if (storedBooks.status !== 'ok' || known.parameters === undefined) return undefined
  const isSame = rateModels?.fits(known.parameters, storedBooks.value, flavour) ?? true
  return isSame ? undefined : `the interest rate model of ${known.label} has other parameters`
}

const WAD = 10n ** 18n
const zero: Read.Read<bigint> = Read.succeed(0n)
const missing = unread('no result')
const ahead = unread('interest was accrued later than this block')

function unread(reason: string): ReadResult<never> {
  return { status: 'unavailable', reason }
}

function ok<value>(value: value): ReadResult<value> {
  return { status: 'ok', value }
}

function mapped<from, to>(result: ReadResult<from>, change: (value: from) => ReadResult<to>): ReadResult<to> {
  return result.status === 'ok' ? change(result.value) : result
}
