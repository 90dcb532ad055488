import { isDeepStrictEqual } from 'node:util'
import { type AaveV3Metadata, aaveV3 } from '@unimargin/adapters/aave-v3'
import { aaveV3Lending } from '@unimargin/adapters/aave-v3/lending'
import {
  type CallRequest,
  getSnapshot,
  type LendingAction,
  type MarketReading,
  type PositionAsset,
  type PositionFacts,
  Read,
  type ReadResult,
} from '@unimargin/sdk'
import { type Address, createClient, http, isAddressEqual, maxUint256, parseAbi } from 'viem'
import * as LocalChain from '../LocalChain.ts'
import * as Random from '../Random.ts'
import { type Attempt, succeeds } from '../succeeds.ts'
import * as AaveLab from './AaveLab.ts'
import { type AccountData, compareAccount } from './compareAccount.ts'

/** How much was proved, and what the states were like. */
export type LimitsTally = {
  runs: number
  /** Limits, by action: one amount that succeeded and one more that was refused. */
  proved: Record<LendingAction, number>
  /** Limits of zero: the least that could be asked for was refused. */
  refused: Record<LendingAction, number>
  /** Amounts below a limit that succeeded. */
  below: number
  /** What refused the next unit, and how often. */
  by: Record<string, number>
  /** Changes that were made: the position, its health and the rates were as foretold. */
  foretold: Record<LendingAction, number>
  /** Changes of a price, after which the pool's health was as foretold. */
  prices: number
  /** Of all these, positions in e-modes, in isolation, and with a stable debt. */
  inEMode: number
  isolated: number
  /** A price, or something else, was not known. */
  unknown: number
  /** The limit is above what the wallet holds: all of that succeeds, unless it is too little to be anything. */
  beyondWallets: number
  transactions: number
}

export type DifferLimitsParameters = {
  readonly target: AaveLab.LabTarget
  readonly runs: number
  readonly seed: string
  /** The first round to play: to come back to one that failed. */
  readonly round?: number | undefined
  /** Looks at each state besides: what was read, and what the pool says of each owner. */
  readonly visit?:
    | ((state: {
        readonly random: Random.Random
        readonly reading: MarketReading
        readonly accounts: readonly ReadResult<AccountData>[]
        readonly attempt: (from: Address, call: CallRequest) => Promise<boolean>
      }) => Promise<void>)
    | undefined
}

const ACTIONS = ['supply', 'withdraw', 'borrow', 'repay'] as const
const accountAbi = parseAbi([
  'function getUserAccountData(address) view returns (uint256, uint256, uint256, uint256, uint256, uint256)',
])
const tokenAbi = parseAbi(['function balanceOf(address) view returns (uint256)'])
const RUNS_PER_ROUND = 25
const CASES_PER_RUN = 3
const START = 2_500_000_000n
const DAY = 86_400n
const RAY = 10n ** 27n
const NOTHING: AccountData = [0n, 0n, 0n, 0n, 0n, maxUint256]

/**
 * Plays random Aave states, and proves in each by the chain what our adapter says of some owners and assets: that exactly the
 * limit succeeds and one more is refused, and that a change has the very effect on position, health and rates that was
 * foretold. Throws at the first difference, with the seed and the round that lead back to it.
 */
