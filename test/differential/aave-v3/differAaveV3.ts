import { type AaveV3Metadata, aaveV3 } from '@unimargin/adapters/aave-v3'
import { getSnapshot, type MarketReading, type PositionFacts, Read, type ReadResult } from '@unimargin/sdk'
import { createClient, erc20Abi, http, parseAbi, zeroAddress } from 'viem'
import * as AaveLab from './AaveLab.ts'
import { type AccountData, compareAccount } from './compareAccount.ts'
import * as LocalChain from '../LocalChain.ts'
import * as Random from '../Random.ts'

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
  /** States in which somebody owes at a stable rate. */
  stableDebts: number
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
const RUNS_PER_ROUND = 25
/** A fixed beginning, later than any deployment, so that a seed always plays the same. */
const START = 2_500_000_000n
const DAY = 86_400n

/**
 * Plays random Aave states and compares our judgement of every owner with the pool's own, to the wei, in the same
 * `eth_call`. Throws at the first difference, with the seed and the round that lead back to it.
 */
export async function differAaveV3({ target, runs, seed, round = 0 }: DifferParameters): Promise<Tally> {
  const { chainId, pool, rpcUrl, tokens } = target
  const client = createClient({ transport: http(rpcUrl, { timeout: 60_000 }), ccipRead: false })
  const adapter = aaveV3({ chainId, pool })
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
    stableDebts: 0,
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
    let views = lab.owners.map(
      (owner): AaveLab.OwnerView => ({ owner, availableBorrowsBase: 0n, isLiquidatable: false }),
    )
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
      await chain.mine(now)

      let [state, data, stable] = await read([adapter.state(metadata, lab.owners), accounts, stableDebt(metadata)])
      if (state.status === 'unavailable' && state.reason.startsWith('metadata is stale')) {
        tally.refreshed += 1
        metadata = await readMetadata()
        ;[state, data, stable] = await read([adapter.state(metadata, lab.owners), accounts, stableDebt(metadata)])
      }
      const reading = mustRead(state)
      for (const { asset, price } of reading.state.reserves) {
        if (run === 0 && typeof price === 'bigint') usual.set(asset.address, price / 10n ** 10n)
      }
      if (mustRead(stable)) tally.stableDebts += 1
      const answers = mustRead(data)
      views = lab.owners.map((owner, index) => {
        const facts = mustRead(reading.positions[index] ?? fail('a position is missing'))
        const answer = answers[index] ?? fail('an answer is missing')
        try {
          count(tally, reading, facts, answer)
          if (answer.status !== 'ok') return { owner, availableBorrowsBase: 0n, isLiquidatable: false }
          const rule = adapter.rules[facts.rule] ?? fail(`no rule ${facts.rule}`)
          const differences = compareAccount(facts, rule, answer.value)
          if (differences.length > 0) fail(differences.join('\n'))
          return { owner, availableBorrowsBase: answer.value[2], isLiquidatable: answer.value[5] < 10n ** 18n }
        } catch (cause) {
          const state = JSON.stringify(
            { facts, answer },
            (_, value) => (typeof value === 'bigint' ? `${value}` : value),
            2,
          )
          throw new Error(`SEED=${seed} ROUND=${current} run ${run}, owner ${owner}:\n${String(cause)}\n${state}`)
        }
      })
      tally.runs += 1
    }
  }
  return tally
}

/** Whether anybody owes anything at a stable rate. */
function stableDebt(metadata: AaveV3Metadata): Read.Read<boolean> {
  const supplies = metadata.reserves.map(({ stableDebtToken = zeroAddress }) =>
    Read.call({ to: stableDebtToken, abi: erc20Abi, functionName: 'totalSupply' }),
  )
  return Read.map(Read.all(supplies), (amounts) => amounts.some((amount) => amount > 0n))
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
