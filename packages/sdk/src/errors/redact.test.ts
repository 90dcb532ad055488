import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { redact } from './redact.ts'

const KEY = 'k3yC4n4ry'

describe('redact', () => {
  test('default: a URL is cut to its origin', () => {
    expect(redact(`HTTP 403 from https://rpc.example/v2/${KEY}?a=1`)).toBe('HTTP 403 from https://rpc.example/…')
  })

  test.each([
    `https://rpc.example/${KEY}`,
    `https://rpc.example:8545/v2/${KEY}/`,
    `https://rpc.example?apikey=${KEY}`,
    `https://rpc.example/#${KEY}`,
    `https://user:${KEY}@rpc.example`,
    `https://user:a)${KEY}@rpc.example/`,
    `wss://rpc.example/ws/${KEY}`,
    `HTTPS://RPC.EXAMPLE/${KEY}`,
    `url_https://rpc.example/${KEY}`,
    `https://rpc.exam\u200bple/${KEY}`,
    `https://[::1]:8545/${KEY}`,
    `(see https://rpc.example/${KEY}).`,
    `https://rpc.example/a https://rpc.example/${KEY}`,
    `https://%%%/${KEY}`,
    `redis://:${KEY}@cache.example:6379`,
    `Authorization: Bearer ${KEY}`,
    `{"authorization":"Basic ${KEY}"}`,
    `x-api-key: ${KEY}`,
    `api_key=${KEY}&x=1`,
    `bearer ${KEY}`,
  ])('behavior: takes the secret out of %j', (text) => {
    expect(redact(text)).not.toContain(KEY)
  })

  test('behavior: leaves plain sentences alone', () => {
    const text = 'The authorization expired, pass a secret that is newer.\nToken: WETH'
    expect(redact(text)).toBe(text)
  })

  test('behavior: takes out escapes, controls and bidirectional marks', () => {
    expect(redact('a\u001b[31mred\u0007\u202eabc\u2066\u200b\u2028\tz')).toBe('a[31mredabcz')
  })

  test('behavior: keeps line breaks', () => {
    expect(redact('one\ntwo')).toBe('one\ntwo')
  })

  test('behavior: caps the length, also of megabytes', () => {
    expect(redact('x'.repeat(5_000_000))).toHaveLength(2_001)
    expect(redact(`${'a'.repeat(3_000_000)}://${KEY}`)).not.toContain(KEY)
  })

  test('behavior: no text leaves control or bidirectional characters, or the secret of a URL', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.webUrl({ withQueryParameters: true }), (noise, url) => {
        const text = redact(`${noise} ${url}/${KEY} ${noise}`)
        expect(text).not.toContain(KEY)
        // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
        expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
      }),
      { numRuns: 500 },
    )
  })
})
