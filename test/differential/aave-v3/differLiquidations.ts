import { type AaveV3Adapter, type AaveV3Metadata, aaveV3 } from '@unimargin/adapters/aave-v3'
import { aaveV3Liquidation } from '@unimargin/adapters/aave-v3/liquidation'
import {
  getSnapshot,
  type Liquidation,
  type LiquidationChoice,
  liquidationCost,
  type MarketReading,
  type PositionFacts,
  PositionHealth,
  type Read,
  type ReadResult,
} from '@unimargin/sdk'
import {
  type Address,
  createClient,
  encodeFunctionData,
  type Hex,
  http,
  isAddressEqual,
  maxUint256,
  numberToHex,
  parseAbi,
} from 'viem'
import { readContract } from 'viem/actions'
import * as LocalChain from '../LocalChain.ts'
import * as Judge from '../morpho-blue/Judge.ts'
import { MULTICALL3 } from '../morpho-blue/MorphoLab.ts'
import * as Random from '../Random.ts'
import * as AaveLab from './AaveLab.ts'

/** How much was compared, and what the liquidations were like. */
export type LiquidationTally = {
  /** Random states of the pool; several liquidations are asked for in each. */
  runs: number
  /** Positions that could be liquidated, and liquidations that went as foretold, to the unit. */
  liquidatable: number
  exact: number
  /** Of those: by the most there is, by choice, all of the debt, all of the collateral. */
  byDefault: number
  partial: number
  repaidWhole: number
  seizedWhole: number
  /** The close factor was half, less than all, or all. */
  half: number
  between: number
  whole: number
  /** With a share for the protocol; paid in aTokens; of the same asset on both sides. */
  withFee: number
  inTokens: number
  sameAsset: number
  inEMode: number
  isolated: number
  stableDebts: number
  /** Debts that were written off, and positions of which more than one was. */
  badDebts: number
  severalBadDebts: number
  /** Less than the most was repaid by default, because that would have left too little. */
  lessForDust: number
  /** Another pair than the largest. */
  secondChoice: number
  /** Foretold as refused, and reverted, by reason. */
  refused: Record<string, number>
  /** Something could not be read, and the pool reverted as well. */
  unknown: number
  /** The owner is in an e-mode that no reserve names, so that nobody has read it. */
  inLostEMode: number
  /** Sent as transactions, and mined. */
  mined: number
}

type Parameters = {
  readonly target: AaveLab.LabTarget
  readonly runs: number
  readonly seed: string
  /** The first round to play: to come back to one that failed. */
  readonly round?: number | undefined
}

const poolAbi = parseAbi([
  'function ADDRESSES_PROVIDER() view returns (address)',
  'function liquidationCall(address collateral, address debt, address user, uint256 amount, bool receiveAToken)',
  'function supply(address asset, uint256 amount, address onBehalfOf, uint16 referralCode)',
  'function borrow(address asset, uint256 amount, uint256 mode, uint16 referralCode, address onBehalfOf)',
  'function setUserEMode(uint8 category)',
])
const adminAbi = parseAbi([
  'function owner() view returns (address)',
  'function getACLAdmin() view returns (address)',
  'function getPoolConfigurator() view returns (address)',
  'function setPriceOracleSentinel(address sentinel)',
  'function setLiquidationProtocolFee(address asset, uint256 fee)',
  'function setReservePause(address asset, bool paused, uint40 gracePeriod)',
  'function mint(address to, uint256 amount)',
  'function approve(address spender, uint256 amount)',
])
const tokenAbi = parseAbi([
  'function balanceOf(address) view returns (uint256)',
  'function scaledBalanceOf(address) view returns (uint256)',
  'function RESERVE_TREASURY_ADDRESS() view returns (address)',
])

const RUNS_PER_ROUND = 9
const START = 2_500_000_000n
const DAY = 86_400n
const WAD = 10n ** 18n
const RAY = 10n ** 27n
/** Answers what lies in its first storage slot. */
const ANSWERS: Hex = '0x60005460005260206000f3'
const SENTINEL: Address = '0x00000000000000000000000000000000000005e7'

