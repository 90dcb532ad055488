import { aaveV3 } from '@unimargin/adapters/aave-v3'
import { morphoBlue } from '@unimargin/adapters/morpho-blue'
import { wallet } from '@unimargin/adapters/wallet'
import {
  type Address,
  type Asset,
  type CollateralLeg,
  type DebtLeg,
  type LiquidationRule,
  type MarginView,
  type Market,
  type MarketState,
  type PlanMovesParameters,
  type PositionFacts,
  PositionHealth,
  positionId,
  type ReadPosition,
  type Reserve,
  type RiskContext,
  type UnitOfAccount,
  Wad,
} from '@unimargin/sdk'
import type { Random } from '../differential/Random.ts'
import { linearRule } from './linearRule.ts'
import { addressOf, amountOf, type Family, randomScene, type Scene, someDollars } from './scene.ts'
import { wishesOf } from './wishes.ts'

/** Something to plan for. */
export type World = { readonly context: RiskContext; readonly parameters: PlanMovesParameters }

/** Up to 3.4 Aave floors the average of its thresholds: more collateral can make less. */
type Kind = 'linear' | 'lending' | 'aave' | 'aave-floored' | 'morpho'
type Book = { readonly state: MarketState; readonly rule: LiquidationRule; readonly facts: readonly PositionFacts[] }

const { WAD } = Wad
const BPS = WAD / 10_000n
const owners = ['0x00000000000000000000000000000000000000a1', '0x00000000000000000000000000000000000000b2'] as const
const pool = '0x00000000000000000000000000000000000000f0'

/** The protocols' own rules. */
const aaveRules = aaveV3({ chainId: 10, pool }).rules
const morphoRules = morphoBlue({ chainId: 10, morpho: pool, marketId: `0x${'ab'.repeat(32)}` }).rules
/** As Compound's: what is left has to cover the debt by its loan-to-values. */
const lendingRule: LiquidationRule = { ...linearRule, key: 'lending', withdrawal: 'loan-to-value' }
const walletRules = wallet({ chainId: 10, assets: [], native: { symbol: 'ETH' } }).rules

/** Makes up a small account, what its owner wants, and what moves cost: two to five positions. */
export function randomWorld(random: Random): World {
  // Most are small, so that there are many of them.
  const isSmall = random.chance(75)
  const scene = randomScene(random, isSmall)
  const kinds = Array.from({ length: isSmall ? random.pick([2, 2, 2, 3]) : random.pick([2, 3, 3, 4]) }, (_, index) => ({
    kind: random.pick<Kind>(['linear', 'lending', 'aave', 'aave-floored', 'morpho']),
    chainId: scene.chains[index % scene.chains.length] ?? 10,
  }))
  const books = kinds.map(({ kind, chainId }, index) => randomBook(random, scene, kind, chainId, index))
  const wallets = scene.chains.filter(() => random.chance(45)).map((chainId) => randomWallet(random, scene, chainId))
  const all = [...books, ...wallets.slice(0, 5 - books.length)]
  const view = viewOf(all)
  return { context: contextOf(all), parameters: { view, ...wishesOf(random, scene, view) } }
}

function randomBook(random: Random, scene: Scene, kind: Kind, chainId: number, index: number): Book {
  const market: Market = {
    key: `${kind}:${chainId}:${index}`,
    protocol: kind,
    chainId,
    id: addressOf(chainId, index),
    name: `${kind} ${index} on ${chainId}`,
  }
  const reserves =
    kind === 'morpho'
      ? morphoReserves(random, scene, chainId)
      : poolReserves(random, scene, chainId, kind === 'lending' ? 1_500n : 300n)
  const loan = reserves[0]
  const unit: UnitOfAccount | undefined =
    kind === 'morpho' && loan !== undefined
      ? { symbol: loan.asset.symbol, asset: loan.asset, price: scene.dollars[loan.asset.symbol as Family] }
      : undefined
  const rule = ruleFor(kind)
  const state: MarketState = { market, reserves, ...(unit && { unit }) }
  const count = random.chance(10) ? 2 : 1
  const facts = owners
    .slice(0, count)
    .map((owner) => randomPosition(random, scene, { owner, rule, state, loan: unit?.asset }))
  return { state, rule, facts }
}

