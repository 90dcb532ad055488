import fc from 'fast-check'
import {
  encodeAbiParameters,
  encodeErrorResult,
  erc20Abi,
  type Hex,
  parseAbi,
  parseAbiParameters,
  stringToHex,
} from 'viem'
import { describe, expect, test } from 'vitest'
import type { ReadResult } from '../model/ReadResult.ts'
import * as Read from './Read.ts'

const TOKEN = '0x00000000000000000000000000000000000000aa'
const word = (value: bigint): Hex => `0x${value.toString(16).padStart(64, '0')}`
const ok = (value: Hex): ReadResult<Hex> => ({ status: 'ok', value })
const supply = Read.call({ to: TOKEN, abi: erc20Abi, functionName: 'totalSupply' })
const decimals = Read.call({ to: TOKEN, abi: erc20Abi, functionName: 'decimals' })
const unavailable: ReadResult<Hex> = { status: 'unavailable', reason: 'nobody answered' }

/** Plays a read to its end, answering each call with the next word of a list. */
function play<value>(read: Read.Read<value>, answers: readonly ReadResult<Hex>[]): ReadResult<value> {
  const step = read.decode(answers.slice(0, read.calls.length))
  return step.status === 'more' ? play(step.read, answers.slice(read.calls.length)) : step
}

/** Reads of every shape, and as many answers of every kind as they may need. */
const { read } = fc.letrec<{ read: Read.Read<unknown> }>((tie) => ({
  read: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(supply, decimals),
    fc.bigInt(0n, 9n).map((value) => Read.succeed(value)),
    fc.constant(Read.fail({ status: 'unavailable', reason: 'unfit' })),
    tie('read').map((inner) => Read.map(inner, (value) => [value])),
    tie('read').map((inner) => Read.settle(inner)),
    fc.tuple(tie('read'), tie('read')).map(([first, second]) => Read.andThen(first, () => second)),
    fc.array(tie('read'), { maxLength: 3 }).map((reads) => Read.all(reads)),
  ),
}))
const answers = fc.array(
  fc.oneof(
    fc.nat(255).map((value) => ok(word(BigInt(value)))),
    fc.constant<ReadResult<Hex>>({ status: 'reverted', reason: 'reverted', data: '0x' }),
    fc.constant(unavailable),
    fc.constant(ok('0x')),
    fc.constant(ok(word(2n ** 255n))),
  ),
  { minLength: 200, maxLength: 200 },
)

