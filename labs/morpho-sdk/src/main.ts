// Compares our adapter of Morpho Blue with @morpho-org/blue-sdk on random states: RUNS (10000), SEED (1). Prints one JSON line.
import { AccrualPosition, AdaptiveCurveIrmLib, Market, MarketParams } from '@morpho-org/blue-sdk'
import type { ReadResult } from '@unimargin/sdk'
import { type Address, type PositionFacts, PositionHealth } from '@unimargin/sdk'
import { accrue } from '../../../packages/adapters/src/morpho-blue/Accrual.ts'
import { adaptiveCurve, wExp } from '../../../packages/adapters/src/morpho-blue/adaptiveCurve.ts'
import { limits } from '../../../packages/adapters/src/morpho-blue/limits.ts'
import type { MarketTotals } from '../../../packages/adapters/src/morpho-blue/MarketTotals.ts'
import type { MorphoBlueMetadata } from '../../../packages/adapters/src/morpho-blue/metadata.ts'
import { rule } from '../../../packages/adapters/src/morpho-blue/rule.ts'
import { toPosition } from '../../../packages/adapters/src/morpho-blue/toPosition.ts'
import { toState } from '../../../packages/adapters/src/morpho-blue/toReserve.ts'
import { parse } from '../../../packages/adapters/src/shared/Heartbeats.ts'
import * as Random from '../../../test/differential/Random.ts'

const WAD = 10n ** 18n
const SCALE = 10n ** 36n
const NOW = 2_000_000_000n
const address = (index: number): Address => `0x${index.toString(16).padStart(40, '0')}`
const [OWNER, LOAN, COLLATERAL, ORACLE, IRM] = [1, 2, 3, 4, 5].map(address) as [
  Address,
  Address,
  Address,
  Address,
  Address,
]
const LLTVS = [385n, 625n, 770n, 860n, 915n, 945n, 965n, 980n].map((permille) => permille * 10n ** 15n)

const tally = {
  runs: 0,
  exponentials: 0,
  /** States with debt whose interest rate model nobody knows: blue-sdk lets it cost nothing. */
  unknownModels: 0,
  unknownModelsTheyTakeForFree: 0,
  borrowLimits: 0,
  /** Of these, blue-sdk's own number does not stand. */
  theirBorrowLimitRefused: 0,
  theirBorrowLimitTooSmall: 0,
  largestBorrowDifference: 0n,
  collateralLimits: 0,
  theirCollateralLimitRefused: 0,
  theirCollateralLimitTooSmall: 0,
  largestCollateralDifference: 0n,
  repayLimits: 0,
  /** Where repaying what blue-sdk says is owed, as an amount, would be refused. */
  theirDebtNotRepayableAsAmount: 0,
}

const { RUNS = '10000', SEED = '1' } = process.env
for (let run = 0; run < Number(RUNS); run += 1) {
  const random = Random.create(`${SEED}:${run}`)
  try {
    compare(random)
  } catch (error) {
    console.error(`SEED=${SEED} run ${run}: ${String(error)}`)
    process.exitCode = 1
    break
  }
  tally.runs += 1
}
console.log(JSON.stringify(tally, (_, value) => (typeof value === 'bigint' ? `${value}` : value)))

