import { type MorphoBlueLendingAdapter, type MorphoBlueMetadata, morphoBlue } from '@unimargin/adapters/morpho-blue'
import { morphoBlueLending } from '@unimargin/adapters/morpho-blue/lending'
import { morphoBlueLiquidation } from '@unimargin/adapters/morpho-blue/liquidation'
import { linearRate } from '@unimargin/devnet'
import {
  getSnapshot,
  type LendingAction,
  type Liquidation,
  type LiquidationChoice,
  type MarketReading,
  type PositionFacts,
  PositionHealth,
  type Read,
  type ReadResult,
} from '@unimargin/sdk'
import { type Address, createClient, decodeAbiParameters, encodeFunctionData, type Hex, http } from 'viem'
import * as LocalChain from '../LocalChain.ts'
import * as Random from '../Random.ts'
import * as Judge from './Judge.ts'
import * as MorphoLab from './MorphoLab.ts'

/** How much was compared, and what the liquidations were like. */
export type LiquidationTally = {
  /** Random states of a market; several liquidations are asked for in each. */
  runs: number
  /** Liquidations that went as foretold: repaid, seized, written off and left, to the unit. */
  exact: number
  /** Those of them that repaid all of the debt, or less by choice, or took all of the collateral, or named what is seized. */
  whole: number
  partial: number
  emptied: number
  bySeized: number
  badDebts: number
  /** Those whose owner lends in the same market, and bears a share of the bad debt. */
  lendersHit: number
  /** The owner gained: more debt went than collateral. */
  gains: number
  /** Foretold as refused, and reverted, by reason. */
  refused: Record<string, number>
  /** The price could not be read, and Morpho reverted as well. */
  unknown: number
  /** Sent as transactions, and mined. */
  mined: number
}

type Parameters = {
  readonly target: MorphoLab.LabTarget
  readonly runs: number
  readonly seed: string
  /** The first round to play: to come back to one that failed. */
  readonly round?: number | undefined
}

const RUNS_PER_ROUND = 10
const START = 2_500_000_000n
const DAY = 86_400n
const WAD = 10n ** 18n

/**
 * Plays random states of Morpho Blue markets whose prices fall, simulates liquidations, and makes the same ones in the same
 * block. Throws at the first difference, with the seed and the round that lead back to it.
 */
export async function differLiquidations({ target, runs, seed, round = 0 }: Parameters): Promise<LiquidationTally> {
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
      liquidation: morphoBlueLiquidation,
      chainId,
      morpho,
      marketId: market.id,
      adaptiveCurveIrm: lab.adaptiveCurveIrm,
      interestRateModels: { [linearIrm]: linearRate },
    })
    await chain.revert()
    const metadata = await read(adapter.metadata.read)
    const usual = MorphoLab.randomPrice(random, market)
    await lab.setPrice(market, usual)
    let now = START + 1n
    let reading = await read(adapter.state(metadata, lab.owners))
    const move = (owner: Address, index: number, action: LendingAction, share: number) => {
      const { loanToken, collateralToken } = market.params
      const isLoan = action === 'borrow' || random.chance(30)
      const asset = isLoan ? loanToken : collateralToken
      const decimals = isLoan ? market.loanDecimals : market.collateralDecimals
      const where = { state: reading.state, position: mustRead<PositionFacts>(reading.positions[index]), asset }
      const limit = action === 'borrow' ? adapter.lending.limits.borrow(where).amount : undefined
      const amount =
        typeof limit === 'bigint'
          ? (limit * BigInt(share)) / 100n
          : random.magnitude(random.chance(15) ? 1n : 10n ** 4n, 10n ** BigInt(decimals + 8))
      const { call } = adapter.lending.calls[action]({ ...where, owner, amount })
      return { from: owner, to: call.to, data: call.data }
    }
    const everybody = async (actions: readonly LendingAction[]) => {
      now += 1n + BigInt(random.below(60))
      const moves = lab.owners.flatMap((owner, index) =>
        actions.map((action) => move(owner, index, action, random.chance(40) ? 100 : 1 + random.below(100))),
      )
      await chain.mine(now, moves)
      reading = await read(adapter.state(metadata, lab.owners))
    }
    await chain.mine(now, [lab.setFee(market, random.pick([0n, WAD / 4n, random.magnitude(1n, WAD / 4n)]))])
    await everybody(['supply', 'supply', 'supply'])

    for (let run = 0; run < RUNS_PER_ROUND && tally.runs < runs; run += 1) {
      await lab.setPrice(market, usual)
      await everybody(random.chance(60) ? ['supply', 'borrow'] : ['borrow'])
      now += random.magnitude(1n, random.pick([DAY, 30n * DAY, 1_000n * DAY]))
      const price = nextPrice(random, usual)
      await lab.setPrice(market, price)
      await chain.mine(now)
      const refill = random.chance(10) ? await lab.drain(market.params.collateralToken, random.below(100)) : undefined
      try {
        reading = await read(adapter.state(metadata, lab.owners))
        const judge = await Judge.at(rpcUrl)
        const comparison = { tally, adapter, metadata, reading, judge, market, morpho, random }
        for (const result of reading.positions) await compare(comparison, mustRead<PositionFacts>(result))
        await refill?.()
        if (refill === undefined && price !== 'reverts') now = await mineOne(comparison, chain, lab, now)
        tally.runs += 1
      } catch (cause) {
        const facts = JSON.stringify(reading, (_, value) => (typeof value === 'bigint' ? `${value}` : value), 1)
        throw new Error(`SEED=${seed} ROUND=${current} run ${run}:\n${String(cause)}\n${facts.slice(0, 6_000)}`)
      }
    }
  }
  return tally
}

