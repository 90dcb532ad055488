import { type Address, decodeFunctionResult, encodeFunctionData, type Hex, parseAbi, slice } from 'viem'
import * as Rpc from '../chain/Rpc.ts'
import type { DeployedChain } from '../deploy/deployChains.ts'
import { DevnetRpcError } from '../errors/DevnetRpcError.ts'
import type { Packet } from './Packet.ts'

const RECEIVER_ABI = parseAbi([
  'struct Origin { uint32 srcEid; bytes32 sender; uint64 nonce; }',
  'function isComposeMsgSender(Origin origin, bytes message, address sender) view returns (bool)',
])

/**
 * Asks the receiver of a message, as an executor does, whether somebody else queues composes for it. One that knows no such
 * question has nobody.
 *
 * @throws DevnetRpcError when the chain does not answer.
 */
export async function isComposeSender({ node }: DeployedChain, packet: Packet, from: Address): Promise<boolean> {
  const { srcEid, sender, nonce, receiver, message } = packet
  const data = encodeFunctionData({
    abi: RECEIVER_ABI,
    functionName: 'isComposeMsgSender',
    args: [{ srcEid, sender, nonce }, message, from],
  })
  const method = 'eth_call'
  const [answer] = await Rpc.batch(node.rpcUrl, [{ method, params: [{ to: slice(receiver, 12), data }, 'latest'] }])
  if (answer === undefined) throw new DevnetRpcError({ method, reason: 'no answer' })
  if (answer.status === 'refused') return false
  try {
    return decodeFunctionResult({ abi: RECEIVER_ABI, functionName: 'isComposeMsgSender', data: answer.result as Hex })
  } catch {
    return false
  }
}