/**
 * Plays random Aave states whose prices fall, simulates liquidations of every kind, and makes the same ones in the same block.
 * Throws at the first difference, with the seed and the round that lead back to it.
 */
export async function differLiquidations({ target, runs, seed, round = 0 }: Parameters): Promise<LiquidationTally> {
  const { chainId, pool, rpcUrl, tokens, version } = target
  const client = createClient({ transport: http(rpcUrl, { timeout: 60_000 }), ccipRead: false })
  const adapter = aaveV3({ chainId, pool, liquidation: aaveV3Liquidation })
  const chain = await LocalChain.takeOver(rpcUrl)
  const lab = await AaveLab.open(chain, target, START)
  const provider = await readContract(client, { address: pool, abi: poolAbi, functionName: 'ADDRESSES_PROVIDER' })
  const lookUp = (address: Address, functionName: 'owner' | 'getACLAdmin' | 'getPoolConfigurator') =>
    readContract(client, { address, abi: adminAbi, functionName })
  const [admin, configurator] = [await lookUp(provider, 'getACLAdmin'), await lookUp(provider, 'getPoolConfigurator')]
  const setSentinel = (isUp: boolean) =>
    chain.request('anvil_setStorageAt', [SENTINEL, numberToHex(0, { size: 32 }), numberToHex(+isUp, { size: 32 })])
  await chain.request('anvil_setCode', [SENTINEL, ANSWERS])
  await setSentinel(true)
  const setUp: LocalChain.Transaction[] = [
    {
      from: await lookUp(provider, 'owner'),
      to: provider,
      data: encodeFunctionData({ abi: adminAbi, functionName: 'setPriceOracleSentinel', args: [SENTINEL] }),
    },
  ]
  for (const { address, decimals } of tokens) {
    const args = [MULTICALL3, 10n ** BigInt(decimals + 12)] as const
    const approve = encodeFunctionData({ abi: adminAbi, functionName: 'approve', args: [pool, maxUint256] })
    setUp.push(
      {
        from: await lookUp(address, 'owner'),
        to: address,
        data: encodeFunctionData({ abi: adminAbi, functionName: 'mint', args }),
      },
      { from: MULTICALL3, to: address, data: approve },
    )
  }
  for (const rich of [MULTICALL3, ...setUp.map(({ from }) => from)]) {
    await chain.request('anvil_setBalance', [rich, numberToHex(10n ** 30n)])
  }
  if ((await chain.mine(START + 1n, setUp)) !== setUp.length) throw new Error('the liquidator could not be set up')
  await chain.snapshot()
  const tally = emptyTally()
  const treasuries = new Map<Address, Address>()

  const read = async <value>(what: Read.Read<value>): Promise<ReadResult<value>> => {
    const snapshot = await getSnapshot(client, { chainId, reads: [what], timeout: 60_000 })
    if (snapshot.status !== 'read') throw new Error(`no snapshot: ${snapshot.reason}`)
    return snapshot.results[0]
  }
  let metadata: AaveV3Metadata = mustRead(await read(adapter.metadata.read))
  const readPool = async (): Promise<MarketReading> => {
    let state = await read(adapter.state(metadata, lab.owners))
    if (state.status === 'unavailable' && state.reason.startsWith('metadata is stale')) {
      metadata = mustRead(await read(adapter.metadata.read))
      state = await read(adapter.state(metadata, lab.owners))
    }
    return mustRead(state)
  }
  const manage = (random: Random.Random): LocalChain.Transaction => {
    const { address } = random.pick(tokens)
    const isGrace = version !== '3.0' && random.chance(25)
    const data = isGrace
      ? encodeFunctionData({
          abi: adminAbi,
          functionName: 'setReservePause',
          args: [address, false, random.pick([1, 3_600, 14_400])],
        })
      : encodeFunctionData({
          abi: adminAbi,
          functionName: 'setLiquidationProtocolFee',
          args: [address, BigInt(random.pick([0, 1, 1_000, 10_000, random.below(10_001)]))],
        })
    return { from: admin, to: configurator, data }
  }

  for (let current = round; tally.runs < runs; current += 1) {
    const random = Random.create(`${seed}:${current}`)
    await chain.revert()
    await setSentinel(true)
    metadata = mustRead(await read(adapter.metadata.read))
    let now = START + 1n
    let reading = await readPool()
    const usual = new Map<Address, bigint>()
    for (const { asset, price } of reading.state.reserves) {
      if (typeof price === 'bigint') usual.set(asset.address, price / 10n ** 10n)
    }
    for (let run = 0; run < RUNS_PER_ROUND && tally.runs < runs; run += 1) {
      // Back to the usual, so that somebody borrows again.
      for (const token of tokens) await lab.setPrice(token, usual.get(token.address) ?? 1n)
      const views = lab.owners.map((owner, index) => viewOf(adapter, owner, reading.positions[index]))
      const moves = Array.from({ length: run === 0 ? 60 : 8 + random.below(10) }, () =>
        random.chance(8)
          ? manage(random)
          : random.chance(run === 0 ? 0 : 7)
            ? lab.adminMove(random)
            : lab.ownerMove(random, views[random.below(views.length)] ?? fail('no owner'), usual),
      )
      // And some of a size that liquidators care for.
      const engaged = Array.from({ length: run === 0 ? 14 : 4 }, () =>
        engage(random, target, reading, random.pick(lab.owners)),
      )
      now += 1n + BigInt(random.below(60))
      await chain.mine(now, [...moves, ...engaged.flat()])
      now += random.chance(70) ? random.magnitude(1n, DAY) : random.magnitude(DAY, 300n * DAY)
      if (random.chance(60)) {
        await chain.mine(now - 1n)
        const weakened = weaken(random, adapter, await readPool())
        const token = tokens.find(({ address }) => address === weakened?.asset)
        if (token && weakened) await lab.setPrice(token, weakened.price)
      } else {
        const [first, second] = [random.pick(tokens), random.pick(tokens)]
        await lab.setPrice(first, nextPrice(random, usual.get(first.address) ?? 1n))
        if (random.chance(40)) await lab.setPrice(second, nextPrice(random, usual.get(second.address) ?? 1n))
      }
      await setSentinel(random.chance(70))
      // A grace period may begin in this very block.
      await chain.mine(now, random.chance(25) ? [manage(random)] : [])
      try {
        reading = await readPool()
        const comparison = {
          tally,
          adapter,
          metadata,
          reading,
          judge: await Judge.at(rpcUrl),
          target,
          random,
          treasuries,
        }
        for (const result of reading.positions) await compare(comparison, mustRead(result))
        await mineOne(comparison, chain, now)
        tally.runs += 1
      } catch (cause) {
        throw new Error(`SEED=${seed} ROUND=${current} run ${run}:\n${String(cause)}`)
      }
    }
  }
  return tally
}