type Comparison = {
  readonly tally: LiquidationTally
  readonly adapter: MorphoBlueLendingAdapter
  readonly metadata: MorphoBlueMetadata
  readonly reading: MarketReading
  readonly judge: Judge.Judge
  readonly market: MorphoLab.LabMarket
  readonly morpho: Address
  readonly random: Random.Random
}

/** Several choices for one owner. */
async function compare(comparison: Comparison, position: PositionFacts): Promise<void> {
  const { random, market } = comparison
  const collateral = position.collateral.find(({ isCollateral }) => isCollateral)?.amount ?? 0n
  const owed = position.debt[0]?.amount ?? 0n
  if (typeof collateral !== 'bigint' || typeof owed !== 'bigint') return
  const some = (most: bigint) => random.pick([1n, most, most + 1n, most / 2n + 1n, random.magnitude(1n, most + 1n)])
  const choices: readonly LiquidationChoice[] = [
    {},
    { repay: some(owed) },
    { repay: random.magnitude(1n, owed + 1n) },
    { seize: some(collateral) },
    { seize: random.magnitude(1n, collateral + 1n) },
    { seize: some(collateral), repay: some(owed) },
    random.pick<LiquidationChoice>([
      { debt: market.params.collateralToken },
      { collateral: market.params.loanToken },
      { paidIn: 'collateral-token' },
      { debt: market.params.loanToken, collateral: market.params.collateralToken, paidIn: 'asset' },
    ]),
  ]
  for (const choice of choices) await compareOne(comparison, position, choice)
}

