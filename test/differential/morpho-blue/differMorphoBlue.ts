import { type MorphoBlueLendingAdapter, type MorphoBlueMetadata, morphoBlue } from '@unimargin/adapters/morpho-blue'
import { morphoBlueLending } from '@unimargin/adapters/morpho-blue/lending'
import { linearRate } from '@unimargin/devnet'
import {
  getSnapshot,
  type LendingAction,
  type MarketReading,
  type PositionAsset,
  type PositionFacts,
  PositionHealth,
  type Quantity,
  type Read,
  type ReadResult,
} from '@unimargin/sdk'
import {
  type Address,
  createClient,
  decodeFunctionResult,
  encodeFunctionData,
  type Hex,
  http,
  isAddressEqual,
  zeroAddress,
} from 'viem'
import { compareAccrued } from '../compareAccrued.ts'
import { compareHeadroom } from '../compareHeadroom.ts'
import * as LocalChain from '../LocalChain.ts'
import * as Random from '../Random.ts'
import * as Judge from './Judge.ts'
import * as MorphoLab from './MorphoLab.ts'

/** How much was compared, and what the states were like. */
export type Tally = {
  /** Random states of a market; each is read once, at one block. */
  runs: number
  /** Owners' positions that hold or owe anything. */
  positions: number
  withDebt: number
  liquidatable: number
  /** Liquidations that left a debt without collateral, which the lenders lost at once. */
  badDebts: number
  /** States in which Morpho holds less of a token than the market has to pay out. */
  drained: number
  /** Limits held against the chain: exactly so much succeeds, one unit more is refused. */
  limits: number
  limitedByHealth: number
  limitedByLiquidity: number
  limitedByBalance: number
  /** Limits that are unknown because the price is. */
  unknownLimits: number
  /** Headrooms that the health ends: at a target of 1 the limit itself, and at a higher one what leaves that and no more. */
  headrooms: number
  headroomTargets: number
  /** Repayments whose next unit would be a gift, in a market whose debt has grown a millionfold. */
  gifts: number
  /** Changes predicted, and then read after they had been made. */
  predictions: number
  predictedPrices: number
  /** Positions predicted over a time in which nobody did anything, and then read. */
  accrued: number
  /** Rates after a change, compared with the model's own contract. */
  rates: number
  adaptive: number
  linear: number
  withoutModel: number
  withFee: number
  /** Positions of the fee recipient with interest that the market has not booked yet. */
  pendingFees: number
  /** Limits of such a position for what it lends: booked shares alone would be less. */
  pendingFeeLimits: number
  /** States in which the interest cannot be accrued any more: the chain reverts, and we say unknown. */
  overflowed: number
  brokenPrices: number
  zeroPrices: number
  transactions: number
  succeeded: number
  days: number
}

export type DifferParameters = {
  readonly target: MorphoLab.LabTarget
  readonly runs: number
  readonly seed: string
  /** The first round to play: to come back to one that failed. */
  readonly round?: number | undefined
}

const RUNS_PER_ROUND = 15
/** A fixed beginning, later than any deployment, so that a seed always plays the same. */
const START = 2_500_000_000n
const DAY = 86_400n
const YEAR = 31_536_000n
const WAD = 10n ** 18n

/**
 * Plays random states of Morpho Blue markets and holds everything that our adapter says of them against the chain. Throws at
 * the first difference, with the seed and the round that lead back to it.
 */
