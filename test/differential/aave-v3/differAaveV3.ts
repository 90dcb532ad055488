import { type AaveV3Metadata, aaveV3 } from '@unimargin/adapters/aave-v3'
import { aaveV3Lending } from '@unimargin/adapters/aave-v3/lending'
import { getSnapshot, type MarketReading, type PositionFacts, Read, type ReadResult } from '@unimargin/sdk'
import {
  type Address,
  createClient,
  decodeFunctionResult,
  encodeFunctionData,
  erc20Abi,
  type Hex,
  http,
  parseAbi,
} from 'viem'
import { compareAccrued, compareFacts } from '../compareAccrued.ts'
import * as LocalChain from '../LocalChain.ts'
import * as Random from '../Random.ts'
import * as AaveLab from './AaveLab.ts'
import { type AccountData, compareAccount } from './compareAccount.ts'

/** How much was compared, and what the states were like. */
export type Tally = {
  /** Random states of the pool; each is read once, at one block. */
  runs: number
  /** Owners' positions compared with `getUserAccountData` that hold or owe anything. */
  positions: number
  withDebt: number
  liquidatable: number
  inEMode: number
  /** Positions with a leg that the price source of an e-mode prices. */
  pricedByEMode: number
  /** Positions with collateral that lends nothing in the owner's e-mode, though it may outside; or the other way round. */
  ltvByEMode: number
  /** Positions with collateral that has a threshold in the owner's e-mode alone. */
  thresholdByEMode: number
  isolated: number
  /** States in which somebody owes at a stable rate. */
  stableDebts: number
  /** States with a debt that nobody owes any more. */
  deficits: number
  /** Balances of aTokens and debt tokens that equal what the legs say. */
  balances: number
  /** Health after a change of a price that equals what the pool says with that price. */
  whatIfs: number
  /** Positions predicted over a time in which nobody did anything, and then read. */
  accrued: number
  /** Positions predicted in another e-mode, and then read after their owner had entered it. */
  eModeWhatIfs: number
  /** The pool itself could not judge, because a price was broken. */
  reverted: number
  /** The adapter noticed that its metadata no longer fits. */
  refreshed: number
  transactions: number
  succeeded: number
  days: number
}

export type DifferParameters = {
  readonly target: AaveLab.LabTarget
  readonly runs: number
  readonly seed: string
  /** The first round to play: to come back to one that failed. */
  readonly round?: number | undefined
}

const accountAbi = parseAbi([
  'function getUserAccountData(address) view returns (uint256, uint256, uint256, uint256, uint256, uint256)',
])
const eModeAbi = parseAbi(['function setUserEMode(uint8 categoryId)'])
const RUNS_PER_ROUND = 25
/** A fixed beginning, later than any deployment, so that a seed always plays the same. */
const START = 2_500_000_000n
const DAY = 86_400n

/**
 * Plays random Aave states and compares our judgement of every owner with the pool's own, to the wei, in the same
 * `eth_call`. Throws at the first difference, with the seed and the round that lead back to it.
 */
