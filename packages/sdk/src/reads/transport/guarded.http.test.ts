import { type Address, createClient, custom, type Hex, http, keccak256, type Transport } from 'viem'
import { getBlockNumber, getChainId, getGasPrice, sendRawTransaction } from 'viem/actions'
import { arbitrum } from 'viem/chains'
import { describe, expect, test } from 'vitest'
import { getSnapshot } from '../getSnapshot.ts'
import { type GuardOptions, guarded } from './guarded.ts'
import { quorum } from './quorum.ts'

const URL_WITH_KEY = 'https://user:pa55word@node.example/v2/kEy0123456789'

type Exchange = { readonly url: string; readonly init: RequestInit; readonly body: Record<string, unknown> }
type Reply = (exchange: Exchange, count: number) => unknown

/** A node that answers by a function: a response, a result, or something that is thrown. */
function nodeOf(reply: Reply, options: GuardOptions = {}, config: Parameters<typeof http>[1] = {}) {
  const exchanges: Exchange[] = []
  const answer: typeof fetch = async (url, init = {}) => {
    const exchange = { url: String(url), init, body: JSON.parse(String(init.body)) }
    exchanges.push(exchange)
    const given = await reply(exchange, exchanges.length)
    if (given instanceof Response) return given
    return Response.json({ jsonrpc: '2.0', id: exchange.body.id, result: given })
  }
  const transport = guarded(http(URL_WITH_KEY, config), { fetch: answer, ...options })
  return { transport, exchanges, methods: () => exchanges.map(({ body }) => body.method) }
}

const busy = (status: number) => new Response('', { status, headers: { 'retry-after': '0' } })
const serves =
  (chainId: Hex, next: Reply): Reply =>
  (exchange, count) =>
    exchange.body.method === 'eth_chainId' ? chainId : next(exchange, count)