export async function differMorphoBlue({ target, runs, seed, round = 0 }: DifferParameters): Promise<Tally> {
  const { chainId, morpho, linearIrm, rpcUrl } = target
  const client = createClient({ transport: http(rpcUrl, { timeout: 60_000 }), ccipRead: false })
  const chain = await LocalChain.takeOver(rpcUrl)
  const lab = await MorphoLab.open(chain, target, START)
  await chain.snapshot()
  const tally = emptyTally()
  const read = async <value>(what: Read.Read<value>): Promise<value> => {
    const snapshot = await getSnapshot(client, { chainId, reads: [what], timeout: 60_000 })
    if (snapshot.status !== 'read') throw new Error(`no snapshot: ${snapshot.reason}`)
    return mustRead<value>(snapshot.results[0])
  }
  for (let current = round; tally.runs < runs; current += 1) {
    const random = Random.create(`${seed}:${current}`)
    const market = lab.markets[current % lab.markets.length] ?? fail('no market')
    const adapter = morphoBlue({
      lending: morphoBlueLending,
      chainId,
      morpho,
      marketId: market.id,
      adaptiveCurveIrm: lab.adaptiveCurveIrm,
      interestRateModels: { [linearIrm]: linearRate },
    })
    await chain.revert()
    const metadata = await read(adapter.metadata.read)
    let now = START + 1n
    let usual = MorphoLab.randomPrice(random, market)
    let price: bigint | 'reverts' = usual
    await lab.setPrice(market, price)
    let reading = await read(adapter.state(metadata, lab.owners))

    for (let run = 0; run < RUNS_PER_ROUND && tally.runs < runs; run += 1) {
      const moves = Array.from({ length: run === 0 ? 16 : 1 + random.below(6) }, () =>
        random.chance(run === 0 ? 15 : 4)
          ? lab.setFee(market, random.pick([0n, WAD / 4n, WAD / 10n, random.magnitude(1n, WAD / 4n)]))
          : random.chance(2)
            ? lab.setFeeRecipient(random.pick(lab.owners))
            : ownerMove(random, adapter, reading, {
                lab,
                market,
                morpho,
                isFirst: run === 0,
                isWorthless: price === 0n,
              }),
      )
      now += 1n + BigInt(random.below(60))
      tally.transactions += moves.length
      tally.succeeded += await chain.mine(now, moves)
      if (random.chance(45)) {
        const before = reading
        price = nextPrice(random, usual, market)
        if (typeof price === 'bigint' && price > 0n && random.chance(20)) usual = price
        await lab.setPrice(market, price)
        if (typeof price === 'bigint') {
          const same = await read(adapter.state(metadata, lab.owners))
          await predictPrice(tally, adapter, same, before)
        }
      }
      const pause = random.chance(65)
        ? random.magnitude(1n, DAY)
        : random.magnitude(DAY, random.pick([30n, 300n, 300n, 1_500n, 1_500n, 300_000n]) * DAY)
      now += pause
      tally.days += Number(pause / DAY)
      const before = await read(adapter.state(metadata, lab.owners))
      await chain.mine(now)
      const { loanToken, collateralToken } = market.params
      const refill = random.chance(10)
        ? await lab.drain(random.pick([loanToken, loanToken, collateralToken]), random.below(100))
        : undefined
      try {
        reading = await read(adapter.state(metadata, lab.owners))
        tally.accrued += compareAccrued({ adapter, before, after: reading, seconds: pause })
        const { byHealth, targets } = compareHeadroom(adapter, reading)
        tally.headrooms += byHealth
        tally.headroomTargets += targets
        const judge = await Judge.at(rpcUrl)
        const isPlayable = await compare({ tally, adapter, metadata, reading, judge, lab, market, morpho, random })
        if (price === 'reverts') tally.brokenPrices += 1
        if (price === 0n) tally.zeroPrices += 1
        if (refill !== undefined) tally.drained += 1
        tally.runs += 1
        await refill?.()
        if (!isPlayable) break
      } catch (cause) {
        const facts = JSON.stringify(reading, (_, value) => (typeof value === 'bigint' ? `${value}` : value), 1)
        throw new Error(`SEED=${seed} ROUND=${current} run ${run}:\n${String(cause)}\n${facts.slice(0, 6_000)}`)
      }
    }
    tally.badDebts += await lab.countBadDebts()
  }
  return tally
}

type Comparison = {
  readonly tally: Tally
  readonly adapter: MorphoBlueLendingAdapter
  readonly metadata: MorphoBlueMetadata
  readonly reading: MarketReading
  readonly judge: Judge.Judge
  readonly lab: MorphoLab.MorphoLab
  readonly market: MorphoLab.LabMarket
  readonly morpho: Address
  readonly random: Random.Random
}

