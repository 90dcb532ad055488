import fc from 'fast-check'
import { encodeFunctionData, encodeFunctionResult, type Hex, multicall3Abi } from 'viem'
import { describe, expect, test } from 'vitest'
import { InvalidAddressError } from '../errors/InvalidAddressError.ts'
import * as Aggregate from './Aggregate.ts'

type Returned = { readonly success: boolean; readonly returnData: Hex }

const returned = fc.record({
  success: fc.boolean(),
  returnData: fc.uint8Array({ maxLength: 100 }).map((bytes): Hex => `0x${Buffer.from(bytes).toString('hex')}`),
})

function encoded(result: readonly Returned[]): Hex {
  return encodeFunctionResult({ abi: multicall3Abi, functionName: 'aggregate3', result })
}

function expected(result: readonly Returned[]) {
  return result.map(({ success, returnData }) =>
    success ? { status: 'ok', value: returnData } : { status: 'reverted', reason: 'reverted', data: returnData },
  )
}

const sample: readonly Returned[] = [
  { success: true, returnData: `0x${'00'.repeat(31)}07` },
  { success: false, returnData: '0xdeadbeef' },
  { success: true, returnData: '0x' },
]

const hex = (size: { readonly minLength: number; readonly maxLength: number }) =>
  fc.uint8Array(size).map((bytes): Hex => `0x${Buffer.from(bytes).toString('hex')}`)

describe('encode', () => {
  const call = fc.record({ to: hex({ minLength: 20, maxLength: 20 }), data: hex({ minLength: 0, maxLength: 100 }) })

  test("behavior: is viem's own encoding, to the byte", () => {
    fc.assert(
      fc.property(fc.array(call, { maxLength: 12 }), (calls) => {
        const args = [calls.map(({ to, data }) => ({ target: to, allowFailure: true, callData: data }))] as const
        const theirs = encodeFunctionData({ abi: multicall3Abi, functionName: 'aggregate3', args })
        expect(Aggregate.encode(calls)).toBe(theirs)
      }),
      { numRuns: 500 },
    )
  })

  test('behavior: addresses in any case', () => {
    const to = '0xcA11bde05977b3631167028862bE2a173976CA11'
    const data = '0x12'
    expect(Aggregate.encode([{ to, data }])).toBe(Aggregate.encode([{ to: to.toLowerCase() as Hex, data }]))
  })
})

describe('decode', () => {
  test('default', () => {
    expect(Aggregate.decode(encoded(sample), 3)).toEqual({ status: 'ok', value: expected(sample) })
  })

  test('behavior: gives back whatever the contract returned', () => {
    fc.assert(
      fc.property(fc.array(returned, { maxLength: 12 }), (result) => {
        expect(Aggregate.decode(encoded(result), result.length)).toEqual({ status: 'ok', value: expected(result) })
      }),
      { numRuns: 500 },
    )
  })

  test('behavior: upper-case digits are digits', () => {
    const upper = `0x${encoded(sample).slice(2).toUpperCase()}`
    expect(Aggregate.decode(upper, 3)).toEqual({ status: 'ok', value: expected(sample) })
  })

  test.each([
    ['null', null],
    ['a number', 7],
    ['an object', { result: '0x' }],
    ['an array', ['0x']],
    ['text', 'execution reverted'],
    ['no prefix', encoded(sample).slice(2)],
    ['an upper-case prefix', `0X${encoded(sample).slice(2)}`],
    ['a stray digit', `${encoded(sample)}0`],
    ['half a word', encoded(sample).slice(0, -32)],
    ['a last word less', encoded(sample).slice(0, -64)],
    ['a word more', `${encoded(sample)}${'0'.repeat(64)}`],
    ['no hex digit', `${encoded(sample).slice(0, -1)}g`],
    ['a line break', `${encoded(sample)}\n`],
    ['nothing', '0x'],
    ['one word', `0x${'0'.repeat(64)}`],
    ['two results of three', encoded(sample.slice(0, 2))],
    ['four results of three', encoded([...sample, ...sample.slice(0, 1)])],
  ])('behavior: %s is unavailable', (_, answer) => {
    const { status } = Aggregate.decode(answer, 3)
    expect(status).toBe('unavailable')
  })

  test('behavior: an answer above the bound is unavailable, just below it is not', () => {
    const answer = encoded(sample)
    const bytes = (answer.length - 2) / 2
    expect(Aggregate.decode(answer, 3, bytes).status).toBe('ok')
    expect(Aggregate.decode(answer, 3, bytes - 1)).toEqual({
      status: 'unavailable',
      reason: `the node's answer is malformed: more than ${bytes - 1} bytes`,
    })
  })

  test('behavior: megabytes of digits neither overflow nor are believed', () => {
    expect(Aggregate.decode(`0x${'0'.repeat(4_000_000)}`, 3).status).toBe('unavailable')
    expect(Aggregate.decode(`0x${'f'.repeat(9_000_000)}`, 3).status).toBe('unavailable')
  })

  test('behavior: arbitrary answers never throw and never pass', () => {
    fc.assert(
      fc.property(fc.anything(), fc.nat(5), (answer, count) => {
        expect(Aggregate.decode(answer, count).status).toBe('unavailable')
      }),
      { numRuns: 2_000 },
    )
  })

  test('behavior: a mutated answer is unavailable, or the very encoding of what is read from it', () => {
    const mutation = fc.record({
      at: fc.nat(),
      digit: fc.nat(15),
      cut: fc.nat(),
      kind: fc.constantFrom('set', 'cut', 'insert'),
    })
    let refused = 0
    fc.assert(
      fc.property(fc.array(returned, { minLength: 1, maxLength: 6 }), mutation, (result, { at, digit, cut, kind }) => {
        const hex = encoded(result).slice(2)
        const index = at % hex.length
        const word = Math.floor(index / 64) * 64
        const mutated =
          kind === 'set'
            ? hex.slice(0, index) + digit.toString(16) + hex.slice(index + 1)
            : kind === 'cut'
              ? hex.slice(0, cut % hex.length)
              : hex.slice(0, word) + hex.slice(index % 64).slice(0, 64) + hex.slice(word)
        const decoded = Aggregate.decode(`0x${mutated}`, result.length)
        if (decoded.status === 'unavailable') {
          refused += 1
          return
        }
        const again = decoded.value.map((entry) => ({
          success: entry.status === 'ok',
          returnData: entry.status === 'ok' ? entry.value : entry.status === 'reverted' ? entry.data : '0x',
        })) as readonly Returned[]
        expect(encoded(again)).toBe(`0x${mutated}`)
      }),
      { numRuns: 5_000 },
    )
    expect(refused).toBeGreaterThan(1_000)
  })
})

describe('encode', () => {
  test('error: InvalidAddressError', () => {
    expect(() => Aggregate.encode([{ to: '0x1234', data: '0x' }])).toThrow(InvalidAddressError)
  })
})
