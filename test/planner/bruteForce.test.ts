import { describe, expect, test } from 'vitest'
import * as Random from '../differential/Random.ts'
import { open } from './Book.ts'
import { bruteForce } from './bruteForce.ts'
import { A, B, byHand, dollars, repayment, route, units, wallet } from './byHand.ts'
import { candidatesOf } from './candidates.ts'
import { costOf, isFeasible, type Sent } from './weigh.ts'
import { randomWorld, type World } from './worlds.ts'

const search = ({ context, parameters }: World) => bruteForce(context, parameters)

describe('bruteForce', () => {
  test('default: finds what can be told by hand', () => {
    const { best, lowerBound } = search(byHand())
    expect(best?.sent.map(({ move, amount }) => [move.donor.position.id, move.purpose, amount])).toEqual([
      [wallet, 'repay', units('2592.592593')],
    ])
    expect(best?.cost).toBe(repayment().cost)
    expect((best?.cost ?? 0n) - (lowerBound ?? 0n)).toBeLessThan(dollars('0.001'))
  })

  test('behavior: a top-up where nobody may repay is nearly twice as much', () => {
    // (1.5 · 7,900 − 8,000) / 0.8 = 4,812.50 have to arrive, 4,861.111112 to be sent.
    const { context, parameters } = byHand({ costs: { chains: { 10: GAS, 20: { ...GAS, repay: dollars('1000') } } } })
    const { best } = bruteForce(context, parameters)
    expect(best?.sent.map(({ move, amount }) => [move.donor.position.id, move.purpose, amount])).toEqual([
      [wallet, 'supply', units('4861.111112')],
    ])
  })

  test('behavior: two donors where one is not enough', () => {
    const { best } = search(byHand({ targets: dollars('3'), floors: dollars('1.6') }))
    // D has to become 2,666.666666: 5,233.333334 have to arrive, 5,286.195287 to be sent.
    expect(best?.sent.map(({ move }) => move.donor.position.id)).toEqual([wallet])
    const both = search(byHand({ targets: { [B]: dollars('5') }, floors: dollars('1.6') }))
    // D has to become 1,600: 6,300 have to arrive, 6,363.64 to be sent; the wallet has 6,000.
    expect(both.best?.sent.map(({ move }) => move.donor.position.id).sort()).toEqual([A, wallet].sort())
    expect(both.best?.sent.reduce((sum, { amount }) => sum + amount, 0n)).toBe(units('6363.636364'))
  })

  test('behavior: nothing is found, and nothing can be, where a route is too narrow or too slow', () => {
    for (const changes of [{ most: units('2000') }, { seconds: 3_601n }, { most: 0n }, { least: units('10001') }]) {
      const result = search(byHand({ routes: [{ ...route, ...changes }] }))
      expect([result.best, result.lowerBound]).toEqual([undefined, undefined])
    }
  })

  test('behavior: a unit too few is no plan', () => {
    const most = units('2592.592592')
    expect(search(byHand({ routes: [{ ...route, most }] })).best).toBeUndefined()
    expect(search(byHand({ routes: [{ ...route, most: most + 1n }] })).best?.cost).toBe(repayment().cost)
  })

  test('behavior: no set of amounts of a plain grid costs less than the bound, or is found where none can be', () => {
    let compared = 0
    for (let round = 0; compared < 40; round += 1) {
      const world = randomWorld(Random.create(`grid/${round}`))
      const { context, parameters } = world
      const book = open(context, parameters)
      const moves = candidatesOf(book, parameters)
      if (moves.length === 0 || moves.length > 3) continue
      const { best, lowerBound } = search(world)
      const cheapest = plainGrid(world)
      if (cheapest === undefined) continue
      compared += 1
      expect(lowerBound, `round ${round}`).toBeDefined()
      expect(cheapest >= (lowerBound ?? 0n), `round ${round}`).toBe(true)
      expect(best !== undefined && best.cost <= cheapest + dollars('0.01') + cheapest / 1_000n, `round ${round}`).toBe(
        true,
      )
    }
  })
})

const GAS = { withdraw: dollars('2'), supply: dollars('3'), repay: dollars('3'), send: dollars('1') }
const STEPS = 8n

/** The cheapest of all combinations of nothing and some amounts of each move, one after the other. */
function plainGrid({ context, parameters }: World): bigint | undefined {
  const book = open(context, parameters)
  const moves = candidatesOf(book, parameters)
  let cheapest: bigint | undefined
  const look = (sent: readonly Sent[], rest: typeof moves): void => {
    const [move, ...others] = rest
    if (move === undefined) {
      const cost = costOf(parameters, sent)
      if ((cheapest === undefined || cost < cheapest) && isFeasible(book, parameters, sent)) cheapest = cost
      return
    }
    look(sent, others)
    for (let step = 0n; step <= STEPS; step += 1n) {
      const amount = move.least + ((move.most - move.least) * step) / STEPS
      look([...sent, { move, amount: amount - (amount % move.unit) }], others)
    }
  }
  look([], moves)
  return cheapest
}
