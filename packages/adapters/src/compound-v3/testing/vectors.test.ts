import type { Address } from '@unimargin/sdk'
import { MockRevert } from '@unimargin/sdk/testing'
import { decodeErrorResult, parseAbi } from 'viem'
import { describe, expect, test } from 'vitest'
import {
  type Measured,
  type VectorLimit,
  type VectorSnapshot,
  vectors,
} from '../../../../../test/vectors/compoundV3.ts'
import * as Actions from './Actions.ts'
import * as CometMath from './CometMath.ts'
import type { CometLedger, MockCometAsset } from './Ledger.ts'
import { errorsAbi } from './refusal.ts'

// The mocked Comet, held against what a real one said: its views, and what it takes and refuses to the unit.

const { market } = vectors
const panicsAbi = parseAbi(['error Error(string)', 'error Panic(uint256)'])
const fact = (name: string) => BigInt(market.val[name] ?? 'none')
const curve = (side: 'supply' | 'borrow') => ({
  kink: fact(`${side}Kink`),
  base: fact(`${side}PerSecondInterestRateBase`),
  low: fact(`${side}PerSecondInterestRateSlopeLow`),
  high: fact(`${side}PerSecondInterestRateSlopeHigh`),
})

/** The whole market as one user sees it. */
function ledgerOf({ s, user, val }: VectorSnapshot): CometLedger {
  const state = vectors.states[s]
  if (state === undefined) throw new TypeError(`no state ${s}`)
  const { totalsBasic: totals } = state.val
  const asset = (token: (typeof market)['base'], price: Measured | undefined): MockCometAsset => ({
    symbol: token.symbol,
    decimals: token.decimals,
    asset: token.token,
    feed: token.feed,
    price: typeof price === 'string' ? BigInt(price) : 0n,
  })
  return {
    chainId: 42_161,
    name: market.id,
    comet: market.comet,
    base: asset(market.base, state.val.priceBase),
    collaterals: market.collaterals.map((token, index) => {
      const info = market.val[`assetInfo${index}`]
      if (info === undefined) throw new TypeError(`no asset ${index}`)
      return {
        ...asset(token, state.val[`price${index}`]),
        borrowFactor: BigInt(info.borrowCollateralFactor),
        liquidateFactor: BigInt(info.liquidateCollateralFactor),
        liquidationFactor: BigInt(info.liquidationFactor),
        supplyCap: BigInt(info.supplyCap),
        total: BigInt(state.val[`totalsCollateral${index}`]?.[0] ?? 0),
        absorbed: 0n,
      }
    }),
    supplyCurve: curve('supply'),
    borrowCurve: curve('borrow'),
    baseBorrowMin: fact('baseBorrowMin'),
    supplyIndex: BigInt(totals.baseSupplyIndex),
    borrowIndex: BigInt(totals.baseBorrowIndex),
    lastAccrualTime: BigInt(totals.lastAccrualTime),
    totalSupply: BigInt(totals.totalSupplyBase),
    totalBorrow: BigInt(totals.totalBorrowBase),
    cash: BigInt(state.val.cometBaseBalance),
    pauseFlags: totals.pauseFlags,
    extended: undefined,
    users: new Map([
      [
        user.toLowerCase(),
        {
          principal: BigInt(val.userBasic[0]),
          collateral: Object.fromEntries(
            market.collaterals.map((_, index) => [index, BigInt(val[`userCollateral${index}`]?.[0] ?? 0)]),
          ),
        },
      ],
    ]),
    allowances: new Map(),
    managers: new Set(),
    tokens: new Map(),
  }
}

/** What became of it, in the words of the vectors. */
function outcomeOf(act: () => unknown): unknown {
  try {
    return act()
  } catch (error) {
    if (!(error instanceof MockRevert)) throw error
    const { errorName, args } = decodeErrorResult({ abi: [...errorsAbi, ...panicsAbi], data: error.data })
    if (errorName === 'Error') return { revert: `Error:${args[0]}` }
    return { revert: errorName === 'Panic' ? `Panic:${args[0]}` : errorName }
  }
}

const timeOf = ({ s }: VectorSnapshot) => BigInt(vectors.states[s]?.timestamp ?? 0)

