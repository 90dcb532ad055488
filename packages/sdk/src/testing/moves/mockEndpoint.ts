import { erc20Abi, isAddressEqual, keccak256, parseAbi, slice } from 'viem'
import type { Address, Hex } from '../../model/Hex.ts'
import { errorAbi } from '../../moves/errorAbi.ts'
import { oftAbi } from '../../moves/track/messageAbi.ts'
import { decodedCall } from '../chain/decodedCall.ts'
import type { MockBlock, MockEffects, MockPart, MockState } from '../chain/MockPart.ts'
import { MockRevert } from '../chain/MockRevert.ts'
import { mockContract } from '../chain/mockContract.ts'
import * as EndpointState from './EndpointState.ts'
import { mockLog } from './mockLog.ts'
import { pathFunctions } from './mockPaths.ts'
import * as Packet from './Packet.ts'
import * as Parts from './Parts.ts'
import { composeAt } from './settleAt.ts'

/** The part of EndpointV2 that is played: what a tracker reads, and what DVNs and executors call. */
export const endpointAbi = parseAbi([
  'struct Origin { uint32 srcEid; bytes32 sender; uint64 nonce; }',
  'function eid() view returns (uint32)',
  'function inboundPayloadHash(address receiver, uint32 srcEid, bytes32 sender, uint64 nonce) view returns (bytes32)',
  'function lazyInboundNonce(address receiver, uint32 srcEid, bytes32 sender) view returns (uint64)',
  'function inboundNonce(address receiver, uint32 srcEid, bytes32 sender) view returns (uint64)',
  'function composeQueue(address from, address to, bytes32 guid, uint16 index) view returns (bytes32)',
  'function blockedLibrary() view returns (address)',
  'function getSendLibrary(address sender, uint32 dstEid) view returns (address)',
  'function isDefaultSendLibrary(address sender, uint32 dstEid) view returns (bool)',
  'function getReceiveLibrary(address receiver, uint32 srcEid) view returns (address library, bool isDefault)',
  'function receiveLibraryTimeout(address receiver, uint32 srcEid) view returns (address library, uint256 expiry)',
  'function isValidReceiveLibrary(address receiver, uint32 srcEid, address library) view returns (bool)',
  'function delegates(address app) view returns (address)',
  'function verify(Origin origin, address receiver, bytes32 payloadHash)',
  'function lzReceive(Origin origin, address receiver, bytes32 guid, bytes message, bytes extraData) payable',
  'function lzCompose(address from, address to, bytes32 guid, uint16 index, bytes message, bytes extraData) payable',
  'function lzReceiveAlert(Origin origin, address receiver, bytes32 guid, uint256 gas, uint256 value, bytes message, bytes extraData, bytes reason)',
  'function lzComposeAlert(address from, address to, bytes32 guid, uint16 index, uint256 gas, uint256 value, bytes message, bytes extraData, bytes reason)',
  'event LzReceiveAlert(address indexed receiver, address indexed executor, Origin origin, bytes32 guid, uint256 gas, uint256 value, bytes message, bytes extraData, bytes reason)',
  'event LzComposeAlert(address indexed from, address indexed to, address indexed executor, bytes32 guid, uint16 index, uint256 gas, uint256 value, bytes message, bytes extraData, bytes reason)',
])

/** The endpoint of one chain. */
export function endpointPart(endpoint: EndpointState.EndpointState): Parts.EndpointPart {
  const pathOf = (receiver: Address, srcEid: number, sender: Hex) => ({ receiver, srcEid, sender: slice(sender, 12) })
  const contract = mockContract(endpointAbi, {
    ...pathFunctions(endpoint.chainId, endpoint.isDefault),
    eid: () => endpoint.eid,
    inboundPayloadHash: ([receiver, srcEid, sender, nonce]) =>
      EndpointState.payloadOf(endpoint, pathOf(receiver, srcEid, sender), nonce),
    lazyInboundNonce: ([receiver, srcEid, sender]) =>
      EndpointState.lazyNonceOf(endpoint, pathOf(receiver, srcEid, sender)),
    inboundNonce: ([receiver, srcEid, sender]) =>
      EndpointState.inboundNonceOf(endpoint, pathOf(receiver, srcEid, sender)),
    composeQueue: ([from, to, guid]) =>
      endpoint.composes.get(EndpointState.composeKey(from, to, guid)) ?? EndpointState.NO_HASH,
  })
  return {
    key: Parts.endpointKey(endpoint.chainId),
    endpoint,
    contracts: () => ({ [endpoint.address]: contract }),
    withEndpoint: endpointPart,
    execute: executeOn(endpoint),
  }
}

