import { setupServer } from 'msw/node'
import { createClient, erc20Abi, http } from 'viem'
import { base } from 'viem/chains'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Address } from '../../model/Hex.ts'
import { getSnapshot } from '../../reads/getSnapshot.ts'
import * as Read from '../../reads/Read.ts'
import { mockContract } from '../chain/mockContract.ts'
import { mockChain } from '../mockChain.ts'
import * as Faults from './Faults.ts'

const TOKEN: Address = '0x1111111111111111111111111111111111111111'
const server = setupServer()
beforeAll(() => server.listen({ onUnhandledRequest: 'error' }))
afterEach(() => server.resetHandlers())
afterAll(() => server.close())

const readBalance = Read.call({ to: TOKEN, abi: erc20Abi, functionName: 'balanceOf', args: [TOKEN] })

/** A chain with two nodes, of which the first may be broken, and one reader for each. */
function stage() {
  const contracts = { [TOKEN]: mockContract(erc20Abi, { balanceOf: () => 1_234n }) }
  const nodes = ['https://one.example/v2/canary-key', 'https://two.example/v2/canary-key']
  const chain = mockChain({ chain: base, contracts, nodes, block: { number: 10_000n } })
  server.use(...chain.handlers)
  const readFrom = (url: string) => {
    const client = createClient({ chain: base, transport: http(url, { retryCount: 0 }), ccipRead: false })
    return getSnapshot(client, { chainId: base.id, reads: [readBalance], timeout: 250 })
  }
  return { chain, nodes, readFrom }
}

describe('a snapshot over msw', () => {
  test.each(Faults.catalogue)('behavior: $kind breaks its own node only, and ends when it is mended', async (entry) => {
    const { chain, nodes, readFrom } = stage()
    const [broken, honest] = chain.nodes
    const mend = broken?.break(entry.make(3))
    const [snapshot, other] = await Promise.all(nodes.map(readFrom))
    const truth = { status: 'read', results: [{ status: 'ok', value: 1_234n }] }
    expect(other).toMatchObject(truth)
    expect(honest?.requests).toHaveLength(1)

    const result = snapshot?.status === 'read' ? snapshot.results[0] : snapshot
    if (result?.status !== 'ok') expect(result?.reason).not.toContain('canary-key')
    else if (entry.nature === 'failure') expect(result.value).toBe(1_234n)
    mend?.()
    expect(await readFrom('https://one.example/v2/canary-key')).toMatchObject(truth)
  })

  test('behavior: a call at a time can be broken, and every other one answered', async () => {
    const { chain, readFrom } = stage()
    chain.break(Faults.flapping({ every: 2 }))
    const statuses = []
    for (let turn = 0; turn < 4; turn++) statuses.push((await readFrom('https://one.example/v2/canary-key')).status)
    expect(statuses).toEqual(['unavailable', 'read', 'unavailable', 'read'])
  })
})
