import { concatHex, type Hex, numberToHex, pad, size } from 'viem'
import { describe, expect, test } from 'vitest'
import * as PaidGas from './PaidGas.ts'

const word = (value: bigint): Hex => numberToHex(value, { size: 16 })
const entry = (type: Hex, body: Hex, worker: Hex = '0x01'): Hex =>
  concatHex([worker, numberToHex(size(body) + 1, { size: 2 }), type, body])
const options = (...entries: readonly Hex[]): Hex => concatHex(['0x0003', ...entries])

describe('parse', () => {
  test('default', () => {
    const receiver = pad('0x00000000000000000000000000000000000000aa')
    const paid = PaidGas.parse(
      options(
        entry('0x01', concatHex([word(100_000n), word(5n)])),
        entry('0x02', concatHex([word(9n), receiver])),
        entry('0x03', concatHex(['0x0001', word(200_000n)])),
      ),
    )
    expect(paid).toEqual({
      deliver: { gas: 100_000n, value: 5n },
      compose: new Map([[1, { gas: 200_000n, value: 0n }]]),
      drops: [{ amount: 9n, receiver }],
    })
  })

  test('behavior: enforced and extra options add up', () => {
    const delivery = entry('0x01', word(60_000n))
    const compose = entry('0x03', concatHex(['0x0000', word(1n), word(2n)]))
    const { deliver, compose: composes } = PaidGas.parse(options(delivery, compose, delivery, compose))
    expect(deliver).toEqual({ gas: 120_000n, value: 0n })
    expect(composes.get(0)).toEqual({ gas: 2n, value: 4n })
  })

  test('behavior: options for DVNs, and kinds that need no gas, are passed over', () => {
    expect(PaidGas.parse(options(entry('0x01', '0x00', '0x02'), entry('0x04', '0x')))).toEqual(PaidGas.NOTHING)
    expect(PaidGas.parse('0x0003')).toEqual(PaidGas.NOTHING)
  })

  test('error: MalformedPacketError', () => {
    for (const wrong of ['0x', '0x00', '0x0001', '0x000301', '0x00030100ff', '0x0003010011011234'] as const) {
      expect(() => PaidGas.parse(wrong)).toThrow(expect.objectContaining({ name: 'MalformedPacketError' }))
    }
  })
})