function ruleFor(kind: Kind): LiquidationRule {
  if (kind === 'linear') return linearRule
  if (kind === 'lending') return lendingRule
  const rules = {
    aave: aaveRules['aave-v3/3.5'],
    'aave-floored': aaveRules['aave-v3/3.0'],
    morpho: Object.values(morphoRules)[0],
  }
  const rule = rules[kind]
  if (rule === undefined) throw new Error(`${kind} has no rule`)
  return rule
}

function limits(random: Random, scene: Scene, asset: Asset) {
  const some = () => amountOf(scene, asset, someDollars(random, 50n, 20_000n))
  return {
    supplyRoom: random.chance(25) ? some() : undefined,
    borrowRoom: undefined,
    availableLiquidity: random.chance(25) ? some() : 10n ** 30n,
    supplyRate: WAD / 100n,
    borrowRate: BigInt(random.below(2_000)) * BPS,
    supplyBlockedBy: random.chance(5) ? ['frozen'] : [],
    withdrawBlockedBy: random.chance(5) ? ['paused'] : [],
    borrowBlockedBy: [],
    liquidationBonus: WAD / 20n,
  }
}

function poolReserves(random: Random, scene: Scene, chainId: number, margin: bigint): readonly Reserve[] {
  return scene.families.map((family) => {
    const asset = scene.assetOf(chainId, family)
    const threshold = random.chance(12) ? 0n : BigInt(6_500 + random.below(2_500)) * BPS
    const loanToValue = threshold === 0n || random.chance(5) ? 0n : threshold - margin * BPS
    return {
      asset,
      price: scene.dollars[family],
      liquidationThreshold: threshold,
      loanToValue,
      ...limits(random, scene, asset),
    }
  })
}

/** The loan token comes first, and everything is counted in it. */
function morphoReserves(random: Random, scene: Scene, chainId: number): readonly Reserve[] {
  const [loan, backing] = random.pick<readonly [Family, Family]>([
    ['USD', 'ETH'],
    ['USD', 'BTC'],
    ['ETH', 'BTC'],
    ['ETH', 'USD'],
  ])
  const asset = scene.assetOf(chainId, loan)
  const collateral = scene.assetOf(chainId, backing)
  const lltv = BigInt(7_000 + random.below(2_450)) * BPS
  const price = (scene.dollars[backing] * WAD) / scene.dollars[loan]
  return [
    { asset, price: WAD, liquidationThreshold: 0n, loanToValue: 0n, ...limits(random, scene, asset) },
    { asset: collateral, price, liquidationThreshold: lltv, loanToValue: lltv, ...limits(random, scene, collateral) },
  ]
}

type Place = {
  readonly owner: Address
  readonly rule: LiquidationRule
  readonly state: MarketState
  readonly loan: Asset | undefined
}

function randomPosition(random: Random, scene: Scene, { owner, rule, state, loan }: Place): PositionFacts {
  const backing = state.reserves.filter(({ liquidationThreshold }) => liquidationThreshold > 0n)
  const idle = state.reserves.filter(({ liquidationThreshold }) => liquidationThreshold === 0n)
  const held = [
    ...backing.filter((_, index) => index === 0 || random.chance(40)),
    ...idle.filter(() => random.chance(25)),
  ]
  const collateral = held.map((reserve) =>
    legOf(reserve, amountOf(scene, reserve.asset, someDollars(random, 200n, 40_000n)), loan),
  )
  const borrowable = loan !== undefined ? state.reserves.slice(0, 1) : state.reserves
  const owing = random.chance(15)
    ? []
    : borrowable.filter(
        (_, index) => borrowable.length === 1 || index === random.below(borrowable.length) || random.chance(30),
      )
  const weight = rule.assess({ collateral: collateral.map(known), debt: [] }).weightedCollateral
  const health = BigInt(94 + (random.chance(75) ? random.below(40) : random.below(250)))
  const debt = owing.map((reserve): DebtLeg => {
    const share = (weight * 100n) / health / BigInt(owing.length)
    const price = typeof reserve.price === 'bigint' ? reserve.price : 0n
    const amount = (share * 10n ** BigInt(reserve.asset.decimals)) / price
    return { asset: reserve.asset, amount, price, value: 0n, liabilityWeight: WAD }
  })
  const others = state.reserves.filter(({ asset }) => !collateral.some((leg) => leg.asset.address === asset.address))
  return {
    owner,
    rule: rule.key,
    collateral: collateral.filter(({ amount }) => amount !== 0n),
    debt: debt.filter(({ amount }) => amount !== 0n),
    ...(random.chance(50) && {
      firstSupplies: others.map((reserve) => legOf(reserve, 0n, loan)),
    }),
    details: {},
    ...(state.unit && { unit: state.unit }),
  }
}

