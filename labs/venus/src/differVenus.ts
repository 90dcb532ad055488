import { type CompoundV2Metadata, compoundV2 } from '@unimargin/adapters/compound-v2'
import { compoundV2Lending } from '@unimargin/adapters/compound-v2/lending'
import {
  type LendingAction,
  type Limit,
  type MarketReading,
  type PositionFacts,
  PositionHealth,
  Read,
} from '@unimargin/sdk'
import { type Address, createClient, encodeAbiParameters, http, keccak256, maxUint256, parseAbi } from 'viem'
import { compareHeadroom } from '../../../test/differential/compareHeadroom.ts'
import * as LocalChain from '../../../test/differential/LocalChain.ts'
import * as Random from '../../../test/differential/Random.ts'
import { succeeds } from '../../../test/differential/succeeds.ts'
import { hostAbi } from './deployHost.ts'
import type { Venus, VenusToken } from './deployVenus.ts'
import { fail, mustRead, readerOf } from './mustRead.ts'
import * as VenusLab from './VenusLab.ts'

/** How much was compared, and what the states were like. */
export type Tally = Record<
  | 'runs'
  /** Accounts that hold or owe anything, compared with the Comptroller after everything accrued. */
  | 'positions'
  | 'withDebt'
  | 'liquidatable'
  /** Accounts on which the Comptroller's own stored view has another verdict, and that are flagged so. */
  | 'behind'
  /** The Comptroller itself could not judge, because a price was missing. */
  | 'reverted'
  | 'refreshed'
  | 'badDebt'
  | 'unlisted'
  /** Healths that the router's connector has found as well. */
  | 'twins'
  /** Limits that the chain was asked to confirm, amount and amount + 1. */
  | 'limits'
  | 'unknownLimits'
  /** Assets of which exactly so much leaves a health of 1, by what the protocol would book, with all interest. */
  | 'headrooms'
  | 'predictedActions'
  | 'predictedPrices'
  | 'transactions'
  | 'succeeded'
  | 'days',
  number
> & { readonly limitedBy: Record<string, number> }

const comptrollerAbi = parseAbi([
  'function getAccountLiquidity(address) view returns (uint256, uint256, uint256)',
  'function getBorrowingPower(address) view returns (uint256, uint256, uint256)',
])
const tokenAbi = parseAbi([
  'function getAccountSnapshot(address) view returns (uint256, uint256, uint256, uint256)',
  'function borrowRatePerBlock() view returns (uint256)',
  'function supplyRatePerBlock() view returns (uint256)',
  'function blocksOrSecondsPerYear() view returns (uint256)',
  'function badDebt() view returns (uint256)',
])
const RUNS_PER_ROUND = 25
/** Owners and assets whose limits are proved in each state. */
const PLACES_PER_RUN = 2
const START = 2_500_000_000n
const DAY = 86_400n
const ACTIONS: readonly [LendingAction, ...LendingAction[]] = ['supply', 'withdraw', 'borrow', 'repay']