function mistakesOf(snapshot: VectorSnapshot, asset: Address, measured: VectorLimit): readonly unknown[] {
  const ledger = ledgerOf(snapshot)
  const said = (amount: bigint) =>
    outcomeOf(() => {
      Actions.withdraw(ledger, timeOf(snapshot), snapshot.user, asset, amount)
      return 'ok'
    })
  const refused = (reason: string) => (reason === 'ok' ? 'ok' : { revert: reason })
  const { max, at0, next, tooSmallUpTo, nextAfterTooSmall } = measured
  const expected: readonly (readonly [bigint, string])[] = [
    [0n, at0],
    ...(max === null ? [] : [[BigInt(max), 'ok'] as const]),
    [BigInt(max ?? -1) + 1n, next],
    ...(tooSmallUpTo === undefined ? [] : [[BigInt(tooSmallUpTo), 'BorrowTooSmall'] as const]),
    ...(tooSmallUpTo === undefined || nextAfterTooSmall === undefined
      ? []
      : [[BigInt(tooSmallUpTo) + 1n, nextAfterTooSmall] as const]),
  ]
  return expected
    .filter(([amount, reason]) => JSON.stringify(said(amount)) !== JSON.stringify(refused(reason)))
    .map(([amount, reason]) => [snapshot.s, snapshot.label, amount, reason, said(amount)])
}

describe('a mocked Comet on measured answers', () => {
  test('default: every view of every snapshot, as stored and accrued', () => {
    const wrong = vectors.snaps.filter((snapshot) => {
      const stored = ledgerOf(snapshot)
      const accrued = CometMath.accruedTo(stored, timeOf(snapshot))
      const { user, val, acc } = snapshot
      const base = CometMath.presentValue(accrued, BigInt(val.userBasic[0]))
      const verdicts = (ledger: CometLedger) => ({
        isBorrowCollateralized: outcomeOf(() => CometMath.isBorrowCollateralized(ledger, user)),
        isLiquidatable: outcomeOf(() => CometMath.isLiquidatable(ledger, user)),
      })
      const picked = ({ isBorrowCollateralized, isLiquidatable }: typeof acc) => ({
        isBorrowCollateralized,
        isLiquidatable,
      })
      return (
        base !== BigInt(acc.balanceOf) - BigInt(acc.borrowBalanceOf) ||
        JSON.stringify([verdicts(stored), verdicts(accrued)]) !== JSON.stringify([picked(val), picked(acc)])
      )
    })
    expect(wrong.map(({ s, label }) => [s, label])).toEqual([])
    expect(vectors.snaps.length).toBe(602)
  })

  test('behavior: rates at every measured utilisation', () => {
    const rates = market.ratePoints.map(({ util }) => ({
      util,
      supplyRate: String(CometMath.rateAt(curve('supply'), BigInt(util))),
      borrowRate: String(CometMath.rateAt(curve('borrow'), BigInt(util))),
    }))
    expect(rates).toEqual(market.ratePoints)
  })

  test('behavior: takes the largest withdrawal of base asset, and refuses one unit more for the same reason', () => {
    const measured = vectors.snaps.flatMap((snapshot) =>
      snapshot.maxBase === undefined ? [] : [mistakesOf(snapshot, market.base.token, snapshot.maxBase)],
    )
    expect(measured.flat()).toEqual([])
    expect(measured.length).toBe(310)
  })

  test('behavior: takes the largest withdrawal of each collateral, and refuses one unit more for the same reason', () => {
    const measured = vectors.snaps.flatMap((snapshot) =>
      (snapshot.maxCol ?? []).map((limit) =>
        mistakesOf(snapshot, market.collaterals[limit.a]?.token ?? market.comet, limit),
      ),
    )
    expect(measured.flat()).toEqual([])
    expect(measured.length).toBe(323)
  })

  test('behavior: all of a collateral, as measured', () => {
    const outcomes = vectors.snaps.flatMap((snapshot) =>
      (snapshot.maxCol ?? []).map(({ a, full }) => {
        const { token = market.comet } = market.collaterals[a] ?? {}
        const balance = BigInt(snapshot.val[`userCollateral${a}`]?.[0] ?? 0)
        const said = outcomeOf(() => {
          Actions.withdraw(ledgerOf(snapshot), timeOf(snapshot), snapshot.user, token, balance)
          return 'ok'
        })
        return [snapshot.s, snapshot.label, said, full === 'ok' ? 'ok' : { revert: full }] as const
      }),
    )
    expect(outcomes.filter(([, , said, full]) => JSON.stringify(said) !== JSON.stringify(full))).toEqual([])
  })
})
