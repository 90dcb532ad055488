import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createClient, custom, http } from 'viem'
import { getBlockNumber } from 'viem/actions'
import { afterEach, describe, expect, test } from 'vitest'
import { getSnapshot } from '../getSnapshot.ts'
import { guardTransport } from './guardTransport.ts'

const servers: Server[] = []

/** A server, and what settles when a response of it is over: a request that was given up must not keep its connection. */
async function serve(listener: RequestListener): Promise<{ readonly url: string; readonly over: Promise<unknown> }> {
  let end: (value?: unknown) => void = () => {}
  const over = new Promise<unknown>((resolve) => {
    end = resolve
  })
  const server = createServer((request, response) => {
    response.on('close', end)
    listener(request, response)
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, over }
}

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

const stalls: readonly [string, RequestListener][] = [
  ['no headers', () => {}],
  [
    'headers and no body',
    (_, response) => void response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders(),
  ],
  ['half a body', (_, response) => void response.writeHead(200).write('{"jsonrpc":"2.0","id":1,"res')],
  ['429 and a Retry-After of an hour', (_, response) => void response.writeHead(429, { 'retry-after': '3600' }).end()],
]

describe('guardTransport', () => {
  test('default: passes on what is asked and answered', async () => {
    const transport = guardTransport(
      custom({ request: async ({ method }) => (method === 'eth_blockNumber' ? '0x7' : null) }),
    )
    await expect(getBlockNumber(createClient({ transport }))).resolves.toBe(7n)
  })

  test.each(stalls)('error: RequestTimeoutError over %s, and the request is over', async (_, listener) => {
    const { url, over } = await serve(listener)
    const client = createClient({ transport: guardTransport(http(url), { timeout: 60 }) })
    await expect(getBlockNumber(client)).rejects.toMatchObject({ name: 'RequestTimeoutError', timeout: 60 })
    await over
  })

  test.each(stalls)('behavior: a snapshot over %s ends by itself, without the guard as well', async (_, listener) => {
    const { url, over } = await serve(listener)
    const client = createClient({ transport: http(url) })
    const snapshot = await getSnapshot(client, { chainId: 1, reads: [], timeout: 60 })
    expect(snapshot).toEqual({ status: 'unavailable', reason: 'No complete answer within 60 ms.' })
    await over
  })

  test("behavior: keeps the caller's own signal", async () => {
    const controller = new AbortController()
    const { url, over } = await serve(() => controller.abort())
    const client = createClient({ transport: guardTransport(http(url)) })
    const request = client.request({ method: 'eth_blockNumber' }, { signal: controller.signal })
    await expect(request).rejects.toMatchObject({ name: 'AbortedError' })
    await over
  })
})
