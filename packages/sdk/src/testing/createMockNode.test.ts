import { describe, expect, test } from 'vitest'
import { createMockNode } from './createMockNode.ts'
import type { Fault } from './faults/Fault.ts'
import type { RpcBackend } from './rpc/RpcBackend.ts'

/** Answers with what it was asked. */
const echo: RpcBackend = async ({ method, params }) => ({ status: 'result', result: [method, ...params] })
const down: Fault = { kind: 'test-down', answer: () => ({ status: 'error', code: -32_000, message: 'down' }) }

const stage = (backend = echo) => {
  const node = createMockNode({ url: 'https://node.example', backend })
  const ask = async (body: unknown) =>
    JSON.parse((await node.reply(typeof body === 'string' ? body : JSON.stringify(body))).body)
  const isDown = async (method = 'eth_call') => 'error' in (await ask({ jsonrpc: '2.0', id: 1, method }))
  return { node, ask, isDown }
}

describe('createMockNode', () => {
  test('default: answers a request with its id', async () => {
    const { node, ask } = stage()
    expect(await ask({ jsonrpc: '2.0', id: 'a', method: 'm', params: [1] })).toEqual({
      jsonrpc: '2.0',
      id: 'a',
      result: ['m', 1],
    })
    expect(node.requests).toMatchObject([{ calls: [{ method: 'm', params: [1] }] }])
  })

  test('behavior: answers a batch in its order, also one of a single request', async () => {
    const { ask } = stage()
    const batch = [7, 5].map((id) => ({ jsonrpc: '2.0', id, method: `m${id}` }))
    expect(await ask(batch)).toEqual([
      { jsonrpc: '2.0', id: 7, result: ['m7'] },
      { jsonrpc: '2.0', id: 5, result: ['m5'] },
    ])
    expect(await ask(batch.slice(0, 1))).toEqual([{ jsonrpc: '2.0', id: 7, result: ['m7'] }])
  })

  test.each(['', '{', '5', '[]', '{"method":5}', '[{"method":"m"},5]'])(
    'behavior: %j is no JSON-RPC request',
    async (body) => {
      expect(await stage().ask(body)).toMatchObject({ id: null, error: { code: -32_700 } })
    },
  )

  test('behavior: a fault strikes within its scope, until it is mended', async () => {
    const { node, isDown } = stage()
    const mend = node.break(down, { methods: ['eth_call'], after: 1, times: 2 })
    expect(await isDown('eth_chainId')).toBe(false)
    expect([await isDown(), await isDown(), await isDown(), await isDown()]).toEqual([false, true, true, false])
    mend()
    node.break(down)
    expect(await isDown('eth_chainId')).toBe(true)
    node.mend()
    expect(await isDown('eth_chainId')).toBe(false)
  })

  test('behavior: what a backend throws is an error of the node, and never an answer', async () => {
    const { ask } = stage(async () => {
      throw new TypeError('lost https://node.example/secret-key')
    })
    expect(await ask({ jsonrpc: '2.0', id: 3, method: 'm' })).toEqual({
      jsonrpc: '2.0',
      id: 3,
      error: { code: -32_099, message: 'lost https://node.example/…' },
    })
  })
})
