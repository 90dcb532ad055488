import { describe, expect, test } from 'vitest'
import { issue, read, unread, usd } from '../../../../test/fixtures/positions.ts'
import { unknown } from '../model/Quantity.ts'
import * as Wad from '../units/Wad.ts'
import { bufferOf } from './bufferOf.ts'

const ether = { symbol: 'WETH', price: usd(2_000) }

describe('bufferOf', () => {
  test('default', () => {
    // The design's example: weights of 8,000 against 7,900.
    expect(bufferOf(read('B', usd(8_000), usd(7_900)))).toEqual({ value: usd(100), dollars: usd(100) })
  })

  test('behavior: below zero it is missing, and more of it than less', () => {
    const unit = { ...ether, price: Wad.fromDecimal('0.333333333333333333') }
    const short = { ...read('B', 1n, 3n), unit }
    expect(bufferOf(short)).toEqual({ value: -2n, dollars: -1n })
    expect(bufferOf({ ...read('B', 3n, 1n), unit })).toEqual({ value: 2n, dollars: 0n })
  })

  test('behavior: a market that counts in an asset has a buffer in it', () => {
    expect(bufferOf({ ...read('B', usd(3), usd(1)), unit: ether })).toEqual({ value: usd(2), dollars: usd(4_000) })
    const unpriced = { ...ether, price: unknown(issue) }
    expect(bufferOf({ ...read('B', usd(3), usd(1)), unit: unpriced })).toEqual({
      value: usd(2),
      dollars: unknown(issue),
    })
  })

  test('behavior: unknown where a weight is, or all of it', () => {
    const nothing = { value: unknown(issue), dollars: unknown(issue) }
    expect(bufferOf(read('B', unknown(issue), usd(1)))).toEqual(nothing)
    expect(bufferOf(read('B', usd(1), unknown(issue)))).toEqual(nothing)
    expect(bufferOf(unread)).toEqual(nothing)
  })
})
