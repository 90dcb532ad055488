import { describe, expect, test } from 'vitest'
import { idle, issue, read, safe, unread, usd, weak } from '../../../../test/fixtures/positions.ts'
import { unknown } from '../model/Quantity.ts'
import { totals } from './Totals.ts'

describe('totals', () => {
  test('default', () => {
    expect(totals([safe, weak, idle])).toEqual({
      status: 'complete',
      collateralValue: usd(16_500),
      debtValue: usd(9_900),
      idleValue: 0n,
      weightedCollateral: usd(16_500),
      weightedDebt: usd(9_900),
      netValue: usd(6_600),
    })
  })

  test('behavior: the net value may be negative', () => {
    expect(totals([read('E', usd(1), usd(3))])).toMatchObject({ netValue: -usd(2) })
  })

  test('behavior: partial when a position is unread or not wholly known, and names it', () => {
    const blind = { ...idle, id: 'blind', collateralValue: unknown(issue) }
    const sums = totals([safe, unread, blind])
    expect(sums).toMatchObject({ status: 'partial', missing: ['dead', 'blind'], known: { netValue: usd(6_000) } })
    expect(sums).not.toHaveProperty('netValue')
  })
})
