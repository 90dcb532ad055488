import type { MockNode } from '@unimargin/sdk/testing'
import { handlersOf } from '@unimargin/sdk/testing'
import { getResponse, http, type RequestHandler } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, beforeAll } from 'vitest'
import { mockedStage } from './mockedStage.ts'
import type { Stage } from './Stage.ts'

/** Mocked chains behind msw, for the tests of one file: a request that goes anywhere else is an error. */
export function mswStage(): { readonly stage: Stage; readonly hosts: () => ReadonlySet<string> } {
  const hosts = new Set<string>()
  // One for all scenes: msw asks its handlers one after the other, and there are thousands of nodes.
  const handlers = new Map<string, RequestHandler>()
  const server = setupServer(
    http.post(
      ({ request }) => handlers.has(new URL(request.url).href),
      async ({ request }) => {
        const handler = handlers.get(new URL(request.url).href)
        return handler && getResponse([handler], request)
      },
    ),
  )
  beforeAll(() => server.listen({ onUnhandledRequest: 'error' }))
  afterAll(() => server.close())

  const reach = async (nodes: readonly MockNode[]) => {
    const urls = nodes.map(({ url }) => new URL(url))
    for (const [index, handler] of handlersOf(nodes).entries()) {
      const url = urls[index]
      if (url === undefined) continue
      handlers.set(url.href, handler)
      hosts.add(url.host)
    }
    const close = async () => {
      for (const { href } of urls) handlers.delete(href)
    }
    return { urlOf: ({ url }: MockNode) => url, close }
  }
  return { stage: mockedStage('mocked chains behind msw', reach), hosts: () => hosts }
}
