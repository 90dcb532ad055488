import { type Address, slice } from 'viem'
import { readContract } from '../chain/readContract.ts'
import { call } from '../chain/Transaction.ts'
import { sendAndWait } from '../chain/transact.ts'
import type { DeployedChain } from '../deploy/deployChains.ts'
import { MessageStepError } from '../errors/MessageStepError.ts'
import type { Packet } from './Packet.ts'
import type { PaidGas } from './PaidGas.ts'
import { withOverhead } from './withOverhead.ts'

const DROP_GAS = 50_000n
const EXECUTABLE = 2

/** Whether the endpoint would let a verified message run: those before it on its pathway must be verified as well. */
export async function isDeliverable({ node, layerZero }: DeployedChain, packet: Packet): Promise<boolean> {
  const state = await readContract(node, {
    address: layerZero.endpointView.address,
    abi: layerZero.endpointView.artifact.abi,
    functionName: 'executable',
    args: [originOf(packet), receiverOf(packet)],
  })
  return state === EXECUTABLE
}

/**
 * Runs a verified message with the gas that was paid for. If the receiver reverts, the executor swallows that: the endpoint
 * says `LzReceiveAlert`, and the message can be run again.
 *
 * @throws MessageStepError when the executor itself fails.
 */
export async function deliverMessage(
  chain: DeployedChain,
  packet: Packet,
  { deliver, drops }: PaidGas,
  gas: bigint = deliver.gas,
): Promise<void> {
  const { executor } = chain.layerZero
  const execution = {
    receiver: receiverOf(packet),
    origin: originOf(packet),
    guid: packet.guid,
    message: packet.message,
    extraData: '0x',
    gasLimit: gas,
  }
  const dropped = drops.reduce((sum, { amount }) => sum + amount, 0n)
  const contract = { from: chain.worker, to: executor.address, abi: executor.artifact.abi }
  const transaction =
    drops.length === 0
      ? call({
          ...contract,
          functionName: 'execute302',
          args: [execution],
          value: deliver.value,
          gas: withOverhead(gas),
        })
      : call({
          ...contract,
          functionName: 'nativeDropAndExecute302',
          args: [drops.map(({ amount, receiver }) => ({ receiver: slice(receiver, 12), amount })), DROP_GAS, execution],
          value: deliver.value + dropped,
          gas: withOverhead(gas + DROP_GAS * BigInt(drops.length)),
        })
  const receipt = await sendAndWait(chain.node, transaction)
  if (receipt.status !== '0x1') {
    throw new MessageStepError({ guid: packet.guid, step: 'deliver', reason: 'the executor itself reverted' })
  }
}

function originOf({ srcEid, sender, nonce }: Packet) {
  return { srcEid, sender, nonce }
}

function receiverOf({ receiver }: Packet): Address {
  return slice(receiver, 12)
}