/** Everything about one state; says whether the market can still be played with. */
async function compare(comparison: Comparison): Promise<boolean> {
  const { tally, adapter, reading, judge, lab, market, morpho } = comparison
  const { params, id } = market
  const { details = {} } = reading.state
  const call = (functionName: 'accrueInterest' | 'market' | 'rateAtTarget'): { to: Address; data: Hex } => {
    if (functionName === 'accrueInterest') {
      return { to: morpho, data: encodeFunctionData({ abi: MorphoLab.morphoAbi, functionName, args: [params] }) }
    }
    const to = functionName === 'market' ? morpho : params.irm
    return { to, data: encodeFunctionData({ abi: MorphoLab.morphoAbi, functionName, args: [id] }) }
  }
  const isAdaptive = params.irm === lab.adaptiveCurveIrm
  const [accrued, totals, rate] = await judge.inOrder([
    call('accrueInterest'),
    call('market'),
    ...(isAdaptive ? [call('rateAtTarget')] : []),
  ])
  if (params.irm === zeroAddress) tally.withoutModel += 1
  else if (isAdaptive) tally.adaptive += 1
  else tally.linear += 1
  if (accrued?.success !== true) {
    tally.overflowed += 1
    equal('totals of a market that cannot be accrued', details.supplyAssets, undefined)
    return false
  }
  const theirs = decodeFunctionResult({
    abi: MorphoLab.morphoAbi,
    functionName: 'market',
    data: totals?.returnData ?? '0x',
  })
  const names = ['supplyAssets', 'supplyShares', 'borrowAssets', 'borrowShares', 'accruedAt', 'fee'] as const
  for (const [index, name] of names.entries()) {
    // Without a model, Morpho moves the time alone.
    if (name !== 'accruedAt' || params.irm !== zeroAddress) equal(name, details[name], theirs[index])
  }
  if (theirs[5] > 0n) tally.withFee += 1
  if (isAdaptive) equal('rateAtTarget', details.modelState, BigInt(rate?.returnData ?? '0x'))
  await compareRates(comparison)
  for (const [index, owner] of lab.owners.entries()) {
    const facts = mustRead<PositionFacts>(reading.positions[index])
    await comparePosition(comparison, owner, facts, { assets: theirs[2], shares: theirs[3] })
  }
  await compareSupplies(comparison, { assets: theirs[0], shares: theirs[1] })
  // `adapter` is what everything was compared of.
  equal('market', reading.state.market.key, adapter.market.key)
  return true
}

/** What each owner has supplied, from the chain's own shares before and after the interest is booked. */
async function compareSupplies(
  { tally, adapter, reading, judge, lab, market, morpho }: Comparison,
  supply: { readonly assets: bigint; readonly shares: bigint },
): Promise<void> {
  const abi = MorphoLab.morphoAbi
  const positions = lab.owners.map((owner) => ({
    to: morpho,
    data: encodeFunctionData({ abi, functionName: 'position', args: [market.id, owner] }),
  }))
  const accrue = {
    to: morpho,
    data: encodeFunctionData({ abi, functionName: 'accrueInterest', args: [market.params] }),
  }
  const answers = await judge.inOrder([...positions, accrue, ...positions])
  const sharesAt = (index: number) =>
    decodeFunctionResult({ abi, functionName: 'position', data: answers[index]?.returnData ?? '0x' })[0]
  for (const [index, result] of reading.positions.entries()) {
    const position = mustRead<PositionFacts>(result)
    const [booked, shares] = [sharesAt(index), sharesAt(positions.length + 1 + index)]
    equal('supply shares', position.details.supplyShares, shares)
    const lent = position.collateral.find(({ isCollateral }) => !isCollateral)?.amount ?? 0n
    equal('supplied', lent, (shares * (supply.assets + 1n)) / (supply.shares + 10n ** 6n))
    if (shares === booked) continue
    tally.pendingFees += 1
    const where = { state: reading.state, position, asset: market.params.loanToken }
    // That so much is paid, and one unit more is not, was held against the chain with all limits.
    if (lent !== 0n && adapter.lending.limits.withdraw(where).by.includes('balance')) tally.pendingFeeLimits += 1
  }
}

