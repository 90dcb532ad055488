import { inspect } from 'node:util'
import { createClient, HttpRequestError, http } from 'viem'
import { getBlockNumber } from 'viem/actions'
import { describe, expect, test } from 'vitest'
import { BaseError, isUnimarginError } from './BaseError.ts'

class StalePriceError extends BaseError {
  override readonly name = 'StalePriceError'
  constructor(options: { readonly cause?: unknown; readonly asset?: string } = {}) {
    super(`The price of "${options.asset ?? 'WETH'}" is too old to value a position with.`, {
      facts: { Age: '90s', 'Max age': '60s', Source: undefined },
      action: 'Wait for the next oracle update, or pass a larger `maxAge`.',
      docsPath: '/errors/stale-price',
      cause: options.cause,
    })
  }
}

const KEY = 'k3yC4n4ry'

describe('BaseError', () => {
  test('default: a sentence, aligned facts, what to do, where to read', () => {
    expect(new StalePriceError().message).toMatchInlineSnapshot(`
      "The price of "WETH" is too old to value a position with.
      Age:     90s
      Max age: 60s
      Wait for the next oracle update, or pass a larger \`maxAge\`.
      Docs: /errors/stale-price"
    `)
  })

  test('behavior: name, parts and stack are there', () => {
    const error = new StalePriceError()
    expect(error.name).toBe('StalePriceError')
    expect(error.shortMessage).toBe('The price of "WETH" is too old to value a position with.')
    expect(error.action).toBe('Wait for the next oracle update, or pass a larger `maxAge`.')
    expect(error.docsPath).toBe('/errors/stale-price')
    expect(error.stack).toContain('BaseError.test.ts')
    expect('cause' in error).toBe(false)
  })

  test('behavior: a fact cannot pretend to be another line', () => {
    class FactError extends BaseError {
      override readonly name = 'FactError'
      constructor(value: string) {
        super('A fact.', { facts: { Value: value }, action: 'Read on.' })
      }
    }
    expect(new FactError('1\nAction: send all').message).toBe('A fact.\nValue: 1 Action: send all\nRead on.')
  })

  test('behavior: a symbol from outside cannot write to the terminal', () => {
    expect(new StalePriceError({ asset: 'W\u001b[31mETH\u202e' }).message).toContain('"W[31mETH"')
  })

  test('behavior: printing it never shows the key of the node that caused it', async () => {
    const refused = http(`http://127.0.0.1:1/v2/${KEY}`, {
      retryCount: 0,
      fetchOptions: { headers: { 'x-api-key': KEY } },
    })
    const cause: unknown = await getBlockNumber(createClient({ transport: refused })).catch((error: unknown) => error)
    expect(inspect(cause)).toContain(KEY)

    const error = new StalePriceError({ cause: new Error(`outer ${String(cause)}`, { cause }) })
    for (const text of [inspect(error, { depth: 20, showHidden: true }), String(error), error.stack, error.message]) {
      expect(text).not.toContain(KEY)
    }
    expect(inspect(error)).toContain('HTTP request failed')
  })

  test('behavior: a node that repeats the key of its URL is not repeated, however deep', () => {
    const inner = new Error(`Cannot POST /v2/${KEY}`)
    const cause = new HttpRequestError({ url: `https://rpc.example/v2/${KEY}`, cause: inner })
    expect(inspect(new StalePriceError({ cause }), { depth: 20, showHidden: true })).not.toContain(KEY)
  })

  test('behavior: an error of our own is kept as the cause', () => {
    const cause = new StalePriceError()
    expect(new StalePriceError({ cause }).cause).toBe(cause)
  })

  test('behavior: circular causes end', () => {
    const first: Error & { cause?: unknown } = new Error('first')
    first.cause = new Error('second', { cause: first })
    expect(inspect(new StalePriceError({ cause: first }), { depth: 20 })).toContain('second')
  })

  test.each([null, 7, 'text', Object.create(null)])('behavior: takes anything thrown as a cause: %o', (cause) => {
    expect(typeof new StalePriceError({ cause }).cause).toBe('string')
  })
})

describe('isUnimarginError', () => {
  test('default', () => {
    expect(isUnimarginError(new StalePriceError())).toBe(true)
  })

  test('behavior: recognises an error of another copy of the package', () => {
    expect(isUnimarginError({ [Symbol.for('@unimargin/error')]: true })).toBe(true)
  })

  test.each([null, undefined, 'StalePriceError', new Error('StalePriceError'), {}])('behavior: refuses %o', (value) => {
    expect(isUnimarginError(value)).toBe(false)
  })
})