export async function differAaveV3({ target, runs, seed, round = 0 }: DifferParameters): Promise<Tally> {
  const { chainId, pool, rpcUrl, tokens, version } = target
  const client = createClient({ transport: http(rpcUrl, { timeout: 60_000 }), ccipRead: false })
  const adapter = aaveV3({ chainId, pool, lending: aaveV3Lending })
  const chain = await LocalChain.takeOver(rpcUrl)
  const lab = await AaveLab.open(chain, target, START)
  await chain.snapshot()
  const tally: Tally = {
    runs: 0,
    positions: 0,
    withDebt: 0,
    liquidatable: 0,
    inEMode: 0,
    pricedByEMode: 0,
    ltvByEMode: 0,
    thresholdByEMode: 0,
    isolated: 0,
    stableDebts: 0,
    deficits: 0,
    balances: 0,
    whatIfs: 0,
    accrued: 0,
    eModeWhatIfs: 0,
    reverted: 0,
    refreshed: 0,
    transactions: 0,
    succeeded: 0,
    days: 0,
  }

  const read = async <const reads extends readonly Read.Read<unknown>[]>(reads: reads) => {
    const snapshot = await getSnapshot(client, { chainId, reads, timeout: 60_000 })
    if (snapshot.status !== 'read') throw new Error(`no snapshot: ${snapshot.reason}`)
    return snapshot.results
  }
  const readMetadata = async (): Promise<AaveV3Metadata> => {
    const [metadata] = await read([adapter.metadata.read])
    return mustRead(metadata)
  }
  const accounts = Read.all(
    lab.owners.map((owner) =>
      Read.settle(Read.call({ to: pool, abi: accountAbi, functionName: 'getUserAccountData', args: [owner] })),
    ),
  )

  for (let current = round; tally.runs < runs; current += 1) {
    const random = Random.create(`${seed}:${current}`)
    await chain.revert()
    let metadata = await readMetadata()
    let now = START
    let views = lab.owners.map((owner): AaveLab.OwnerView => viewOf(owner))
    const prices = new Map(tokens.map(({ address }) => [address, 10n ** 8n]))
    const usual = new Map(prices)

    for (let run = 0; run < RUNS_PER_ROUND && tally.runs < runs; run += 1) {
      const moves = Array.from({ length: run === 0 ? 40 : 2 + random.below(10) }, () =>
        random.chance(run === 0 ? 0 : 8)
          ? lab.adminMove(random)
          : lab.ownerMove(random, views[random.below(views.length)] ?? views[0] ?? fail('no owner'), prices),
      )
      now += 1n + BigInt(random.below(60))
      tally.transactions += moves.length
      tally.succeeded += await chain.mine(now, moves)
      for (const token of tokens) {
        if (!random.chance(run === 0 ? 0 : 35)) continue
        const price = nextPrice(random, usual.get(token.address) ?? 1n)
        prices.set(token.address, price)
        await lab.setPrice(token, price)
      }
      const pause = random.chance(60) ? random.magnitude(1n, DAY) : random.magnitude(DAY, 1_000n * DAY)
      now += pause
      tally.days += Number(pause / DAY)
      const [earlier] = await read([adapter.state(metadata, lab.owners)])
      await chain.mine(now)

      const reads = () => [adapter.state(metadata, lab.owners), accounts, balancesOf(metadata, lab.owners)] as const
      let [state, data, balances] = await read(reads())
      if (state.status === 'unavailable' && state.reason.startsWith('metadata is stale')) {
        tally.refreshed += 1
        metadata = await readMetadata()
        ;[state, data, balances] = await read(reads())
      }
      const reading = mustRead(state)
      for (const { asset, price } of reading.state.reserves) {
        if (run === 0 && typeof price === 'bigint') usual.set(asset.address, price / 10n ** 10n)
      }
      const has = (name: string) => reading.state.reserves.some(({ details = {} }) => (details[name] ?? 0n) !== 0n)
      if (has('stableDebt')) tally.stableDebts += 1
      if (version !== '3.0' && has('unbacked')) tally.deficits += 1
      if (earlier.status === 'ok') {
        try {
          tally.accrued += compareAccrued({ adapter, before: earlier.value, after: reading, seconds: pause })
        } catch (cause) {
          throw new Error(`SEED=${seed} ROUND=${current} run ${run}: ${String(cause)}`)
        }
      }
      const answers = mustRead(data)
      tally.balances += compareBalances(reading, mustRead(balances))
      views = lab.owners.map((owner, index) => {
        const facts = mustRead(reading.positions[index] ?? fail('a position is missing'))
        const answer = answers[index] ?? fail('an answer is missing')
        try {
          count(tally, reading, facts, answer)
          if (answer.status !== 'ok') return viewOf(owner)
          const rule = adapter.rules[facts.rule] ?? fail(`no rule ${facts.rule}`)
          const differences = compareAccount(facts, rule, answer.value)
          if (differences.length > 0) fail(differences.join('\n'))
          return viewOf(owner, facts, answer.value)
        } catch (cause) {
          const state = JSON.stringify(
            { facts, answer },
            (_, value) => (typeof value === 'bigint' ? `${value}` : value),
            2,
          )
          throw new Error(`SEED=${seed} ROUND=${current} run ${run}, owner ${owner}:\n${String(cause)}\n${state}`)
        }
      })
      const token = random.pick(tokens)
      const price = nextPrice(random, usual.get(token.address) ?? 1n) || 1n
      for (const result of reading.positions.slice(random.below(reading.positions.length))) {
        const facts = mustRead(result)
        const changed = withPrice(facts, reading, token.address, price)
        if (changed === undefined) continue
        const theirs = await accountWith(chain, lab.withPrice(token, price), pool, facts.owner)
        if (theirs === undefined) continue
        const differences = compareAccount(changed, adapter.rules[facts.rule] ?? fail('no rule'), theirs)
        if (differences.length > 0) {
          fail(
            `SEED=${seed} ROUND=${current} run ${run}, owner ${facts.owner}, ${token.symbol} at ${price}: ${differences}`,
          )
        }
        tally.whatIfs += 1
        break
      }
      tally.eModeWhatIfs += await enterEMode(reading, metadata, now, `${seed}:${current}:${run}`)
      tally.runs += 1
    }
  }
  return tally

  /** Sends somebody into another e-mode, beside the way that the states go; gives how many were compared. */
  async function enterEMode(reading: MarketReading, metadata: AaveV3Metadata, now: bigint, where: string) {
    const random = Random.create(`${where}:e-mode`)
    const position = mustRead(random.pick(nonEmpty(reading.positions)))
    const category = random.pick(nonEmpty([0, ...metadata.categories.map(({ id }) => id)]))
    const { accrued, inEMode } = adapter.lending
    if (accrued === undefined || inEMode === undefined) fail('no e-modes')
    const before = await chain.request('evm_snapshot', [])
    try {
      const data = encodeFunctionData({ abi: eModeAbi, functionName: 'setUserEMode', args: [category] })
      const transaction = { from: position.owner, to: pool, data, gas: '0x2dc6c0' }
      const hash = await chain.request('eth_sendTransaction', [transaction])
      await chain.request('evm_setNextBlockTimestamp', [`0x${(now + 1n).toString(16)}`])
      await chain.request('evm_mine', [])
      const receipt = Object(await chain.request('eth_getTransactionReceipt', [hash]))
      // The pool refuses who would be liquidatable then, or owes what cannot be borrowed there.
      if (receipt.status !== '0x1') return 0
      const [state] = await read([adapter.state(metadata, [position.owner])])
      const entered = mustRead(mustRead(state).positions[0] ?? fail('no position'))
      const predicted = inEMode(accrued({ state: reading.state, position }, 1n), category)
      const unknowns = (facts: PositionFacts) =>
        [...facts.collateral, ...facts.debt, ...(facts.firstSupplies ?? [])]
          .flatMap(({ amount, price }) => [amount, price])
          .filter((quantity) => typeof quantity !== 'bigint')
      // A stable debt, or a price that is the e-mode's own.
      if (unknowns(predicted).length > unknowns(entered).length) return 0
      compareFacts(
        `SEED=${where} e-mode ${category} of ${position.owner}`,
        predicted,
        entered,
        adapter.rules[entered.rule] ?? fail('no rule'),
      )
      return 1
    } finally {
      await chain.request('evm_revert', [before])
    }
  }
}

