import { encodeFunctionData, padHex } from 'viem'
import type { Address, Hex } from '../../model/Hex.ts'
import type { MockChain } from '../chain/MockChain.ts'
import { MockRevert } from '../chain/MockRevert.ts'
import { mockAddress } from '../mockAddress.ts'
import * as EndpointState from './EndpointState.ts'
import type { MockMessagePhase, MockMessageStep } from './MockMessage.ts'
import { endpointAbi } from './mockEndpoint.ts'
import * as Packet from './Packet.ts'
import * as Parts from './Parts.ts'

/** Takes a packet a step further by a transaction on its destination, as DVNs and executors do. */

const executor = mockAddress('layerzero executor')

/** How far a packet has come, as its destination shows it. */
export function phaseOf(packet: Packet.Packet, destination: MockChain): MockMessagePhase {
  const endpoint = Parts.endpointIn(destination.state, destination.chain.id)
  if (endpoint === undefined) return 'sent'
  const queued = endpoint.composes.get(EndpointState.composeKey(packet.receiver, routerOf(packet), packet.guid))
  if (queued !== undefined) return queued === EndpointState.RECEIVED ? 'composed' : 'delivered'
  if (isPlain(packet) && EndpointState.isExecuted(endpoint, packet)) return 'delivered'
  return EndpointState.payloadOf(endpoint, packet, packet.nonce) === EndpointState.NO_HASH ? 'sent' : 'verified'
}

/** Whether nothing is to be run once it is delivered. */
export function isPlain({ message }: Packet.Packet): boolean {
  return Packet.decodeOft(message).compose === undefined
}

/** Whether the destination's endpoint lets the packet take a step now. */
export function isReady(packet: Packet.Packet, step: MockMessageStep, destination: MockChain): boolean {
  if (step !== 'deliver') return true
  const endpoint = Parts.endpointIn(destination.state, destination.chain.id)
  return endpoint !== undefined && EndpointState.isExecutable(endpoint, packet)
}

/** Sends the transaction of a step. */
export function carry(packet: Packet.Packet, step: MockMessageStep, destination: MockChain): void {
  include(destination, calldataOf(packet, step, destination))
}

/** What an executor leaves behind when a step reverts: an alert, and the message where it was. */
export function alert(packet: Packet.Packet, step: 'deliver' | 'compose', destination: MockChain): void {
  const { data: reason } = MockRevert.because('reverted by the test')
  include(destination, alertOf(packet, step, destination, reason))
}

function calldataOf(packet: Packet.Packet, step: MockMessageStep, destination: MockChain): Hex {
  const { guid, receiver, message } = packet
  switch (step) {
    case 'verify': {
      const args = [originOf(packet), receiver, Packet.payloadHash(packet)] as const
      return encodeFunctionData({ abi: endpointAbi, functionName: 'verify', args })
    }
    case 'deliver': {
      const args = [originOf(packet), receiver, guid, message, '0x'] as const
      return encodeFunctionData({ abi: endpointAbi, functionName: 'lzReceive', args })
    }
    case 'compose': {
      const args = [receiver, routerOf(packet), guid, 0, composedOf(packet, destination), '0x'] as const
      return encodeFunctionData({ abi: endpointAbi, functionName: 'lzCompose', args })
    }
  }
}

function alertOf(packet: Packet.Packet, step: 'deliver' | 'compose', destination: MockChain, reason: Hex): Hex {
  const { guid, receiver, message } = packet
  if (step === 'deliver') {
    const args = [originOf(packet), receiver, guid, 0n, 0n, message, '0x', reason] as const
    return encodeFunctionData({ abi: endpointAbi, functionName: 'lzReceiveAlert', args })
  }
  const composed = composedOf(packet, destination)
  const args = [receiver, routerOf(packet), guid, 0, 0n, 0n, composed, '0x', reason] as const
  return encodeFunctionData({ abi: endpointAbi, functionName: 'lzComposeAlert', args })
}

/** Makes the router of the destination take the market for one that refuses this message. */
export function refuse(packet: Packet.Packet, reason: string, destination: MockChain): void {
  const { state, chain } = destination
  const router = Parts.routerIn(state, chain.id)
  if (router === undefined) return
  const refusals = new Map(router.refusals).set(packet.guid, MockRevert.because(reason).data)
  destination.update(...Parts.changes(state, Parts.withRouter(state, { ...router, refusals })))
}

function composedOf({ nonce, srcEid, receiver, message }: Packet.Packet, { state, chain }: MockChain): Hex {
  const { amountShared, compose } = Packet.decodeOft(message)
  if (compose === undefined) return '0x'
  const oft = Parts.routerIn(state, chain.id)?.ofts.find((one) => one.oft === receiver)
  const rate = 10n ** BigInt((oft?.decimals ?? 0) - (oft?.sharedDecimals ?? 0))
  return Packet.encodeCompose({
    nonce,
    srcEid,
    amount: amountShared * rate,
    composeFrom: compose.from,
    message: compose.message,
  })
}

/** To whom the OFT gives the tokens. */
function routerOf({ message }: Packet.Packet): Address {
  return Packet.decodeOft(message).to
}

function originOf({ srcEid, sender, nonce }: Packet.Packet) {
  return { srcEid, sender: padHex(sender, { size: 32 }), nonce }
}

function include(destination: MockChain, data: Hex): void {
  const to = Parts.endpointIn(destination.state, destination.chain.id)?.address
  if (to !== undefined) destination.include({ from: executor, to, data, value: 0n })
}
