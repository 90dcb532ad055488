import type { CollateralLeg, DebtLeg, PositionFacts } from '@unimargin/sdk'
import { toFunctionSelector } from 'viem'
import { beforeAll, describe, expect, test } from 'vitest'
import { type VectorLimit, type VectorState, vectors } from '../../vectors/compoundV3.ts'
import { answer } from './answer.ts'
import { adapter, cometRule, lending, readVector, type VectorReading } from './readVector.ts'
import { answersOf } from './VectorComet.ts'

// What a real Comet said, held against what the adapter says: each snapshot, no tolerance.

let readings: readonly VectorReading[] = []
beforeAll(() => {
  readings = vectors.snaps.map(readVector)
})

const amountOf = (
  legs: readonly { readonly asset: { readonly address: string }; readonly amount: unknown }[],
  of: string,
) => legs.find(({ asset }) => asset.address.toLowerCase() === of.toLowerCase())?.amount ?? 0n

/**
 * What the rule says of the legs that are known: Comet judges an account only where it never comes to a bad price, so that
 * those alone decide.
 */
function isLiquidatable({ collateral, debt }: PositionFacts): boolean {
  const { health } = cometRule.assess({ collateral: collateral.filter(isKnown), debt: debt.filter(isKnown) })
  return health.status === 'known' && health.factor < 10n ** 18n
}

function isKnown<leg extends CollateralLeg | DebtLeg>(
  leg: leg,
): leg is leg & { readonly amount: bigint; readonly price: bigint; readonly value: bigint } {
  return typeof leg.amount === 'bigint' && typeof leg.price === 'bigint' && typeof leg.value === 'bigint'
}

/** By the error that Comet gave for one unit more. */
const REASONS: Readonly<Record<string, string>> = {
  NotCollateralized: 'loan-to-value',
  BorrowTooSmall: 'minimum',
  'Error:ERC20: transfer amount exceeds balance': 'liquidity',
  Paused: 'paused',
  BadPrice: 'price',
  'Panic:17': 'balance',
}

const isSame = (limit: { readonly amount: unknown; readonly by: readonly string[] }, measured: VectorLimit) =>
  limit.amount === BigInt(measured.max ?? 0) && limit.by[0] === REASONS[measured.next]