function nonEmpty<item>(items: readonly item[]): readonly [item, ...item[]] {
  const [first, ...others] = items
  return first === undefined ? fail('nothing to choose of') : [first, ...others]
}

function viewOf(owner: Address, facts?: PositionFacts, answer?: AccountData): AaveLab.OwnerView {
  return {
    owner,
    availableBorrowsBase: answer?.[2] ?? 0n,
    isLiquidatable: answer !== undefined && answer[5] < 10n ** 18n,
    collateral: facts?.collateral.filter(({ isCollateral }) => isCollateral).map(({ asset }) => asset.address) ?? [],
    debt: facts?.debt.map(({ asset }) => asset.address) ?? [],
  }
}

/** What the tokens themselves say of each owner, reserve by reserve: supplied, owed. */
function balancesOf({ reserves }: AaveV3Metadata, owners: readonly Address[]) {
  const balance = (to: Address | undefined, owner: Address) =>
    to === undefined ? Read.succeed(0n) : Read.call({ to, abi: erc20Abi, functionName: 'balanceOf', args: [owner] })
  return Read.all(
    owners.map((owner) =>
      Read.all(
        reserves.map(({ aToken, variableDebtToken, stableDebtToken }) =>
          Read.all([balance(aToken, owner), balance(variableDebtToken, owner), balance(stableDebtToken, owner)]),
        ),
      ),
    ),
  )
}

/** Every amount of every leg is what the tokens say; gives how many are not zero. */
function compareBalances(
  { state, positions }: MarketReading,
  balances: readonly (readonly (readonly [bigint, bigint, bigint])[])[],
): number {
  let compared = 0
  for (const [index, result] of positions.entries()) {
    const { owner, collateral, debt } = mustRead(result)
    for (const [at, { asset }] of state.reserves.entries()) {
      const amountOf = (legs: PositionFacts['collateral'] | PositionFacts['debt']) =>
        legs.find((leg) => leg.asset.address === asset.address)?.amount ?? 0n
      const [supplied = 0n, variable = 0n, stable = 0n] = balances[index]?.[at] ?? []
      if (amountOf(collateral) !== supplied || amountOf(debt) !== variable + stable) {
        fail(`${owner} has ${supplied} of ${asset.symbol} and owes ${variable} + ${stable}, which the legs do not say`)
      }
      if (supplied > 0n) compared += 1
      if (variable + stable > 0n) compared += 1
    }
  }
  return compared
}

