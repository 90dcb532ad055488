// How fast Aave's own library and ours say the same of the same positions, in one run: `pnpm --dir labs/aave-sdk --ignore-workspace
// bench`. Nothing is read from a chain. Prints a table in Markdown; the ratio is what can be compared between machines.
import { formatReserves, formatUserSummary } from '@aave/math-utils'
import { aaveV3 } from '@unimargin/adapters/aave-v3'
import {
  type Address,
  type Asset,
  type CollateralLeg,
  type DebtLeg,
  type MarketState,
  PositionHealth,
  type ReadPosition,
  type RiskContext,
  Wad,
  whatIf,
} from '@unimargin/sdk'

const RAY = '1000000000000000000000000000'
const USD = '100000000'
const NOW = 1_700_000_000
const FALL = 80n
const POSITIONS = 100
const ROUNDS = 15
/** Milliseconds of processor time that a side is measured for in each round. */
const LONG = 60

type Listed = {
  readonly asset: Asset
  /** US dollars with 8 decimals. */
  readonly price: bigint
  /** Basis points. */
  readonly threshold: bigint
}

const chainId = 8453
const listed = Array.from({ length: 10 }, (_, index): Listed => {
  const address: Address = `0x${(index + 1).toString(16).padStart(40, '0')}`
  const decimals = [18, 8, 18, 6, 6][index % 5] ?? 18
  const price = [241_253_000_000n, 6_432_112_000_000n, 288_177_000_000n, 99_987_000n, 100_012_000n][index % 5] ?? 1n
  return {
    asset: { chainId, address, symbol: `T${index}`, decimals },
    price: price + BigInt(index),
    threshold: 7_500n + BigInt(index * 50),
  }
})
const [ether] = listed
if (ether === undefined) throw new TypeError('nothing is listed')

const adapter = aaveV3({ chainId, pool: '0x00000000000000000000000000000000000000aa' })
const rule = adapter.rules['aave-v3/3.5']
if (rule === undefined) throw new TypeError('the adapter has another rule')
const context: RiskContext = { adapters: [adapter] }

/** What somebody holds and owes, by the place of the asset: base units. */
type Held = { readonly supplied: ReadonlyMap<number, bigint>; readonly owed: ReadonlyMap<number, bigint> }

const holdings = Array.from({ length: POSITIONS }, (_, index): Held => {
  const size = BigInt(1 + ((index * 7_919) % 1_000))
  return {
    supplied: new Map([
      [0, size * 10n ** 18n],
      [1, size * 10n ** 6n],
      [2, size * 10n ** 17n],
    ]),
    owed: new Map([
      [3, size * 1_500n * 10n ** 6n],
      [5, size * 10n ** 17n],
    ]),
  }
})

/** What has to be done whenever a price changes. */
function formatted(priceOf: (of: Listed) => bigint) {
  return formatReserves({
    reserves: listed.map((of, index) => ({
      originalId: index,
      id: of.asset.address,
      symbol: of.asset.symbol,
      name: of.asset.symbol,
      decimals: of.asset.decimals,
      underlyingAsset: of.asset.address,
      usageAsCollateralEnabled: true,
      reserveFactor: '1000',
      baseLTVasCollateral: String(of.threshold - 500n),
      reserveLiquidationThreshold: String(of.threshold),
      reserveLiquidationBonus: '10500',
      liquidityIndex: RAY,
      liquidityRate: '0',
      variableBorrowIndex: RAY,
      variableBorrowRate: '0',
      availableLiquidity: '0',
      totalScaledVariableDebt: '0',
      lastUpdateTimestamp: NOW,
      borrowCap: '0',
      supplyCap: '0',
      debtCeiling: '0',
      debtCeilingDecimals: 2,
      isolationModeTotalDebt: '0',
      virtualUnderlyingBalance: '0',
      deficit: '0',
      priceInMarketReferenceCurrency: String(priceOf(of)),
    })),
    currentTimestamp: NOW,
    marketReferencePriceInUsd: USD,
    marketReferenceCurrencyDecimals: 8,
  })
}

const users = holdings.map(({ supplied, owed }) =>
  listed.map(({ asset }, index) => ({
    underlyingAsset: asset.address,
    scaledATokenBalance: String(supplied.get(index) ?? 0n),
    scaledVariableDebt: String(owed.get(index) ?? 0n),
    usageAsCollateralEnabledOnUser: supplied.has(index),
  })),
)

function theirHealth(formattedReserves: ReturnType<typeof formatted>, user: number): number {
  return Number(
    formatUserSummary({
      formattedReserves,
      marketReferencePriceInUsd: USD,
      marketReferenceCurrencyDecimals: 8,
      currentTimestamp: NOW,
      userEmodeCategoryId: 0,
      userReserves: users[user] ?? [],
    }).healthFactor,
  )
}

