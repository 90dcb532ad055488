import { concatHex, type Hex, numberToHex, size } from 'viem'
import { describe, expect, test } from 'vitest'
import * as ArrivalGas from './ArrivalGas.ts'

const word = (gas: bigint): Hex => numberToHex(gas, { size: 16 })
const entry = (type: Hex, body: Hex, worker: Hex = '0x01'): Hex =>
  concatHex([worker, numberToHex(size(body) + 1, { size: 2 }), type, body])
const options = (...entries: readonly Hex[]): Hex => concatHex(['0x0003', ...entries])
const compose = (index: Hex, gas: bigint): Hex => entry('0x03', concatHex([index, word(gas)]))

describe('bought', () => {
  test('default: as the router buys it', () => {
    // What an executor was paid for on the devnet.
    expect(ArrivalGas.bought({ delivery: 150_000n, settle: 500_000n })).toEqual({
      deliver: 150_000n,
      compose: 846_159n,
    })
  })
})

describe('inOptions', () => {
  test('default', () => {
    expect(ArrivalGas.inOptions(options(entry('0x01', word(100n)), compose('0x0000', 7n)))).toEqual({
      deliver: 100n,
      compose: 7n,
    })
    for (const none of ['0x', '0x0003'] as const)
      expect(ArrivalGas.inOptions(none)).toEqual({ deliver: 0n, compose: 0n })
  })

  test('behavior: what is for others, for another compose or for no gas is passed over, and entries add up', () => {
    const deliver = entry('0x01', concatHex([word(60n), word(10n ** 18n)]))
    const others = [
      entry('0x01', word(9n), '0x02'),
      compose('0x0001', 9n),
      entry('0x04', '0x'),
      entry('0x02', word(9n)),
    ]
    expect(ArrivalGas.inOptions(options(deliver, ...others, deliver))).toEqual({ deliver: 120n, compose: 0n })
  })

  test('behavior: what are no options is nothing that is known', () => {
    for (const wrong of ['0x0001', '0x03', '0x000301', '0x00030100ff', '0x0003010011011234'] as const) {
      expect(ArrivalGas.inOptions(wrong), wrong).toBeUndefined()
    }
  })
})

describe('delivered', () => {
  test('default: less than was paid for, and less at a pool', () => {
    expect(ArrivalGas.delivered('oft', 150_000n)).toBe(110_000n - 1_718n)
    expect(ArrivalGas.delivered('stargate', 150_000n)).toBe(96_282n - 1_504n)
    expect(ArrivalGas.delivered('stargate', 30_000n)).toBe(0n)
  })
})

describe('limitOf', () => {
  test('default: what a transaction of that size has to have at least', () => {
    expect(ArrivalGas.limitOf('0x0001', 100n)).toBe(21_120n)
    expect(ArrivalGas.limitOf('0x0001', 7n)).toBe(21_050n)
  })
})
