import { describe, expect, test } from 'vitest'
import {
  adapter,
  asset,
  averagingRule,
  collateralLeg,
  debtLeg,
  ETH,
  exactRule,
  marketState,
  owner,
  position,
  reserve,
  WAD,
} from '../../../../test/fixtures/moves.ts'
import type { MarginView } from '../model/MarginView.ts'
import type { Market, MarketState, Reserve } from '../model/Market.ts'
import type { Position, PositionFacts, ReadPosition } from '../model/Position.ts'
import { type Quantity, unknown } from '../model/Quantity.ts'
import type { UnitOfAccount } from '../model/UnitOfAccount.ts'
import * as AccountHealth from './AccountHealth.ts'
import type { Change } from './Change.ts'
import * as PositionHealth from './PositionHealth.ts'
import type { RiskContext } from './RiskAdapter.ts'
import { selectAssets } from './selectAssets.ts'
import { shockOf } from './shockOf.ts'
import { totals } from './Totals.ts'
import { verdict } from './Verdict.ts'
import type { WhatIfSource } from './WhatIfView.ts'
import { whatIf } from './whatIf.ts'

const USDC = 10n ** 6n
const issue = { kind: 'reverted', chainId: 10, path: 'reserves.WETH.price', reason: 'stale' } as const
const [weth10, usdc10, weth20, usdc20] = [
  asset(10, 'WETH', 18),
  asset(10, 'USDC', 6),
  asset(20, 'WETH', 18),
  asset(20, 'USDC', 6),
]
const context: RiskContext = { adapters: [adapter(10), adapter(20)] }

/** Judged as a margin view has it. */
function read(facts: ReadPosition): ReadPosition {
  const rule = facts.rule === averagingRule.key ? averagingRule : exactRule
  return { ...facts, ...PositionHealth.assess(facts, rule) }
}

function viewOf(positions: readonly Position[], markets: readonly MarketState[]): MarginView {
  return {
    owners: [owner],
    chains: [],
    positions,
    markets,
    inFlight: [],
    parked: [],
    totals: totals(positions),
    weakest: AccountHealth.weakest(positions),
    aggregate: AccountHealth.aggregate(positions),
    verdict: verdict(positions),
    issues: positions.flatMap(({ issues }) => issues),
    flags: [],
    cut: { time: undefined, skew: 0n },
  }
}

const reserves = (chainId: number): readonly Reserve[] => [
  reserve(asset(chainId, 'WETH', 18)),
  reserve(asset(chainId, 'USDC', 6)),
]
const markets = [marketState(10, reserves(10)), marketState(20, reserves(20))]

/** 10 WETH against 5,000 USDC (health 3.3) on one chain, 5 WETH against 7,500 USDC (health 1.1) on another. */
const safe = read(
  position(10, { collateral: [collateralLeg(weth10, 10n * ETH)], debt: [debtLeg(usdc10, 5_000n * USDC)] }),
)
const weak = read(
  position(20, { collateral: [collateralLeg(weth20, 5n * ETH)], debt: [debtLeg(usdc20, 7_500n * USDC)] }),
)
const view = viewOf([safe, weak], markets)

const ether = selectAssets(view, { symbols: ['WETH'] })
const fallTo = (factor: bigint): Change => shockOf({ name: 'ETH', assets: ether, factor })

function healthIn({ positions }: Pick<WhatIfSource, 'positions'>, id: string): bigint | undefined {
  const health = positions.find((one) => one.id === id)?.health
  return health?.status === 'known' ? health.factor : undefined
}

describe('whatIf', () => {
  test('default', () => {
    const { positions, weakest, verdict, aggregate, status, bounds, issues } = whatIf(context, {
      view,
      changes: [fallTo((WAD * 8n) / 10n)],
    })
    expect({ status, weakest, verdict, aggregate, bounds, issues }).toMatchInlineSnapshot(`
      {
        "aggregate": {
          "factor": 1583999999999999999n,
          "status": "known",
        },
        "bounds": [],
        "issues": [],
        "status": "hypothetical",
        "verdict": "liquidatable",
        "weakest": {
          "health": {
            "factor": 879999999999999999n,
            "status": "known",
          },
          "weakestKnown": {
            "factor": 879999999999999999n,
            "position": "test:20:pool:0x19e7e376e7c213b7e7e7e46cc70a5dd086daff2a",
          },
        },
      }
    `)
    expect(positions.map((one) => one.status === 'read' && one.collateralValue)).toEqual([16_000n * WAD, 8_000n * WAD])
  })
})
