import { type BenchOptions, bench, describe } from 'vitest'
import {
  costs,
  factor,
  flooringRule,
  idOf,
  linearRule,
  offer,
  type PositionOf,
  world,
} from '../../../../test/fixtures/planner.ts'
import type { RiskContext } from '../risk/RiskAdapter.ts'
import { explainPlan } from './explainPlan.ts'
import type { PlanMovesParameters } from './plan/PlanMovesParameters.ts'
import { planMoves } from './planMoves.ts'

// Accounts as apps meet them: on every chain lending positions by two kinds of rule, every third of them short, and wallets. Ether
// and dollars travel between neighbouring chains, with fees, fixed costs, a cap and a minimum. Each account has other sizes.

type Asked = { readonly context: RiskContext; readonly parameters: PlanMovesParameters }
type Size = { readonly positions: number; readonly chains: number; readonly donors?: number }

const ACCOUNTS = 20

function account({ positions: count, chains, donors = count }: Size, turn: number): Asked {
  const wallets = Math.max(1, Math.floor(count / 4))
  const positions = Array.from({ length: count }, (_, index): PositionOf => {
    const chain = 1 + (index % chains)
    const size = 1 + ((index * 7 + turn * 3) % 11) / 2
    if (index >= count - wallets) {
      return { chain, name: `W${index}`, isWallet: true, idle: { USDC: 150 * size, WETH: size / 5 } }
    }
    const debt = index % 3 === 0 ? 2_650 + 20 * ((turn + index) % 20) : 1_000
    return {
      chain,
      name: `P${index}`,
      rule: (index + turn) % 2 === 0 ? linearRule : flooringRule,
      collateral: { WETH: 2 * size, ...((index + turn) % 4 === 1 && { USDC: 900 * size }) },
      debt: { USDC: debt * size },
    }
  })
  const { context, view } = world(...positions)
  const ether = view.markets.flatMap(({ reserves }) => reserves.map(({ asset }) => asset)).filter(isEther)
  const ways = (from: number, to: number) => [
    offer('WETH', from, to, { key: 'WETH', messaging: factor(0.4), fee: factor(0.0005), most: 5n * 10n ** 18n }),
    offer('USDC', from, to, { key: 'USDC', messaging: factor(0.3), fee: factor(0.0001), least: 10_000_000n }),
  ]
  const chainIds = Array.from({ length: chains }, (_, index) => index + 1)
  const parameters: PlanMovesParameters = {
    view,
    targets: factor(1.25),
    floors: factor(1.1),
    scenarios: [{ name: 'ether −10 %', prices: [{ assets: ether, factor: factor(0.9) }], targets: factor(1.1) }],
    routes: chainIds.slice(1).flatMap((to) => [...ways(to - 1, to), ...ways(to, to - 1)]),
    costs: costs({ withdraw: 0.2, supply: 0.15, repay: 0.15, send: 0.25 }, chainIds),
    donors: positions.slice(-donors).map(idOf),
  }
  return { context, parameters }
}

function isEther({ symbol }: { readonly symbol: string }): boolean {
  return symbol === 'WETH'
}

/** One account after the other. */
function inTurn(size: Size): () => Asked {
  const accounts = Array.from({ length: ACCOUNTS }, (_, turn) => account(size, turn))
  let turn = 0
  return () => {
    turn += 1
    return accounts[turn % ACCOUNTS] ?? account(size, 0)
  }
}

// Few, because one takes seconds.
const few: BenchOptions = { iterations: 3, time: 0, warmupIterations: 1, warmupTime: 0 }

describe.each([
  ['3 positions, 8 to 10 candidates', { positions: 3, chains: 2 }],
  ['8 positions, 22 to 30 candidates', { positions: 8, chains: 4, donors: 3 }],
  ['8 positions, 58 to 68 candidates', { positions: 8, chains: 3 }],
])('%s', (_, size) => {
  const next = inTurn(size)
  bench('planMoves', () => {
    const { context, parameters } = next()
    planMoves(context, parameters)
  })
})

describe('30 positions, 537 candidates', () => {
  const { context, parameters } = account({ positions: 30, chains: 6 }, 1)
  for (const effort of [20, 200, 2_000]) {
    bench(`planMoves, effort ${effort}`, () => void planMoves(context, { ...parameters, effort }), few)
  }
})

describe('why a plan of 8 positions and 22 candidates', () => {
  const { context, parameters } = account({ positions: 8, chains: 4, donors: 3 }, 1)
  const plan = planMoves(context, parameters)
  bench('planMoves', () => void planMoves(context, parameters))
  if (plan.status === 'plan') bench('explainPlan', () => void explainPlan(context, parameters, plan))
})
