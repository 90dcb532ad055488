import { describe, expect, test } from 'vitest'
import { idle, safe, unread, weak } from '../../../../test/fixtures/positions.ts'
import type { Health } from '../model/Health.ts'
import * as Wad from '../units/Wad.ts'
import { DEFAULT_THRESHOLDS, verdict, verdictOf } from './Verdict.ts'

describe('verdict', () => {
  const at = (text: string): Health => ({ status: 'known', factor: Wad.fromDecimal(text) })

  test('default', () => {
    expect(verdict([safe, weak])).toBe('at-risk')
  })

  test.each([
    ['0.999999999999999999', 'liquidatable'],
    ['1', 'at-risk'],
    ['1.099999999999999999', 'at-risk'],
    ['1.1', 'watch'],
    ['1.249999999999999999', 'watch'],
    ['1.25', 'ok'],
  ] as const)('behavior: %s is %s', (factor, expected) => {
    expect(verdictOf(at(factor))).toBe(expected)
    expect(verdict([{ health: at(factor) }, idle])).toBe(expected)
  })

  test("behavior: thresholds are the caller's", () => {
    expect(verdictOf(at('1.5'), { atRisk: Wad.fromDecimal('1.6'), watch: Wad.fromDecimal('2') })).toBe('at-risk')
  })

  test('behavior: worst first: unknown, liquidatable, at-risk, watch, ok', () => {
    const dead = { health: at('0.5') }
    expect(verdict([dead, unread])).toBe('unknown')
    expect(verdict([weak, dead])).toBe('liquidatable')
    expect(verdict([{ health: at('1.2') }, weak])).toBe('at-risk')
    expect(verdict([safe, { health: at('1.2') }])).toBe('watch')
    expect(verdict([])).toBe('ok')
    expect(verdict([idle], DEFAULT_THRESHOLDS)).toBe('ok')
  })
})
