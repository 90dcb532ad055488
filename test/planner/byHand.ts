import {
  type Address,
  type Asset,
  type MarginPlan,
  type MarginView,
  type Market,
  type PlanMovesParameters,
  type PlanStep,
  PositionHealth,
  positionId,
  type ReadPosition,
  type Reserve,
  type RouteOffer,
  Wad,
} from '@unimargin/sdk'
import { linearRule } from './linearRule.ts'
import type { World } from './worlds.ts'

/**
 * A case whose plans can be told by hand. A has collateral that weighs 8,000 and owes 2,000; B has as much and owes 7,900; a wallet
 * holds 6,000. Everything is dollars of 6 decimals, collateral weighs 80 %. A and the wallet are on one chain, B on another; a
 * route takes 1 % and a dollar. No interest runs but for the unit by which it is rounded up: it makes both debts whole.
 */
const { WAD } = Wad
const owner: Address = '0x00000000000000000000000000000000000000a1'
export const dollars = (value: string): bigint => Wad.fromDecimal(value)
/** Base units. */
export const units = (value: string): bigint => Wad.fromDecimal(value) / 10n ** 12n

function usd(chainId: number): Asset {
  return { chainId, symbol: 'USD', decimals: 6, address: `0x${chainId.toString(16).padStart(40, '0')}` }
}

function marketOn(chainId: number, name: string): Market {
  return { key: `linear:${chainId}:${name}`, protocol: 'linear', chainId, id: '0x01', name }
}

const markets = {
  A: marketOn(10, 'A'),
  B: marketOn(20, 'B'),
  wallet: { ...marketOn(10, 'wallet'), holdsIdle: true as const },
}
export const [A, B, wallet] = [markets.A, markets.B, markets.wallet].map((market) => positionId(market, owner)) as [
  string,
  string,
  string,
]

function reserveOn(chainId: number, threshold: bigint): Reserve {
  return {
    asset: usd(chainId),
    price: WAD,
    liquidationThreshold: threshold,
    loanToValue: threshold,
    liquidationBonus: 0n,
    supplyRoom: undefined,
    borrowRoom: undefined,
    availableLiquidity: 10n ** 15n,
    supplyRate: 0n,
    borrowRate: 0n,
    supplyBlockedBy: [],
    withdrawBlockedBy: [],
    borrowBlockedBy: [],
  }
}

function positionIn(market: Market, supplied: string, owed: string): ReadPosition {
  const asset = usd(market.chainId)
  const threshold = market.holdsIdle === true ? 0n : dollars('0.8')
  const parameters = { liquidationThreshold: threshold, loanToValue: threshold, isCollateral: threshold > 0n }
  const facts = {
    owner,
    rule: linearRule.key,
    collateral: [{ asset, amount: units(supplied), price: WAD, value: 0n, ...parameters }],
    debt: owed === '0' ? [] : [{ asset, amount: units(owed), price: WAD, value: 0n, liabilityWeight: WAD }],
    details: {},
  }
  return {
    ...facts,
    ...PositionHealth.assess(facts, linearRule),
    status: 'read',
    id: positionId(market, owner),
    market,
    block: { chainId: market.chainId, number: 1n, timestamp: 1n },
  }
}

export const route: RouteOffer = {
  key: 'USD',
  source: { chainId: 10, asset: usd(10).address, decimals: 6 },
  destination: { chainId: 20, asset: usd(20).address, decimals: 6 },
  fee: dollars('0.01'),
  messaging: dollars('1'),
  seconds: 60n,
}

const view: MarginView = {
  owners: [owner],
  chains: [],
  positions: [
    positionIn(markets.A, '10000', '1999.999999'),
    positionIn(markets.B, '10000', '7899.999999'),
    positionIn(markets.wallet, '6000', '0'),
  ],
  markets: [
    { market: markets.A, reserves: [reserveOn(10, dollars('0.8'))] },
    { market: markets.B, reserves: [reserveOn(20, dollars('0.8'))] },
    { market: markets.wallet, reserves: [{ ...reserveOn(10, 0n), supplyBlockedBy: ['idle'], availableLiquidity: 0n }] },
  ],
  inFlight: [],
  parked: [],
  totals: {
    status: 'complete',
    collateralValue: 0n,
    debtValue: 0n,
    idleValue: 0n,
    weightedCollateral: 0n,
    weightedDebt: 0n,
    netValue: 0n,
  },
  weakest: { health: { status: 'no-debt' } },
  aggregate: { status: 'no-debt' },
  verdict: 'ok',
  issues: [],
  flags: [],
  cut: { time: 1n, skew: 0n },
}

/** Gas that the wallet's moves cost less: nothing has to be withdrawn. */
const gas = { withdraw: dollars('2'), supply: dollars('3'), repay: dollars('3'), send: dollars('1') }

/** The case, with other wishes if there are. */
export function byHand(changes: Partial<PlanMovesParameters> = {}): World {
  const adapters = Object.values(markets).map((market) => ({ market, rules: { [linearRule.key]: linearRule } }))
  return {
    context: { adapters },
    parameters: {
      view,
      targets: dollars('1.5'),
      routes: [route],
      costs: { chains: { 10: gas, 20: gas } },
      ...changes,
    },
  }
}

const nothing = { status: 'no-debt' } as const
const known = (factor: bigint) => ({ status: 'known', factor }) as const

/**
 * The cheapest plan: to bring 8,000 / D to 1.5, D has to become 5,333.333333 or less, for which 2,566.666667 have to arrive and
 * 2,592.592593 to be sent; they come out of the wallet. One dollar each for gas of sending and the message, three to repay, and
 * 25.92592593 for the route.
 */
export function repayment(): MarginPlan {
  const [amount, arrives] = [units('2592.592593'), units('2566.666667')]
  const after = (8_000n * WAD * WAD) / dollars('5333.333333')
  const now = { [A]: known(4n * WAD), [B]: known((8_000n * WAD) / 7_900n), [wallet]: nothing }
  const then = { ...now, [B]: known(after) }
  const fee = dollars('25.92592593')
  const costs = {
    gas: dollars('4'),
    messaging: dollars('1'),
    fee,
    slippage: 0n,
    waiting: 0n,
    total: fee + dollars('5'),
  }
  const step: PlanStep = {
    candidate: {
      id: 'one',
      donor: wallet,
      receiver: B,
      asset: usd(10),
      received: usd(20),
      route: route.key,
      purpose: 'repay',
      seconds: 60n,
    },
    amount,
    arrives,
    costs,
    before: now,
    sent: now,
    after: then,
    recheck: [
      { kind: 'available', position: wallet, asset: usd(10), atLeast: amount },
      { kind: 'owed', position: B, asset: usd(20), atLeast: arrives },
      { kind: 'route', route: route.key, atLeast: amount },
    ],
  }
  return {
    status: 'plan',
    steps: [step],
    cost: costs.total,
    optimality: { status: 'exact' },
    health: { now, inFlight: now, after: then },
    binding: [],
    rejected: [],
  }
}