export async function differLimits({
  target,
  runs,
  seed,
  round = 0,
  visit,
}: DifferLimitsParameters): Promise<LimitsTally> {
  const { chainId, pool, rpcUrl, tokens } = target
  const client = createClient({ transport: http(rpcUrl, { timeout: 60_000 }), ccipRead: false })
  const adapter = aaveV3({ chainId, pool, lending: aaveV3Lending })
  const { lending } = adapter
  const chain = await LocalChain.takeOver(rpcUrl)
  const lab = await AaveLab.open(chain, target, START)
  await chain.snapshot()
  const zero = () => ({ supply: 0, withdraw: 0, borrow: 0, repay: 0 })
  const tally: LimitsTally = {
    runs: 0,
    proved: zero(),
    refused: zero(),
    below: 0,
    by: {},
    foretold: zero(),
    prices: 0,
    inEMode: 0,
    isolated: 0,
    unknown: 0,
    beyondWallets: 0,
    transactions: 0,
  }

  const read = async <const reads extends readonly Read.Read<unknown>[]>(reads: reads) => {
    const snapshot = await getSnapshot(client, { chainId, reads, timeout: 60_000 })
    if (snapshot.status !== 'read') throw new Error(`no snapshot: ${snapshot.reason}`)
    return snapshot.results
  }
  const readMetadata = async () => mustRead((await read([adapter.metadata.read]))[0])
  let metadata: AaveV3Metadata = await readMetadata()
  const readPool = async (): Promise<MarketReading> => {
    let [state] = await read([adapter.state(metadata, lab.owners)])
    if (state.status === 'unavailable' && state.reason.startsWith('metadata is stale')) {
      metadata = await readMetadata()
      ;[state] = await read([adapter.state(metadata, lab.owners)])
    }
    return mustRead(state)
  }
  const readAccount = (owner: Address) =>
    Read.settle(Read.call({ to: pool, abi: accountAbi, functionName: 'getUserAccountData', args: [owner] }))
  const accounts = Read.all(lab.owners.map(readAccount))
  const accountOf = async (owner: Address): Promise<ReadResult<AccountData>> =>
    mustRead((await read([readAccount(owner)]))[0])
  const balanceOf = async (token: Address, owner: Address): Promise<bigint> =>
    mustRead((await read([Read.call({ to: token, abi: tokenAbi, functionName: 'balanceOf', args: [owner] })]))[0])
  const attempt = (from: Address, call: CallRequest): Promise<boolean> =>
    succeeds(chain.request, { from, ...call } satisfies Attempt)

  for (let current = round; tally.runs < runs; current += 1) {
    const random = Random.create(`${seed}:${current}`)
    await chain.revert()
    metadata = await readMetadata()
    let now = START
    let views = lab.owners.map((owner) => viewOf(owner))
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
      await chain.mine(now, moves)
      for (const token of tokens) {
        if (!random.chance(run === 0 ? 0 : 25)) continue
        const price = nextPrice(random, usual.get(token.address) ?? 1n)
        prices.set(token.address, price)
        await lab.setPrice(token, price)
      }
      now += random.chance(60) ? random.magnitude(1n, DAY) : random.magnitude(DAY, 1_000n * DAY)
      await chain.mine(now)

      const reading = await readPool()
      if (run === 0) {
        for (const { asset, price } of reading.state.reserves) {
          if (typeof price === 'bigint') usual.set(asset.address, price / 10n ** 10n)
        }
      }
      let where: PositionAsset | undefined
      // Drawn before anything is asked, so that the same seed draws the same whatever answers first.
      const cases = Array.from({ length: CASES_PER_RUN }, () => {
        const chosen = someCase(random, reading)
        return ACTIONS.map((action) => ({ where: chosen, action, draw: drawn(random) }))
      }).flat()
      try {
        if (visit !== undefined) {
          await visit({ random, reading, accounts: mustRead((await read([accounts]))[0]), attempt })
        }
        await Promise.all(
          cases.map((one) =>
            prove(one).catch((cause) => {
              where ??= one.where
              throw cause
            }),
          ),
        )
        where = someCase(random, reading)
        const after = await change(random, where, now)
        if (after !== undefined) await changePrice(random, after, where.position.owner)
      } catch (cause) {
        throw new Error(
          `SEED=${seed} ROUND=${current} run ${run}, asset ${where?.asset}:\n${String(cause)}\n${print(where)}`,
        )
      }
      const answers = mustRead((await read([accounts]))[0])
      views = lab.owners.map((owner, index) => viewOf(owner, reading.positions[index], answers[index]))
      tally.runs += 1
    }
  }
  return tally

  /** The limit, by the chain: it succeeds, one more does not, and something below does as well. */
  async function prove({ where, action, draw }: LimitCase): Promise<void> {
    const { owner } = where.position
    const { amount, by } = lending.limits[action](where)
    const call = (amount: bigint | 'all') => lending.calls[action]({ ...where, owner, amount }).call
    if (typeof amount === 'object') {
      tally.unknown += 1
      return
    }
    if (where.position.details.eMode !== 'none') tally.inEMode += 1
    if (where.position.details.isolated === true) tally.isolated += 1
    for (const reason of by) tally.by[`${action} ${reason}`] = (tally.by[`${action} ${reason}`] ?? 0) + 1
    const wallet = action === 'supply' || action === 'repay' ? await balanceOf(where.asset, owner) : undefined
    const limit = amount ?? wallet ?? fail('no limit')
    const least = leastOf(where, action, target.version)
    if (wallet !== undefined && limit >= wallet && amount !== undefined) {
      tally.beyondWallets += 1
      if (wallet >= least && !(await attempt(owner, call(wallet)))) {
        fail(`${action} ${wallet} is refused, all that is in the wallet, below the limit ${limit}`)
      }
      return
    }
    if (amount === undefined && limit < least) {
      tally.beyondWallets += 1
      if (await attempt(owner, call(limit))) fail(`${action} ${limit} succeeds, though it scales to nothing`)
      return
    }
    if (limit === 0n) {
      // Up to 3.4 a larger withdrawal may be healthy again.
      const more = by.includes('health') ? [] : [least + draw.more]
      for (const tried of [1n, least, ...more]) {
        if (await attempt(owner, call(tried))) fail(`${action} ${tried} succeeds, though refused by ${by.join()}`)
      }
      tally.refused[action] += 1
      return
    }
    if (!(await attempt(owner, call(limit)))) fail(`${action} ${limit} is refused, the limit itself (${by.join()})`)
    // More than is owed is taken as what is owed.
    if (amount !== undefined && action !== 'repay' && (await attempt(owner, call(limit + 1n)))) {
      fail(`${action} ${limit + 1n} succeeds, one above the limit (${by.join()})`)
    }
    tally.proved[action] += 1
    const below = draw.below(limit)
    if (below < least) return
    if (!(await attempt(owner, call(below)))) fail(`${action} ${below} is refused, below the limit ${limit}`)
    tally.below += 1
  }

  /** Makes a change within a limit, in the very time of the block, and compares what comes of it. */
  async function change(random: Random.Random, where: PositionAsset, now: bigint): Promise<PositionFacts | undefined> {
    const { position, asset } = where
    const { owner } = position
    const action = random.pick(ACTIONS)
    const { amount: limit } = lending.limits[action](where)
    if (typeof limit === 'object' || limit === 0n) return undefined
    const wallet = action === 'supply' || action === 'repay' ? await balanceOf(asset, owner) : undefined
    const most = limit === undefined || (wallet !== undefined && limit > wallet) ? (wallet ?? 0n) : limit
    const least = leastOf(where, action, target.version)
    if (most < least) return undefined
    // `'all'` takes all that is owed: a wallet with less cannot pay that, though the limit of a repayment be all of it.
    const isAll = random.chance(30) && (action === 'withdraw' || action === 'repay') && most === balance(where, action)
    const picked = random.chance(40) ? most : random.magnitude(least, most)
    const amount = isAll ? most : picked
    const { call } = lending.calls[action]({ ...where, owner, amount: isAll ? 'all' : amount })
    const foretold = lending.after(where, { action, amount })
    const rates = lending.ratesAfter(where.state, { action, asset, amount })
    tally.transactions += 1
    if ((await chain.mine(now, [{ from: owner, ...call }])) !== 1) fail(`${action} ${amount} failed`)

    const { state, positions } = await readPool()
    const index = lab.owners.findIndex((candidate) => isAddressEqual(candidate, owner))
    const facts = mustRead(positions[index] ?? fail('a position is missing'))
    if (!isDeepStrictEqual(plain(foretold), plain(facts))) {
      fail(`${action} ${amount}: foretold ${print(foretold)}\nfound ${print(facts)}`)
    }
    const reserve = state.reserves.find((each) => isAddressEqual(each.asset.address, asset)) ?? fail('no reserve')
    for (const rate of ['supplyRate', 'borrowRate'] as const) {
      if (rates[rate] !== reserve[rate]) fail(`${action} ${amount}: ${rate} ${rates[rate]} ≠ ${reserve[rate]}`)
    }
    const answer = await accountOf(owner)
    if (answer.status === 'ok') {
      const differences = compareAccount(foretold, ruleOf(foretold), answer.value)
      if (differences.length > 0) fail(`${action} ${amount}: ${differences.join('\n')}`)
    }
    tally.foretold[action] += 1
    return facts
  }

  /** Changes a price, and compares the health with that of the position in which only the price was changed. */
  async function changePrice(random: Random.Random, position: PositionFacts, owner: Address): Promise<void> {
    // An e-mode of 3.0 may have a price of its own, which this one is not.
    if (position.details.eMode !== 'none' && target.version === '3.0') return
    const token = random.pick(tokens)
    const price = random.magnitude(1n, 10n ** 14n)
    const changed = <leg extends PositionFacts['collateral'][number] | PositionFacts['debt'][number]>(
      legs: readonly leg[],
    ) =>
      legs.map((leg) =>
        isAddressEqual(leg.asset.address, token.address) ? { ...leg, price: price * 10n ** 10n } : leg,
      )
    const foretold = { ...position, collateral: changed(position.collateral), debt: changed(position.debt) }
    await lab.setPrice(token, price)
    const answer = await accountOf(owner)
    if (answer.status !== 'ok') return
    const differences = compareAccount(foretold, ruleOf(position), answer.value)
    if (differences.length > 0) fail(`price of ${token.symbol} ${price}: ${differences.join('\n')}`)
    tally.prices += 1
  }

  function ruleOf({ rule }: PositionFacts) {
    return adapter.rules[rule] ?? fail(`no rule ${rule}`)
  }
}

