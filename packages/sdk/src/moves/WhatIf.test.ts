import { describe, expect, test } from 'vitest'
import { asset, collateralLeg, debtLeg, ETH, position, reserve, WAD } from '../../../../test/fixtures/moves.ts'
import { unknown } from '../model/Quantity.ts'
import * as WhatIf from './WhatIf.ts'

const weth = asset(10, 'WETH', 18)
const usdc = asset(10, 'USDC', 6)
const issue = { kind: 'reverted', chainId: 10, path: 'price', reason: 'stale' } as const
const owing = WhatIf.knownLegs(position(10, { collateral: [], debt: [debtLeg(usdc, 10n ** 30n)] }))

describe('knownLegs', () => {
  test('error: UnknownHealthError names the side', () => {
    const [price, amount] = [{ price: unknown(issue) }, { amount: unknown(issue) }]
    const sides = [
      { what: 'collateral', legs: { collateral: [collateralLeg(weth, ETH, price)], debt: [] } },
      { what: 'debt', legs: { collateral: [], debt: [debtLeg(usdc, 1n, amount)] } },
    ]
    for (const { what, legs } of sides) {
      expect(() => WhatIf.knownLegs(position(10, legs))).toThrowError(
        expect.objectContaining({
          name: 'UnknownHealthError',
          issues: [issue],
          shortMessage: `The ${what} of a position is unknown, and a plan is never built on unknown numbers.`,
        }),
      )
    }
  })
})

describe('supplied', () => {
  test('behavior: a first supply is collateral with the parameters of its reserve', () => {
    const priced = { ...reserve(weth, { liquidationThreshold: WAD / 2n }), price: 2_000n * WAD }
    expect(WhatIf.supplied(owing, priced, 5n).collateral).toMatchObject([
      { amount: 5n, isCollateral: true, price: 2_000n * WAD, liquidationThreshold: WAD / 2n },
    ])
  })
})

describe('accrued', () => {
  test('error: UnknownHealthError without the rate', () => {
    expect(() => WhatIf.accrued('p', owing, [], 1n)).toThrowError(
      expect.objectContaining({ name: 'UnknownHealthError', position: 'p' }),
    )
  })
})