function executeOn(endpoint: EndpointState.EndpointState): NonNullable<MockPart['execute']> {
  return ({ from: executor, data }, state, at): MockEffects | undefined => {
    const call = decodedCall(endpointAbi, data)
    switch (call?.functionName) {
      case 'verify': {
        const [{ srcEid, sender, nonce }, receiver, hash] = call.args
        const path = { receiver, srcEid, sender: slice(sender, 12) }
        return { parts: [endpointPart(EndpointState.verify(endpoint, path, nonce, hash))] }
      }
      case 'lzReceive': {
        const [{ srcEid, sender, nonce }, receiver, guid, message] = call.args
        const packet = { guid, nonce, srcEid, sender: slice(sender, 12), dstEid: endpoint.eid, receiver, message }
        return receive(endpoint, packet, state)
      }
      case 'lzCompose': {
        const [from, to, guid, , message] = call.args
        return compose(endpoint, { from, to, guid, message }, state, at)
      }
      case 'lzReceiveAlert': {
        const [origin, receiver, guid, gas, value, message, extraData, reason] = call.args
        const event = { receiver, executor, origin, guid, gas, value, message, extraData, reason }
        return { logs: [mockLog(endpoint.address, endpointAbi, 'LzReceiveAlert', event)] }
      }
      case 'lzComposeAlert': {
        const [from, to, guid, index, gas, value, message, extraData, reason] = call.args
        const event = { from, to, executor, guid, index, gas, value, message, extraData, reason }
        return { logs: [mockLog(endpoint.address, endpointAbi, 'LzComposeAlert', event)] }
      }
      default:
        return undefined
    }
  }
}

/** Executes a verified message: its OFT gives out the tokens, and has the endpoint keep what is to be composed, if anything. */
function receive(endpoint: EndpointState.EndpointState, packet: Packet.Packet, state: MockState): MockEffects {
  const cleared = EndpointState.clear(endpoint, packet)
  const router = Parts.routerIn(state, endpoint.chainId)
  const oft = router?.ofts.find((one) => isAddressEqual(one.oft, packet.receiver))
  if (oft === undefined) throw new MockRevert()
  const { to, amountShared, compose: inner } = Packet.decodeOft(packet.message)
  const amount = amountShared * 10n ** BigInt(oft.decimals - oft.sharedDecimals)
  const paid = Parts.withTokens(state, to, oft.asset, amount)
  const { nonce, srcEid, guid } = packet
  const logs = [
    mockLog(oft.asset, erc20Abi, 'Transfer', { from: oft.oft, to, value: amount }),
    mockLog(oft.oft, oftAbi, 'OFTReceived', { guid, srcEid, toAddress: to, amountReceivedLD: amount }),
  ]
  if (inner === undefined) return { parts: Parts.changes(state, Parts.withEndpoint(paid, cleared)), logs }
  const message = Packet.encodeCompose({ nonce, srcEid, amount, composeFrom: inner.from, message: inner.message })
  const key = EndpointState.composeKey(oft.oft, to, guid)
  const queued = EndpointState.withCompose(cleared, key, keccak256(message))
  return { parts: Parts.changes(state, Parts.withEndpoint(paid, queued)), logs }
}

/** Hands what was composed to the router; anyone may have that done. */
function compose(
  endpoint: EndpointState.EndpointState,
  {
    from,
    to,
    guid,
    message,
  }: { readonly from: Address; readonly to: Address; readonly guid: Hex; readonly message: Hex },
  state: MockState,
  at: MockBlock,
): MockEffects {
  const key = EndpointState.composeKey(from, to, guid)
  const [expected, actual] = [endpoint.composes.get(key) ?? EndpointState.NO_HASH, keccak256(message)]
  if (expected !== actual) throw MockRevert.error(errorAbi, 'LZ_ComposeNotFound', [expected, actual])
  const router = Parts.routerIn(state, endpoint.chainId)
  // Nobody else runs anything here.
  if (router === undefined || !isAddressEqual(to, router.deployment.router)) throw new MockRevert()
  const received = Parts.withEndpoint(state, EndpointState.withCompose(endpoint, key, EndpointState.RECEIVED))
  const settled = composeAt(router, { from, guid, message }, received, at)
  return { parts: Parts.changes(state, settled.state), logs: settled.logs }
}