/** Supplies something worth some hundreds to some ten thousands, and borrows one or two assets for nearly all that it lends. */
function engage(
  random: Random.Random,
  { pool, tokens, version }: AaveLab.LabTarget,
  { state }: MarketReading,
  owner: Address,
): readonly LocalChain.Transaction[] {
  const size = random.chance(50) ? BigInt(1_500 + random.below(8_000)) : random.magnitude(300n, 60_000n)
  const worth = size * WAD
  const amountOf = ({ address, decimals }: AaveLab.LabToken, value: bigint) => {
    const price = state.reserves.find(({ asset }) => isAddressEqual(asset.address, address))?.price
    return typeof price === 'bigint' && price > 0n ? (value * 10n ** BigInt(decimals)) / price : 1n
  }
  const backing = random.pick(tokens)
  const lends = state.reserves.find(({ asset }) => isAddressEqual(asset.address, backing.address))?.loanToValue ?? 0n
  const parts = random.pick([[99n], [98n], [60n, 38n], [50n, 49n], [90n, 8n], [40n, 30n, 28n]])
  const send = (data: Hex) => ({ from: owner, to: pool, data })
  const supplies = random.chance(40) ? [backing, random.pick(tokens)] : [backing]
  const eMode = random.pick([0, 1, 1, 2])
  return [
    ...(random.chance(30)
      ? [send(encodeFunctionData({ abi: poolAbi, functionName: 'setUserEMode', args: [eMode] }))]
      : []),
    ...supplies.map((token) => {
      const args = [token.address, amountOf(token, worth), owner, 0] as const
      return send(encodeFunctionData({ abi: poolAbi, functionName: 'supply', args }))
    }),
    ...parts.map((percent) => {
      const token = random.pick(tokens)
      const amount = amountOf(token, (((worth * BigInt(supplies.length) * lends) / WAD) * percent) / 100n)
      const mode = version === '3.0' && random.chance(25) ? 1n : 2n
      return send(
        encodeFunctionData({ abi: poolAbi, functionName: 'borrow', args: [token.address, amount, mode, 0, owner] }),
      )
    }),
  ]
}

