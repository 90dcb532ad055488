import { type CompoundV2Metadata, compoundV2 } from '@unimargin/adapters/compound-v2'
import { compoundV2Lending } from '@unimargin/adapters/compound-v2/lending'
import { compoundV2Liquidation } from '@unimargin/adapters/compound-v2/liquidation'
import {
  type Liquidation,
  type LiquidationChoice,
  type LiquidationResult,
  type MarketReading,
  MULTICALL3,
  type PositionFacts,
  Read,
  type ReadResult,
  serialize,
} from '@unimargin/sdk'
import { type Address, createClient, encodeFunctionData, http, maxUint256, numberToHex, parseAbi } from 'viem'
import * as Flavour from '../../../packages/adapters/src/compound-v2/Flavour.ts'
import * as LiquidationCase from '../../../packages/adapters/src/compound-v2/LiquidationCase.ts'
import { ordersOf, wholeAccount } from '../../../packages/adapters/src/compound-v2/wholeAccount.ts'
import * as LocalChain from '../../../test/differential/LocalChain.ts'
import * as Random from '../../../test/differential/Random.ts'
import type { Venus } from './deployVenus.ts'
import { fail, mustRead, readerOf } from './mustRead.ts'
import * as VenusLab from './VenusLab.ts'

/** How much was compared, and what the liquidations were like. */
export type LiquidationTally = {
  /** Random states of a pool. */
  runs: number
  /** Liquidations that went as foretold: repaid, seized, kept, written off and left, to the unit. */
  exact: number
  /** Of one debt, of all by orders, of all with what nobody pays. */
  pairs: number
  ordered: number
  healed: number
  /** Of those, in markets that are being closed; of which the owner owes and holds the same; with several orders. */
  forced: number
  sameToken: number
  manyOrders: number
  /** One unit more was refused. */
  largest: number
  badDebts: number
  /** Where the owner gained. */
  gains: number
  /** Foretold as refused, and reverted, by reason. */
  refused: Record<string, number>
  /** Where a price is missing, or reserves may be paid out first. */
  unknown: number
  unsure: number
}

const abi = parseAbi([
  'function accrueInterest() returns (uint256)',
  'function liquidateBorrow(address borrower, uint256 amount, address collateral) returns (uint256)',
  'function healAccount(address user)',
  'struct Order { address collateral; address borrowed; uint256 amount; }',
  'function liquidateAccount(address borrower, Order[] orders)',
  'function balanceOf(address) view returns (uint256)',
  'function badDebt() view returns (uint256)',
])
const adminAbi = parseAbi([
  'function setCloseFactor(uint256 factor)',
  'function setLiquidationIncentive(uint256 incentive)',
  'function setMinLiquidatableCollateral(uint256 value)',
  'function setForcedLiquidation(address token, bool enable)',
  'function setProtocolSeizeShare(uint256 share)',
  'function setActionsPaused(address[] tokens, uint8[] actions, bool paused)',
  'function faucet(uint256 amount)',
  'function approve(address spender, uint256 amount)',
])
const SINK: Address = '0x00000000000000000000000000000000000000fd'
const RUNS_PER_ROUND = 25
const START = 2_500_000_000n
const DAY = 86_400n
const WAD = 10n ** 18n

/**
 * Plays random states of a pool whose prices fall, simulates liquidations, and makes the same ones in the same block, by a
 * liquidator who accrues everything before. Throws at the first difference, with what leads back to it.
 */
