import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { MockNode } from '../createMockNode.ts'
import { PortUnavailableError } from './PortUnavailableError.ts'
import { ANY_PAGE, sendReply } from './sendReply.ts'
import { UnservedNodeError } from './UnservedNodeError.ts'

/** Where nodes are served. */
export type ServeNodesOptions = {
  /** Port of the first node; the others follow. Free ports if left out. */
  readonly port?: number | undefined
}

/** Servers in front of nodes, one for each. */
export type NodeServers = {
  /** Where each node is served, in their order. The path is that of the node's own URL, with a key that it may have. */
  readonly urls: readonly string[]
  /** Where a node is served. @throws UnservedNodeError */
  readonly urlOf: (node: MockNode) => string
  /** Requests that are not over: none is left when their clients have given up. */
  readonly pending: () => number
  /** Ends everything that is open, at once. */
  readonly close: () => Promise<void>
}

/**
 * Serves nodes at 127.0.0.1, over real sockets: with the faults that msw can only imitate (a stall, a reset, bytes that
 * drip), and for whatever runs outside of this process. Takes nodes, and chains for all of theirs.
 *
 * A node whose backend is `forwardTo(url)` makes this a proxy that breaks a real node.
 *
 * @throws PortUnavailableError when a port is taken.
 *
 * @example
 * import { createMockNode, Faults, forwardTo } from '@unimargin/sdk/testing'
 * import { serveNodes } from '@unimargin/sdk/testing/node'
 *
 * const node = createMockNode({ url: 'https://node.example', backend: forwardTo('http://127.0.0.1:8545') })
 * const servers = await serveNodes([node])
 * const mend = node.break(Faults.stallInBody(), { methods: ['eth_call'] })
 * console.log(servers.urlOf(node), node.requests.length)
 * mend()
 * await servers.close()
 */
export async function serveNodes(
  sources: readonly (MockNode | { readonly nodes: readonly MockNode[] })[],
  { port }: ServeNodesOptions = {},
): Promise<NodeServers> {
  const nodes = sources.flatMap((source) => ('nodes' in source ? source.nodes : [source]))
  const pending = new Set<AbortController>()
  const servers: Server[] = []

  const close = async () => {
    for (const controller of pending) controller.abort()
    await Promise.all(servers.map(closed))
  }
  try {
    for (const node of nodes) {
      const server = createServer((request, response) => void serve(node, request, response, pending))
      await listen(server, port === undefined ? 0 : port + servers.length)
      servers.push(server)
    }
  } catch (error) {
    await close()
    throw error
  }

  const urls = nodes.map(({ url }, index) => `http://127.0.0.1:${portOf(servers[index])}${pathOf(url)}`)
  return {
    urls,
    urlOf: (node) => {
      const url = urls[nodes.indexOf(node)]
      if (url === undefined) throw new UnservedNodeError(node.url)
      return url
    },
    pending: () => pending.size,
    close,
  }
}

async function serve(
  node: MockNode,
  request: IncomingMessage,
  response: ServerResponse,
  pending: Set<AbortController>,
): Promise<void> {
  const controller = new AbortController()
  pending.add(controller)
  // A client that goes away ends what is done for it.
  response.on('close', () => {
    pending.delete(controller)
    controller.abort()
  })
  try {
    const body = await bodyOf(request)
    if (request.method === 'OPTIONS') response.writeHead(204, { ...ANY_PAGE, connection: 'close' }).end()
    else if (request.method !== 'POST') response.writeHead(405, { allow: 'POST', connection: 'close' }).end()
    else await sendReply(response, await node.reply(body, controller.signal), controller.signal)
  } catch {
    // The request broke off in its middle, or a fault made headers that cannot be sent.
    response.destroy()
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString('utf8')
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown) => reject(new PortUnavailableError(port, cause))
    server.once('error', fail)
    try {
      server.listen(port, '127.0.0.1', () => {
        server.off('error', fail)
        resolve()
      })
    } catch (cause) {
      fail(cause)
    }
  })
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

function portOf(server: Server | undefined): number {
  const address = server?.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

function pathOf(url: string): string {
  return URL.canParse(url) ? `${new URL(url).pathname}${new URL(url).search}` : '/'
}
