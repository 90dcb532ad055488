import {
  type Address,
  concatHex,
  encodeFunctionData,
  encodePacked,
  type Hex,
  isAddressEqual,
  keccak256,
  toEventSelector,
} from 'viem'
import { call } from '../chain/Transaction.ts'
import { type Receipt, sendAndWait } from '../chain/transact.ts'
import type { DeployedChain } from '../deploy/deployChains.ts'
import { CONFIRMATIONS, type Dvn } from '../deploy/deployLayerZero.ts'
import { MessageStepError } from '../errors/MessageStepError.ts'
import type { Packet } from './Packet.ts'

const VERIFY_GAS = 600_000n
const COMMIT_GAS = 500_000n
const NEVER = 2n ** 64n - 1n
const PAYLOAD_VERIFIED = toEventSelector('PayloadVerified(address,bytes,uint256,bytes32)')

/**
 * Both DVNs attest to a packet on its destination, each by its own key and contract, and the verification is committed to
 * the endpoint.
 *
 * @throws MessageStepError when a DVN or the library does not accept it.
 */
export async function verifyMessage(chain: DeployedChain, packet: Packet): Promise<void> {
  for (const dvn of chain.layerZero.dvns) await attest(chain, dvn, packet)
  const { receiveLibrary } = chain.layerZero
  const commit = call({
    from: chain.worker,
    to: receiveLibrary.address,
    abi: receiveLibrary.artifact.abi,
    functionName: 'commitVerification',
    args: [packet.header, packet.payloadHash],
    gas: COMMIT_GAS,
  })
  const receipt = await sendAndWait(chain.node, commit)
  if (receipt.status !== '0x1') throw refused(packet, 'the receive library did not accept the verification')
}

async function attest(chain: DeployedChain, dvn: Dvn, packet: Packet): Promise<void> {
  const { receiveLibrary } = chain.layerZero
  const target = receiveLibrary.address
  const callData = encodeFunctionData({
    abi: receiveLibrary.artifact.abi,
    functionName: 'verify',
    args: [packet.header, packet.payloadHash, CONFIRMATIONS],
  })
  const signatures = await sign(dvn, target, callData)
  const { address, artifact } = dvn.contract
  const execute = call({
    from: chain.worker,
    to: address,
    abi: artifact.abi,
    functionName: 'execute',
    args: [[{ vid: dvn.vid, target, callData, expiration: NEVER, signatures }]],
    gas: VERIFY_GAS,
  })
  const receipt = await sendAndWait(chain.node, execute)
  // A DVN never reverts on a bad signature or a failed call.
  if (!hasVerified(receipt, target, address)) throw refused(packet, `the DVN ${address} did not verify it`)
}

/** EIP-191 over what the DVN hashes; with more than one signer, signatures would stand in the order of their signers. */
async function sign({ vid, signer }: Dvn, target: Address, callData: Hex): Promise<Hex> {
  const hash = keccak256(encodePacked(['uint32', 'address', 'uint256', 'bytes'], [vid, target, NEVER, callData]))
  return concatHex([await signer.signMessage({ message: { raw: hash } })])
}

function hasVerified({ status, logs }: Receipt, library: Address, dvn: Address): boolean {
  if (status !== '0x1') return false
  return logs.some(
    ({ address, topics, data }) =>
      isAddressEqual(address, library) &&
      topics[0] === PAYLOAD_VERIFIED &&
      // The first word of the data, no parameter is indexed.
      isAddressEqual(`0x${data.slice(26, 66)}`, dvn),
  )
}

function refused({ guid }: Packet, reason: string): MessageStepError {
  return new MessageStepError({ guid, step: 'verify', reason })
}