async function comparePosition(
  comparison: Comparison,
  owner: Address,
  facts: PositionFacts,
  borrow: { readonly assets: bigint; readonly shares: bigint },
): Promise<void> {
  const { tally, adapter, reading, judge, lab, market, morpho, random } = comparison
  const { params } = market
  const rule = adapter.rules[facts.rule] ?? fail(`no rule ${facts.rule}`)
  const lending = adapter.lending
  if (facts.collateral.length + facts.debt.length > 0) tally.positions += 1
  const judged = PositionHealth.assess(facts, rule)

  // The health factor from the chain's own accrued totals, by the formula of Morpho's `_isHealthy`.
  const { borrowShares } = facts.details
  if (typeof borrowShares !== 'bigint') fail('no shares')
  const collateral = facts.collateral.find(({ isCollateral }) => isCollateral)?.amount ?? 0n
  const price = reading.state.details?.oraclePrice
  if (borrowShares > 0n) {
    tally.withDebt += 1
    const owed = ceilDiv(borrowShares * (borrow.assets + 1n), borrow.shares + 10n ** 6n)
    equal('debt', facts.debt[0]?.amount, owed)
    if (typeof price === 'bigint' && typeof collateral === 'bigint') {
      const most = (((collateral * price) / 10n ** 36n) * params.lltv) / WAD
      const { health } = judged
      equal('health factor', health.status === 'known' ? health.factor : health.status, (most * WAD) / owed)
    }
  }

  const attempts: { readonly what: string; readonly attempt: Judge.Attempt; readonly expected: boolean }[] = []
  const attempt = (action: LendingAction, asset: Address, amount: bigint | 'all', expected: boolean) => {
    const where = { state: reading.state, position: facts, asset }
    const { call } = lending.calls[action]({ ...where, owner, amount })
    attempts.push({ what: `${action} ${amount} of ${asset}`, attempt: { from: owner, ...call }, expected })
  }
  const probe = (action: 'withdraw' | 'borrow' | 'repay', asset: Address) => {
    const { amount, by } = lending.limits[action]({ state: reading.state, position: facts, asset })
    if (typeof amount !== 'bigint') {
      tally.unknownLimits += 1
      if (price !== undefined) fail(`${action} is unknown`)
      return
    }
    tally.limits += 1
    if (by.length === 0) fail(`nothing limits ${action}`)
    if (by.includes('health')) tally.limitedByHealth += 1
    if (by.includes('liquidity')) tally.limitedByLiquidity += 1
    if (by.includes('balance')) tally.limitedByBalance += 1
    if (amount > 0n) attempt(action, asset, amount, true)
    // Where a share is worth more than a unit, Morpho takes gifts on top of what is owed, or where nothing is.
    if (action === 'repay' && borrow.assets > borrow.shares) tally.gifts += 1
    else attempt(action, asset, amount + 1n, false)
  }
  probe('borrow', params.loanToken)
  probe('withdraw', params.loanToken)
  probe('withdraw', params.collateralToken)
  probe('repay', params.loanToken)
  attempt('supply', params.loanToken, random.magnitude(1n, 10n ** 12n), true)
  attempt('supply', params.collateralToken, random.magnitude(1n, 10n ** 12n), true)
  if (borrowShares > 0n) attempt('repay', params.loanToken, 'all', true)

  const liquidate = encodeFunctionData({
    abi: MorphoLab.morphoAbi,
    functionName: 'liquidate',
    args: [params, owner, 0n, 1n, '0x'],
  })
  const verdicts = await judge.judge([
    ...attempts.map(({ attempt }) => attempt),
    { from: lab.liquidator, to: morpho, data: liquidate },
  ])
  for (const [index, { what, expected }] of attempts.entries()) {
    const verdict = verdicts[index] ?? fail('no verdict')
    if (verdict.succeeds !== expected) {
      fail(`${owner}: ${what}: ${verdict.succeeds ? 'succeeds' : verdict.reason}, expected ${expected}`)
    }
  }
  // Whatever else it may say, Morpho says first whether the position is healthy.
  const last = verdicts.at(-1) ?? fail('no verdict')
  if (price !== undefined) {
    const isLiquidatable = last.succeeds || !last.reason.includes('position is healthy')
    const { health } = judged
    equal('liquidatable', health.status === 'known' && health.factor < WAD, isLiquidatable)
    if (isLiquidatable) tally.liquidatable += 1
  }
  await predictChange(comparison, owner, facts)
}