/** What the lab plays with. */
function viewOf(
  owner: Address,
  position?: ReadResult<PositionFacts>,
  answer?: ReadResult<AccountData>,
): AaveLab.OwnerView {
  const facts = position?.status === 'ok' ? position.value : undefined
  const [, , availableBorrowsBase, , , health] = answer?.status === 'ok' ? answer.value : NOTHING
  return {
    owner,
    availableBorrowsBase,
    isLiquidatable: health < 10n ** 18n,
    collateral: facts?.collateral.filter(({ isCollateral }) => isCollateral).map(({ asset }) => asset.address) ?? [],
    debt: facts?.debt.map(({ asset }) => asset.address) ?? [],
  }
}

/** Some owner, mostly one who has something, and some asset, mostly one that the owner has. */
function someCase(random: Random.Random, { state, positions }: MarketReading): PositionAsset {
  const read = positions.flatMap((result) => (result.status === 'ok' ? [result.value] : []))
  const engaged = read.filter(({ collateral, debt }) => collateral.length + debt.length > 0)
  const [first, ...others] = engaged.length > 0 && random.chance(95) ? engaged : read
  const position = random.pick([first ?? fail('no position'), ...others])
  const held = [...position.collateral, ...position.debt].map(({ asset }) => asset.address)
  const listed = state.reserves.map(({ asset }) => asset.address)
  const [asset, ...rest] = held.length > 0 && random.chance(60) ? held : listed
  return { state, position, asset: random.pick([asset ?? fail('no asset'), ...rest]) }
}