export async function differLiquidations(parameters: {
  readonly rpcUrl: string
  readonly chainId: number
  readonly venus: Venus
  readonly runs: number
  readonly seed: string
  readonly round?: number
  readonly until?: number
}): Promise<LiquidationTally> {
  const { rpcUrl, chainId, venus, runs, seed, round = 0, until = Number.POSITIVE_INFINITY } = parameters
  const { admin, comptroller, tokens } = venus
  const client = createClient({ transport: http(rpcUrl, { timeout: 60_000 }), ccipRead: false })
  const flavour = Flavour.of('venus-isolated')
  const adapter = compoundV2({
    chainId,
    comptroller,
    flavour: flavour.name,
    lending: compoundV2Lending,
    liquidation: compoundV2Liquidation,
  })
  const model = compoundV2Liquidation.of(flavour)
  const chain = await LocalChain.takeOver(rpcUrl)
  const lab = await VenusLab.open(chain, venus, START)
  await fundLiquidator()
  await chain.snapshot()
  const tally: LiquidationTally = {
    runs: 0,
    exact: 0,
    pairs: 0,
    ordered: 0,
    healed: 0,
    forced: 0,
    sameToken: 0,
    manyOrders: 0,
    largest: 0,
    badDebts: 0,
    gains: 0,
    refused: {},
    unknown: 0,
    unsure: 0,
  }

  const read = readerOf(client, chainId)
  const accrueAll = Read.all(
    tokens.map(({ token }) => Read.settle(Read.call({ to: token, abi, functionName: 'accrueInterest' }))),
  )
  const books = Read.all(
    tokens.map(({ token, asset }) =>
      Read.all([
        Read.call({ to: asset, abi, functionName: 'balanceOf', args: [SINK] }),
        Read.call({ to: asset, abi, functionName: 'balanceOf', args: [MULTICALL3] }),
        Read.call({ to: token, abi, functionName: 'badDebt' }),
      ]),
    ),
  )
  let metadata: CompoundV2Metadata
  const readMetadata = async () => {
    const [result] = await read([adapter.metadata.read])
    metadata = mustRead(result)
  }
  const look = async (): Promise<MarketReading> => {
    const [result] = await read([adapter.state(metadata, lab.owners)])
    if (result.status === 'ok') return result.value
    await readMetadata()
    return mustRead((await read([adapter.state(metadata, lab.owners)]))[0])
  }

  const isOver = () => tally.runs >= runs || Date.now() >= until
  for (let current = round; !isOver(); current += 1) {
    const random = Random.create(`${seed}:${current}`)
    await chain.revert()
    await readMetadata()
    let now = START
    for (let run = 0; run < RUNS_PER_ROUND && !isOver(); run += 1) {
      const where = `SEED=${seed} ROUND=${current}, state ${tally.runs}`
      const moves = Array.from({ length: run === 0 ? 80 : 2 + random.below(15) }, () => lab.ownerMove(random))
      now += 1n + BigInt(random.below(60))
      await chain.mine(now, [...settings(random), ...moves])
      if (run > 0 && random.chance(8)) await chain.mine(now, lab.adminMoves(random))
      // Everybody borrows about as much as they can.
      const borrowing = await look()
      const loans = lab.owners.flatMap((owner, index) => {
        const { asset } = random.pick(tokens)
        const place = { state: borrowing.state, position: mustRead(borrowing.positions[index]), asset, owner }
        const { amount } = adapter.lending.limits.borrow(place)
        if (typeof amount !== 'bigint' || amount === 0n || random.chance(20)) return []
        const share = BigInt(random.pick([20, 60, 99, 100]))
        const { call } = adapter.lending.calls.borrow({ ...place, amount: (amount * share) / 100n || 1n })
        return [{ from: owner, to: call.to, data: call.data }]
      })
      await chain.mine(now, loans)
      const prices = tokens
        .filter(() => random.chance(35))
        .map((token) => lab.setPrice(token, nextPrice(random, token)))
      now += random.chance(60) ? random.magnitude(1n, DAY) : random.magnitude(DAY, 200n * DAY)
      await chain.mine(now, prices)
      // Sometimes nothing is left to be accrued.
      if (random.chance(30))
        await chain.mine(
          now,
          tokens.map(({ token }) => ({ from: admin, to: token, data: ACCRUE })),
        )
      tally.runs += 1
      const { state, positions } = await look()
      const [, baseline] = await read([accrueAll, books])
      for (const [index, owner] of lab.owners.entries()) {
        const position = mustRead(positions[index])
        if (position.debt.length === 0) continue
        const choices = [{}, choiceOf(random, position), choiceOf(random, position)]
        for (const choice of choices) {
          await hold({ state, position }, owner, choice, mustRead(baseline), `${where} ${owner} ${serialize(choice)}`)
        }
      }
    }
  }
  return tally

  type Where = { readonly state: MarketReading['state']; readonly position: PositionFacts }
  type Books = readonly (readonly [sink: bigint, liquidator: bigint, badDebt: bigint])[]

  async function hold(
    place: Where,
    owner: Address,
    choice: LiquidationChoice,
    baseline: Books,
    what: string,
  ): Promise<void> {
    const result = model.simulate(place, choice)
    if (result.status === 'unknown') {
      const reasons = result.issues.map((issue) => ('reason' in issue ? issue.reason : '')).join()
      if (!/no price|paid out before/.test(reasons)) fail(`${what}: unknown, ${reasons}`)
      if (/no price/.test(reasons)) tally.unknown += 1
      else tally.unsure += 1
      return
    }
    if (result.status === 'refused') {
      const tried = attempts(place, owner, choice)
      const taken = (await refusals(tried)).indexOf(undefined)
      if (taken >= 0) fail(`${what}: refused by ${result.by}, and the chain takes ${tried[taken]?.name}`)
      for (const by of result.by) tally.refused[by] = (tally.refused[by] ?? 0) + 1
      return
    }
    const call = callOf(place, owner, choice, result)
    const after = await attempt(call, owner)
    if (typeof after === 'string') return fail(`${what}: ${call.name} reverted (${after}), ${serialize(result)}`)
    equal(`${what}: after ${call.name}`, serialize(result.after), serialize(after.position))
    compareBooks(result, baseline, after.books, what)
    count(result, call, place)
    if (call.more === undefined) return
    if (!after.isLargest) fail(`${what}: one more unit than ${serialize(result.repaid)} succeeded`)
    tally.largest += 1
  }

  function compareBooks(result: Liquidation, before: Books, after: Books, what: string): void {
    const sum = (
      amounts: readonly { readonly asset: { readonly address: Address }; readonly amount: bigint }[],
      asset: Address,
    ) => amounts.reduce((total, one) => (one.asset.address === asset ? total + one.amount : total), 0n)
    for (const [index, { asset, symbol }] of tokens.entries()) {
      const [old, next] = [before[index] ?? fail('no books'), after[index] ?? fail('no books')]
      equal(`${what}: repaid of ${symbol}`, sum(result.repaid, asset), old[1] - next[1])
      equal(`${what}: written off of ${symbol}`, sum(result.badDebt, asset), next[2] - old[2])
      const fees = result.seized.map((one) => ({ asset: one.asset, amount: one.protocolFee }))
      equal(`${what}: kept of ${symbol}`, sum(fees, asset), next[0] - old[0])
    }
  }

  type Call = {
    readonly name: 'liquidateBorrow' | 'liquidateAccount' | 'healAccount'
    readonly read: Read.Read<unknown>
    readonly more?: Call
    readonly orders?: number
  }

  /** Why each of some calls reverts; `undefined` of one that does not. Those that revert leave nothing behind. */
  async function refusals(calls: readonly Call[]): Promise<readonly (string | undefined)[]> {
    const [, done] = await read([accrueAll, Read.all(calls.map((call) => Read.settle(call.read)))])
    return mustRead(done).map(refusalOf)
  }

  /** What a call leaves, or why it reverts; and whether one of a unit more, before it, does not. */
  async function attempt(call: Call, owner: Address) {
    const [, more, done, changed, reading] = await read([
      accrueAll,
      Read.settle(call.more?.read ?? Read.succeed(undefined)),
      Read.settle(call.read),
      books,
      adapter.state(metadata, [owner]),
    ])
    const refusal = refusalOf(mustRead(done))
    if (refusal !== undefined) return refusal
    const isLargest = call.more !== undefined && refusalOf(mustRead(more)) !== undefined
    return { isLargest, books: mustRead(changed), position: mustRead(mustRead(reading).positions[0]) }
  }

  function pairCall(owner: Address, debt: Address, collateral: Address, amount: bigint): Call {
    const [borrowed, taken] = [vToken(debt), vToken(collateral)]
    const args = [owner, amount, taken] as const
    return { name: 'liquidateBorrow', read: Read.call({ to: borrowed, abi, functionName: 'liquidateBorrow', args }) }
  }

  function healCall(owner: Address): Call {
    return {
      name: 'healAccount',
      read: Read.call({ to: comptroller, abi, functionName: 'healAccount', args: [owner] }),
    }
  }

  /** What the simulation says was done. */
  function callOf(place: Where, owner: Address, choice: LiquidationChoice, result: Liquidation): Call {
    const known = LiquidationCase.of(place, flavour)
    const isOpen = Object.keys(choice).length === 0
    const small = isOpen && !('status' in known) ? LiquidationCase.smallAccountOf(known) : undefined
    const whole: LiquidationResult | undefined = small && wholeAccount(small)
    if (small !== undefined && whole?.status === 'liquidated') {
      const orders = result.badDebt.length === 0 ? ordersOf(small) : undefined
      if (orders === undefined) return healCall(owner)
      const list = orders.map(({ debt, collateral, repay }) => ({
        collateral: vToken(collateral),
        borrowed: vToken(debt),
        amount: repay,
      }))
      const args = [owner, list] as const
      const read = Read.call({ to: comptroller, abi, functionName: 'liquidateAccount', args })
      return { name: 'liquidateAccount', read, orders: orders.length }
    }
    const [repaid, seized] = [result.repaid[0] ?? fail('nothing repaid'), result.seized[0] ?? fail('nothing seized')]
    const [debt, collateral] = [repaid.asset.address, seized.asset.address]
    const call = pairCall(owner, debt, collateral, repaid.amount)
    return choice.repay === undefined ? { ...call, more: pairCall(owner, debt, collateral, repaid.amount + 1n) } : call
  }

  /** All that somebody could try in place of what is refused. */
  function attempts({ position }: Where, owner: Address, choice: LiquidationChoice): readonly Call[] {
    const debts = choice.debt ? [choice.debt] : position.debt.map(({ asset }) => asset.address)
    const collaterals = choice.collateral ? [choice.collateral] : position.collateral.map(({ asset }) => asset.address)
    const pairs = debts.flatMap((debt) =>
      collaterals.flatMap((collateral) => {
        const owed = position.debt.find(({ asset }) => asset.address === debt)?.amount
        const most = choice.repay ?? (typeof owed === 'bigint' && owed > 2n ? owed / 100n : 1n)
        return [1n, most].map((amount) => pairCall(owner, debt, collateral, amount))
      }),
    )
    return Object.keys(choice).length === 0 ? [...pairs, healCall(owner)] : pairs
  }

  function count(result: Liquidation, call: Call, { position }: Where): void {
    tally.exact += 1
    if (call.name === 'healAccount') tally.healed += 1
    if (call.name === 'liquidateAccount') tally.ordered += 1
    if (call.name === 'liquidateBorrow') tally.pairs += 1
    if ((call.orders ?? 0) > 1) tally.manyOrders += 1
    const debt = result.repaid[0]?.asset.address
    if (
      call.name === 'liquidateBorrow' &&
      position.flags?.some(({ kind, asset }) => kind === 'liquidation-forced' && asset === debt)
    ) {
      tally.forced += 1
    }
    if (call.name === 'liquidateBorrow' && debt === result.seized[0]?.asset.address) tally.sameToken += 1
    if (result.badDebt.length > 0) tally.badDebts += 1
    if (result.cost < 0n) tally.gains += 1
  }

  function vToken(asset: Address): Address {
    return tokens.find((one) => one.asset === asset)?.token ?? fail(`no token of ${asset}`)
  }

  function choiceOf(random: Random.Random, position: PositionFacts): LiquidationChoice {
    const { asset } = random.chance(80)
      ? random.pick(nonEmpty(position.debt))
      : { asset: { address: random.pick(tokens).asset } }
    const collateral =
      random.chance(80) && position.collateral.length > 0
        ? random.pick(nonEmpty(position.collateral)).asset.address
        : random.pick(tokens).asset
    const owed = position.debt.find((leg) => leg.asset.address === asset.address)?.amount
    const most = typeof owed === 'bigint' && owed > 0n ? owed * 2n : 10n ** 6n
    return {
      debt: asset.address,
      collateral,
      ...(random.chance(50) && { repay: random.chance(20) ? most : random.magnitude(1n, most) }),
    }
  }

  /** What the protocol may set. */
  function settings(random: Random.Random): readonly LocalChain.Transaction[] {
    const to = (address: Address, data: `0x${string}`) => ({ from: admin, to: address, data })
    const token = random.pick(tokens).token
    const all: (() => LocalChain.Transaction)[] = [
      () =>
        to(
          comptroller,
          encodeFunctionData({
            abi: adminAbi,
            functionName: 'setCloseFactor',
            args: [random.pick([WAD / 2n, (9n * WAD) / 10n, random.magnitude(WAD / 20n, WAD / 2n)])],
          }),
        ),
      () =>
        to(
          comptroller,
          encodeFunctionData({
            abi: adminAbi,
            functionName: 'setLiquidationIncentive',
            args: [WAD + random.magnitude(1n, WAD / 4n)],
          }),
        ),
      () =>
        to(
          comptroller,
          encodeFunctionData({
            abi: adminAbi,
            functionName: 'setMinLiquidatableCollateral',
            args: [random.pick([0n, WAD, random.magnitude(WAD, 10n ** 26n), 10n ** 30n])],
          }),
        ),
      () =>
        to(
          comptroller,
          encodeFunctionData({ abi: adminAbi, functionName: 'setForcedLiquidation', args: [token, random.chance(12)] }),
        ),
      () =>
        to(
          token,
          encodeFunctionData({
            abi: adminAbi,
            functionName: 'setProtocolSeizeShare',
            args: [random.pick([0n, WAD / 20n, random.magnitude(1n, WAD / 4n)])],
          }),
        ),
      () =>
        to(
          comptroller,
          encodeFunctionData({
            abi: adminAbi,
            functionName: 'setActionsPaused',
            args: [[token], [3 + random.below(3)], random.chance(30)],
          }),
        ),
    ]
    return all.filter(() => random.chance(25)).map((make) => make())
  }

  async function fundLiquidator(): Promise<void> {
    await chain.request('anvil_setBalance', [MULTICALL3, numberToHex(10n ** 30n)])
    const sent = tokens.flatMap(({ asset, decimals, token }) => [
      {
        from: MULTICALL3,
        to: asset,
        data: encodeFunctionData({ abi: adminAbi, functionName: 'faucet', args: [10n ** BigInt(decimals + 30)] }),
      },
      {
        from: MULTICALL3,
        to: asset,
        data: encodeFunctionData({ abi: adminAbi, functionName: 'approve', args: [token, maxUint256] }),
      },
    ])
    equal('the liquidator is set up', await chain.mine(START + 1n, sent), sent.length)
  }
}

