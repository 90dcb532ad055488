import { base } from 'viem/chains'
import { describe, expect, test } from 'vitest'
import { mockChain } from '../mockChain.ts'
import * as Faults from './Faults.ts'

const url = 'https://node.example/v2/canary-key'

/** A chain of some blocks, with one node. */
function stage() {
  const chain = mockChain({ chain: base, nodes: [url], block: { number: 100n, timestamp: 1_700_000_000n } })
  chain.mine(50)
  const [node] = chain.nodes
  if (node === undefined) throw new TypeError('the chain has no node')
  const ask = async (method: string, ...params: readonly unknown[]) =>
    (await node.reply(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }))).body
  const result = async (method: string, ...params: readonly unknown[]) =>
    (JSON.parse(await ask(method, ...params)) as { readonly result?: unknown }).result
  return { chain, node, ask, result }
}

describe('compose', () => {
  test('default: each fault strikes after the other', async () => {
    const { node } = stage()
    const fault = Faults.compose(Faults.staleHead({ blocks: 5 }), Faults.decimalStrings(), Faults.latency({ ms: 7 }))
    expect(fault.kind).toBe('stale-head+decimal-strings+latency')
    node.break(fault)
    const reply = await node.reply('{"jsonrpc":"2.0","id":1,"method":"eth_blockNumber","params":[]}')
    expect(JSON.parse(reply.body)).toEqual({ jsonrpc: '2.0', id: 1, result: '145' })
    expect(reply.delivery).toEqual({ delay: 7 })
  })
})

describe('random', () => {
  test('default: the same seed gives the same faults, and seeds differ', () => {
    const kinds = Array.from({ length: 300 }, (_, seed) => Faults.random(seed, { count: 3 }).kind)
    expect(kinds).toEqual(Array.from({ length: 300 }, (_, seed) => Faults.random(seed, { count: 3 }).kind))
    expect(new Set(kinds).size).toBeGreaterThan(290)
    expect(kinds.every((kind) => kind.split('+').length === 3)).toBe(true)
  })

  test('behavior: takes only of what it is given, and all of it by and by', () => {
    const from = Faults.catalogue.filter(({ nature }) => nature === 'failure')
    const seen = new Set(Array.from({ length: 2_000 }, (_, seed) => Faults.random(seed, { from }).kind))
    expect([...seen].sort()).toEqual(from.map(({ kind }) => kind).sort())
  })

  test('behavior: no composition keeps a node from replying, or lets the key out in a header', async () => {
    for (let seed = 0; seed < 400; seed++) {
      const { node } = stage()
      node.break(Faults.random(seed, { count: 3 }))
      const reply = await node.reply('[{"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":[]}]')
      expect(JSON.stringify(reply.headers)).not.toContain('canary-key')
      expect(reply.body).not.toContain('TypeError')
    }
  })
})

describe('staleHead', () => {
  test('default: what is newer does not exist', async () => {
    const { chain, node, result, ask } = stage()
    const { hash } = chain.block
    node.break(Faults.staleHead({ blocks: 10 }))
    expect(await result('eth_blockNumber')).toBe('0x8c')
    expect(await result('eth_getBlockByNumber', 'latest', false)).toMatchObject({ number: '0x8c' })
    expect(await result('eth_getBlockByNumber', '0x8d', false)).toBeNull()
    expect(await result('eth_getBlockByNumber', '0x8c', false)).toMatchObject({ number: '0x8c' })
    expect(await result('eth_getBlockByHash', hash, false)).toBeNull()
    expect(await ask('eth_getBalance', `0x${'11'.repeat(20)}`, { blockHash: hash })).toContain('header not found')
  })
})

describe('frozenHead', () => {
  test('default: stands still while the chain goes on', async () => {
    const { chain, node, result } = stage()
    node.break(Faults.frozenHead())
    expect(await result('eth_blockNumber')).toBe('0x96')
    chain.mine(7)
    expect(await result('eth_blockNumber')).toBe('0x96')
    node.mend()
    expect(await result('eth_blockNumber')).toBe('0x9d')
  })
})

describe('futureHead', () => {
  test('default: one and the same story, by number and by tag', async () => {
    const { node, result } = stage()
    node.break(Faults.futureHead({ blocks: 16, seconds: 60 }))
    expect(await result('eth_blockNumber')).toBe('0xa6')
    const latest = await result('eth_getBlockByNumber', 'latest', false)
    expect(latest).toMatchObject({ number: '0xa6' })
    expect(await result('eth_getBlockByNumber', '0xa6', false)).toEqual(latest)
  })
})

describe('otherFork', () => {
  test('default: knows its own hashes and nobody else’s', async () => {
    const { chain, node, result } = stage()
    const { hash } = chain.block
    node.break(Faults.otherFork({ seed: 4 }))
    const latest = (await result('eth_getBlockByNumber', 'latest', false)) as { readonly hash: string }
    expect(latest.hash).not.toBe(hash)
    expect(await result('eth_getBlockByHash', latest.hash, false)).toEqual(latest)
    expect(await result('eth_getBlockByHash', hash, false)).toBeNull()
  })
})

describe('lostTransaction', () => {
  test('default: gives the hash, and the chain stays as it was', async () => {
    const { chain, node, result } = stage()
    node.break(Faults.lostTransaction())
    const { number } = chain.block
    expect(await result('eth_sendRawTransaction', '0x02')).toMatch(/^0x[0-9a-f]{64}$/)
    expect(chain.block.number).toBe(number)
  })
})

describe('refused', () => {
  test('default: repeats the URL with its key', async () => {
    const { node, ask } = stage()
    node.break(Faults.refused())
    expect(await ask('eth_chainId')).toContain(url)
  })
})

describe('flapping', () => {
  test('default: strikes every n-th request', async () => {
    const { node, ask } = stage()
    node.break(Faults.flapping({ every: 3, fault: Faults.emptyBody() }))
    const bodies: string[] = []
    for (let turn = 0; turn < 6; turn++) bodies.push(await ask('eth_chainId'))
    expect(bodies.map((body) => body === '')).toEqual([true, false, false, true, false, false])
  })
})
