import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Health } from '../../model/Health.ts'
import * as Wad from '../../units/Wad.ts'
import * as Crossings from './Crossings.ts'

const { WAD } = Wad
const known = (factor: bigint): Health => ({ status: 'known', factor })
const unknown: Health = { status: 'unknown', issues: [] }
const rule: Crossings.CrossingRule = {
  thresholds: [(WAD * 125n) / 100n, (WAD * 11n) / 10n, WAD],
  hysteresis: WAD / 100n,
}

/** What was told over a whole history. */
function tell(healths: readonly Health[], by: Crossings.CrossingRule = rule) {
  let state = Crossings.UNSEEN
  return healths.map((health) => {
    const crossed = Crossings.cross(state, health, by)
    state = crossed.state
    return crossed.crossings
  })
}

const health = fc.oneof(
  { weight: 6, arbitrary: fc.bigInt({ min: (WAD * 9n) / 10n, max: (WAD * 14n) / 10n }).map(known) },
  { weight: 1, arbitrary: fc.constant(unknown) },
  { weight: 1, arbitrary: fc.constant<Health>({ status: 'no-debt' }) },
)

describe('cross', () => {
  test('default: exactly at a threshold is not below it', () => {
    expect(tell([known(WAD), known(WAD - 1n)], { thresholds: [WAD], hysteresis: 0n })).toEqual([
      [],
      [{ threshold: WAD, direction: 'below' }],
    ])
  })

  test('behavior: back is exactly at the threshold and its hysteresis, rounded up', () => {
    const odd = { thresholds: [WAD + 1n], hysteresis: WAD / 100n }
    const back = Wad.mulUp(WAD + 1n, WAD + WAD / 100n)
    expect(tell([known(WAD), known(back - 1n), known(back)], odd).map((told) => told.length)).toEqual([1, 0, 1])
  })

  test('behavior: each threshold is told in turns, first below, whatever happens', () => {
    fc.assert(
      fc.property(fc.array(health, { maxLength: 60 }), (healths) => {
        const told = tell(healths).flat()
        for (const threshold of rule.thresholds) {
          const own = told.filter((crossing) => crossing.threshold === threshold)
          expect(own.map(({ direction }) => direction)).toEqual(own.map((_, index) => (index % 2 ? 'above' : 'below')))
        }
      }),
    )
  })

  test('behavior: what was told last agrees with the last health that was known, up to the hysteresis', () => {
    fc.assert(
      fc.property(fc.array(health, { minLength: 1, maxLength: 60 }), (healths) => {
        const last = healths.filter((one) => one.status !== 'unknown').at(-1)
        const told = tell(healths).flat()
        for (const threshold of rule.thresholds) {
          const direction = told.filter((crossing) => crossing.threshold === threshold).at(-1)?.direction ?? 'above'
          if (last?.status !== 'known') expect(direction).toBe('above')
          else if (last.factor < threshold) expect(direction).toBe('below')
          else if (last.factor >= Wad.mulUp(threshold, WAD + rule.hysteresis)) expect(direction).toBe('above')
        }
      }),
    )
  })

  test('behavior: what trembles by less than the hysteresis is told once', () => {
    const tremble = fc.bigInt({ min: (WAD * 995n) / 1000n, max: (WAD * 1005n) / 1000n }).map(known)
    fc.assert(
      fc.property(fc.array(tremble, { maxLength: 60 }), (healths) => {
        const own = tell(healths)
          .flat()
          .filter(({ threshold }) => threshold === WAD)
        expect(own.length).toBeLessThanOrEqual(1)
      }),
    )
  })

  test('behavior: unknown healths change nothing, wherever they stand', () => {
    fc.assert(
      fc.property(fc.array(health, { maxLength: 60 }), (healths) => {
        const certain = healths.filter(({ status }) => status !== 'unknown')
        expect(tell(healths).flat()).toEqual(tell(certain).flat())
      }),
    )
  })
})
