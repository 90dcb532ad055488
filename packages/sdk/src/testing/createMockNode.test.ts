import { describe, expect, test } from 'vitest'
import { createMockNode } from './createMockNode.ts'
import type { Fault } from './faults/Fault.ts'
import * as Faults from './faults/Faults.ts'
import type { RpcBackend } from './rpc/RpcBackend.ts'

const honest: RpcBackend = async ({ method }) => ({ status: 'result', result: method })
const body = (method: string, id: unknown = 1) => ({ jsonrpc: '2.0', id, method, params: [] })

function stage(backend: RpcBackend = honest) {
  const node = createMockNode({ url: 'https://node.example/v2/key', backend })
  const ask = async (value: unknown): Promise<unknown> => {
    const { body: text } = await node.reply(JSON.stringify(value))
    return text === '' ? text : JSON.parse(text)
  }
  return { node, ask }
}

describe('createMockNode', () => {
  test('default: answers each request of a body with its own id, and writes it down', async () => {
    const { node, ask } = stage()
    expect(await ask(body('one', 'a'))).toEqual({ jsonrpc: '2.0', id: 'a', result: 'one' })
    expect(await ask([body('one', 1), body('two', 2)])).toEqual([
      { jsonrpc: '2.0', id: 1, result: 'one' },
      { jsonrpc: '2.0', id: 2, result: 'two' },
    ])
    expect(node.requests.map(({ calls }) => calls.map(({ method }) => method))).toEqual([['one'], ['one', 'two']])
  })

  test('behavior: a fault strikes in its scope, so many times, and a batch counts as one', async () => {
    const { node, ask } = stage()
    node.break(Faults.limitExceeded(), { methods: ['two'], after: 1, times: 2 })
    const failed = async (value: unknown) => JSON.stringify(await ask(value)).includes('-32005')
    expect(await failed(body('one'))).toBe(false)
    expect(await failed(body('two'))).toBe(false)
    expect(await ask([body('two', 1), body('one', 2), body('two', 3)])).toMatchObject([
      { error: { code: -32_005 } },
      { result: 'one' },
      { error: { code: -32_005 } },
    ])
    expect(await failed(body('two'))).toBe(true)
    expect(await failed(body('two'))).toBe(false)
  })

  test('behavior: of requests at a time, only so many are struck', async () => {
    const { node, ask } = stage()
    node.break(Faults.emptyBody(), { times: 1 })
    const answers = await Promise.all([1, 2, 3].map((id) => ask(body('one', id))))
    expect(answers.filter((answer) => answer === '')).toHaveLength(1)
  })

  test('behavior: all parts of a strike know its number, and where the node is', async () => {
    const { node, ask } = stage()
    const seen: unknown[] = []
    const fault: Fault = {
      kind: 'curious',
      answer: (answer, { struck }) => {
        seen.push(['answer', struck])
        return answer
      },
      envelopes: (all, { struck, url }) => {
        seen.push(['envelopes', struck, url])
        return all
      },
      reply: (reply, { struck }) => {
        seen.push(['reply', struck])
        return reply
      },
    }
    node.break(fault)
    await ask([body('one', 1), body('two', 2)])
    await ask(body('one'))
    expect(seen).toEqual([
      ['answer', 0],
      ['answer', 0],
      ['envelopes', 0, node.url],
      ['reply', 0],
      ['answer', 1],
      ['envelopes', 1, node.url],
      ['reply', 1],
    ])
  })

  test('behavior: faults change a whole reply in the order in which they came, and end when they are mended', async () => {
    const { node, ask } = stage()
    const named = (kind: string): Fault => ({ kind, reply: (reply) => ({ ...reply, body: `${reply.body}${kind}` }) })
    const mend = node.break(named('1'), { methods: ['two'] })
    node.break(named('2'))
    const text = async (value: unknown) => (await node.reply(JSON.stringify(value))).body
    expect(await text([body('one', 1), body('two', 2)])).toMatch(/\]12$/)
    expect(await text(body('one'))).toMatch(/\}2$/)
    mend()
    expect(await text(body('two'))).toMatch(/\}2$/)
    node.mend()
    expect(await ask(body('two'))).toMatchObject({ result: 'two' })
  })

  test('behavior: what is no JSON-RPC, and a backend that throws, are errors and never answers', async () => {
    const failing = stage(async () => {
      throw new TypeError('nobody is there')
    })
    expect(await failing.ask(body('one', 9))).toEqual({
      jsonrpc: '2.0',
      id: 9,
      error: { code: -32_603, message: 'nobody is there' },
    })
    expect(await failing.ask({ no: 'method' })).toMatchObject({ id: null, error: { code: -32_700 } })
  })
})