/** A price that brings the health of some position near a number at which something changes, or well below it. */
function weaken(random: Random.Random, adapter: AaveV3Adapter, { positions }: MarketReading) {
  const weak = positions.flatMap((result) => {
    const position = mustRead(result)
    const factor = factorOf(adapter, position)
    return factor === undefined || factor === 0n ? [] : [{ position, factor }]
  })
  const [first, ...others] = weak
  if (first === undefined) return undefined
  const { position, factor } = random.pick([first, ...others])
  const [leg] = [...position.collateral].filter(({ isCollateral }) => isCollateral).sort((a, b) => byValue(a, b))
  if (leg === undefined || typeof leg.price !== 'bigint') return undefined
  const [from, count] = random.pick<readonly [from: bigint, count: number]>([
    [950n, 50],
    [960n, 40],
    [900n, 60],
    [500n, 450],
  ])
  const health = from + BigInt(random.below(count))
  return { asset: leg.asset.address, price: (leg.price * health * WAD) / (1_000n * factor * 10n ** 10n) + 1n }
}

function byValue(a: PositionFacts['collateral'][number], b: PositionFacts['collateral'][number]): number {
  const [left, right] = [a.value, b.value].map((value) => (typeof value === 'bigint' ? value : 0n))
  return (left ?? 0n) < (right ?? 0n) ? 1 : -1
}

type Comparison = {
  readonly tally: LiquidationTally
  readonly adapter: AaveV3Adapter
  readonly metadata: AaveV3Metadata
  readonly reading: MarketReading
  readonly judge: Judge.Judge
  readonly target: AaveLab.LabTarget
  readonly random: Random.Random
  /** Who gets the protocol's share, by aToken. */
  readonly treasuries: Map<Address, Address>
}

/** Several choices for one owner. */
async function compare(comparison: Comparison, position: PositionFacts): Promise<void> {
  const { random, reading, adapter, tally } = comparison
  if (position.debt.length === 0 && !random.chance(10)) return
  const factor = factorOf(adapter, position)
  if (factor !== undefined && factor >= WAD && !random.chance(15)) return
  if (factor !== undefined && factor < WAD) tally.liquidatable += 1
  const listed = reading.state.reserves.map(({ asset }) => asset.address)
  const pickOf = (legs: readonly { readonly asset: { readonly address: Address } }[]) => {
    const [first, ...others] = legs.length > 0 && random.chance(85) ? legs.map(({ asset }) => asset.address) : listed
    return random.pick([first ?? fail('no asset'), ...others])
  }
  const owedOf = (asset: Address) => {
    const amount = position.debt.find((leg) => isAddressEqual(leg.asset.address, asset))?.amount
    return typeof amount === 'bigint' && amount > 0n ? amount : 1n
  }
  const pair = () => {
    const debt = pickOf(position.debt)
    return { debt, collateral: pickOf(position.collateral), owed: owedOf(debt) }
  }
  const choices = Array.from({ length: 6 }, (_, index): LiquidationChoice => {
    const { debt, collateral, owed } = pair()
    if (index === 0) return {}
    if (index === 1) return random.chance(50) ? { debt } : { collateral }
    if (index === 2) return { debt, collateral, paidIn: random.pick(['asset', 'collateral-token'] as const) }
    const repay = random.pick([
      1n,
      owed,
      owed / 2n + 1n,
      owed - owed / 50n + 1n,
      random.magnitude(1n, owed + 1n),
      (owed * BigInt(1 + random.below(100))) / 100n + 1n,
    ])
    const paidIn = random.pick([undefined, 'asset', 'collateral-token'] as const)
    return { debt, collateral, repay, paidIn }
  })
  for (const choice of choices) await compareOne(comparison, position, choice)
}