function legOf(reserve: Reserve, amount: bigint, loan?: Asset): CollateralLeg {
  const { asset, price, liquidationThreshold, loanToValue } = reserve
  const isCollateral = liquidationThreshold > 0n
  const leg = { asset, amount, price, value: 0n, isCollateral, liquidationThreshold, loanToValue }
  if (loan === undefined || !isCollateral || typeof price !== 'bigint') return leg
  // A Morpho oracle says more digits than a WAD holds.
  const decimals = 36 + loan.decimals - asset.decimals
  const more = 10n ** BigInt(decimals - 18)
  return { ...leg, exactPrice: { value: price * more + (more * 2n) / 3n, decimals } }
}

function known(leg: CollateralLeg): CollateralLeg<bigint> {
  const { amount, price } = leg
  return {
    ...leg,
    amount: typeof amount === 'bigint' ? amount : 0n,
    price: typeof price === 'bigint' ? price : 0n,
    value: 0n,
  }
}

function randomWallet(random: Random, scene: Scene, chainId: number): Book {
  const rule = Object.values(walletRules)[0]
  if (rule === undefined) throw new Error('a wallet has no rule')
  const market: Market = {
    key: `wallet:${chainId}:0x0`,
    protocol: 'wallet',
    chainId,
    id: addressOf(chainId, 99),
    name: `Wallet on ${chainId}`,
    holdsIdle: true,
  }
  const reserves = scene.families.map(
    (family): Reserve => ({
      asset: scene.assetOf(chainId, family),
      price: scene.dollars[family],
      liquidationThreshold: 0n,
      loanToValue: 0n,
      liquidationBonus: 0n,
      supplyRoom: 0n,
      borrowRoom: 0n,
      availableLiquidity: 0n,
      supplyRate: 0n,
      borrowRate: 0n,
      supplyBlockedBy: ['idle'],
      withdrawBlockedBy: [],
      borrowBlockedBy: ['idle'],
    }),
  )
  const collateral = reserves
    .filter(() => random.chance(50))
    .map((reserve) => legOf(reserve, amountOf(scene, reserve.asset, someDollars(random, 20n, 10_000n))))
  return {
    state: { market, reserves },
    rule,
    facts: [{ owner: owners[0], rule: rule.key, collateral, debt: [], details: {} }],
  }
}

function contextOf(books: readonly Book[]): RiskContext {
  return { adapters: books.map(({ state: { market }, rule }) => ({ market, rules: { [rule.key]: rule } })) }
}

/** A view that the risk core has judged. */
function viewOf(books: readonly Book[]): MarginView {
  const positions = books.flatMap(({ state: { market }, rule, facts }) =>
    facts.map(
      (one): ReadPosition => ({
        ...one,
        ...PositionHealth.assess(one, rule),
        status: 'read',
        id: positionId(market, one.owner),
        market,
        block: { chainId: market.chainId, number: 1_000n, timestamp: 1_700_000_000n },
      }),
    ),
  )
  return {
    owners,
    chains: [],
    positions,
    markets: books.map(({ state }) => state),
    inFlight: [],
    parked: [],
    totals: { status: 'partial', known: NOTHING, missing: [] },
    weakest: { health: { status: 'no-debt' } },
    aggregate: { status: 'no-debt' },
    verdict: 'ok',
    issues: [],
    flags: [],
    cut: { time: 1_700_000_000n, skew: 0n },
  }
}

const NOTHING = {
  collateralValue: 0n,
  debtValue: 0n,
  idleValue: 0n,
  weightedCollateral: 0n,
  weightedDebt: 0n,
  netValue: 0n,
}