/** The least amount whose scaled amount is not zero. */
function leastOf({ state, asset }: PositionAsset, action: LendingAction, version: '3.0' | '3.6'): bigint {
  const details = state.reserves.find((each) => isAddressEqual(each.asset.address, asset))?.details
  const index = details?.[action === 'supply' || action === 'withdraw' ? 'liquidityIndex' : 'borrowIndex']
  if (typeof index !== 'bigint') return fail('no index')
  if (version === '3.0') return (index - index / 2n + RAY - 1n) / RAY
  return action === 'supply' || action === 'repay' ? (index + RAY - 1n) / RAY : 1n
}

/** All that can be withdrawn or repaid. */
function balance({ position, asset }: PositionAsset, action: 'withdraw' | 'repay') {
  const legs = action === 'withdraw' ? position.collateral : position.debt
  return legs.find((leg) => isAddressEqual(leg.asset.address, asset))?.amount
}

/** A limit to prove, and the random numbers for it. */
type LimitCase = {
  readonly where: PositionAsset
  readonly action: LendingAction
  readonly draw: { readonly more: bigint; readonly below: (limit: bigint) => bigint }
}

function drawn(random: Random.Random): LimitCase['draw'] {
  const [more, digits, share] = [
    random.magnitude(1n, 10n ** 18n),
    BigInt(random.below(40)),
    BigInt(random.below(1_000)),
  ]
  const isNear = random.chance(50)
  return {
    more,
    // Just below, or of any order of magnitude.
    below: (limit) => (isNear ? limit - (limit * share) / 1_000_000n : limit / 10n ** digits || limit),
  }
}

/** Near the usual price mostly, sometimes orders of magnitude away, or broken. */
function nextPrice(random: Random.Random, usual: bigint): bigint {
  const kind = random.below(100)
  if (kind < 65) return (usual * BigInt(70 + random.below(61))) / 100n + 1n
  if (kind < 85) return usual
  if (kind < 98) return random.magnitude(usual / 1_000n + 1n, usual * 1_000n)
  return kind < 99 ? random.magnitude(1n, 10n ** 16n) : 0n
}

/** Without what is there but undefined. */
function plain(facts: PositionFacts): unknown {
  return JSON.parse(print(facts))
}

function print(value: unknown): string {
  return JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? `${part}n` : part), 1)
}

function mustRead<value>(result: ReadResult<value>): value {
  return result.status === 'ok' ? result.value : fail(result.reason)
}

function fail(reason: string): never {
  throw new Error(reason)
}
