import { describe, expect, test } from 'vitest'
import { GUID } from '../../../../test/fixtures/fakeChain.ts'
import type { Hex } from '../model/Hex.ts'
import { layerZeroScan } from './layerZeroScan.ts'
import { sourceOf } from './track/MessageScan.ts'

const hash: Hex = `0x${'ab'.repeat(32)}`
const other: Hex = `0x${'cd'.repeat(32)}`
const message = { guid: GUID, pathway: { srcEid: 30110, dstEid: 30184 }, source: { tx: { txHash: hash } }, status: {} }
const { signal } = new AbortController()

const answering = (body: string, init: ResponseInit = {}) => {
  const asked: { readonly url: string; readonly init: RequestInit | undefined }[] = []
  const fetch: typeof globalThis.fetch = async (url, options) => {
    asked.push({ url: String(url), init: options })
    return new Response(body, init)
  }
  return { asked, fetch }
}

describe('layerZeroScan', () => {
  test('default', async () => {
    const body = { data: [{ ...message, guid: other, source: { tx: { txHash: other } } }, message] }
    const { asked, fetch } = answering(JSON.stringify(body))
    expect(await layerZeroScan({ fetch }).sourceOf(GUID, { signal })).toEqual({ hash, srcEid: 30110 })
    expect(asked).toMatchObject([
      {
        url: `https://scan.layerzero-api.com/v1/messages/guid/${GUID}`,
        init: { redirect: 'error', credentials: 'omit', signal },
      },
    ])
    const url = 'https://scan-testnet.layerzero-api.com/v1'
    await layerZeroScan({ url, fetch }).sourceOf(GUID, { signal })
    expect(asked[1]?.url).toBe(`${url}/messages/guid/${GUID}`)
  })

  test.each([
    ['another message', JSON.stringify({ data: [{ ...message, guid: other }] }), {}],
    ['none', JSON.stringify({ data: [] }), {}],
    ['an error', JSON.stringify({ data: [message] }), { status: 500 }],
    ['another form', JSON.stringify({ data: [{ ...message, source: { tx: { txHash: '0x12' } } }] }), {}],
    ['no JSON', '<html>', {}],
    ['too much', JSON.stringify({ data: [message], more: 'x'.repeat(1_000_001) }), {}],
  ] as const)('behavior: %s is no hint', async (_, body, init) => {
    const { fetch } = answering(body, init)
    expect(await sourceOf(layerZeroScan({ fetch }), GUID, {})).toBeUndefined()
  })

  test('behavior: one that does not answer is waited for no longer than told, and its request is aborted', async () => {
    const signals: (AbortSignal | null | undefined)[] = []
    const fetch: typeof globalThis.fetch = (_, init) => {
      signals.push(init?.signal)
      return new Promise(() => {})
    }
    expect(await sourceOf(layerZeroScan({ fetch }), GUID, { timeout: 5 })).toBeUndefined()
    expect(signals.map((one) => one?.aborted)).toEqual([true])
  })

  test('behavior: an indexer of another make is held to the same form', async () => {
    const lies = [undefined, null, 7, {}, { hash: 'x', srcEid: 1 }, { hash, srcEid: -1 }, { hash, srcEid: 2 ** 40 }]
    for (const lie of lies) {
      expect(await sourceOf({ sourceOf: () => lie as never }, GUID, {})).toBeUndefined()
    }
    expect(await sourceOf({ sourceOf: () => ({ hash, srcEid: 1 }) }, GUID, {})).toEqual({ hash, srcEid: 1 })
    expect(await sourceOf(undefined, GUID, {})).toBeUndefined()
  })

  test('error: AbortedError, when the caller stops it', async () => {
    const fetch: typeof globalThis.fetch = () => new Promise(() => {})
    await expect(sourceOf(layerZeroScan({ fetch }), GUID, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortedError',
    })
  })
})
