import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { deserialize, serialize } from './serialize.ts'

const key = fc.string().filter((text) => !['__proto__', 'constructor', 'prototype', '$bigint'].includes(text))
const { plain } = fc.letrec<{ plain: unknown }>((tie) => ({
  plain: fc.oneof(
    { maxDepth: 4 },
    fc.bigInt({ min: -(2n ** 256n), max: 2n ** 256n }),
    fc.maxSafeInteger().map((value) => (value === 0 ? 0 : value)),
    fc.string(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('plain'), { maxLength: 4 }),
    fc.dictionary(key, tie('plain'), { maxKeys: 4, noNullPrototype: true }),
  ),
}))

const enveloped = (json: string) => `{"version":1,"value":${json}}`

describe('serialize', () => {
  test('default', () => {
    expect(serialize({ amount: 2n ** 64n, chainId: 10, hash: undefined })).toBe(
      enveloped('{"amount":{"$bigint":"18446744073709551616"},"chainId":10}'),
    )
  })

  test('behavior: what was written comes back as it was', () => {
    fc.assert(
      fc.property(plain, (value) => {
        expect(deserialize(serialize(value))).toEqual(value)
      }),
    )
  })

  const cycle: { self?: unknown } = {}
  cycle.self = cycle

  test.each([
    ['a fraction', 0.5],
    ['an unsafe number', 2 ** 53],
    ['no number', Number.NaN],
    ['infinity', Number.POSITIVE_INFINITY],
    ['a function', () => 1],
    ['a symbol', Symbol('s')],
    ['a hole in an array', [undefined]],
    ['a date', new Date(0)],
    ['a map', new Map()],
    ['a cycle', cycle],
    ['a reserved key', { $bigint: '1' }],
    ['a key that touches prototypes', JSON.parse('{"__proto__":{"admin":true}}')],
    ['an integer of endless digits', 10n ** 100n],
    ['a flood, which would not come back', 'x'.repeat(4_000_000)],
  ])('error: SerializationError for %s', (_, value) => {
    expect(() => serialize({ value })).toThrowError(expect.objectContaining({ name: 'SerializationError' }))
  })
})

describe('deserialize', () => {
  test.each([
    ['no JSON', '{'],
    ['no envelope', '{"value":1}'],
    ['an envelope with more in it', '{"version":1,"value":1,"more":1}'],
    ['another version', '{"version":2,"value":1}'],
    ['an array', '[]'],
    ['null', 'null'],
    ['a number that lost digits', enveloped('9007199254740993')],
    ['a number beyond all', enveloped('1e400')],
    ['a fraction', enveloped('0.1')],
    ['a prototype', enveloped('{"__proto__":{"admin":true}}')],
    ['a constructor', enveloped('{"a":{"constructor":1}}')],
    ['a bigint in hex', enveloped('{"$bigint":"0x10"}')],
    ['a bigint with spaces', enveloped('{"$bigint":" 1"}')],
    ['a bigint that is empty', enveloped('{"$bigint":""}')],
    ['a bigint that is a number', enveloped('{"$bigint":1}')],
    ['a bigint with company', enveloped('{"$bigint":"1","a":1}')],
    ['a negative zero', enveloped('{"$bigint":"-0"}')],
    ['an integer of endless digits', enveloped(`{"$bigint":"1${'0'.repeat(100)}"}`)],
    ['a deep nest', enveloped(`${'['.repeat(60)}${']'.repeat(60)}`)],
    ['a flood', enveloped(`"${'x'.repeat(4_000_000)}"`)],
  ])('error: SerializationError for %s', (_, text) => {
    expect(() => deserialize(text)).toThrowError(expect.objectContaining({ name: 'SerializationError' }))
  })

  test('behavior: no text makes it throw anything else, or touches a prototype', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json().map(enveloped)), (text) => {
        try {
          deserialize(text)
        } catch (error) {
          expect(error).toMatchObject({ name: 'SerializationError' })
        }
        expect(Object.hasOwn(Object.prototype, 'admin')).toBe(false)
      }),
    )
  })
})
