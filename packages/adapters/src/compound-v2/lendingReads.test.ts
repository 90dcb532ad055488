import type { Address, ReadResult } from '@unimargin/sdk'
import { encodeFunctionResult, type Hex, toFunctionSelector, zeroAddress } from 'viem'
import { describe, expect, test } from 'vitest'
import * as Flavour from './Flavour.ts'
import { readToken } from './lendingReads.ts'
import type { TokenState } from './PoolState.ts'
import { rateModelAbi } from './rateModelAbi.ts'
import type { StoredBooks } from './readBooks.ts'
import type { TokenMetadata } from './TokenMetadata.ts'

const WAD = 10n ** 18n
const NEVER = 2n ** 128n
const token = '0x0000000000000000000000000000000000000001'
const model = '0x0000000000000000000000000000000000000002'
const comptroller = '0x0000000000000000000000000000000000000003'
const flavour = Flavour.of('venus-isolated')

const metadataOf = (parameters: string | undefined): TokenMetadata => ({
  token,
  asset: { chainId: 1, address: zeroAddress, symbol: 'USDC', decimals: 6 },
  isCoin: false,
  label: 'USDC',
  isTimeBased: true,
  slotsPerYear: 31_536_000n,
  rateModel: { address: model, parameters },
})
/** Lent out by seven millionths: of every kink one is far below it. */
const totals = {
  cash: 1_300_616_234_887n,
  borrows: 9_591_077n,
  reserves: 0n,
  badDebt: 0n,
  supply: 130_062_582_595_015n,
}
const used = (totals.borrows * WAD) / (totals.cash + totals.borrows)
const books: ReadResult<StoredBooks> = {
  status: 'ok',
  value: { totals, reserveFactor: WAD / 10n, borrowRate: (used * 7_927_447_995n) / WAD },
}
const state: TokenState = {
  metadata: metadataOf(undefined),
  isListed: true,
  collateralFactor: 0n,
  liquidationThreshold: 0n,
  isLiquidationForced: false,
  price: { status: 'ok', value: 1n },
  books: { status: 'unavailable', reason: 'not asked' },
  rate: { status: 'unavailable', reason: 'not asked' },
  accrued: { status: 'unavailable', reason: 'not asked' },
  caps: { status: 'unavailable', reason: 'not asked' },
  paused: { status: 'unavailable', reason: 'not asked' },
  lending: undefined,
}

type Getter = (typeof rateModelAbi)[number]['name']

/** What is read of a token whose model was known by `before`, and answers now what it is told to; all else reverts. */
function readWith(before: string | undefined, answers: Partial<Record<Getter, bigint>>, at: Address = model) {
  const { calls, decode } = readToken(comptroller, metadataOf(before), flavour)
  const asked: Getter[] = []
  const word = (value: bigint): Hex => `0x${value.toString(16).padStart(64, '0')}`
  const step = decode(
    calls.map(({ to, data }): ReadResult<Hex> => {
      if (to === token) return { status: 'ok', value: word(BigInt(at)) }
      if (to === comptroller) return { status: 'ok', value: word(0n) }
      const getter = rateModelAbi.find((one) => toFunctionSelector(one) === data.slice(0, 10))
      if (getter === undefined) throw new TypeError(`no getter of a model: ${data}`)
      asked.push(getter.name)
      const result = answers[getter.name]
      return result === undefined
        ? { status: 'reverted', reason: 'reverted', data: '0x' }
        : { status: 'ok', value: encodeFunctionResult({ abi: [getter], result }) }
    }),
  )
  if (step.status !== 'ok') throw new TypeError('the read did not end')
  return { asked, change: step.value.change(books), rateModel: step.value.details(state).rateModel }
}

const jump = { baseRatePerBlock: 0n, multiplierPerBlock: 7_927_447_995n } as const
const before = `0 7927447995 274440582067 ${(7n * WAD) / 10n}`

describe('readToken', () => {
  test('default: the parameters of a model are those of the block', () => {
    const answers = { ...jump, jumpMultiplierPerBlock: 274_440_582_067n, kink: (7n * WAD) / 10n }
    expect(readWith(before, answers)).toMatchObject({ change: undefined, rateModel: before })
  })

  // `updateJumpRateModel` of Venus's JumpRateModelV2 changes them in place, and below the kink no rate shows it.
  test('behavior: also where they changed under its address, and the rate of the token is the same', () => {
    const answers = { ...jump, jumpMultiplierPerBlock: 276_830_404_444n, kink: WAD / 2n }
    const { change, rateModel } = readWith(before, answers)
    expect([change, rateModel]).toEqual([undefined, `0 7927447995 276830404444 ${WAD / 2n}`])
  })

  test('behavior: only what such a model has is asked', () => {
    const line = `0 7927447995 0 ${NEVER}`
    expect(readWith(line, jump)).toEqual({
      asked: ['baseRatePerBlock', 'multiplierPerBlock'],
      change: undefined,
      rateModel: line,
    })
    expect(readWith(`0 1 ${WAD / 2n} 0 1 ${WAD} 1`, {}).asked).toHaveLength(7)
    expect(readWith(undefined, jump)).toEqual({ asked: [], change: undefined, rateModel: undefined })
  })

  test('behavior: parameters that nobody read are left out', () => {
    expect(readWith(before, jump)).toMatchObject({ change: undefined, rateModel: undefined })
  })

  test('behavior: another model is noticed, and one that counts in another way', () => {
    expect(readWith(before, jump, comptroller).change).toBe(`the interest rate model of USDC became ${comptroller}`)
    const answers = { baseRatePerBlock: 1n, multiplierPerBlock: 7_927_447_995n, jumpMultiplierPerBlock: 1n, kink: WAD }
    expect(readWith(before, answers).change).toBe('the interest rate model of USDC counts in another way')
  })
})