function compare(random: Random.Random): void {
  const exponent = random.magnitude(1n, 100n * WAD) * (random.chance(50) ? -1n : 1n)
  equal('wExp', wExp(exponent), AdaptiveCurveIrmLib.wExp(exponent))
  tally.exponentials += 1

  const [loanDecimals, collateralDecimals] = [random.pick([6, 8, 18]), random.pick([6, 8, 18])]
  const supplied = random.magnitude(1n, 10n ** BigInt(loanDecimals + 10))
  const borrowed = random.chance(10) ? supplied : (supplied * random.magnitude(1n, 10_000n)) / 10_000n
  const perShare = 10n ** 6n
  const totals: MarketTotals = {
    supply: { assets: supplied, shares: grown(random, supplied * perShare) },
    borrow: { assets: borrowed, shares: grown(random, borrowed * perShare) },
    lastUpdate: NOW - (random.chance(10) ? 0n : random.magnitude(1n, 100_000_000n)),
    fee: random.pick([0n, WAD / 10n, WAD / 4n]),
  }
  const rateAtTarget = random.chance(5)
    ? 0n
    : random.magnitude(AdaptiveCurveIrmLib.MIN_RATE_AT_TARGET, AdaptiveCurveIrmLib.MAX_RATE_AT_TARGET)
  const lltv = LLTVS[random.below(LLTVS.length)] ?? 0n
  const price = random.magnitude(
    10n ** BigInt(30 + loanDecimals - collateralDecimals),
    10n ** BigInt(42 + loanDecimals - collateralDecimals),
  )
  const state = {
    supplyShares: 0n,
    borrowShares: random.chance(10) ? totals.borrow.shares : random.magnitude(1n, totals.borrow.shares + 1n),
    collateral: random.magnitude(1n, 10n ** BigInt(collateralDecimals + 9)),
  }
  if (state.borrowShares > totals.borrow.shares) return

  const theirMarket = (known: boolean) =>
    new Market({
      params: new MarketParams({ loanToken: LOAN, collateralToken: COLLATERAL, oracle: ORACLE, irm: IRM, lltv }),
      totalSupplyAssets: totals.supply.assets,
      totalSupplyShares: totals.supply.shares,
      totalBorrowAssets: totals.borrow.assets,
      totalBorrowShares: totals.borrow.shares,
      lastUpdate: totals.lastUpdate,
      fee: totals.fee,
      price,
      ...(known ? { rateAtTarget } : {}),
    }).accrueInterest(NOW)
  const theirs = theirMarket(true)
  const ok = <value>(value: value): ReadResult<value> => ({ status: 'ok', value })
  const ours = (known: boolean) => {
    const accrued = accrue({
      totals,
      now: ok(NOW),
      model: { address: IRM, known: known ? adaptiveCurve : undefined },
      modelState: ok(rateAtTarget),
    })
    const metadata: MorphoBlueMetadata = {
      loan: { chainId: 1, address: LOAN, symbol: 'LOAN', decimals: loanDecimals },
      collateral: { chainId: 1, address: COLLATERAL, symbol: 'COLL', decimals: collateralDecimals },
      oracle: ORACLE,
      irm: IRM,
      lltv,
      labels: ['LOAN', 'COLL'],
      feeds: [],
    }
    const market = { key: 'lab', protocol: 'morpho-blue', chainId: 1, id: ORACLE, name: 'Lab' }
    const reads = {
      accrued,
      model: known ? adaptiveCurve : undefined,
      price: ok(price),
      loanBalance: ok(totals.supply.assets * 1_000_000n),
      collateralBalance: ok(state.collateral),
      rounds: [],
      dollarPrice: WAD,
    }
    const facts = toPosition({ market, metadata, reads, owner: OWNER, state })
    if (facts.status !== 'ok') throw new TypeError(facts.reason)
    return { accrued, facts: facts.value, state: toState({ market, metadata, reads, heartbeats: parse() }) }
  }

  const unknownModel = ours(false)
  if (totals.lastUpdate < NOW && totals.borrow.assets > 0n) {
    tally.unknownModels += 1
    if (typeof unknownModel.facts.debt[0]?.amount === 'bigint') throw new TypeError('a debt without a model is known')
    if (theirMarket(false).totalBorrowAssets === totals.borrow.assets) tally.unknownModelsTheyTakeForFree += 1
  }

  const { accrued, facts, state: marketState } = ours(true)
  if (accrued.status !== 'ok') return
  const now = accrued.value.totals
  equal('totalSupplyAssets', now.supply.assets, theirs.totalSupplyAssets)
  equal('totalSupplyShares', now.supply.shares, theirs.totalSupplyShares)
  equal('totalBorrowAssets', now.borrow.assets, theirs.totalBorrowAssets)
  equal('totalBorrowShares', now.borrow.shares, theirs.totalBorrowShares)
  // Without time passed there is no first interaction for the model yet; blue-sdk pretends one.
  const { modelState } = accrued.value
  if (totals.lastUpdate < NOW)
    equal('rateAtTarget', modelState?.status === 'ok' ? modelState.value : -1n, theirs.rateAtTarget)
  equal('borrow rate', marketState.reserves[0]?.borrowRate, theirs.getEndBorrowRate(NOW) * 31_536_000n)

  const position = new AccrualPosition({ user: OWNER, ...state }, theirs)
  equal('debt', facts.debt[0]?.amount ?? 0n, position.borrowAssets)
  const { health } = PositionHealth.assess(facts, rule)
  if (health.status === 'known') equal('health factor', health.factor, position.healthFactor)

  const { assets, shares } = now.borrow
  const owedFor = (own: bigint, A: bigint, S: bigint) => ceil(own * (A + 1n), S + 10n ** 6n)
  const isHealthy = (own: bigint, A: bigint, S: bigint, collateral: bigint) =>
    (((collateral * price) / SCALE) * lltv) / WAD >= owedFor(own, A, S)
  const mayBorrow = (amount: bigint) => {
    const more = ceil(amount * (shares + 10n ** 6n), assets + 1n)
    return (
      assets + amount <= now.supply.assets &&
      isHealthy(state.borrowShares + more, assets + amount, shares + more, state.collateral)
    )
  }
  const borrow = limitOf('borrow', LOAN)
  const theirBorrow = least(position.maxBorrowableAssets ?? 0n, theirs.liquidity)
  stands('borrow', borrow, mayBorrow)
  tally.borrowLimits += 1
  if (theirBorrow > 0n && !mayBorrow(theirBorrow)) tally.theirBorrowLimitRefused += 1
  if (mayBorrow(theirBorrow + 1n)) tally.theirBorrowLimitTooSmall += 1
  tally.largestBorrowDifference = most(tally.largestBorrowDifference, distance(borrow, theirBorrow))

  const mayWithdraw = (amount: bigint) =>
    amount <= state.collateral && isHealthy(state.borrowShares, assets, shares, state.collateral - amount)
  const withdraw = limitOf('withdraw', COLLATERAL)
  const theirWithdraw = position.withdrawableCollateral ?? 0n
  stands('withdraw', withdraw, mayWithdraw)
  tally.collateralLimits += 1
  if (theirWithdraw > 0n && !mayWithdraw(theirWithdraw)) tally.theirCollateralLimitRefused += 1
  if (mayWithdraw(theirWithdraw + 1n)) tally.theirCollateralLimitTooSmall += 1
  tally.largestCollateralDifference = most(tally.largestCollateralDifference, distance(withdraw, theirWithdraw))

  const mayRepay = (amount: bigint) => (amount * (shares + 10n ** 6n)) / (assets + 1n) <= state.borrowShares
  const repay = limitOf('repay', LOAN)
  if (!mayRepay(repay)) throw new TypeError(`repaying ${repay} would be refused`)
  tally.repayLimits += 1
  if (!mayRepay(position.borrowAssets)) tally.theirDebtNotRepayableAsAmount += 1

  function limitOf(action: 'borrow' | 'withdraw' | 'repay', asset: Address): bigint {
    const { amount } = limits[action]({ state: marketState, position: facts as PositionFacts, asset })
    if (typeof amount !== 'bigint') throw new TypeError(`the limit of ${action} is unknown`)
    return amount
  }
}

/** Exactly so much passes, one unit more does not. */
function stands(what: string, amount: bigint, may: (amount: bigint) => boolean): void {
  if (amount > 0n && !may(amount)) throw new TypeError(`our limit to ${what}, ${amount}, would be refused`)
  if (may(amount + 1n)) throw new TypeError(`our limit to ${what}, ${amount}, is too small`)
}

/** Interest has made shares fewer for the same assets. */
function grown(random: Random.Random, shares: bigint): bigint {
  return (shares * BigInt(500 + random.below(501))) / 1_000n
}

function equal(what: string, ours: unknown, theirs: unknown): void {
  if (ours !== theirs) throw new TypeError(`${what}: ${String(ours)} ≠ ${String(theirs)}`)
}

function ceil(a: bigint, b: bigint): bigint {
  return (a + b - 1n) / b
}

function least(a: bigint, b: bigint): bigint {
  return [a, b].reduce((low, one) => (one < low ? one : low))
}

function most(a: bigint, b: bigint): bigint {
  return [a, b].reduce((high, one) => (one > high ? one : high))
}

function distance(a: bigint, b: bigint): bigint {
  return a > b ? a - b : b - a
}