async function compareOne(comparison: Comparison, position: PositionFacts, choice: LiquidationChoice): Promise<void> {
  const { tally, adapter, reading, judge } = comparison
  const simulated = adapter.liquidation?.simulate({ state: reading.state, position }, choice) ?? fail('no model')
  const what = `liquidation of ${position.owner} by ${print(choice)}`
  if (simulated.status === 'unknown' && simulated.issues.every(({ path }) => path.startsWith('eModes.'))) {
    // Up to 3.1 an e-mode that no reserve names any more is not read; its price would count for the debt.
    if (comparison.target.version !== '3.0') fail(`${what}: ${print(simulated)}`)
    tally.inLostEMode += 1
    return
  }
  if (simulated.status !== 'liquidated') {
    const attempts = attemptsOf(comparison, position, choice).map((call) => ({ from: MULTICALL3, ...call }))
    if ((await judge.judge(attempts)).some(({ succeeds }) => succeeds)) {
      fail(`${what}: ${print(simulated)}, and yet it succeeds\n${print(position)}`)
    }
    const [reason = 'nothing'] = simulated.status === 'refused' ? simulated.by : []
    if (simulated.status === 'unknown') tally.unknown += 1
    else tally.refused[reason] = (tally.refused[reason] ?? 0) + 1
    return
  }
  const [repaid, seized] = [
    simulated.repaid[0] ?? fail('nothing repaid'),
    simulated.seized[0] ?? fail('nothing seized'),
  ]
  const tokens = comparison.metadata.reserves.find((one) => one.asset.address === seized.asset.address)
  const aToken = tokens?.aToken ?? fail('no aToken')
  const treasury = await treasuryOf(comparison, aToken)
  const call = callOf(comparison, position, choice, simulated)
  const again = adapter.state(comparison.metadata, [position.owner])
  const watched = [
    balanceOf(seized.asset.address, MULTICALL3),
    balanceOf(repaid.asset.address, MULTICALL3),
    scaledBalanceOf(aToken, MULTICALL3),
    scaledBalanceOf(aToken, treasury),
  ]
  const results = await judge.inOrder([...watched, call, ...watched, ...again.calls])
  const made = results[watched.length]
  if (made?.success !== true) {
    fail(`${what} reverts: ${made?.returnData}\n${print(simulated)}\n${print(position)}`)
  }
  const step = again.decode(
    results
      .slice(2 * watched.length + 1)
      .map(
        ({ success, returnData }): ReadResult<Hex> =>
          success ? { status: 'ok', value: returnData } : { status: 'reverted', reason: 'reverted', data: returnData },
      ),
  )
  if (step.status !== 'ok') fail('no reading afterwards')
  const actual = mustRead(step.value.positions[0] ?? fail('no position'))
  const context = () => `${print(simulated)}\nbefore ${print(position)}\nafter ${print(actual)}`
  const equal = (name: string, ours: unknown, theirs: unknown) => {
    if (ours !== theirs) fail(`${what}: ${name}: ${String(ours)} ≠ ${String(theirs)}\n${context()}`)
  }
  for (const side of ['collateral', 'debt', 'firstSupplies', 'details'] as const) {
    equal(`${side} left`, print(simulated.after[side]), print(actual[side]))
  }
  const rule = adapter.rules[actual.rule] ?? fail('no rule')
  equal(
    'health left',
    print(PositionHealth.assess(simulated.after, rule).health),
    print(PositionHealth.assess(actual, rule).health),
  )

  const [before, after] = [0, watched.length + 1].map((from) =>
    results.slice(from, from + watched.length).map(({ returnData }) => BigInt(returnData)),
  )
  const gained = (index: number) => (after?.[index] ?? 0n) - (before?.[index] ?? 0n)
  const isSame = isAddressEqual(seized.asset.address, repaid.asset.address)
  const net = seized.amount - seized.protocolFee
  const isAsset = simulated.paidIn === 'asset'
  equal('gained', gained(0), (isAsset ? net : 0n) - (isSame ? repaid.amount : 0n))
  equal('repaid', -gained(1), repaid.amount - (isSame && isAsset ? net : 0n))
  const index = numberOf(
    reading.state.reserves.find(({ asset }) => asset.address === seized.asset.address)?.details?.liquidityIndex,
  )
  equal('aTokens', gained(2), isAsset ? 0n : scaled(comparison, net, index))
  equal('protocol fee', gained(3), scaled(comparison, seized.protocolFee, index))
  compareDeficits(comparison, simulated, step.value, equal)
  const priceOf = (asset: Address, legs: PositionFacts['collateral'] | PositionFacts['debt']) =>
    legs.find((leg) => leg.asset.address === asset) ?? fail('no leg')
  const forgiven = [...simulated.repaid, ...simulated.badDebt]
  equal(
    'cost',
    simulated.cost,
    liquidationCost({
      seized: [{ leg: known(priceOf(seized.asset.address, position.collateral)), amount: seized.amount }],
      forgiven: forgiven.map(({ asset, amount }) => ({ leg: known(priceOf(asset.address, position.debt)), amount })),
    }),
  )
  count(comparison, position, choice, simulated)
}