/** Makes one random change in a call, reads the position behind it, and compares that with what was predicted. */
async function predictChange(
  { tally, adapter, metadata, reading, judge, market, random }: Comparison,
  owner: Address,
  position: PositionFacts,
): Promise<void> {
  const { loanToken, collateralToken } = market.params
  const asset = random.chance(35) ? collateralToken : loanToken
  const action: LendingAction =
    asset === collateralToken
      ? random.pick(['supply', 'withdraw'] as const)
      : random.pick(['supply', 'withdraw', 'borrow', 'repay'] as const)
  const where: PositionAsset = { state: reading.state, position, asset }
  const { amount: most } = adapter.lending.limits[action](where)
  const upTo = typeof most === 'bigint' ? most : 10n ** 20n
  if (upTo === 0n) return
  const amount = random.chance(30) ? upTo : random.magnitude(1n, upTo)
  const predicted = adapter.lending.after(where, { action, amount })
  const { call } = adapter.lending.calls[action]({ ...where, owner, sender: MorphoLab.MULTICALL3, amount })
  const again = adapter.state(metadata, [owner])
  const [made, ...results] = await judge.inOrder([call, ...again.calls])
  if (made?.success !== true) {
    if (most === undefined || typeof most === 'bigint') fail(`${owner}: ${action} ${amount} of ${asset} was refused`)
    return
  }
  const step = again.decode(
    results.map(
      ({ success, returnData }): ReadResult<Hex> =>
        success ? { status: 'ok', value: returnData } : { status: 'reverted', reason: 'reverted', data: returnData },
    ),
  )
  if (step.status !== 'ok') fail(`no reading after ${action}`)
  const actual = mustRead<PositionFacts>(step.value.positions[0])
  for (const [name, of] of Object.entries({
    collateral: (facts: PositionFacts) => facts.collateral.find(({ isCollateral }) => isCollateral)?.amount ?? 0n,
    supplied: (facts: PositionFacts) => facts.collateral.find(({ isCollateral }) => !isCollateral)?.amount ?? 0n,
    debt: (facts: PositionFacts) => facts.debt[0]?.amount ?? 0n,
    supplyShares: (facts: PositionFacts) => facts.details.supplyShares,
    borrowShares: (facts: PositionFacts) => facts.details.borrowShares,
  })) {
    equal(`${name} after ${action} ${amount} of ${asset}`, of(predicted), of(actual))
  }
  const rule = adapter.rules[predicted.rule] ?? fail('no rule')
  const [ours, theirs] = [PositionHealth.assess(predicted, rule).health, PositionHealth.assess(actual, rule).health]
  if (ours.status !== 'unknown' || theirs.status !== 'unknown') {
    equal(`health after ${action} ${amount}`, factorOf(ours), factorOf(theirs))
  }
  const rates = adapter.lending.ratesAfter(reading.state, { action, asset, amount })
  const reserve =
    step.value.state.reserves.find((one) => isAddressEqual(one.asset.address, asset)) ?? fail('no reserve')
  equal(`borrow rate after ${action} ${amount}`, rates.borrowRate, reserve.borrowRate)
  equal(`supply rate after ${action} ${amount}`, rates.supplyRate, reserve.supplyRate)
  tally.predictions += 1
}

