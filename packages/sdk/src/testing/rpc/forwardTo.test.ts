import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { base } from 'viem/chains'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Address } from '../../model/Hex.ts'
import { MockRevert } from '../chain/MockRevert.ts'
import { createMockNode } from '../createMockNode.ts'
import { mockChain } from '../mockChain.ts'
import { ForwardingError, forwardTo } from './forwardTo.ts'

const CONTRACT: Address = '0x1111111111111111111111111111111111111111'
const URL = 'https://real.example/v2/secret-key'
const server = setupServer()
beforeAll(() => server.listen({ onUnhandledRequest: 'error' }))
afterEach(() => server.resetHandlers())
afterAll(() => server.close())

const call = { method: 'eth_call', params: [{ to: CONTRACT, data: '0x12345678' }, 'latest'] } as const

describe('forwardTo', () => {
  test('default: gives what the node gives', async () => {
    const refused = MockRevert.because('28')
    const contracts = {
      [CONTRACT]: () => {
        throw refused
      },
    }
    const chain = mockChain({ chain: base, nodes: [URL], contracts })
    server.use(...chain.handlers)
    const backend = forwardTo(URL)
    expect(await backend({ method: 'eth_chainId', params: [] })).toEqual({ status: 'result', result: '0x2105' })
    expect(await backend(call)).toEqual({ status: 'error', code: 3, message: 'execution reverted', data: refused.data })
  })

  test.each([
    ['nested', { code: 3, message: 'execution reverted', data: { data: '0x1234' } }, '0x1234'],
    ['after a word', { code: -32_015, message: 'VM execution error', data: 'Reverted 0x1234' }, '0x1234'],
    ['absent', { code: -32_000, message: 'header not found' }, undefined],
  ])('behavior: revert data that is %s', async (_, error, data) => {
    server.use(http.post(URL, () => HttpResponse.json({ jsonrpc: '2.0', id: 1, error })))
    const { code, message } = error
    expect(await forwardTo(URL)(call)).toEqual({ status: 'error', code, message, ...(data ? { data } : {}) })
  })

  test('behavior: a mocked node in front of it says when it is gone, without its key', async () => {
    server.use(http.post(URL, () => HttpResponse.error()))
    const node = createMockNode({ url: 'https://mock.example', backend: forwardTo(URL) })
    const { body } = await node.reply(JSON.stringify({ jsonrpc: '2.0', id: 7, ...call }))
    expect(JSON.parse(body)).toMatchObject({ id: 7, error: { code: -32_099 } })
    expect(body).toContain('https://real.example')
    expect(body).not.toContain('secret-key')
  })

  test('error: ForwardingError', async () => {
    server.use(http.post(URL, () => HttpResponse.text('<html>')))
    await expect(forwardTo(URL)(call)).rejects.toThrow(ForwardingError)
    server.use(http.post(URL, () => HttpResponse.json({ jsonrpc: '2.0', id: 1 })))
    await expect(forwardTo(URL)(call)).rejects.toThrow(ForwardingError)
  })
})