/** What the pool books as lost, reserve by reserve. */
function compareDeficits(
  { reading, target }: Comparison,
  { badDebt }: Liquidation,
  after: MarketReading,
  equal: (name: string, ours: unknown, theirs: unknown) => void,
): void {
  if (target.version === '3.0') equal('bad debts', badDebt.length, 0)
  for (const [index, { asset, details }] of reading.state.reserves.entries()) {
    const lost = numberOf(after.state.reserves[index]?.details?.unbacked) - numberOf(details?.unbacked)
    const foretold = badDebt.filter((one) => one.asset.address === asset.address)
    equal(`deficit of ${asset.symbol}`, foretold[0]?.amount ?? 0n, lost)
  }
}

function count({ tally, reading }: Comparison, position: PositionFacts, choice: LiquidationChoice, made: Liquidation) {
  const [repaid, seized] = [made.repaid[0] ?? fail('nothing'), made.seized[0] ?? fail('nothing')]
  const debt = position.debt.find(({ asset }) => asset.address === repaid.asset.address) ?? fail('no debt')
  const leg = position.collateral.find(({ asset }) => asset.address === seized.asset.address)
  tally.exact += 1
  if (Object.keys(choice).length === 0) tally.byDefault += 1
  if (choice.repay !== undefined) tally.partial += 1
  if (repaid.amount === debt.amount) tally.repaidWhole += 1
  if (seized.amount === leg?.amount) tally.seizedWhole += 1
  if (made.closeFactor === WAD) tally.whole += 1
  else if (made.closeFactor === WAD / 2n) tally.half += 1
  else tally.between += 1
  if (seized.protocolFee > 0n) tally.withFee += 1
  if (made.paidIn === 'collateral-token') tally.inTokens += 1
  if (repaid.asset.address === seized.asset.address) tally.sameAsset += 1
  if (position.details.eMode !== 'none') tally.inEMode += 1
  if (position.details.isolated === true) tally.isolated += 1
  const reserve = reading.state.reserves.find(({ asset }) => asset.address === debt.asset.address)
  if (numberOf(reserve?.details?.stableDebt ?? 0n) > 0n) tally.stableDebts += 1
  tally.badDebts += Math.min(made.badDebt.length, 1)
  if (made.badDebt.length > 1) tally.severalBadDebts += 1
  if (choice.repay === undefined && isForDust(position, made)) tally.lessForDust += 1
  const values = (legs: PositionFacts['collateral'] | PositionFacts['debt']) => legs.map(({ value }) => numberOf(value))
  if (choice.debt === undefined && numberOf(debt.value) < values(position.debt).reduce(max, 0n)) tally.secondChoice += 1
}