describe('call', () => {
  test('default', () => {
    expect(supply.calls).toEqual([{ to: TOKEN, data: '0x18160ddd' }])
    expect(supply.decode([ok(word(7n))])).toEqual({ status: 'ok', value: 7n })
  })

  test('behavior: several outputs come as a list, structs as objects', () => {
    const abi = parseAbi(['function pair() view returns (uint8, (address owner, bool on) box)'])
    const data = encodeAbiParameters(parseAbiParameters('uint8, (address owner, bool on)'), [
      7,
      { owner: TOKEN, on: true },
    ])
    const pair = Read.call({ to: TOKEN, abi, functionName: 'pair' })
    expect(pair.decode([ok(data)])).toEqual({
      status: 'ok',
      value: [7, { owner: '0x00000000000000000000000000000000000000AA', on: true }],
    })
  })

  test('behavior: an overloaded function is told by its arguments', () => {
    const abi = parseAbi([
      'function at(uint256 i) view returns (uint256)',
      'function at(address a) view returns (bool)',
    ])
    const read = Read.call({ to: TOKEN, abi, functionName: 'at', args: [TOKEN] })
    expect(read.decode([ok(word(1n))])).toEqual({ status: 'ok', value: true })
  })

  test('behavior: no code is unavailable, not zero', () => {
    expect(supply.decode([ok('0x')])).toEqual({
      status: 'unavailable',
      reason: `totalSupply answered nothing: no such contract at ${TOKEN}`,
    })
  })

  test.each<[string, Read.Read<unknown>, Hex]>([
    ['too short', supply, '0x07'],
    ['too long', supply, `${word(7n)}00`],
    ['a word too many', supply, `${word(7n)}${'0'.repeat(64)}`],
    ['a uint8 of 256 bits', decimals, word(2n ** 255n)],
    ['a uint8 of 256', decimals, word(256n)],
    [
      'a text without end',
      Read.call({ to: TOKEN, abi: erc20Abi, functionName: 'symbol' }),
      `${word(32n)}${'f'.repeat(64)}`,
    ],
    [
      'a text that is no UTF-8',
      Read.call({ to: TOKEN, abi: erc20Abi, functionName: 'symbol' }),
      `${word(32n)}${word(1n).slice(2)}ff${'0'.repeat(62)}`,
    ],
    [
      'an address with dirty upper bits',
      Read.call({ to: TOKEN, abi: parseAbi(['function owner() view returns (address)']), functionName: 'owner' }),
      `0x01${TOKEN.slice(2).padStart(62, '0')}`,
    ],
    [
      'a bool of 2',
      Read.call({ to: TOKEN, abi: parseAbi(['function on() view returns (bool)']), functionName: 'on' }),
      word(2n),
    ],
    [
      'an int8 that is not sign-extended',
      Read.call({ to: TOKEN, abi: parseAbi(['function tick() view returns (int8)']), functionName: 'tick' }),
      word(255n),
    ],
  ])('behavior: %s is unavailable', (_, read, data) => {
    expect(read.decode([ok(data)])).toMatchObject({ status: 'unavailable' })
  })

  test('behavior: arbitrary bytes are unavailable, or exactly one encoding of a value', () => {
    const abi = parseAbi(['function get() view returns (uint112 a, string b, (int24 c, bytes d)[] e)'])
    const types = parseAbiParameters('uint112, string, (int24 c, bytes d)[]')
    const read = Read.call({ to: TOKEN, abi, functionName: 'get' })
    const value = fc.tuple(
      fc.bigInt(0n, 2n ** 112n - 1n),
      fc.string({ maxLength: 40 }),
      fc.array(
        fc.record({ c: fc.integer({ min: -8_388_608, max: 8_388_607 }), d: fc.constantFrom<Hex[]>('0x', '0xaabb') }),
        {
          maxLength: 3,
        },
      ),
    )
    fc.assert(
      fc.property(value, fc.option(fc.tuple(fc.nat(), fc.nat(15))), (values, mutation) => {
        const data = encodeAbiParameters(types, values)
        const at = 2 + ((mutation?.[0] ?? 0) % (data.length - 2))
        const sent = (
          mutation === null ? data : data.slice(0, at) + mutation[1].toString(16) + data.slice(at + 1)
        ) as Hex
        const step = read.decode([ok(sent)])
        if (sent === data) expect(step).toEqual({ status: 'ok', value: values })
        else if (step.status === 'ok') expect(encodeAbiParameters(types, step.value)).toBe(sent)
        else expect(step.status).toBe('unavailable')
      }),
      { numRuns: 1_000 },
    )
  })

  test('behavior: a failure passes through', () => {
    const disputed: ReadResult<Hex> = { status: 'disputed', reason: 'two nodes disagree', witnesses: ['a', 'b'] }
    expect(supply.decode([unavailable])).toEqual(unavailable)
    expect(supply.decode([disputed])).toEqual(disputed)
    expect(supply.decode([])).toMatchObject({ status: 'unavailable' })
  })

  test('behavior: a revert names the error where the ABI knows it', () => {
    const abi = parseAbi(['function get() view returns (uint256)', 'error NotListed(address asset, string why)'])
    const read = Read.call({ to: TOKEN, abi, functionName: 'get' })
    const data = encodeErrorResult({ abi, errorName: 'NotListed', args: [TOKEN, 'x\u001b[31m\n\ny'] })
    expect(read.decode([{ status: 'reverted', reason: 'reverted', data }])).toMatchObject({
      status: 'reverted',
      data,
      reason: 'get reverted: NotListed(0x00000000000000000000000000000000000000AA, x[31m y)',
    })
    expect(read.decode([{ status: 'reverted', reason: 'reverted', data: '0xdeadbeef' }])).toMatchObject({
      reason: 'get reverted with 0xdeadbeef',
    })
    expect(read.decode([{ status: 'reverted', reason: 'reverted', data: stringToHex('') }])).toMatchObject({
      reason: 'get reverted',
    })
  })
})

describe('map', () => {
  test('default', () => {
    expect(
      play(
        Read.map(supply, (value) => value * 2n),
        [ok(word(21n))],
      ),
    ).toEqual({ status: 'ok', value: 42n })
  })

  test('behavior: identity changes nothing', () => {
    fc.assert(
      fc.property(read, answers, (any, given) => {
        expect(
          play(
            Read.map(any, (value) => value),
            given,
          ),
        ).toEqual(play(any, given))
      }),
    )
  })

  test('behavior: two changes are one', () => {
    const [first, second] = [(value: unknown) => [value, 1], (value: unknown) => ({ value })]
    fc.assert(
      fc.property(read, answers, (any, given) => {
        expect(play(Read.map(Read.map(any, first), second), given)).toEqual(
          play(
            Read.map(any, (value) => second(first(value))),
            given,
          ),
        )
      }),
    )
  })
})