const ours = {
  market: {
    market: adapter.market,
    reserves: listed.map(({ asset, price, threshold }) => ({
      asset,
      price: price * 10n ** 10n,
      liquidationThreshold: threshold * 10n ** 14n,
      loanToValue: (threshold - 500n) * 10n ** 14n,
      liquidationBonus: 5n * 10n ** 16n,
      supplyRoom: undefined,
      borrowRoom: undefined,
      availableLiquidity: 0n,
      supplyRate: 0n,
      borrowRate: 0n,
      supplyBlockedBy: [],
      withdrawBlockedBy: [],
      borrowBlockedBy: [],
    })),
  } satisfies MarketState,
  facts: holdings.map(({ supplied, owed }, user) => {
    const legs = (amounts: Held['owed']) =>
      [...amounts].map(([place, amount]) => {
        const { asset, price, threshold } = listed[place] ?? ether
        return { asset, amount, price: price * 10n ** 10n, value: 0n, threshold: threshold * 10n ** 14n }
      })
    return {
      id: `position ${user}`,
      owner: '0x00000000000000000000000000000000000000b0',
      rule: rule.key,
      details: {},
      collateral: legs(supplied).map(
        ({ threshold, ...leg }): CollateralLeg => ({
          ...leg,
          isCollateral: true,
          liquidationThreshold: threshold,
          loanToValue: threshold,
        }),
      ),
      debt: legs(owed).map(({ threshold: _, ...leg }): DebtLeg => ({ ...leg, liabilityWeight: Wad.WAD })),
    } as const
  }),
}
const positions = ours.facts.map(
  (facts): ReadPosition => ({
    ...facts,
    ...PositionHealth.assess(facts, rule),
    status: 'read',
    market: adapter.market,
    block: { chainId, number: 1n, timestamp: BigInt(NOW) },
  }),
)
const viewOf = (of: readonly ReadPosition[]) => ({ positions: of, markets: [ours.market], issues: [] })
const fall = [
  {
    kind: 'shock',
    name: 'ether −20 %',
    prices: [{ assets: [ether.asset], factor: FALL * 10n ** 16n }],
  },
] as const

const today = formatted(({ price }) => price)
const fallen = (of: Listed) => (of === ether ? (of.price * FALL) / 100n : of.price)
const views = positions.map((position) => viewOf([position]))
const all = viewOf(positions)

const tasks: readonly {
  readonly name: string
  readonly theirs: (turn: number) => readonly number[]
  readonly ours: (turn: number) => readonly number[]
}[] = [
  {
    name: 'health of one position, five legs of ten reserves',
    theirs: (turn) => [theirHealth(today, turn)],
    ours: (turn) => {
      const { health } = PositionHealth.assess(ours.facts[turn] ?? fail('no such position'), rule)
      return [factorOf(health)]
    },
  },
  {
    name: 'the same when ether loses a fifth',
    theirs: (turn) => [theirHealth(formatted(fallen), turn)],
    ours: (turn) =>
      whatIf(context, { view: views[turn] ?? all, changes: fall }).positions.map(({ health }) => factorOf(health)),
  },
  {
    name: `${POSITIONS} positions when ether loses a fifth`,
    theirs: () => {
      const reserves = formatted(fallen)
      return users.map((_, user) => theirHealth(reserves, user))
    },
    ours: () => whatIf(context, { view: all, changes: fall }).positions.map(({ health }) => factorOf(health)),
  },
]

console.log('| what | `@aave/math-utils` 1.38.0, per second | Unimargin, per second | ratio |')
console.log('| --- | ---: | ---: | ---: |')
for (const task of tasks) {
  // The same work, or nothing is compared.
  for (let turn = 0; turn < POSITIONS; turn++) {
    const [one, other] = [task.theirs(turn), task.ours(turn)]
    for (const [index, health] of one.entries()) {
      if (!(Math.abs((other[index] ?? 0) / health - 1) < 1e-9)) fail(`${task.name}: ${health}, ${other[index]}`)
    }
  }
  const rounds = Array.from({ length: ROUNDS }, () => {
    const [slow, fast] = [perSecond(task.theirs), perSecond(task.ours)]
    return { slow, fast, ratio: fast / slow }
  })
  const of = (name: 'slow' | 'fast' | 'ratio') => median(rounds.map((round) => round[name]))
  const cells = [of('slow'), of('fast')].map((value) => Math.round(value).toLocaleString('en'))
  console.log(`| ${task.name} | ${cells.join(' | ')} | ${of('ratio').toFixed(1)} |`)
}

/** By the processor's time: a machine that does other things besides is no slower by it. */
function perSecond(run: (turn: number) => unknown): number {
  const began = process.cpuUsage()
  let [count, spent] = [0, 0]
  while (spent < LONG) {
    run(count % POSITIONS)
    count += 1
    const { user, system } = process.cpuUsage(began)
    spent = (user + system) / 1_000
  }
  return (1_000 * count) / spent
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0
}

function factorOf(health: ReadPosition['health'] | { readonly status: 'unread' }): number {
  return health.status === 'known' ? Number(health.factor) / 1e18 : fail('a health is unknown')
}

function fail(reason: string): never {
  throw new TypeError(reason)
}
