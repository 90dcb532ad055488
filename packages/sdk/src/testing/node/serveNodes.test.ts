import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createClient, erc20Abi, http } from 'viem'
import { base } from 'viem/chains'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Address } from '../../model/Hex.ts'
import { getSnapshot } from '../../reads/getSnapshot.ts'
import * as Read from '../../reads/Read.ts'
import { mockContract } from '../chain/mockContract.ts'
import { createMockNode, type MockNode } from '../createMockNode.ts'
import * as Faults from '../faults/Faults.ts'
import { mockChain } from '../mockChain.ts'
import type { RpcBackend } from '../rpc/RpcBackend.ts'
import { type NodeServers, serveNodes } from './serveNodes.ts'

const TOKEN: Address = '0x1111111111111111111111111111111111111111'
const BODY = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: [] })
const ANSWER = '{"jsonrpc":"2.0","id":1,"result":"0x2105"}'

const open: NodeServers[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((servers) => servers.close()))
})

async function stage(backend: RpcBackend = async () => ({ status: 'result', result: '0x2105' })) {
  const node = createMockNode({ url: 'https://node.example/v2/canary-key?app=1', backend })
  const servers = await serveNodes([node])
  open.push(servers)
  return { node, servers, url: servers.urlOf(node) }
}

const ask = (url: string, signal?: AbortSignal) =>
  fetch(url, { method: 'POST', body: BODY, ...(signal === undefined ? {} : { signal }) })

/** What came of a body before it broke off, and whether it did. */
async function arrived(response: Response): Promise<readonly [string, 'whole' | 'broken']> {
  let text = ''
  try {
    for await (const bytes of response.body ?? []) text += new TextDecoder().decode(bytes)
    return [text, 'whole']
  } catch {
    return [text, 'broken']
  }
}