async function compareOne(comparison: Comparison, position: PositionFacts, choice: LiquidationChoice): Promise<void> {
  const { tally, adapter, reading, judge } = comparison
  const simulated = adapter.liquidation?.simulate({ state: reading.state, position }, choice) ?? fail('no model')
  const what = `liquidation of ${position.owner} by ${print(choice)}`
  if (simulated.status === 'unknown') {
    for (const call of [seizing(comparison, position, 1n), repaying(comparison, position, 1n)]) {
      const [verdict] = await judge.inOrder([call])
      if (verdict?.success !== false) fail(`${what}: unknown, and yet it succeeds`)
    }
    tally.unknown += 1
    return
  }
  if (simulated.status === 'refused') {
    const [reason = 'nothing'] = simulated.by
    tally.refused[reason] = (tally.refused[reason] ?? 0) + 1
    for (const call of refusable(comparison, position, choice, reason)) {
      const [verdict] = await judge.inOrder([call])
      if (verdict?.success !== false) fail(`${what}: refused by ${reason}, and yet it succeeds`)
    }
    return
  }
  const call = callOf(comparison, position, choice, simulated)
  const again = adapter.state(comparison.metadata, [position.owner])
  const [made, ...results] = await judge.inOrder([call, ...again.calls])
  if (made?.success !== true) fail(`${what} reverts: ${made?.returnData}\n${print(simulated)}`)
  const [seized, repaid] = decodeAbiParameters([{ type: 'uint256' }, { type: 'uint256' }], made.returnData)
  const step = again.decode(
    results.map(
      ({ success, returnData }): ReadResult<Hex> =>
        success ? { status: 'ok', value: returnData } : { status: 'reverted', reason: 'reverted', data: returnData },
    ),
  )
  if (step.status !== 'ok') fail('no reading afterwards')
  const actual = mustRead<PositionFacts>(step.value.positions[0])
  const bad = numberOf(reading.state.details?.supplyAssets) - numberOf(step.value.state.details?.supplyAssets)
  equal(`${what}: repaid`, simulated.repaid[0]?.amount, repaid)
  equal(`${what}: seized`, simulated.seized[0]?.amount ?? 0n, seized)
  equal(`${what}: bad debt`, simulated.badDebt[0]?.amount ?? 0n, bad)
  for (const side of ['collateral', 'debt', 'firstSupplies', 'details'] as const) {
    equal(`${what}: ${side} left`, print(simulated.after[side]), print(actual[side]))
  }
  const rule = adapter.rules[actual.rule] ?? fail('no rule')
  equal(
    `${what}: health left`,
    print(PositionHealth.assess(simulated.after, rule).health),
    print(PositionHealth.assess(actual, rule).health),
  )
  compareCost(simulated, position, what)

  tally.exact += 1
  if (choice.seize !== undefined) tally.bySeized += 1
  if (choice.repay !== undefined && choice.seize === undefined) tally.partial += 1
  if (collateralOf(actual) === 0n) tally.emptied += 1
  else if (actual.debt.length === 0) tally.whole += 1
  if (bad > 0n) tally.badDebts += 1
  if (bad > 0n && position.collateral.some(({ isCollateral }) => !isCollateral)) tally.lendersHit += 1
  if (simulated.cost < 0n) tally.gains += 1
}

/** Market prices by fractions of their own: floor and ceiling of the exact difference. */
function compareCost({ seized, repaid, badDebt, cost }: Liquidation, position: PositionFacts, what: string): void {
  const leg = position.collateral.find(({ isCollateral }) => isCollateral)
  const [debt] = position.debt
  const price = leg?.exactPrice ?? { value: 0n, decimals: 18 }
  const scale = 10n ** BigInt(price.decimals + (leg?.asset.decimals ?? 0))
  const gone = (repaid[0]?.amount ?? 0n) + (badDebt[0]?.amount ?? 0n)
  const unit = 10n ** BigInt(debt?.asset.decimals ?? 0)
  // Both over one denominator.
  const exact = (seized[0]?.amount ?? 0n) * price.value * unit * WAD - gone * WAD * scale
  const scaled = cost * scale * unit
  if (scaled < exact || scaled - exact >= 2n * scale * unit) fail(`${what}: cost ${cost}`)
}

/** Sends the worst there is to the market as a transaction; gives the time of its block. */
async function mineOne(
  comparison: Comparison,
  chain: LocalChain.LocalChain,
  lab: MorphoLab.MorphoLab,
  now: bigint,
): Promise<bigint> {
  const { adapter, reading, random, tally } = comparison
  const positions = reading.positions.map((result) => mustRead<PositionFacts>(result))
  const cases = positions.flatMap((position) => {
    const simulated = adapter.liquidation?.simulate({ state: reading.state, position })
    return simulated?.status === 'liquidated' ? [{ position, simulated }] : []
  })
  const [first, ...others] = cases
  if (first === undefined) return now
  const { position, simulated } = random.pick([first, ...others])
  const call = callOf(comparison, position, {}, simulated)
  // In the very time of the block that was read.
  if ((await chain.mine(now, [{ from: lab.liquidator, ...call }])) !== 1) fail('the transaction failed')
  tally.mined += 1
  return now
}

