import { describe, expect, test } from 'vitest'
import { costs, idOf, offer, WAD, world } from '../../../../../test/fixtures/planner.ts'
import { planMoves } from '../planMoves.ts'

// Tenths of an ether, and routes that keep so much that a unit more or less arrives where a straight line says something between.
const UNIT = 10n ** 17n

type Case = {
  /** Percents of what is sent that arrive, by route. */
  readonly kept: Readonly<Record<'quick' | 'slow' | 'other', bigint>>
  /** Units of two wallets: the first may send as many as the cap over either of two routes. */
  readonly held: bigint
  readonly lent: bigint
  readonly cap: bigint
}

/** The most units that arrive. */
function mostArriving({ kept, held, lent, cap }: Case): bigint {
  let most = 0n
  for (let quick = 0n; quick <= held && quick <= cap; quick += 1n) {
    const slow = held - quick < cap ? held - quick : cap
    const arriving = (quick * kept.quick) / 100n + (slow * kept.slow) / 100n + (lent * kept.other) / 100n
    if (arriving > most) most = arriving
  }
  return most
}

/** What is planned where so many units have to arrive: of a debt of five ether, against dollars that weigh 16,000. */
function planned({ kept, held, lent, cap }: Case, units: bigint) {
  const wallet = (chain: number, amount: bigint) =>
    ({ chain, name: 'wallet', isWallet: true, collateral: { WETH: Number(amount) / 10 + 0.05 } }) as const
  const reserves = { WETH: { supplyBlockedBy: ['frozen'] } }
  const weak = { chain: 3, name: 'weak', collateral: { DAI: 20_000 }, debt: { WETH: 5 }, reserves }
  const { context, view } = world(wallet(1, held), wallet(2, lent), weak)
  const route = (key: keyof typeof kept, from: number, most?: bigint) =>
    offer('WETH', from, 3, { key, sharedDecimals: 1, fee: WAD - (kept[key] * WAD) / 100n, most })
  // Some base units more are owed when protocols have rounded and interest has run.
  const left = 5n * 10n ** 18n - units * UNIT + 100n
  return planMoves(context, {
    view,
    targets: { [idOf(weak)]: (16_000n * WAD * WAD) / (left * 2_000n) },
    routes: [route('quick', 1, cap * UNIT), route('slow', 1, cap * UNIT), route('other', 2)],
    costs: costs({ send: 1 }),
    horizon: 60n,
  })
}

describe('wholes', () => {
  test('default: as many whole units as arrive by hand are planned for, and that there is not one more is shown', () => {
    const fees = [
      { quick: 99n, slow: 50n, other: 60n },
      { quick: 70n, slow: 99n, other: 60n },
      { quick: 70n, slow: 65n, other: 90n },
    ]
    for (const kept of fees) {
      for (const held of [7n, 9n]) {
        for (const lent of [2n, 5n]) {
          for (const cap of [4n, 6n]) {
            const of = { kept, held, lent, cap }
            const most = mostArriving(of)
            expect({ of, result: planned(of, most) }).toMatchObject({ of, result: { status: 'plan' } })
            expect({ of, result: planned(of, most + 1n) }).toMatchObject({ result: { isProven: true } })
          }
        }
      }
    }
  })
})
