import type { MockNode } from '@unimargin/sdk/testing'
import { serveNodes } from '@unimargin/sdk/testing/node'
import { mockedStage, type Reach } from './mockedStage.ts'
import type { Stage } from './Stage.ts'

/** Mocked chains behind real sockets. */
export function socketStage(): { readonly stage: Stage; readonly hosts: () => ReadonlySet<string> } {
  const hosts = new Set<string>()
  return { stage: mockedStage('mocked chains behind sockets', (nodes) => served(nodes, hosts)), hosts: () => hosts }
}

/** Serves nodes, each at a port of its own, and notes their hosts. */
export async function served(nodes: readonly MockNode[], hosts: Set<string>): Promise<Reach> {
  const servers = await serveNodes(nodes)
  for (const url of servers.urls) hosts.add(new URL(url).host)
  return { urlOf: servers.urlOf, close: servers.close }
}