/** The call that a simulated liquidation stands for. */
function callOf(comparison: Comparison, position: PositionFacts, choice: LiquidationChoice, made: Liquidation) {
  const left = collateralOf(made.after)
  const all = collateralOf(position)
  if (choice.seize !== undefined) return seizing(comparison, position, choice.seize)
  if (left === 0n && all > 0n) return seizing(comparison, position, all)
  return repaying(
    comparison,
    position,
    numberOf(position.details.borrowShares) - numberOf(made.after.details.borrowShares),
  )
}

/** What a liquidator could send who does not believe in a refusal. */
function refusable(comparison: Comparison, position: PositionFacts, choice: LiquidationChoice, reason: string) {
  const { market } = comparison
  const all = collateralOf(position)
  const shares = numberOf(position.details.borrowShares)
  // Nobody can ask Morpho for what is none of the market's.
  if (reason === 'not-collateral' || reason === 'no-collateral-token' || isStrange(choice, market)) return []
  if (reason === 'amount') {
    if (choice.seize === undefined) return [repaying(comparison, position, 0n)]
    // A limit of one's own is none of Morpho's.
    return choice.repay === undefined ? [seizing(comparison, position, choice.seize)] : []
  }
  const least = reason === 'liquidity' ? [choice.seize ?? all, shares] : [1n, 1n]
  if (reason === 'liquidity' && (choice.repay !== undefined || choice.seize !== undefined)) {
    return choice.seize === undefined ? [] : [seizing(comparison, position, choice.seize)]
  }
  return [seizing(comparison, position, least[0] ?? 1n), repaying(comparison, position, least[1] ?? 1n)]
}

function isStrange({ debt }: LiquidationChoice, { params }: MorphoLab.LabMarket): boolean {
  return debt !== undefined && debt !== params.loanToken
}

function seizing(comparison: Comparison, position: PositionFacts, amount: bigint) {
  return liquidate(comparison, position, amount, 0n)
}

function repaying(comparison: Comparison, position: PositionFacts, shares: bigint) {
  return liquidate(comparison, position, 0n, shares)
}

function liquidate({ market, morpho }: Comparison, { owner }: PositionFacts, seized: bigint, shares: bigint) {
  const args = [market.params, owner, seized, shares, '0x'] as const
  return { to: morpho, data: encodeFunctionData({ abi: MorphoLab.morphoAbi, functionName: 'liquidate', args }) }
}

/** Mostly so far that some can be liquidated, sometimes to nothing, or broken. */
function nextPrice(random: Random.Random, usual: bigint): bigint | 'reverts' {
  const kind = random.below(100)
  if (kind < 55) return (usual * BigInt(75 + random.below(25))) / 100n + 1n
  if (kind < 70) return (usual * BigInt(1 + random.below(75))) / 100n + 1n
  if (kind < 80) return usual
  if (kind < 92) return random.magnitude(1n, usual)
  if (kind < 96) return 0n
  return 'reverts'
}

function emptyTally(): LiquidationTally {
  return {
    runs: 0,
    exact: 0,
    whole: 0,
    partial: 0,
    emptied: 0,
    bySeized: 0,
    badDebts: 0,
    lendersHit: 0,
    gains: 0,
    refused: {},
    unknown: 0,
    mined: 0,
  }
}

function collateralOf({ collateral }: PositionFacts): bigint {
  return numberOf(collateral.find(({ isCollateral }) => isCollateral)?.amount ?? 0n)
}

function numberOf(value: unknown): bigint {
  return typeof value === 'bigint' ? value : fail(`${String(value)} is no number`)
}

function equal(what: string, ours: unknown, theirs: unknown): void {
  if (ours !== theirs) fail(`${what}: ${String(ours)} ≠ ${String(theirs)}`)
}

function print(value: unknown): string {
  return JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? `${part}n` : part))
}

function mustRead<value>(result: ReadResult<unknown> | undefined): value {
  if (result?.status !== 'ok') fail(result?.reason ?? 'nothing was read')
  return result.value as value
}

function fail(reason: string): never {
  throw new Error(reason)
}