describe('andThen', () => {
  test('default: the second read gets the first value', () => {
    const read = Read.andThen(decimals, (value) => Read.map(supply, (amount) => ({ amount, value })))
    expect(read.calls).toHaveLength(1)
    expect(play(read, [ok(word(6n)), ok(word(9n))])).toEqual({ status: 'ok', value: { amount: 9n, value: 6 } })
  })

  test('behavior: a second read without calls costs no further step', () => {
    expect(Read.andThen(supply, Read.succeed).decode([ok(word(1n))])).toEqual({ status: 'ok', value: 1n })
  })

  test('behavior: nothing follows a failure', () => {
    const read = Read.andThen(supply, () => {
      throw new TypeError('must not be asked')
    })
    expect(read.decode([unavailable])).toEqual(unavailable)
  })

  test('behavior: associative', () => {
    fc.assert(
      fc.property(read, read, read, answers, (one, two, three, given) => {
        const left = Read.andThen(
          Read.andThen(one, () => two),
          () => three,
        )
        const right = Read.andThen(one, () => Read.andThen(two, () => three))
        expect(play(left, given)).toEqual(play(right, given))
      }),
    )
  })
})

describe('settle', () => {
  test('default', () => {
    expect(play(Read.settle(supply), [ok(word(1n))])).toEqual({ status: 'ok', value: { status: 'ok', value: 1n } })
    expect(play(Read.settle(supply), [unavailable])).toEqual({ status: 'ok', value: unavailable })
  })

  test('behavior: always succeeds, with what the read itself says', () => {
    fc.assert(
      fc.property(read, answers, (any, given) => {
        expect(play(Read.settle(any), given)).toEqual({ status: 'ok', value: play(any, given) })
      }),
    )
  })

  test('behavior: a decoder that throws fails alone', () => {
    const broken = Read.map(supply, (): number => {
      throw new RangeError('no such enum value')
    })
    expect(play(Read.all([Read.settle(broken), supply]), [ok(word(1n)), ok(word(2n))])).toEqual({
      status: 'ok',
      value: [{ status: 'unavailable', reason: 'could not be understood: no such enum value' }, 2n],
    })
  })
})

describe('all', () => {
  test('default: values in the order of the reads', () => {
    const read = Read.all([supply, Read.succeed('x'), decimals])
    expect(read.calls).toHaveLength(2)
    expect(play(read, [ok(word(1n)), ok(word(2n))])).toEqual({ status: 'ok', value: [1n, 'x', 2] })
  })

  test('behavior: of nothing is nothing', () => {
    expect(play(Read.all([]), [])).toEqual({ status: 'ok', value: [] })
  })

  test('behavior: keeps the order when some reads need more steps', () => {
    const twice = Read.andThen(supply, (first) => Read.map(supply, (second) => [first, second]))
    const read = Read.all([twice, decimals, twice])
    const given = [1n, 2n, 3n, 4n, 5n].map((value) => ok(word(value)))
    expect(play(read, given)).toEqual({ status: 'ok', value: [[1n, 4n], 2, [3n, 5n]] })
  })

  test('behavior: fails with the first failure, in the order of the reads', () => {
    const reverted: ReadResult<Hex> = { status: 'reverted', reason: 'reverted', data: '0x' }
    expect(play(Read.all([supply, supply, supply]), [ok(word(1n)), reverted, unavailable])).toMatchObject({
      status: 'reverted',
    })
  })

  test('behavior: too few results fail, they are never filled in', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.nat(5), (count, given) => {
        const read = Read.all(Array.from({ length: count }, () => supply))
        const { status } = read.decode(Array.from({ length: Math.min(given, count) }, () => ok(word(1n))))
        expect(status).toBe(given >= count ? 'ok' : 'unavailable')
      }),
    )
  })

  test('behavior: joins one-step reads as if each were alone', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(supply, decimals), { maxLength: 8 }), answers, (reads, given) => {
        const joined = play(Read.all(reads.map((each) => Read.settle<unknown>(each))), given)
        expect(joined).toEqual({
          status: 'ok',
          value: reads.map((each, index) => play<unknown>(each, given.slice(index))),
        })
      }),
    )
  })
})