/** The market's rate is what its model's own contract says of the accrued market. */
async function compareRates({ tally, reading, judge, market, morpho }: Comparison): Promise<void> {
  const { details = {}, reserves } = reading.state
  const { params } = market
  if (params.irm === zeroAddress) return equal('rate without a model', reserves[0]?.borrowRate, 0n)
  const of = (name: string) => {
    const value = details[name]
    return typeof value === 'bigint' ? value : fail(`no ${name}`)
  }
  const state = {
    a: of('supplyAssets'),
    b: of('supplyShares'),
    c: of('borrowAssets'),
    d: of('borrowShares'),
    e: of('accruedAt'),
    f: of('fee'),
  }
  const abi = MorphoLab.morphoAbi
  const [, answer] = await judge.inOrder([
    { to: morpho, data: encodeFunctionData({ abi, functionName: 'accrueInterest', args: [params] }) },
    { to: params.irm, data: encodeFunctionData({ abi, functionName: 'borrowRateView', args: [params, state] }) },
  ])
  equal('borrow rate', reserves[0]?.borrowRate, BigInt(answer?.returnData ?? '0x') * YEAR)
  tally.rates += 1
}

/** A position with its price changed by hand is judged as the one that was read after the change. */
async function predictPrice(
  tally: Tally,
  adapter: MorphoBlueLendingAdapter,
  after: MarketReading,
  before: MarketReading,
): Promise<void> {
  const price = after.state.reserves[1]?.price
  for (const [index, result] of after.positions.entries()) {
    const actual = mustRead<PositionFacts>(result)
    const earlier = mustRead<PositionFacts>(before.positions[index])
    const rule = adapter.rules[actual.rule] ?? fail('no rule')
    const old = earlier.collateral.find(({ isCollateral }) => isCollateral)
    const next = actual.collateral.find(({ isCollateral }) => isCollateral)
    if (old === undefined || next === undefined || typeof price !== 'bigint') continue
    // Amounts of now, the exact price of then: the rule may not believe that any more.
    const guessed = {
      ...actual,
      collateral: actual.collateral.map((leg) =>
        leg === next ? { ...leg, exactPrice: old.exactPrice ?? next.exactPrice } : leg,
      ),
    }
    const { exactPrice } = next
    if (exactPrice === undefined || exactPrice.decimals > 18) {
      // A WAD holds fewer digits than the oracle: the prediction is of the price rounded down.
      if (exactPrice === undefined || exactPrice.value % 10n ** BigInt(exactPrice.decimals - 18) !== 0n) continue
    }
    const [ours, theirs] = [PositionHealth.assess(guessed, rule).health, PositionHealth.assess(actual, rule).health]
    equal('health at another price', factorOf(ours), factorOf(theirs))
    tally.predictedPrices += 1
  }
}

