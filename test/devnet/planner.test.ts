import { createDevnet, type Devnet } from '@unimargin/devnet'
import { planMoves } from '@unimargin/sdk'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { playAccounts } from '../planner/devnet/playAccounts.ts'
import { type Stage, setStage } from '../planner/devnet/Stage.ts'
import type { Planner } from '../planner/judge.ts'

// `pnpm tsx --conditions=unimargin-source test/planner/devnet/main.ts` for more: ACCOUNTS, SEED and ROUND choose them.

const SEED = '6'
/** In these rounds everything is met that the first test asks for. */
const FIRST = 13
const ACCOUNTS = 15
/** A slow machine is not a failure. */
const PATIENCE = 900_000
/** Here a plan is one move by the router, bound by a scenario. */
const BY_ROUTER = 30

let devnet: Devnet
let stage: Stage
beforeAll(async () => {
  devnet = await createDevnet()
  stage = await setStage(devnet)
})
afterAll(() => devnet?.close())

describe('planMoves on three chains', () => {
  test(
    'behavior: plans are carried out, keep every floor in flight, and meet every target; the others are as it says',
    async () => {
      const tally = await playAccounts(stage, { accounts: ACCOUNTS, seed: SEED, round: FIRST })
      console.log(JSON.stringify(tally))
      expect(tally.problems).toEqual([])
      expect(tally.accounts).toBe(ACCOUNTS)
      const met = [
        ...[
          'plan',
          'already-safe',
          'unsavable',
          'confirmed by search',
          'confirmed by the chain',
          'confirmed by weights',
          'partial: true',
        ],
        ...['supply here', 'repay here', 'supply across', 'repay across', 'from: wallet', 'from: aave-v3'],
        ...['carried: local', 'carried: route', 'carried: router', 'owners: 2', 'own floors', 'a route closed'],
        ...[
          'scenarios: plan',
          'pending: already-safe',
          'steps: 2',
          'donors named',
          'plan binding: target',
          'rejected: route-closed',
        ],
      ]
      expect(met.filter((kind) => tally.kinds[kind] === undefined)).toEqual([])
      for (const count of Object.values(tally.counts)) expect(count).toBeGreaterThan(5)
    },
    PATIENCE,
  )

  test(
    'behavior: a plan that moves a percent too little is found out by the chain itself',
    async () => {
      const { problems, kinds } = await playAccounts(stage, {
        accounts: 1,
        seed: SEED,
        round: BY_ROUTER,
        planner: movingLess,
      })
      expect(kinds['carried: router']).toBe(1)
      expect(problems.filter((problem) => problem.includes('on chain at the horizon, below'))).not.toEqual([])
    },
    PATIENCE,
  )
})

const movingLess: Planner = (context, parameters) => {
  const result = planMoves(context, parameters)
  if (result.status !== 'plan') return result
  // No finer than any route carries.
  const less = (amount: bigint): bigint => ((amount * 99n) / 10n ** 14n) * 10n ** 12n
  return {
    ...result,
    steps: result.steps.map((step) => ({ ...step, amount: less(step.amount), arrives: less(step.arrives) })),
  }
}
