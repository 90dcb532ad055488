import { createServer, type Server } from 'node:http'

/** What one HTTP request carried. */
export type SeenRequest = { readonly methods: readonly string[]; readonly bytes: number }

/** A proxy before a node that writes down every HTTP request, so that requests are counted at the socket. */
export type CountingProxy = {
  readonly url: string
  readonly seen: SeenRequest[]
  readonly close: () => Promise<void>
}

/** Starts a counting proxy before a node. */
export async function countingProxy(target: string): Promise<CountingProxy> {
  const seen: SeenRequest[] = []
  const server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const body = Buffer.concat(chunks).toString('utf8')
    const payload: unknown = JSON.parse(body)
    const entries = Array.isArray(payload) ? payload : [payload]
    seen.push({ methods: entries.map(({ method }) => String(method)), bytes: body.length })
    const answer = await fetch(target, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text())
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('the proxy has no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    seen,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections()
        server.close(() => done())
      }),
  }
}