/** A recipe makes the same read anew each time, without any memory. */
const { recipe } = fc.letrec<{ recipe: () => Read.Read<unknown> }>((tie) => ({
  recipe: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constant(() => Read.call({ to: TOKEN, abi: erc20Abi, functionName: 'totalSupply' })),
    fc.constant(() => Read.call({ to: TOKEN, abi: erc20Abi, functionName: 'decimals' })),
    tie('recipe').map((make) => () => Read.map(make(), (value) => [value])),
    tie('recipe').map((make) => () => Read.settle(make())),
    fc.tuple(tie('recipe'), tie('recipe')).map(
      ([first, second]) =>
        () =>
          Read.andThen(first(), (value) => Read.map(second(), (next) => [value, next])),
    ),
    fc.array(tie('recipe'), { maxLength: 3 }).map((makes) => () => Read.all(makes.map((make) => make()))),
  ),
}))

describe('Read', () => {
  const balanceOf = (to: Hex) => Read.call({ to, abi: erc20Abi, functionName: 'balanceOf', args: [TOKEN] })

  test('behavior: one that is used again gives what a new one would, whatever came before', () => {
    fc.assert(
      fc.property(
        recipe,
        fc.array(answers, { minLength: 2, maxLength: 4 }),
        fc.array(fc.nat(3)),
        (make, given, order) => {
          const read = make()
          for (const pick of order) {
            const next = given[pick % given.length] ?? []
            expect(play(read, next)).toEqual(play(make(), next))
          }
        },
      ),
    )
  })

  test('behavior: the same answers give the very same value, and nothing is understood anew', () => {
    let understood = 0
    const owner = (to: Hex) =>
      Read.settle(
        Read.map(Read.all([balanceOf(to), Read.settle(balanceOf(to))]), ([balance]) => {
          understood += 1
          return { balance }
        }),
      )
    const read = Read.all([owner(TOKEN), owner(TOKEN), Read.succeed('fact')])
    const bytes = [ok(word(5n)), unavailable, ok(word(6n)), ok(word(8n))]
    const first = play(read, bytes)
    expect(understood).toBe(2)
    expect(play(read, structuredClone(bytes))).toBe(first)
    expect(understood).toBe(2)

    const second = play(read, [...bytes.slice(0, 2), ok(word(7n)), ok(word(8n))])
    expect(understood).toBe(3)
    if (first.status !== 'ok' || second.status !== 'ok') throw new TypeError('both were answered')
    expect(second.value[0]).toBe(first.value[0])
    expect(second.value[1]).not.toBe(first.value[1])
    expect(second.value[1]).toEqual({ status: 'ok', value: { balance: 7n } })
  })

  test('behavior: `mapEach` makes anew what changed, and all of it with the shared value', () => {
    const made: number[] = []
    const items = [0, 1, 2].map(() => balanceOf(TOKEN))
    const read = Read.mapEach(Read.settle(balanceOf(TOKEN)), items, (shared, item, index) => {
      made.push(index)
      return { price: shared.status === 'ok' ? shared.value : undefined, item }
    })
    const valuesOf = (...answers: readonly ReadResult<Hex>[]) => {
      made.length = 0
      const result = play(read, answers)
      return result.status === 'ok' ? result.value[1] : []
    }
    const first = valuesOf(...[9n, 1n, 2n, 3n].map((value) => ok(word(value))))
    expect(made).toEqual([0, 1, 2])
    const second = valuesOf(...[9n, 1n, 5n, 3n].map((value) => ok(word(value))))
    expect(made).toEqual([1])
    expect(second.map((value, index) => value === first[index])).toEqual([true, false, true])
    expect(valuesOf(unavailable, ...[1n, 5n, 3n].map((value) => ok(word(value))))).toEqual(
      [1n, 5n, 3n].map((item) => ({ price: undefined, item })),
    )
    expect(made).toEqual([0, 1, 2])
    expect(play(read, [ok(word(9n)), unavailable])).toMatchObject({ status: 'unavailable' })
  })

  test.each<[string, ReadResult<Hex>, ReadResult<Hex>]>([
    ['other bytes', ok(word(1n)), ok(word(2n))],
    ['a failure after a value', ok(word(1n)), unavailable],
    ['another failure', unavailable, { status: 'unavailable', reason: 'something else' }],
    [
      'another revert',
      { status: 'reverted', reason: '', data: '0x' },
      { status: 'reverted', reason: '', data: '0x00' },
    ],
  ])('behavior: %s are understood anew', (_, first, second) => {
    const read = Read.settle(balanceOf(TOKEN))
    expect(play(read, [first])).not.toEqual(play(read, [second]))
    expect(play(read, [first])).toEqual(play(Read.settle(balanceOf(TOKEN)), [first]))
  })
})