function ownerMove(
  random: Random.Random,
  adapter: MorphoBlueLendingAdapter,
  { state, positions }: MarketReading,
  {
    lab,
    market,
    morpho,
    isFirst,
    isWorthless,
  }: {
    readonly lab: MorphoLab.MorphoLab
    readonly market: MorphoLab.LabMarket
    readonly morpho: Address
    readonly isFirst: boolean
    /** Whether the collateral is: then whoever owes is liquidated sooner or later. */
    readonly isWorthless: boolean
  },
): LocalChain.Transaction {
  const index = random.below(lab.owners.length)
  const owner = lab.owners[index] ?? lab.owners[0]
  const position = mustRead<PositionFacts>(positions[index])
  const { params, loanDecimals, collateralDecimals } = market
  const kind = isFirst ? random.pick([0, 0, 30, 30]) : isWorthless && random.chance(40) ? 99 : random.below(100)
  const make = (action: LendingAction, asset: Address, amount: bigint | 'all'): LocalChain.Transaction => {
    const { call } = adapter.lending.calls[action]({ state, position, asset, owner, amount })
    return { from: owner, to: call.to, data: call.data }
  }
  const some = (decimals: number) =>
    random.chance(20) ? random.magnitude(1n, 10_000n) : random.magnitude(10n ** 4n, 10n ** BigInt(decimals + 9))
  const share = (most: Quantity | undefined, decimals: number) =>
    typeof most === 'bigint' && most > 0n && random.chance(85)
      ? (most * BigInt(1 + random.below(100))) / 100n + (random.chance(10) ? 1n : 0n)
      : some(decimals)
  const limit = (action: LendingAction, asset: Address) =>
    adapter.lending.limits[action]({ state, position, asset }).amount
  const { loanToken, collateralToken } = params
  if (kind < 18) return make('supply', loanToken, some(loanDecimals))
  if (kind < 38) return make('supply', collateralToken, some(collateralDecimals))
  if (kind < 70) return make('borrow', loanToken, share(limit('borrow', loanToken), loanDecimals))
  if (kind < 77)
    return make('repay', loanToken, random.chance(40) ? 'all' : share(limit('repay', loanToken), loanDecimals))
  if (kind < 86) {
    return make('withdraw', loanToken, random.chance(30) ? 'all' : share(limit('withdraw', loanToken), loanDecimals))
  }
  if (kind < 93) {
    return make('withdraw', collateralToken, share(limit('withdraw', collateralToken), collateralDecimals))
  }
  const { borrowShares } = position.details
  const collateral = position.collateral.find(({ isCollateral }) => isCollateral)?.amount
  const seized = typeof collateral === 'bigint' && random.chance(60) ? collateral : 0n
  const repaid = seized > 0n || typeof borrowShares !== 'bigint' ? 0n : random.magnitude(1n, borrowShares + 1n)
  return {
    from: lab.liquidator,
    to: morpho,
    data: encodeFunctionData({
      abi: MorphoLab.morphoAbi,
      functionName: 'liquidate',
      args: [params, owner, seized, repaid, '0x'],
    }),
  }
}

/** Near the usual price mostly, sometimes orders of magnitude away, or broken. */
function nextPrice(random: Random.Random, usual: bigint, market: MorphoLab.LabMarket): bigint | 'reverts' {
  const kind = random.below(100)
  if (kind < 55) return (usual * BigInt(70 + random.below(61))) / 100n + 1n
  if (kind < 75) return usual
  if (kind < 88) return MorphoLab.randomPrice(random, market)
  if (kind < 94) return 0n
  return 'reverts'
}

function emptyTally(): Tally {
  return {
    runs: 0,
    positions: 0,
    withDebt: 0,
    liquidatable: 0,
    badDebts: 0,
    drained: 0,
    limits: 0,
    limitedByHealth: 0,
    limitedByLiquidity: 0,
    limitedByBalance: 0,
    unknownLimits: 0,
    headrooms: 0,
    headroomTargets: 0,
    gifts: 0,
    predictions: 0,
    predictedPrices: 0,
    accrued: 0,
    rates: 0,
    adaptive: 0,
    linear: 0,
    withoutModel: 0,
    withFee: 0,
    pendingFees: 0,
    pendingFeeLimits: 0,
    overflowed: 0,
    brokenPrices: 0,
    zeroPrices: 0,
    transactions: 0,
    succeeded: 0,
    days: 0,
  }
}

function factorOf(health: ReturnType<typeof PositionHealth.assess>['health']): bigint | string {
  return health.status === 'known' ? health.factor : health.status
}

function equal(what: string, ours: unknown, theirs: unknown): void {
  if (ours !== theirs) fail(`${what}: ${String(ours)} ≠ ${String(theirs)}`)
}

function ceilDiv(a: bigint, b: bigint): bigint {
  return (a + b - 1n) / b
}

function mustRead<value>(result: ReadResult<unknown> | undefined): value {
  if (result?.status !== 'ok') fail(result?.reason ?? 'nothing was read')
  return result.value as value
}

function fail(reason: string): never {
  throw new Error(reason)
}
