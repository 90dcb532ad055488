import { type Address, decodeEventLog, type Hex, numberToHex, pad, parseAbi } from 'viem'
import * as Node from '../chain/Node.ts'
import type { DeployedChain } from '../deploy/deployChains.ts'
import * as Packet from './Packet.ts'

/** What an endpoint said about a message. */
export type EndpointEvent =
  | { readonly kind: 'sent'; readonly packet: Packet.Packet; readonly options: Hex; readonly transactionHash: Hex }
  | { readonly kind: 'verified' | 'delivered'; readonly path: string }
  | {
      readonly kind: 'compose-sent'
      readonly guid: Hex
      readonly index: number
      readonly from: Address
      readonly to: Address
      readonly message: Hex
    }
  | { readonly kind: 'compose-delivered'; readonly guid: Hex; readonly index: number; readonly from: Address }
  /** The executor tried, and the contract that it called reverted. */
  | { readonly kind: 'deliver-failed'; readonly guid: Hex; readonly reason: Hex; readonly executor: Address }
  | { readonly kind: 'compose-failed'; readonly guid: Hex; readonly reason: Hex; readonly executor: Address }

const ENDPOINT_EVENTS = parseAbi([
  'struct Origin { uint32 srcEid; bytes32 sender; uint64 nonce; }',
  'event PacketSent(bytes encodedPayload, bytes options, address sendLibrary)',
  'event PacketVerified(Origin origin, address receiver, bytes32 payloadHash)',
  'event PacketDelivered(Origin origin, address receiver)',
  'event ComposeSent(address from, address to, bytes32 guid, uint16 index, bytes message)',
  'event ComposeDelivered(address from, address to, bytes32 guid, uint16 index)',
  'event LzReceiveAlert(address indexed receiver, address indexed executor, Origin origin, bytes32 guid, uint256 gas, uint256 value, bytes message, bytes extraData, bytes reason)',
  'event LzComposeAlert(address indexed from, address indexed to, address indexed executor, bytes32 guid, uint16 index, uint256 gas, uint256 value, bytes message, bytes extraData, bytes reason)',
])

type RawLog = { readonly data: Hex; readonly topics: [Hex, ...Hex[]]; readonly transactionHash: Hex }

/** Reads what the endpoint of a chain emitted in some blocks, whoever caused it, in order. */
export async function readEndpointEvents(
  { node, layerZero }: Pick<DeployedChain, 'node' | 'layerZero'>,
  { from, to }: { readonly from: bigint; readonly to: bigint },
): Promise<readonly EndpointEvent[]> {
  const filter = { address: layerZero.endpoint.address, fromBlock: numberToHex(from), toBlock: numberToHex(to) }
  const logs = (await Node.request(node, 'eth_getLogs', [filter])) as readonly RawLog[]
  return logs.flatMap((log) => {
    const event = decode(log, layerZero.eid)
    return event === undefined ? [] : [event]
  })
}

function decode({ topics, data, transactionHash }: RawLog, eid: number): EndpointEvent | undefined {
  const decoded = tryDecode(topics, data)
  switch (decoded?.eventName) {
    case 'PacketSent': {
      const { encodedPayload, options } = decoded.args
      return { kind: 'sent', packet: Packet.decode(encodedPayload), options, transactionHash }
    }
    case 'PacketVerified':
    case 'PacketDelivered': {
      const { origin, receiver } = decoded.args
      const path = Packet.pathKey({ ...origin, dstEid: eid, receiver: pad(receiver) })
      return { kind: decoded.eventName === 'PacketVerified' ? 'verified' : 'delivered', path }
    }
    case 'ComposeSent':
      return { kind: 'compose-sent', ...decoded.args }
    case 'ComposeDelivered':
      return { kind: 'compose-delivered', ...decoded.args }
    case 'LzReceiveAlert':
      return { kind: 'deliver-failed', ...decoded.args }
    case 'LzComposeAlert':
      return { kind: 'compose-failed', ...decoded.args }
    default:
      return undefined
  }
}

/** The endpoint has other events, about configuration. */
function tryDecode(topics: [Hex, ...Hex[]], data: Hex) {
  try {
    return decodeEventLog({ abi: ENDPOINT_EVENTS, topics, data })
  } catch {
    return undefined
  }
}
