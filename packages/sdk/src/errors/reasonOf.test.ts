import { HttpRequestError, InvalidParamsRpcError, RpcRequestError } from 'viem'
import { describe, expect, test } from 'vitest'
import { reasonOf } from './reasonOf.ts'

describe('reasonOf', () => {
  test('default', () => {
    expect(reasonOf(new TypeError('fetch failed: https://rpc.example/v2/secret'))).toBe(
      'fetch failed: https://rpc.example/…',
    )
  })

  test('behavior: of an error of viem the short message and the details, not the request', () => {
    const error = new HttpRequestError({ url: 'https://rpc.example/v2/k3y', status: 503, details: 'overloaded' })
    expect(reasonOf(error)).toBe('HTTP request failed. overloaded')
  })

  const KEY = 'aQ3hV9xk2LmPqRsT'
  test.each<[string, unknown]>([
    [
      'the path of a 404',
      new HttpRequestError({ url: `https://rpc.example/v2/${KEY}?a=1`, details: `Cannot POST /v2/${KEY}?a=1` }),
    ],
    [
      'the value of a query',
      new HttpRequestError({ url: `https://rpc.example/?dkey=${KEY}`, details: `unknown dkey ${KEY}` }),
    ],
    ['a password', new HttpRequestError({ url: `https://me:${KEY}@rpc.example`, details: `wrong password: ${KEY}` })],
    [
      'the answer of a JSON-RPC server',
      new InvalidParamsRpcError(
        new RpcRequestError({
          body: {},
          error: { code: -32_602, message: `project ${KEY} is over its quota: https:\\/\\/rpc.example\\/v2\\/${KEY}` },
          url: `https://rpc.example/v2/${KEY}`,
        }),
      ),
    ],
    [
      'words with invisible characters in between',
      new HttpRequestError({ url: `https://rpc.example/${KEY}`, details: `${KEY.slice(0, 5)}\u200b${KEY.slice(5)}` }),
    ],
  ])('behavior: a node that repeats the key of its URL is not repeated: %s', (_, error) => {
    expect(reasonOf(error)).not.toContain(KEY)
    expect(reasonOf(error)).toContain('[redacted]')
  })

  test('behavior: one line, capped', () => {
    expect(reasonOf('a\nb\r\n\tc')).toBe('a b c')
    expect(reasonOf(new Error('x'.repeat(10_000)))).toHaveLength(241)
  })

  test.each([
    [undefined, 'undefined'],
    [null, 'null'],
    [7, '7'],
    [{}, 'unknown failure'],
    ['', 'unknown failure'],
    [Object.create(null), 'unknown failure'],
    [{ message: 5 }, 'unknown failure'],
    [Symbol('s'), 'Symbol(s)'],
  ])('behavior: takes anything that can be thrown: %o', (cause, reason) => {
    expect(reasonOf(cause)).toBe(reason)
  })

  test('behavior: a hostile getter is no way out', () => {
    const cause = {
      get message(): string {
        throw new TypeError('no')
      },
    }
    expect(reasonOf(cause)).toBe('unknown failure')
  })
})
