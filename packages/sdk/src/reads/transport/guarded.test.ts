import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { createClient, custom, fallback, http, numberToHex, type Transport, webSocket } from 'viem'
import { getBlockNumber, getGasPrice } from 'viem/actions'
import { arbitrum } from 'viem/chains'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { getSnapshot } from '../getSnapshot.ts'
import { guarded } from './guarded.ts'

const servers: Server[] = []

/**
 * A server, and what waits until no response of it is open: a request that was given up must not keep its connection. On a
 * slow machine it may be given up before it arrives.
 */
async function serve(listener: RequestListener): Promise<{ readonly url: string; readonly over: () => Promise<void> }> {
  let open = 0
  const server = createServer((request, response) => {
    open += 1
    response.on('close', () => {
      open -= 1
    })
    listener(request, response)
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    over: () => vi.waitFor(() => expect(open).toBe(0), { timeout: 20_000 }),
  }
}

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

/** Never silent for long, and never done. */
function drip(response: ServerResponse): void {
  const timer = setInterval(() => response.write(' '), 5)
  response.on('close', () => clearInterval(timer))
}

const stalls: readonly [string, RequestListener][] = [
  ['no headers', () => {}],
  [
    'headers and no body',
    (_, response) => void response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders(),
  ],
  ['half a body', (_, response) => void response.writeHead(200).write('{"jsonrpc":"2.0","id":1,"res')],
  ['a body of one byte after the other', (_, response) => drip(response.writeHead(200))],
  ['429 and a Retry-After of an hour', (_, response) => void response.writeHead(429, { 'retry-after': '3600' }).end()],
]

describe('guarded', () => {
  test('default: passes on what is asked and answered', async () => {
    const transport = guarded(custom({ request: async ({ method }) => (method === 'eth_blockNumber' ? '0x7' : null) }))
    await expect(getBlockNumber(createClient({ transport }))).resolves.toBe(7n)
  })

  test.each(stalls)('error: RequestTimeoutError over %s, and the request is over', async (_, listener) => {
    const { url, over } = await serve(listener)
    const client = createClient({ transport: guarded(http(url), { timeout: 60 }) })
    await expect(getBlockNumber(client)).rejects.toMatchObject({ name: 'RequestTimeoutError', timeout: 60 })
    await over()
  })

  test.each(stalls)('behavior: a snapshot over %s ends by itself, without the guard as well', async (_, listener) => {
    const { url, over } = await serve(listener)
    const client = createClient({ transport: http(url) })
    const snapshot = await getSnapshot(client, { chainId: 1, reads: [], timeout: 60 })
    expect(snapshot).toEqual({ status: 'unavailable', reason: 'No complete answer within 60 ms.' })
    await over()
  })

  test('behavior: without a timeout of its own, a longer deadline of the one who asks holds', async () => {
    vi.useFakeTimers()
    const slow = custom({ request: () => new Promise((resolve) => setTimeout(() => resolve('0x'), 30_000)) })
    const read = (transport: Transport) =>
      getSnapshot(createClient({ transport }), { chainId: 1, reads: [], timeout: 60_000 })
    const answers = Promise.all([read(guarded(slow)), read(guarded(slow, { timeout: 7 }))])
    await vi.advanceTimersByTimeAsync(30_000)
    vi.useRealTimers()
    await expect(answers).resolves.toMatchObject([
      { reason: expect.stringContaining('malformed') },
      { reason: 'No complete answer within 7 ms.' },
    ])
  })

  test('behavior: within `fallback`, a node that stalls is given up for the next one', async () => {
    const stalled = await serve((_, response) => void response.writeHead(200).write('{"jsonrpc":"2.0","id":1,"res'))
    const good = await serve(async (request, response) => {
      const body = Buffer.concat(await request.toArray()).toString()
      response.end(JSON.stringify({ jsonrpc: '2.0', id: JSON.parse(body).id, result: '0x7' }))
    })
    const nodes = fallback([stalled, good].map(({ url }) => guarded(http(url), { timeout: 60 })))
    await expect(getBlockNumber(createClient({ transport: guarded(nodes) }))).resolves.toBe(7n)
    await stalled.over()
  })

  const KEY = 'kEy0123456789'
  const keyed = { retryCount: 0 }
  const failing: readonly [string, Transport][] = [
    ['fallback', fallback([http(`http://127.0.0.1:1/v2/${KEY}`, keyed)], keyed)],
    ['webSocket', webSocket(`ws://127.0.0.1:1/v2/${KEY}`, { ...keyed, reconnect: false })],
    ['an error with a field', provider(Object.assign(new TypeError('no'), { url: `https://node.example/${KEY}` }))],
    ['words', provider(new TypeError(`\u001b[31mCannot POST https://node.example/v2/${KEY}`))],
    ['an answer', provider({ code: -32_000, message: `Cannot GET /${KEY}`, url: `https://node.example/${KEY}` })],
  ]
  function provider(error: unknown): Transport {
    const request = async () => {
      throw error
    }
    return custom({ request }, keyed)
  }
  test.each(failing)(
    'behavior: no error of a transport holds a URL or what controls a terminal: %s',
    async (_, given) => {
      const error = await getBlockNumber(createClient({ transport: guarded(given) })).catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(Error)
      const printed = inspect(error, { depth: 10, showHidden: true, getters: true })
      expect(printed).not.toContain(KEY)
      expect(printed).not.toContain('\u001b')
    },
  )

  test('behavior: a socket that broke has to prove its chain again', async () => {
    const asked: string[] = []
    let socket: 'first' | 'broken' | 'other' = 'first'
    const request = async ({ method }: { readonly method: string }) => {
      asked.push(method)
      if (socket === 'broken') throw new TypeError('The socket has been closed.')
      return method === 'eth_chainId' && socket === 'other' ? '0x1' : numberToHex(arbitrum.id)
    }
    const made = (): Transport => () => {
      const config = { key: 'webSocket', name: 'WebSocket', type: 'webSocket', request: request as never }
      return { config, request: request as never, value: { getRpcClient: () => {} } }
    }
    const client = createClient({ chain: arbitrum, transport: guarded(made()) })
    await getGasPrice(client)
    await getGasPrice(client)
    expect(asked.splice(0)).toEqual(['eth_chainId', 'eth_gasPrice', 'eth_gasPrice'])
    socket = 'broken'
    await expect(getGasPrice(client)).rejects.toMatchObject({ name: 'NodeUnreachableError', origin: 'WebSocket' })
    socket = 'other'
    await expect(getGasPrice(client)).rejects.toMatchObject({ name: 'ForeignChainError', answered: 1n })
  })

  test('behavior: codes, words and revert data of any transport stay, in the classes of viem', async () => {
    const ask = (error: unknown) =>
      createClient({ transport: guarded(provider(error)) }).request({ method: 'eth_call', params: [{}] })
    await expect(ask({ code: 4_001, message: 'User rejected' })).rejects.toMatchObject({
      name: 'UserRejectedRequestError',
      code: 4_001,
      details: 'User rejected',
    })
    await expect(ask({ code: 3, message: 'execution reverted', data: '0x08c379a0' })).rejects.toMatchObject({
      code: 3,
      cause: { data: '0x08c379a0' },
    })
    await expect(ask({ message: 'reverted', data: '0x08c379a0' })).rejects.toMatchObject({ cause: { code: 3 } })
    await expect(ask(new TypeError('no socket'))).rejects.toMatchObject({ name: 'NodeUnreachableError' })
    await expect(ask(undefined)).rejects.toMatchObject({ name: 'NodeUnreachableError' })
  })

  test("behavior: keeps the caller's own signal", async () => {
    const controller = new AbortController()
    const { url, over } = await serve(() => controller.abort())
    const client = createClient({ transport: guarded(http(url)) })
    const request = client.request({ method: 'eth_blockNumber' }, { signal: controller.signal })
    await expect(request).rejects.toMatchObject({ name: 'AbortedError' })
    await over()
  })
})