describe('guarded', () => {
  test('default: one POST per request, to the URL that was given, with its headers and nothing of the key in the URL', async () => {
    const config = { batch: true, fetchOptions: { headers: { 'x-team': 'wallet' }, credentials: 'omit' } } as const
    const node = nodeOf(() => '0x7', {}, config)
    await expect(getBlockNumber(createClient({ transport: node.transport }))).resolves.toBe(7n)
    const [{ url, init, body } = { url: '', init: {}, body: {} }] = node.exchanges
    expect(url).toBe('https://node.example/v2/kEy0123456789')
    expect(init).toMatchObject({ method: 'POST', redirect: 'error', credentials: 'omit' })
    expect(Object.fromEntries(new Headers(init.headers))).toEqual({
      authorization: `Basic ${btoa('user:pa55word')}`,
      'content-type': 'application/json',
      'x-team': 'wallet',
    })
    expect(body).toEqual({ jsonrpc: '2.0', id: expect.any(Number), method: 'eth_blockNumber', params: [] })
  })

  test.each([
    ['user', 'user:'],
    ['us%20er:p%40ss', 'us er:p@ss'],
    ['user:100%', 'user:100%'],
    ['user:pässword', 'user:p\u00c3\u00a4ssword'],
  ])('behavior: %s before the host becomes a header, as the bytes of %j', async (credentials, expected) => {
    const headers: (string | null)[] = []
    const answer: typeof fetch = async (_url, { headers: sent, body } = {}) => {
      headers.push(new Headers(sent).get('authorization'))
      return Response.json({ jsonrpc: '2.0', id: JSON.parse(String(body)).id, result: '0x7' })
    }
    const transport = guarded(`https://${credentials}@node.example`, { fetch: answer })
    await getBlockNumber(createClient({ transport }))
    expect(headers).toEqual([`Basic ${btoa(expected)}`])
  })

  test('behavior: no message is cut in the middle of a key', async () => {
    for (let length = 1_960; length <= 2_000; length += 1) {
      const error = { code: -32_000, message: `${' '.repeat(length)}Cannot POST /v2/kEy0123456789` }
      const node = nodeOf(({ body: { id } }) => Response.json({ jsonrpc: '2.0', id, error }))
      const thrown = await getBlockNumber(createClient({ transport: node.transport })).catch(String)
      expect(thrown).not.toContain('kEy0')
    }
  })

  test('behavior: the chain is proved once, before anything else is believed, and again after an outage', async () => {
    let isDown = false
    const node = nodeOf(
      serves('0xa4b1', () => (isDown ? busy(503) : '0x7')),
      { retryCount: 0 },
    )
    const client = createClient({ chain: arbitrum, transport: node.transport })
    await getGasPrice(client)
    await getGasPrice(client)
    expect(node.methods()).toEqual(['eth_chainId', 'eth_gasPrice', 'eth_gasPrice'])
    isDown = true
    await expect(getGasPrice(client)).rejects.toMatchObject({ name: 'HttpStatusError', status: 503 })
    isDown = false
    node.exchanges.length = 0
    await getGasPrice(client)
    expect(node.methods()).toEqual(['eth_chainId', 'eth_gasPrice'])
  })

  test('behavior: a snapshot needs no request for the proof: it brings its own', async () => {
    const node = nodeOf(() => '0x')
    const client = createClient({ chain: arbitrum, transport: node.transport })
    await getSnapshot(client, { chainId: arbitrum.id, reads: [] })
    expect(node.methods()).toEqual(['eth_call'])
  })

  test('error: ForeignChainError, and nothing is asked of such a node', async () => {
    const node = nodeOf(serves('0x1', () => '0x7'))
    const client = createClient({ chain: arbitrum, transport: node.transport })
    for (const ask of [() => getGasPrice(client), () => getChainId(client)]) {
      await expect(ask()).rejects.toMatchObject({ name: 'ForeignChainError', chainId: 42_161, answered: 1n })
    }
    expect(node.methods()).toEqual(['eth_chainId', 'eth_chainId'])
  })

  test.each([408, 425, 429, 500, 502, 503])('behavior: status %i is tried again', async (status) => {
    const node = nodeOf((_, count) => (count === 1 ? busy(status) : '0x7'))
    await expect(getBlockNumber(createClient({ transport: node.transport }))).resolves.toBe(7n)
  })

  test.each([400, 401, 403, 404, 413])('error: HttpStatusError of %i at once', async (status) => {
    const node = nodeOf(() => busy(status))
    const answer = getBlockNumber(createClient({ transport: node.transport }))
    await expect(answer).rejects.toMatchObject({ name: 'HttpStatusError', status, origin: 'https://node.example' })
    expect(node.exchanges).toHaveLength(1)
  })

  test('behavior: at most two retries unless told otherwise, and as many as told', async () => {
    const asked = async (options: GuardOptions) => {
      const node = nodeOf(() => busy(429), options)
      await getBlockNumber(createClient({ transport: node.transport })).catch(() => {})
      return node.exchanges.length
    }
    await expect(Promise.all([asked({}), asked({ retryCount: 0 }), asked({ retryCount: 3 })])).resolves.toEqual([
      3, 1, 4,
    ])
  })

  test('behavior: a revert is passed on at once, with its data, and viem understands it', async () => {
    const error = { code: -32_603, message: 'execution reverted', data: '0x08c379a0' }
    const node = nodeOf(({ body: { id } }) => Response.json({ jsonrpc: '2.0', id, error }))
    const answer = createClient({ transport: node.transport }).request({ method: 'eth_call', params: [{}] })
    await expect(answer).rejects.toMatchObject({ code: -32_603, cause: { data: '0x08c379a0' } })
    expect(node.exchanges).toHaveLength(1)
  })

  const raw: Hex = '0x02f86b'
  const send = (transport: Transport) => sendRawTransaction(createClient({ transport }), { serializedTransaction: raw })
  test('behavior: a transaction is sent once, and has one hash', async () => {
    const failing = nodeOf(() => busy(503))
    await expect(send(failing.transport)).rejects.toMatchObject({ name: 'HttpStatusError' })
    expect(failing.exchanges).toHaveLength(1)
    const lying = nodeOf(() => `0x${'12'.repeat(32)}`)
    await expect(send(lying.transport)).rejects.toMatchObject({
      name: 'MalformedAnswerError',
      problem: 'the hash of another transaction',
    })
    const good = nodeOf(() => keccak256(raw))
    await expect(send(good.transport)).resolves.toBe(keccak256(raw))
  })

  test('error: AnswerTooLargeError, before all of it is read', async () => {
    let sent = 0
    const endless = () =>
      new ReadableStream<Uint8Array>({
        pull: (controller) => {
          sent += 1_000
          controller.enqueue(new Uint8Array(1_000).fill(32))
        },
      })
    const node = nodeOf(() => new Response(endless()), { maxBytes: 10_000 })
    const answer = getBlockNumber(createClient({ transport: node.transport }))
    await expect(answer).rejects.toMatchObject({ name: 'AnswerTooLargeError', maxBytes: 10_000 })
    expect(sent).toBeLessThan(20_000)
    const announced = nodeOf(() => new Response('{}', { headers: { 'content-length': '10001' } }), { maxBytes: 10_000 })
    await expect(getBlockNumber(createClient({ transport: announced.transport }))).rejects.toMatchObject({
      name: 'AnswerTooLargeError',
    })
  })

  test('behavior: where bodies are no streams, as in React Native, they are read all the same', async () => {
    const node = nodeOf(({ body: { id } }) => {
      const response = Response.json({ jsonrpc: '2.0', id, result: '0x7' })
      Object.defineProperty(response, 'body', { value: undefined })
      return response
    })
    await expect(getBlockNumber(createClient({ transport: node.transport }))).resolves.toBe(7n)
  })

  test('behavior: to guard twice is to guard once, and the shorter deadline holds', async () => {
    const node = nodeOf(() => new Promise(() => {}))
    expect(guarded(node.transport)).toBe(node.transport)
    const twice = guarded(node.transport, { timeout: 20 })
    await expect(getBlockNumber(createClient({ transport: twice }))).rejects.toMatchObject({ timeout: 20 })
    const panel = quorum([guarded('https://a.example'), guarded('https://b.example')])
    expect(guarded(panel)).toBe(panel)
  })

  test.each<[string, unknown]>([
    ['eth_getBalance', '0x'],
    ['eth_getBalance', `0x${'f'.repeat(65)}`],
    ['eth_call', '0x123'],
    ['eth_getCode', null],
    ['eth_getTransactionReceipt', { transactionHash: `0x${'11'.repeat(32)}`, blockNumber: '0x1' }],
    ['eth_getLogs', [{ address: '0x12', topics: [], data: '0x' }]],
    ['eth_getLogs', { length: 1 }],
    ['web3_clientVersion', JSON.parse(`${'['.repeat(40)}${']'.repeat(40)}`)],
    ['web3_clientVersion', JSON.parse('{"a":{"__proto__":{"polluted":true}}}')],
  ])('error: MalformedAnswerError of any transport, for %s of %j', async (method, answer) => {
    const client = createClient({ transport: guarded(custom({ request: async () => answer })) })
    const owner: Address = `0x${'0a'.repeat(20)}`
    await expect(client.request({ method, params: [owner, 'latest'] } as never)).rejects.toMatchObject({
      name: 'MalformedAnswerError',
      method,
    })
  })
})