/** One more is carried out in the very block, so that the next states come of it. */
async function mineOne(comparison: Comparison, chain: LocalChain.LocalChain, now: bigint): Promise<void> {
  const { adapter, reading, random, tally } = comparison
  const cases = reading.positions.flatMap((result) => {
    const position = mustRead(result)
    const simulated = adapter.liquidation?.simulate({ state: reading.state, position })
    return simulated?.status === 'liquidated' ? [{ position, simulated }] : []
  })
  const [first, ...others] = cases
  if (first === undefined) return
  const { position, simulated } = random.pick([first, ...others])
  const call = callOf(comparison, position, {}, simulated)
  if ((await chain.mine(now, [{ from: MULTICALL3, ...call }])) !== 1) fail('the transaction failed')
  tally.mined += 1
}

/** The call that a simulated liquidation stands for. */
function callOf({ target }: Comparison, position: PositionFacts, choice: LiquidationChoice, made: Liquidation) {
  const { owner } = position
  const [repaid, seized] = [made.repaid[0] ?? fail('nothing'), made.seized[0] ?? fail('nothing')]
  // More than the pool lets one repay is taken as what it does. Less by default is for the sake of dust.
  const amount = choice.repay ?? (isForDust(position, made) ? repaid.amount : maxUint256)
  const args = [seized.asset.address, repaid.asset.address, owner, amount, made.paidIn !== 'asset'] as const
  return { to: target.pool, data: encodeFunctionData({ abi: poolAbi, functionName: 'liquidationCall', args }) }
}

/** Whether less is repaid than the pool takes, though the collateral would pay for more. */
function isForDust({ collateral, debt }: PositionFacts, { repaid, seized, closeFactor }: Liquidation): boolean {
  const amountOf = (
    legs: typeof collateral | typeof debt,
    { asset }: { readonly asset: { readonly address: Address } },
  ) => numberOf(legs.find((leg) => leg.asset.address === asset.address)?.amount ?? 0n)
  const [paid, taken] = [repaid[0] ?? fail('nothing'), seized[0] ?? fail('nothing')]
  const most = (amountOf(debt, paid) * closeFactor) / WAD
  // A unit or two may be lost on the way to the treasury.
  return paid.amount + 1n < most && taken.amount + 2n < amountOf(collateral, taken)
}

/** All that a liquidator could send who does not believe in a refusal. */
function attemptsOf({ reading, target, random }: Comparison, position: PositionFacts, choice: LiquidationChoice) {
  const listed = reading.state.reserves.map(({ asset }) => asset.address)
  const debts = choice.debt ? [choice.debt] : listed
  const collaterals = choice.collateral ? [choice.collateral] : listed
  const pairs = debts.flatMap((debt) => collaterals.map((collateral) => ({ debt, collateral })))
  const amount = choice.repay ?? (random.chance(80) ? maxUint256 : undefined)
  return pairs.flatMap(({ debt, collateral }) => {
    const owed = position.debt.find((leg) => leg.asset.address === debt)?.amount
    // Any amount at all must be refused, and all there is.
    const tried = amount ?? (typeof owed === 'bigint' && owed > 1n ? random.magnitude(1n, owed) : 1n)
    const tokens = choice.paidIn === undefined ? [false, true] : [choice.paidIn === 'collateral-token']
    return tokens.map((isToken) => ({
      to: target.pool,
      data: encodeFunctionData({
        abi: poolAbi,
        functionName: 'liquidationCall',
        args: [collateral, debt, position.owner, tried, isToken],
      }),
    }))
  })
}