describe('serveNodes', () => {
  test('default: answers over a socket, at the path of the node', async () => {
    const { node, servers, url } = await stage()
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v2\/canary-key\?app=1$/)
    expect(servers.urls).toEqual([url])
    const response = await ask(url)
    expect([response.status, await response.text()]).toEqual([200, ANSWER])
    expect(node.requests).toEqual([{ calls: [{ method: 'eth_chainId', params: [] }], bytes: BODY.length }])
    expect((await fetch(url)).status).toBe(405)
  })

  test('behavior: a page of any origin may ask it', async () => {
    const { node, url } = await stage()
    const preflight = await fetch(url, { method: 'OPTIONS', headers: { 'access-control-request-method': 'POST' } })
    expect(preflight.status).toBe(204)
    node.break(Faults.httpStatus(), { after: 1 })
    for (const response of [preflight, await ask(url), await ask(url)]) {
      expect(response.headers.get('access-control-allow-origin')).toBe('*')
      expect(response.headers.get('access-control-allow-headers')).toBe('*')
    }
    expect(node.requests).toHaveLength(2)
  })

  test('behavior: a stall before the headers lasts until the client gives up, and then nothing is left', async () => {
    const { node, servers, url } = await stage()
    node.break(Faults.stallBeforeHeaders())
    const controller = new AbortController()
    const response = ask(url, controller.signal)
    await vi.waitFor(() => expect(servers.pending()).toBe(1))
    controller.abort()
    await expect(response).rejects.toMatchObject({ name: 'AbortError' })
    await vi.waitFor(() => expect(servers.pending()).toBe(0))
  })

  test('behavior: a stall in the body comes after headers and bytes', async () => {
    const { node, servers, url } = await stage()
    node.break(Faults.stallInBody({ after: 10 }))
    const controller = new AbortController()
    const response = await ask(url, controller.signal)
    const reader = response.body?.getReader()
    const { value } = (await reader?.read()) ?? {}
    expect(new TextDecoder().decode(value)).toBe(ANSWER.slice(0, 10))
    expect(servers.pending()).toBe(1)
    controller.abort()
    await vi.waitFor(() => expect(servers.pending()).toBe(0))
  })

  test('behavior: a drip sends all of it, in pieces', async () => {
    const { node, url } = await stage()
    node.break(Faults.drip({ bytes: 7, every: 1 }))
    expect(await arrived(await ask(url))).toEqual([ANSWER, 'whole'])
  })

  test('behavior: a reset leaves no answer, or a part of one', async () => {
    const { node, url } = await stage()
    const mend = node.break(Faults.resetBeforeHeaders())
    await expect(ask(url)).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } })
    mend()
    node.break(Faults.resetInBody({ after: 10 }))
    expect((await arrived(await ask(url)))[1]).toBe('broken')
  })

  test('behavior: an early end is whole for the client unless a length was promised', async () => {
    const { node, url } = await stage()
    const mend = node.break(Faults.truncatedBody({ after: 10 }))
    expect(await arrived(await ask(url))).toEqual([ANSWER.slice(0, 10), 'whole'])
    mend()
    node.break(Faults.shortBody({ after: 10 }))
    expect(await arrived(await ask(url))).toEqual([ANSWER.slice(0, 10), 'broken'])
  })

  test('behavior: a client that goes away ends what is done for it', async () => {
    let given: AbortSignal | undefined
    const { servers, url } = await stage((_, signal) => {
      given = signal
      return new Promise(() => {})
    })
    const controller = new AbortController()
    const response = ask(url, controller.signal)
    await vi.waitFor(() => expect(given).toBeDefined())
    expect(given?.aborted).toBe(false)
    controller.abort()
    await expect(response).rejects.toThrow()
    await vi.waitFor(() => expect(given?.aborted).toBe(true))
    await vi.waitFor(() => expect(servers.pending()).toBe(0))
  })

  test('behavior: closing ends what is open, and frees the port', async () => {
    const { node, servers, url } = await stage()
    node.break(Faults.stallInBody())
    const response = await ask(url)
    await servers.close()
    expect((await arrived(response))[1]).toBe('broken')
    expect(servers.pending()).toBe(0)
    await expect(ask(url)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } })
    const again = await serveNodes([node], { port: Number(new URL(url).port) })
    open.push(again)
    expect(again.urls).toEqual([url])
  })

  test('error: PortUnavailableError', async () => {
    const taken = createServer()
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
    const { port } = taken.address() as AddressInfo
    const node = createMockNode({
      url: 'https://node.example',
      backend: async () => ({ status: 'result', result: '' }),
    })
    await expect(serveNodes([node], { port })).rejects.toMatchObject({ name: 'PortUnavailableError', port })
    taken.close()
  })

  test('error: UnservedNodeError', async () => {
    const { servers } = await stage()
    const { node: other } = await stage()
    expect(() => servers.urlOf(other)).toThrow(expect.objectContaining({ name: 'UnservedNodeError' }))
  })
})

describe('a snapshot over sockets', () => {
  const readBalance = Read.call({ to: TOKEN, abi: erc20Abi, functionName: 'balanceOf', args: [TOKEN] })
  const served = async () => {
    const contracts = { [TOKEN]: mockContract(erc20Abi, { balanceOf: () => 1_234n }) }
    const chain = mockChain({ chain: base, contracts, nodes: ['https://node.example/v2/canary-key'] })
    const servers = await serveNodes([chain])
    open.push(servers)
    const transport = http(servers.urls[0], { retryCount: 0 })
    const client = createClient({ chain: base, transport, ccipRead: false })
    const read = () => getSnapshot(client, { chainId: base.id, reads: [readBalance], timeout: 400 })
    const [node] = chain.nodes
    return { node: node as MockNode, servers, read }
  }

  const failures = Faults.catalogue.filter(({ nature }) => nature === 'failure')
  test.each(failures)('behavior: $kind never makes a wrong value, and says nothing of the key', async ({ make }) => {
    const { node, servers, read } = await served()
    node.break(make(1))
    const snapshot = await read()
    const result = snapshot.status === 'read' ? snapshot.results[0] : snapshot
    if (result.status === 'ok') expect(result.value).toBe(1_234n)
    else expect(result.reason).not.toContain('canary-key')
    await vi.waitFor(() => expect(servers.pending()).toBe(0))
    node.mend()
    expect(await read()).toMatchObject({ results: [{ status: 'ok', value: 1_234n }] })
  })
})
