import { aaveV3 } from '@unimargin/adapters/aave-v3'
import { createDevnet, type Devnet } from '@unimargin/devnet'
import { createMarginClient, type MarginView, Wad } from '@unimargin/sdk'
import { forwardTo, mockChain, type Recording, recordBackend } from '@unimargin/sdk/testing'
import { custom, type Transport } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const owner = '0x2222222222222222222222222222222222222222'
const other = '0x3333333333333333333333333333333333333333'
const stranger = '0x4444444444444444444444444444444444444444'

let devnet: Devnet

beforeAll(async () => {
  devnet = await createDevnet({ chains: ['base'] })
  const supply = { WETH: Wad.fromDecimal('2') }
  await devnet.openAavePosition({ chain: 'base', owner, supply, borrow: { USDC: 1_000_000_000n } })
  await devnet.openAavePosition({ chain: 'base', owner: other, supply })
})
afterAll(async () => devnet?.close())

function clientOf(transport: Transport) {
  const { chain, chainId } = devnet.chain('base')
  return createMarginClient({
    chains: [chain],
    transports: { [chainId]: transport },
    adapters: [aaveV3(devnet.marketOf('base'))],
  })
}

/** What must be the same: what was read, at which block. Not when it was read. */
const readings = ({ positions, chains }: MarginView) => ({
  positions,
  blocks: chains.map((chain) => (chain.status === 'read' ? chain.block : chain.status)),
})

/** Reads both owners together from a real chain, and writes it down as it would be written to a file. */
async function record(): Promise<{ readonly view: MarginView; readonly recording: Recording }> {
  const recorder = recordBackend(forwardTo(devnet.chain('base').rpcUrl))
  const request = async ({
    method,
    params = [],
  }: {
    readonly method: string
    readonly params?: readonly unknown[]
  }) => {
    const answer = await recorder.backend({ method, params })
    if (answer.status === 'error') throw answer
    return answer.result
  }
  const view = await clientOf(custom({ request })).getMarginView({ owners: [owner, other] })
  return { view, recording: JSON.parse(JSON.stringify(recorder.recording())) }
}

describe('a recorded chain', () => {
  test('default: is played again without it, in other batches, to the wei', async () => {
    const { view, recording } = await record()
    const played = mockChain({ chain: devnet.chain('base').chain, recording })
    const client = clientOf(played.transport)
    expect(view.positions.map(({ health }) => health.status).sort()).toEqual(['known', 'no-debt'])
    expect(readings(await client.getMarginView({ owners: [owner, other] }))).toEqual(readings(view))
    for (const one of [owner, other] as const) {
      const { positions } = await clientOf(played.transport).getMarginView({ owner: one })
      expect(positions).toEqual(view.positions.filter((position) => position.owner.toLowerCase() === one))
    }
    expect(played.unmocked).toEqual([])
  })

  test('behavior: time goes on in it, and whom it does not know is not read as empty', async () => {
    const { recording } = await record()
    const played = mockChain({ chain: devnet.chain('base').chain, recording })
    played.mine(5)
    const client = clientOf(played.transport)
    const later = await client.getMarginView({ owner })
    expect(later.positions.map(({ health }) => health.status)).toEqual(['known'])
    expect(later.chains[0]).toMatchObject({ status: 'read', block: { number: BigInt(recording.head.number) + 5n } })
    const unknown = await client.getMarginView({ owner: stranger })
    expect(unknown.positions.map(({ status }) => status)).toEqual(['unread'])
    expect(unknown.issues.map(({ reason }) => reason).join(' ')).toContain('Not mocked')
  })
})