/** Plays random states of a pool and compares all that the adapter says with the chain, to the unit. Throws at a difference. */
export async function differVenus(parameters: {
  readonly rpcUrl: string
  readonly chainId: number
  readonly venus: Venus
  /** The router's connector. */
  readonly host: Address
  readonly runs: number
  readonly seed: string
  readonly round?: number
  /** When to stop in any case, in milliseconds since 1970. */
  readonly until?: number
}): Promise<Tally> {
  const { rpcUrl, chainId, venus, host, runs, seed, round = 0, until = Number.POSITIVE_INFINITY } = parameters
  const client = createClient({ transport: http(rpcUrl, { timeout: 60_000 }), ccipRead: false })
  const adapter = compoundV2({
    chainId,
    comptroller: venus.comptroller,
    flavour: 'venus-isolated',
    lending: compoundV2Lending,
  })
  const [rule = fail('no rule')] = Object.values(adapter.rules)
  const chain = await LocalChain.takeOver(rpcUrl)
  const lab = await VenusLab.open(chain, venus, START)
  await chain.snapshot()
  const tally: Tally = {
    runs: 0,
    positions: 0,
    withDebt: 0,
    liquidatable: 0,
    behind: 0,
    reverted: 0,
    refreshed: 0,
    badDebt: 0,
    unlisted: 0,
    twins: 0,
    limits: 0,
    unknownLimits: 0,
    headrooms: 0,
    predictedActions: 0,
    predictedPrices: 0,
    transactions: 0,
    succeeded: 0,
    days: 0,
    limitedBy: {},
  }

  const read = readerOf(client, chainId)
  const ask = (functionName: 'getAccountLiquidity' | 'getBorrowingPower') =>
    Read.all(
      lab.owners.map((owner) =>
        Read.settle(Read.call({ to: venus.comptroller, abi: comptrollerAbi, functionName, args: [owner] })),
      ),
    )
  const books = Read.all(
    venus.tokens.map(({ token }) =>
      Read.all([
        Read.call({ to: token, abi: tokenAbi, functionName: 'borrowRatePerBlock' }),
        // Divides by what there is, and reverts where there is nothing.
        Read.settle(Read.call({ to: token, abi: tokenAbi, functionName: 'supplyRatePerBlock' })),
        Read.call({ to: token, abi: tokenAbi, functionName: 'blocksOrSecondsPerYear' }),
        Read.call({ to: token, abi: tokenAbi, functionName: 'badDebt' }),
        Read.all(
          lab.owners.map((owner) =>
            Read.call({ to: token, abi: tokenAbi, functionName: 'getAccountSnapshot', args: [owner] }),
          ),
        ),
      ]),
    ),
  )
  const twins = Read.all(
    lab.owners.map((owner) =>
      Read.settle(
        Read.call({ to: host, abi: hostAbi, functionName: 'healthFactor', args: [venus.comptroller, owner] }),
      ),
    ),
  )
  let metadata: CompoundV2Metadata
  const readMetadata = async () => {
    const [result] = await read([adapter.metadata.read])
    metadata = mustRead(result)
  }
  /** What is stored, the adapter's reading, and then the protocol's own words after everything accrued. */
  const look = async () => {
    const attempt = () =>
      read([
        ask('getAccountLiquidity'),
        adapter.state(metadata, lab.owners),
        ask('getAccountLiquidity'),
        ask('getBorrowingPower'),
        books,
        twins,
      ])
    let results = await attempt()
    if (results[1].status === 'unavailable' && results[1].reason.startsWith('metadata is stale')) {
      tally.refreshed += 1
      await readMetadata()
      results = await attempt()
    }
    const [stored, reading, liquidity, power, accrued, factors] = results
    return {
      stored: mustRead(stored),
      reading: mustRead(reading),
      liquidity: mustRead(liquidity),
      power: mustRead(power),
      accrued: mustRead(accrued),
      factors: mustRead(factors),
    }
  }

  let underwater: Address[] = []
  const isOver = () => tally.runs >= runs || Date.now() >= until
  for (let current = round; !isOver(); current += 1) {
    const random = Random.create(`${seed}:${current}`)
    await chain.revert()
    await readMetadata()
    let now = START
    underwater = []
    const where = () => `SEED=${seed} ROUND=${current}, state ${tally.runs}`
    for (let run = 0; run < RUNS_PER_ROUND && !isOver(); run += 1) {
      const moves = Array.from({ length: run === 0 ? 60 : 2 + random.below(12) }, () =>
        run > 0 && random.chance(10) ? lab.adminMoves(random) : [lab.ownerMove(random)],
      ).flat()
      if (random.chance(30)) moves.push(...underwater.map((account) => lab.heal(random, account)))
      now += 1n + BigInt(random.below(60))
      tally.transactions += moves.length
      tally.succeeded += await chain.mine(now, moves)
      const prices = venus.tokens
        .filter(() => run > 0 && random.chance(30))
        .map((token) => lab.setPrice(token, nextPrice(random, token)))
      const pause = random.chance(60) ? random.magnitude(1n, DAY) : random.magnitude(DAY, 400n * DAY)
      now += pause
      tally.days += Number(pause / DAY)
      // Some of the tokens count blocks.
      if (random.chance(50)) {
        const blocks = random.magnitude(1n, 200n)
        await chain.request('anvil_mine', [`0x${blocks.toString(16)}`, '0x1'])
        const { timestamp } = (await chain.request('eth_getBlockByNumber', ['latest', false])) as { timestamp: string }
        if (BigInt(timestamp) > now) now = BigInt(timestamp)
      }
      await chain.mine(now, prices)

      const seen = await look()
      tally.runs += 1
      if (seen.accrued.some(([, , , badDebt]) => badDebt > 0n)) tally.badDebt += 1
      if (seen.reading.state.reserves.some(({ details }) => details?.isListed === false)) tally.unlisted += 1
      compare(seen, where)
      tally.headrooms += compareHeadroom(adapter, seen.reading, { limitsAreStored: true }).targets

      // Drawn before anything is asked, so that the same seed draws the same whatever answers first.
      const places = Array.from({ length: PLACES_PER_RUN }, () => {
        const index = random.below(lab.owners.length)
        const { asset } = random.pick(venus.tokens)
        const position = mustRead(seen.reading.positions[index])
        return { state: seen.reading.state, position, asset, owner: lab.owners[index] ?? fail('no owner') }
      })
      await Promise.all(places.flatMap((place) => ACTIONS.map((action) => prove(action, place, where))))
      if (random.chance(35)) await predictPrice(random, seen.reading, where)
      else now = await predictAction(random, seen.reading, now, where)
    }
  }
  return tally

  function compare(seen: Awaited<ReturnType<typeof look>>, where: () => string): void {
    underwater = []
    for (const [index, owner] of lab.owners.entries()) {
      const position = mustRead(seen.reading.positions[index])
      for (const [at, { asset }] of venus.tokens.entries()) {
        const snapshot = seen.accrued[at]?.[4][index] ?? fail('no snapshot')
        const supplied = position.collateral.find((leg) => leg.asset.address === asset)
        const owed = position.debt.find((leg) => leg.asset.address === asset)
        const first = position.firstSupplies?.find((leg) => leg.asset.address === asset)
        equal(`${where()} ${owner} shares of ${asset}`, supplied?.shares?.balance ?? 0n, snapshot[1])
        equal(`${where()} ${owner} debt of ${asset}`, owed?.amount ?? 0n, snapshot[2])
        equal(`${where()} ${owner} rate of ${asset}`, (supplied ?? first)?.shares?.rate, snapshot[3])
      }
      const verdict = seen.liquidity[index] ?? fail('no verdict')
      const factor = seen.factors[index] ?? fail('no factor')
      if (position.collateral.length + position.debt.length > 0) tally.positions += 1
      if (position.debt.length > 0) tally.withDebt += 1
      if (verdict.status !== 'ok') {
        tally.reverted += 1
        // With debts there is no figure; without any nobody is asked about collateral.
        if (factor.status === 'ok') equal(`${where()} ${owner} twin`, factor.value, maxUint256)
        const isMissing = seen.reading.state.reserves.some(({ price }) => typeof price !== 'bigint')
        if (!isMissing) fail(`${where()}: the Comptroller refused, and every price is known`)
        continue
      }
      const judged = PositionHealth.assess(position, rule)
      if (typeof judged.weightedCollateral !== 'bigint' || typeof judged.weightedDebt !== 'bigint') {
        // A supply that is not collateral may have an unknown price: the protocol does not ask it.
        if (judged.health.status !== 'unknown') fail(`${where()}: health without sums`)
        continue
      }
      const free = judged.weightedCollateral - judged.weightedDebt
      equal(`${where()} ${owner} liquidity`, free > 0n ? free : 0n, verdict.value[1])
      equal(`${where()} ${owner} shortfall`, free < 0n ? -free : 0n, verdict.value[2])
      const { health } = judged
      if (factor.status !== 'ok') fail(`${where()} ${owner}: the twin refused`)
      else if (health.status !== 'unknown') {
        tally.twins += 1
        equal(`${where()} ${owner} twin`, factor.value, health.status === 'known' ? health.factor : maxUint256)
      }
      const isLiquidatable = health.status === 'known' && health.factor < 10n ** 18n
      equal(`${where()} ${owner} liquidatable`, isLiquidatable, verdict.value[2] > 0n)
      if (isLiquidatable) {
        tally.liquidatable += 1
        underwater.push(owner)
      }
      const stored = seen.stored[index]
      if (stored?.status !== 'ok') continue
      const isBehind = stored.value[2] > 0n !== verdict.value[2] > 0n
      equal(`${where()} ${owner} behind`, (position.flags?.length ?? 0) > 0, isBehind)
      if (isBehind) tally.behind += 1
    }
  }

  type Where = {
    readonly state: MarketReading['state']
    readonly position: PositionFacts
    readonly asset: VenusToken['asset']
    readonly owner: VenusToken['asset']
  }

  async function tries(action: LendingAction, place: Where, amount: bigint): Promise<boolean> {
    const { call } = adapter.lending.calls[action]({ ...place, amount })
    return succeeds(chain.request, { from: place.owner, ...call })
  }

  async function prove(action: LendingAction, place: Where, where: () => string): Promise<void> {
    const limit: Limit = adapter.lending.limits[action](place)
    const what = `${where()} ${place.owner} ${action} ${place.asset}: ${String(limit.amount)} by ${limit.by.join()}`
    if (limit.amount === undefined) {
      if (!(await tries(action, place, 10n ** 12n))) fail(`${what}: refused`)
      tally.limits += 1
      return
    }
    if (typeof limit.amount !== 'bigint') {
      tally.unknownLimits += 1
      if (place.state.reserves.every(({ price }) => typeof price === 'bigint')) fail(`${what}: unknown`)
      return
    }
    // Beyond what is owed a repayment is cut to it; beyond what a wallet has, the wallet is the limit.
    const isBeyond = limit.amount > 10n ** 33n
    const isEdge = !isBeyond && (action !== 'repay' || limit.by.includes('paused'))
    const [succeeded, more] = await Promise.all([
      limit.amount === 0n || isBeyond || tries(action, place, limit.amount),
      isEdge && tries(action, place, limit.amount + 1n),
    ])
    if (!succeeded) fail(`${what}: refused`)
    if (more) fail(`${what}: one more succeeded`)
    if (limit.by.length === 0) fail(`${what}: no reason`)
    for (const reason of limit.by) {
      const key = `${action}:${reason}`
      tally.limitedBy[key] = (tally.limitedBy[key] ?? 0) + 1
    }
    tally.limits += 1
  }

  async function predictAction(
    random: Random.Random,
    reading: MarketReading,
    now: bigint,
    where: () => string,
  ): Promise<bigint> {
    for (let attempt = 0; attempt < 8; attempt += 1) {
      const index = random.below(lab.owners.length)
      const owner = lab.owners[index] ?? fail('no owner')
      const position = mustRead(reading.positions[index])
      const token = random.pick(venus.tokens)
      const action = random.chance(20) ? 'borrow' : random.pick(ACTIONS)
      // In the same second; tokens that count blocks would count one more, and are left out for it.
      if (!token.isTimeBased) continue
      const place = { state: reading.state, position, asset: token.asset, owner }
      const { amount: limit } = adapter.lending.limits[action](place)
      if ((typeof limit !== 'bigint' && limit !== undefined) || limit === 0n) continue
      const most =
        limit === undefined || limit > 10n ** BigInt(token.decimals + 6) ? 10n ** BigInt(token.decimals + 6) : limit
      const amount = random.chance(50) ? most : random.magnitude(1n, most)
      // Books that hold less than is owed take no more than that, and refuse all.
      const owed = position.debt.find((leg) => leg.asset.address === token.asset)?.amount
      const isAll = random.chance(20) && action === 'repay' && limit === owed
      const sender = random.chance(25) ? VenusLab.DELEGATE : owner
      const { call } = adapter.lending.calls[action]({ ...place, sender, amount: isAll ? 'all' : amount })
      const change = { action, asset: token.asset, amount: isAll && limit !== undefined ? limit : amount }
      const expected = adapter.lending.after(place, change)
      const rates = adapter.lending.ratesAfter(reading.state, change)
      if ((await chain.mine(now, [{ from: sender, ...call }])) !== 1) {
        // So little that its rounding makes it nothing: allowed by the limit, which is the largest amount.
        if (action === 'withdraw' && amount < most) continue
        fail(`${where()} ${action} of ${isAll ? 'all' : amount} ${token.symbol} reverted`)
      }
      const seen = await look()
      const found = mustRead(seen.reading.positions[index])
      comparePositions(expected, found, `${where()} ${owner} after ${action} of ${amount} ${token.symbol}`)
      const at = venus.tokens.indexOf(token)
      const [borrowRate = 0n, supplyRate, perYear = 0n] = seen.accrued[at] ?? []
      const paid = `${where()} rates after ${action} of ${amount} ${token.symbol}`
      equal(`${paid}: borrow`, rates.borrowRate, borrowRate * perYear)
      if (supplyRate?.status === 'ok') equal(`${paid}: supply`, rates.supplyRate, supplyRate.value * perYear)
      tally.predictedActions += 1
      return now
    }
    return now
  }

  /** Tokens that count blocks have moved on by one; all others must be the same to the unit. */
  function comparePositions(expected: PositionFacts, found: PositionFacts, what: string): void {
    const timed = new Set(venus.tokens.filter((one) => one.isTimeBased).map(({ asset }) => asset))
    const collateral = (facts: PositionFacts) =>
      facts.collateral
        .filter((leg) => timed.has(leg.asset.address))
        .map((leg) => [
          leg.asset.symbol,
          leg.amount,
          leg.value,
          leg.shares?.balance,
          leg.shares?.rate,
          leg.isCollateral,
        ])
        .sort()
    const debt = (facts: PositionFacts) =>
      facts.debt
        .filter((leg) => timed.has(leg.asset.address))
        .map((leg) => [leg.asset.symbol, leg.amount, leg.value, leg.liabilityWeight])
        .sort()
    equal(`${what}: collateral`, text(collateral(expected)), text(collateral(found)))
    equal(`${what}: debt`, text(debt(expected)), text(debt(found)))
    const isOnly = [...found.collateral, ...found.debt].every((leg) => timed.has(leg.asset.address))
    if (isOnly)
      equal(
        `${what}: health`,
        text(PositionHealth.assess(expected, rule).health),
        text(PositionHealth.assess(found, rule).health),
      )
  }

  async function predictPrice(random: Random.Random, reading: MarketReading, where: () => string): Promise<void> {
    const token = random.pick(venus.tokens)
    const before = reading.state.reserves.find(({ asset }) => asset.address === token.asset)?.price
    if (typeof before !== 'bigint') return
    const step = token.decimals > 18 ? 10n ** BigInt(token.decimals - 18) : 1n
    const price = ((before * BigInt(1 + random.below(300))) / 100n / step) * step
    if (price === 0n) return
    // A what-if changes `price` alone.
    const changed = <leg extends { readonly asset: { readonly address: string }; readonly price: unknown }>(
      leg: leg,
    ): leg => (leg.asset.address === token.asset ? { ...leg, price } : leg)
    const oracle = (price * 10n ** 18n) / 10n ** BigInt(token.decimals)
    const data = lab.setPrice(token, oracle)
    const [saved, latest] = await Promise.all([
      chain.request('evm_snapshot', []),
      chain.request('eth_getBlockByNumber', ['latest', false]),
    ])
    const { timestamp } = latest as { timestamp: string }
    // Blocks count for some: the change is made without one.
    const slot = priceSlot(token)
    await chain.request('anvil_setStorageAt', [venus.oracle, slot, `0x${oracle.toString(16).padStart(64, '0')}`])
    const seen = await look()
    for (const [index, owner] of lab.owners.entries()) {
      const position = mustRead(reading.positions[index])
      const expected = PositionHealth.assess(
        { ...position, collateral: position.collateral.map(changed), debt: position.debt.map(changed) },
        rule,
      )
      const verdict = seen.liquidity[index] ?? fail('no verdict')
      if (verdict.status !== 'ok') continue
      if (typeof expected.weightedCollateral !== 'bigint' || typeof expected.weightedDebt !== 'bigint') continue
      const free = expected.weightedCollateral - expected.weightedDebt
      const what = `${where()} ${owner} with ${token.symbol} at ${price} (${timestamp}, ${data.to})`
      equal(`${what}: liquidity`, free > 0n ? free : 0n, verdict.value[1])
      equal(`${what}: shortfall`, free < 0n ? -free : 0n, verdict.value[2])
    }
    tally.predictedPrices += 1
    await chain.request('evm_revert', [saved])
  }

  /** Where the oracle keeps the price of an asset. */
  function priceSlot({ asset }: VenusToken): string {
    return keccak256(encodeAbiParameters([{ type: 'address' }, { type: 'uint256' }], [asset, 0n]))
  }
}

/** Near the usual price mostly, sometimes orders of magnitude away, and sometimes gone. */
function nextPrice(random: Random.Random, { decimals, symbol }: VenusToken): bigint {
  const whole = { USDC: 1n, WBTC: 60_000n, WETH: 3_000n, ARB: 2n, YOCTO: 5n }[symbol] ?? 1n
  const usual = whole * 10n ** BigInt(36 - decimals)
  const kind = random.below(100)
  if (kind < 70) return (usual * BigInt(60 + random.below(81))) / 100n + BigInt(random.below(1_000))
  if (kind < 95) return random.magnitude(usual / 10n ** 6n + 1n, usual * 10n ** 6n)
  return kind < 98 ? usual : 0n
}

function text(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) => (typeof one === 'bigint' ? String(one) : one))
}

function equal(what: string, ours: unknown, theirs: unknown): void {
  if (ours !== theirs) fail(`${what}: ours ${String(ours)} ≠ chain ${String(theirs)}`)
}
