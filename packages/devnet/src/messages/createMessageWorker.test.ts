import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Anvil, startAnvil } from '../anvil/startAnvil.ts'
import { ensureContractsBuilt } from '../artifacts/ensureContractsBuilt.ts'
import { CHAIN_NAMES, CHAIN_SPECS } from '../ChainSpec.ts'
import * as Node from '../chain/Node.ts'
import { call } from '../chain/Transaction.ts'
import { transact } from '../chain/transact.ts'
import { ensureCompiled } from '../compile/ensureCompiled.ts'
import { MORPHO_BLUE } from '../compile/SolidityPackage.ts'
import { createAccounts } from '../createAccounts.ts'
import { type DeployedChain, deployChains } from '../deploy/deployChains.ts'
import { sendOft } from '../sendOft.fixture.ts'
import { toDevnetChain } from '../toDevnetChain.ts'
import { createMessageWorker, type MessageWorker } from './createMessageWorker.ts'

describe('createMessageWorker', () => {
  let anvils: readonly Anvil[] = []
  let deployed: readonly DeployedChain[] = []
  let worker: MessageWorker
  const [account] = createAccounts()

  beforeAll(async () => {
    await ensureContractsBuilt()
    anvils = await Promise.all(CHAIN_NAMES.map((name) => startAnvil({ chainId: CHAIN_SPECS[name].chainId })))
    deployed = await deployChains(
      anvils.map((anvil, index) => ({ spec: CHAIN_SPECS[CHAIN_NAMES[index] ?? 'base'], node: Node.create(anvil) })),
      { morphoBlue: await ensureCompiled(MORPHO_BLUE) },
    )
    worker = createMessageWorker(deployed)
  })
  afterAll(async () => {
    await worker.stop()
    await Promise.all(anvils.map((anvil) => anvil.stop()))
  })

  const send = async (from: number, to: number) => {
    const [source, destination] = [deployed[from], deployed[to]]
    if (source === undefined || destination === undefined || account === undefined) throw new RangeError('not booted')
    const { address, artifact } = source.tokens.USDC.token
    const args = [account.address, 1_000_000n]
    const mint = call({ from: source.admin, to: address, abi: artifact.abi, functionName: 'mint', args })
    await transact(source.node, [mint])
    return sendOft({
      from: toDevnetChain(source),
      to: toDevnetChain(destination),
      account,
      receiver: account.address,
      amount: 1_000_000n,
    })
  }

  test('behavior: a chain that went back without telling is read anew', async () => {
    const chain = deployed[0]
    if (chain === undefined) throw new RangeError('not booted')
    const snapshot = await Node.request(chain.node, 'evm_snapshot')
    await worker.messages.hold()
    const undone = await send(0, 1)
    await worker.messages.idle()
    expect(worker.messages.get(undone)?.phase).toBe('sent')
    await Node.request(chain.node, 'evm_revert', [snapshot])
    await worker.messages.idle()
    expect(worker.messages.get(undone)).toBeUndefined()
    await worker.messages.release()
  })

  test('behavior: a dead chain does not stop messages between the others', async () => {
    await worker.messages.hold()
    const toDead = await send(0, 2)
    await worker.messages.idle()
    await anvils[2]?.stop()
    const alive = await send(0, 1)
    await worker.messages.release()
    expect((await worker.messages.waitFor(alive, 'delivered')).phase).toBe('delivered')
    expect(worker.messages.get(toDead)?.phase).toBe('sent')
    await expect(worker.messages.verify(toDead)).rejects.toMatchObject({ name: 'DevnetRpcError' })
  })
})