async function treasuryOf({ judge, treasuries }: Comparison, aToken: Address): Promise<Address> {
  const known = treasuries.get(aToken)
  if (known !== undefined) return known
  const data = encodeFunctionData({ abi: tokenAbi, functionName: 'RESERVE_TREASURY_ADDRESS' })
  const [answer] = await judge.inOrder([{ to: aToken, data }])
  const treasury: Address = `0x${answer?.returnData.slice(-40) ?? ''}`
  treasuries.set(aToken, treasury)
  return treasury
}

function balanceOf(to: Address, account: Address) {
  return { to, data: encodeFunctionData({ abi: tokenAbi, functionName: 'balanceOf', args: [account] }) }
}

function scaledBalanceOf(to: Address, account: Address) {
  return { to, data: encodeFunctionData({ abi: tokenAbi, functionName: 'scaledBalanceOf', args: [account] }) }
}

/** What a transfer of aTokens moves: half up to 3.4, up since then. */
function scaled({ target }: Comparison, amount: bigint, index: bigint): bigint {
  return (amount * RAY + (target.version === '3.0' ? index / 2n : index - 1n)) / index
}

function factorOf(adapter: AaveV3Adapter, position: PositionFacts): bigint | undefined {
  const { health } = PositionHealth.assess(position, adapter.rules[position.rule] ?? fail('no rule'))
  return health.status === 'known' ? health.factor : undefined
}

/** What the lab plays with: how much may be borrowed, as the pool would see it. */
function viewOf(adapter: AaveV3Adapter, owner: Address, result?: ReadResult<PositionFacts>): AaveLab.OwnerView {
  if (result?.status !== 'ok') return { owner, availableBorrowsBase: 0n, isLiquidatable: false }
  const { collateral, debt } = result.value
  const known = collateral.filter(({ isCollateral, value }) => isCollateral && typeof value === 'bigint')
  const lendable = known.reduce((sum, { value, loanToValue }) => sum + (numberOf(value) * loanToValue) / WAD, 0n)
  const owed = debt.reduce((sum, { value }) => sum + (typeof value === 'bigint' ? value : 0n), 0n)
  return {
    owner,
    availableBorrowsBase: lendable > owed ? (lendable - owed) / 10n ** 10n : 0n,
    isLiquidatable: (factorOf(adapter, result.value) ?? WAD) < WAD,
    collateral: known.map(({ asset }) => asset.address),
    debt: debt.map(({ asset }) => asset.address),
  }
}

/** Up or down so far that some can be liquidated, or all are under water; sometimes broken. */
function nextPrice(random: Random.Random, usual: bigint): bigint {
  const kind = random.below(100)
  if (kind < 45) return (usual * BigInt(70 + random.below(30))) / 100n + 1n
  if (kind < 65) return (usual * BigInt(101 + random.below(40))) / 100n + 1n
  if (kind < 80) return (usual * BigInt(1 + random.below(70))) / 100n + 1n
  if (kind < 98) return random.magnitude(usual / 10_000n + 1n, usual * 1_000n)
  return kind < 99 ? 1n : 0n
}

function emptyTally(): LiquidationTally {
  return {
    runs: 0,
    liquidatable: 0,
    exact: 0,
    byDefault: 0,
    partial: 0,
    repaidWhole: 0,
    seizedWhole: 0,
    half: 0,
    between: 0,
    whole: 0,
    withFee: 0,
    inTokens: 0,
    sameAsset: 0,
    inEMode: 0,
    isolated: 0,
    stableDebts: 0,
    badDebts: 0,
    severalBadDebts: 0,
    lessForDust: 0,
    secondChoice: 0,
    refused: {},
    unknown: 0,
    inLostEMode: 0,
    mined: 0,
  }
}

function known(leg: PositionFacts['collateral'][number] | PositionFacts['debt'][number]) {
  return { asset: leg.asset, price: numberOf(leg.price) }
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}

function numberOf(value: unknown): bigint {
  return typeof value === 'bigint' ? value : fail(`${print(value)} is no number`)
}

function print(value: unknown): string {
  return JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? `${part}n` : part)) ?? 'undefined'
}

function mustRead<value>(result: ReadResult<value>): value {
  return result.status === 'ok' ? result.value : fail(result.reason)
}

function fail(reason: string): never {
  throw new Error(reason)
}
