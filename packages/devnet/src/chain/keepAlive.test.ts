import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Anvil, startAnvil } from '../anvil/startAnvil.ts'
import { keepAlive } from './keepAlive.ts'
import * as Node from './Node.ts'

describe('keepAlive', () => {
  let anvil: Anvil
  let node: Node.Node
  beforeAll(async () => {
    anvil = await startAnvil({ chainId: 10 })
    node = Node.create(anvil)
  })
  afterAll(() => anvil?.stop())

  const height = async () => Number(await Node.request(node, 'eth_blockNumber'))
  const passed = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

  test('default: an idle chain goes on, until it is told to stop', async () => {
    const stop = keepAlive([node], { interval: 10 })
    await expect.poll(height, { timeout: 5_000 }).toBeGreaterThanOrEqual(3)
    await stop()
    const last = await height()
    await passed(100)
    expect(await height()).toBe(last)
  })

  test('behavior: waits for whoever is mining', async () => {
    const before = await height()
    const stop = keepAlive([node], { interval: 10 })
    await node.mining(async () => {
      await passed(100)
      expect(await height()).toBe(before)
    })
    await expect.poll(height, { timeout: 5_000 }).toBeGreaterThan(before)
    await stop()
  })

  test('behavior: a node that is gone is no failure', async () => {
    const gone = Node.create({ chainId: 10, rpcUrl: 'http://127.0.0.1:9' })
    const stop = keepAlive([gone, node], { interval: 10 })
    const before = await height()
    await expect.poll(height, { timeout: 5_000 }).toBeGreaterThan(before)
    await expect(stop()).resolves.toBeUndefined()
  })
})