const ACCRUE = encodeFunctionData({ abi, functionName: 'accrueInterest' })

/** Near the usual price mostly, sometimes orders of magnitude away, and sometimes gone. */
function nextPrice(
  random: Random.Random,
  { decimals, symbol }: { readonly decimals: number; readonly symbol: string },
): bigint {
  const whole = { USDC: 1n, WBTC: 60_000n, WETH: 3_000n, ARB: 2n, YOCTO: 5n }[symbol] ?? 1n
  const usual = whole * 10n ** BigInt(36 - decimals)
  const kind = random.below(100)
  if (kind < 80) return (usual * BigInt(50 + random.below(120))) / 100n + BigInt(random.below(1_000))
  if (kind < 92) return random.magnitude(usual / 10n ** 6n + 1n, usual * 10n ** 6n)
  return kind < 99 ? usual : 0n
}

/** A function that returns nothing answers nothing, which is no refusal. */
function refusalOf(outcome: ReadResult<unknown>): string | undefined {
  if (outcome.status === 'reverted') return outcome.reason
  if (outcome.status === 'ok' || /answered nothing/.test(outcome.reason)) return undefined
  return fail(outcome.reason)
}

function nonEmpty<value>(list: readonly value[]): readonly [value, ...value[]] {
  const [first, ...others] = list
  return first === undefined ? fail('nothing to choose') : [first, ...others]
}

function equal(what: string, ours: unknown, theirs: unknown): void {
  if (ours !== theirs) fail(`${what}:\n ours  ${String(ours)}\n chain ${String(theirs)}`)
}