/** The position with another price of an asset; none where that changes nothing, or an e-mode has prices of its own. */
function withPrice(
  facts: PositionFacts,
  { state }: MarketReading,
  asset: Address,
  price: bigint,
): PositionFacts | undefined {
  const legs = [...facts.collateral, ...facts.debt]
  const own = new Map(state.reserves.map((reserve) => [reserve.asset.address, reserve.price]))
  const isPlain = legs.every((leg) => leg.price === own.get(leg.asset.address) && typeof leg.price === 'bigint')
  if (!isPlain || facts.debt.length === 0 || !legs.some((leg) => leg.asset.address === asset)) return undefined
  const changed = <leg extends { readonly asset: { readonly address: Address }; readonly price: unknown }>(leg: leg) =>
    leg.asset.address === asset ? { ...leg, price: price * 10n ** 10n } : leg
  return { ...facts, collateral: facts.collateral.map(changed), debt: facts.debt.map(changed) }
}

/** What the pool says of an owner in the latest block, with something in it changed; nothing where it reverts. */
async function accountWith(
  chain: LocalChain.LocalChain,
  changes: Readonly<Record<Address, unknown>>,
  to: Address,
  owner: Address,
): Promise<AccountData | undefined> {
  const { timestamp } = (await chain.request('eth_getBlockByNumber', ['latest', false])) as { readonly timestamp: Hex }
  const data = encodeFunctionData({ abi: accountAbi, functionName: 'getUserAccountData', args: [owner] })
  try {
    const answer = await chain.request('eth_call', [{ to, data }, 'latest', changes, { time: timestamp }])
    return decodeFunctionResult({ abi: accountAbi, functionName: 'getUserAccountData', data: answer as Hex })
  } catch (error) {
    if (error instanceof Error && /revert/i.test(error.message)) return undefined
    throw error
  }
}

/** Where the pool itself reverts, our reading must know of a broken price. */
function count(tally: Tally, reading: MarketReading, facts: PositionFacts, answer: ReadResult<AccountData>): void {
  if (answer.status !== 'ok') {
    tally.reverted += 1
    if (reading.state.reserves.every(({ price }) => typeof price === 'bigint')) fail(`the pool: ${answer.reason}`)
    return
  }
  if (facts.collateral.length + facts.debt.length > 0) tally.positions += 1
  if (facts.debt.length > 0) tally.withDebt += 1
  if (facts.debt.length > 0 && facts.details.eMode !== 'none') tally.inEMode += 1
  if (facts.debt.length > 0 && facts.details.isolated) tally.isolated += 1
  const reserves = new Map(reading.state.reserves.map((reserve) => [reserve.asset.address, reserve]))
  const reserveOf = (leg: PositionFacts['collateral'][number]) => reserves.get(leg.asset.address)
  const inEMode = facts.details.eMode === 'none' ? [] : facts.collateral.filter(({ isCollateral }) => isCollateral)
  if (inEMode.some((leg) => (leg.loanToValue === 0n) !== (reserveOf(leg)?.loanToValue === 0n))) tally.ltvByEMode += 1
  if (inEMode.some((leg) => leg.liquidationThreshold > 0n && reserveOf(leg)?.liquidationThreshold === 0n)) {
    tally.thresholdByEMode += 1
  }
  const own = new Map(reading.state.reserves.map(({ asset, price }) => [asset.address, price]))
  const legs = [...facts.collateral, ...facts.debt]
  if (legs.some(({ asset, price }) => price !== own.get(asset.address) && typeof price === 'bigint')) {
    tally.pricedByEMode += 1
  }
  if (answer.value[5] < 10n ** 18n) tally.liquidatable += 1
}

/** Near the usual price mostly, sometimes orders of magnitude away, at the very edges, or broken. */
function nextPrice(random: Random.Random, usual: bigint): bigint {
  const kind = random.below(100)
  if (kind < 60) return (usual * BigInt(70 + random.below(61))) / 100n + 1n
  if (kind < 80) return usual
  if (kind < 96) return random.magnitude(usual / 1_000n + 1n, usual * 1_000n)
  if (kind < 98) return random.magnitude(1n, 10n ** 16n)
  return 0n
}

function mustRead<value>(result: ReadResult<value>): value {
  return result.status === 'ok' ? result.value : fail(result.reason)
}

function fail(reason: string): never {
  throw new Error(reason)
}