describe('compoundV3 on measured answers', () => {
  test('default: supplies and debts, accrued to the block', () => {
    const { token } = vectors.market.base
    const wrong = readings.filter(
      ({ snapshot, position }) =>
        amountOf(position.collateral, token) !== BigInt(snapshot.acc.balanceOf) ||
        amountOf(position.debt, token) !== BigInt(snapshot.acc.borrowBalanceOf),
    )
    expect(readings.length).toBe(602)
    expect(wrong.map(({ snapshot }) => [snapshot.s, snapshot.label])).toEqual([])
    expect(readings.filter(({ position }) => position.debt.length > 0).length).toBeGreaterThan(200)
  })

  test('behavior: liquidatable as Comet says after accruing', () => {
    const judged = readings.filter(({ snapshot }) => typeof snapshot.acc.isLiquidatable === 'boolean')
    const wrong = judged.filter(({ position, snapshot }) => isLiquidatable(position) !== snapshot.acc.isLiquidatable)
    expect(wrong.map(({ snapshot }) => [snapshot.s, snapshot.label])).toEqual([])
    expect({
      snapshots: readings.length,
      judgedByComet: judged.length,
      withABadPriceThatIsNeverRead: judged.filter(({ position }) => !position.collateral.every(isKnown)).length,
      liquidatable: judged.filter(({ snapshot }) => snapshot.acc.isLiquidatable === true).length,
    }).toMatchInlineSnapshot(`
      {
        "judgedByComet": 594,
        "liquidatable": 44,
        "snapshots": 602,
        "withABadPriceThatIsNeverRead": 7,
      }
    `)
  })

  test('behavior: flagged exactly where Comet itself is behind', () => {
    const verdicts = ({ val, acc }: VectorReading['snapshot']) => [val.isLiquidatable, acc.isLiquidatable].map(String)
    const behind = readings.filter(({ snapshot }) => new Set(verdicts(snapshot)).size > 1)
    const flagged = readings.filter(({ position }) => position.flags?.some(({ kind }) => kind === 'protocol-behind'))
    expect(flagged.map(({ snapshot }) => [snapshot.s, snapshot.u])).toEqual(
      behind.map(({ snapshot }) => [snapshot.s, snapshot.u]),
    )
    expect(behind.length).toMatchInlineSnapshot(`7`)
  })

  test("behavior: a verdict that the rule does not make of a position is another rule's, and nothing is said of it", () => {
    // Debts that Comet judges and that are known whole: the other verdict is refused, and so is no answer; a revert is not.
    const judged = readings.filter(({ position: { collateral, debt }, snapshot: { val } }) => {
      const isWhole = collateral.every(isKnown) && debt.every(isKnown)
      return debt.length > 0 && isWhole && typeof val.isLiquidatable === 'boolean'
    })
    const reasonWith = ({ snapshot }: VectorReading, isLiquidatable: boolean | { readonly revert: string }) => {
      try {
        readVector({ ...snapshot, val: { ...snapshot.val, isLiquidatable } })
        return 'none'
      } catch (error) {
        return error instanceof TypeError ? error.message : String(error)
      }
    }
    const others = judged.map((one) => reasonWith(one, one.snapshot.val.isLiquidatable === false))
    expect(
      Object.fromEntries([...new Set(others)].map((reason) => [reason, others.filter((one) => one === reason).length])),
    ).toMatchInlineSnapshot(`
      {
        "Comet's own verdict (liquidatable: false) is not what its rule makes of it": 37,
        "Comet's own verdict (liquidatable: true) is not what its rule makes of it": 237,
      }
    `)
    expect(new Set(judged.slice(0, 20).map((one) => reasonWith(one, { revert: 'BadPrice' })))).toEqual(
      new Set(['none']),
    )
    const [one] = judged
    if (one === undefined) throw new TypeError('nothing was judged')
    const answers = answersOf(vectors.market, one.vector, one.snapshot)
    const isLiquidatable = toFunctionSelector('isLiquidatable(address)')
    const { result: metadata } = answer(adapter.metadata.read, answers)
    if (metadata.status !== 'ok') throw new TypeError(metadata.reason)
    const { result } = answer(adapter.state(metadata.value, [one.snapshot.user]), (to, data) =>
      data.startsWith(isLiquidatable) ? { status: 'unavailable', reason: 'no answer' } : answers(to, data),
    )
    expect(result).toMatchObject({ value: { positions: [{ status: 'unavailable', reason: 'no answer' }] } })
  })

  test('behavior: the largest withdrawal of base asset, loans included', () => {
    const measured = readings.flatMap(({ snapshot, state, position }) =>
      snapshot.maxBase === undefined ? [] : [{ snapshot, max: snapshot.maxBase, limit: limitOf(state, position) }],
    )
    const wrong = measured.filter(({ max, limit }) => !isSame(limit, max))
    expect(wrong.map(({ snapshot, max, limit }) => [snapshot.s, snapshot.label, max, limit])).toEqual([])
    expect(measured.length).toBe(310)

    function limitOf(state: VectorReading['state'], position: PositionFacts) {
      return lending.limits.borrow({ state, position, asset: vectors.market.base.token })
    }
  })

  test('behavior: the largest withdrawal of each collateral', () => {
    const measured = readings.flatMap(({ snapshot, state, position }) =>
      (snapshot.maxCol ?? []).map((max) => {
        const asset = vectors.market.collaterals[max.a]?.token ?? '0x'
        return { snapshot, max, limit: lending.limits.withdraw({ state, position, asset }) }
      }),
    )
    const wrong = measured.filter(({ max, limit }) => !isSame(limit, max))
    expect(wrong.map(({ snapshot, max, limit }) => [snapshot.s, snapshot.label, max, limit])).toEqual([])
    expect(measured.length).toBe(323)
  })

  test('behavior: rates, indices and reserves of the market', () => {
    const YEAR = 31_536_000n
    const wrong = readings.filter(({ vector, state }) => {
      const [base] = state.reserves
      const { details } = state
      return (
        base?.supplyRate !== BigInt(vector.val.supplyRate) * YEAR ||
        base.borrowRate !== BigInt(vector.val.borrowRate) * YEAR ||
        base.availableLiquidity !== BigInt(vector.val.cometBaseBalance) ||
        details?.supplyIndex !== BigInt(vector.afterAccrue.totalsBasic.baseSupplyIndex) ||
        details.borrowIndex !== BigInt(vector.afterAccrue.totalsBasic.baseBorrowIndex) ||
        details.reserves !== BigInt(vector.val.reserves)
      )
    })
    expect(wrong.map(({ vector }) => vector.tag)).toEqual([])
  })

  test('behavior: totals that are not what the rates make of them are refused, by one unit already', () => {
    const { market, states, snaps } = vectors
    const [snapshot] = snaps
    const [state] = states
    if (snapshot === undefined || state === undefined) throw new TypeError('no vectors')
    const reasonWith = (val: VectorState['val']) => {
      const answers = answersOf(market, { ...state, val }, snapshot)
      const { result: metadata } = answer(adapter.metadata.read, answers)
      if (metadata.status !== 'ok') throw new TypeError(metadata.reason)
      const { result } = answer(adapter.state(metadata.value, [snapshot.user]), answers)
      return result.status === 'ok' ? 'none' : result.reason
    }
    const more = (total: string) => String(BigInt(total) + 1n)
    const refused = 'its own totals are not what its interest rates make of them'
    expect(reasonWith(state.val)).toBe('none')
    expect(reasonWith({ ...state.val, totalSupply: more(state.val.totalSupply) })).toBe(refused)
    expect(reasonWith({ ...state.val, totalBorrow: more(state.val.totalBorrow) })).toBe(refused)
    const lastAccrualTime = state.timestamp + 1
    const totalsBasic = { ...state.val.totalsBasic, lastAccrualTime }
    expect(reasonWith({ ...state.val, totalsBasic })).toMatch(/after the block's/)
  })
})
