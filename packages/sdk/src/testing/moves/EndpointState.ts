import { numberToHex } from 'viem'
import type { Address, Hex } from '../../model/Hex.ts'
import { errorAbi } from '../../moves/errorAbi.ts'
import { MockRevert } from '../chain/MockRevert.ts'
import * as Packet from './Packet.ts'

/** What LayerZero's EndpointV2 knows on one chain. Immutable: a change gives a new one. */
export type EndpointState = {
  readonly chainId: number
  readonly eid: number
  readonly address: Address
  /** Every app follows LayerZero's default libraries. */
  readonly isDefault: boolean
  /** Everything that was ever sent from here, oldest first, and the block in which it was. */
  readonly outbox: readonly { readonly packet: Packet.Packet; readonly blockNumber: bigint }[]
  /** Verified and not executed: by path and nonce. */
  readonly payloads: ReadonlyMap<string, Hex>
  /** By path. */
  readonly lazyNonces: ReadonlyMap<string, bigint>
  /** By {@link composeKey}. */
  readonly composes: ReadonlyMap<string, Hex>
}

/** A path as its destination names it. */
export type Path = Pick<Packet.Packet, 'receiver' | 'srcEid' | 'sender'>

export const NO_HASH: Hex = numberToHex(0, { size: 32 })
/** Stands in the queue in place of a message that was composed. */
export const RECEIVED: Hex = numberToHex(1, { size: 32 })

export function pathKey({ receiver, srcEid, sender }: Path): string {
  return `${receiver}:${srcEid}:${sender}`.toLowerCase()
}

export function composeKey(from: Address, to: Address, guid: Hex): string {
  return `${from}:${to}:${guid}`.toLowerCase()
}

export function payloadOf(state: EndpointState, path: Path, nonce: bigint): Hex {
  return state.payloads.get(`${pathKey(path)}:${nonce}`) ?? NO_HASH
}

export function lazyNonceOf(state: EndpointState, path: Path): bigint {
  return state.lazyNonces.get(pathKey(path)) ?? 0n
}

/** The last nonce up to which all messages are verified or executed. */
export function inboundNonceOf(state: EndpointState, path: Path): bigint {
  let nonce = lazyNonceOf(state, path)
  while (payloadOf(state, path, nonce + 1n) !== NO_HASH) nonce += 1n
  return nonce
}

/** Sends a message on the next nonce of its path. */
export function send(
  state: EndpointState,
  message: Pick<Packet.Packet, 'sender' | 'dstEid' | 'receiver' | 'message'>,
  blockNumber: bigint,
): { readonly state: EndpointState; readonly packet: Packet.Packet } {
  const isSamePath = ({ packet }: EndpointState['outbox'][number]) =>
    packet.dstEid === message.dstEid && packet.sender === message.sender && packet.receiver === message.receiver
  const nonce = BigInt(state.outbox.filter(isSamePath).length + 1)
  const packet = Packet.make({ ...message, nonce, srcEid: state.eid })
  return { state: { ...state, outbox: [...state.outbox, { packet, blockNumber }] }, packet }
}

/** What its DVNs do at the destination. What was executed cannot be verified again. */
export function verify(state: EndpointState, path: Path, nonce: bigint, hash: Hex): EndpointState {
  if (isExecuted(state, { ...path, nonce })) throw MockRevert.error(errorAbi, 'LZ_PathNotVerifiable')
  return withPayload(state, path, nonce, hash)
}

/** Whether it was executed: others after it may have been before. */
export function isExecuted(state: EndpointState, packet: Path & Pick<Packet.Packet, 'nonce'>): boolean {
  return packet.nonce <= lazyNonceOf(state, packet) && payloadOf(state, packet, packet.nonce) === NO_HASH
}

/** Whether it could be executed now: those before it on its path have to be verified as well. */
export function isExecutable(state: EndpointState, packet: Packet.Packet): boolean {
  if (payloadOf(state, packet, packet.nonce) === NO_HASH) return false
  for (let nonce = lazyNonceOf(state, packet) + 1n; nonce < packet.nonce; nonce += 1n) {
    if (payloadOf(state, packet, nonce) === NO_HASH) return false
  }
  return true
}

/** Takes a verified message off the list, as its execution begins. */
export function clear(state: EndpointState, packet: Packet.Packet): EndpointState {
  const expected = payloadOf(state, packet, packet.nonce)
  const actual = Packet.payloadHash(packet)
  if (expected !== actual) throw MockRevert.error(errorAbi, 'LZ_PayloadHashNotFound', [expected, actual])
  if (!isExecutable(state, packet)) throw MockRevert.error(errorAbi, 'LZ_InvalidNonce', [packet.nonce])
  const lazyNonce = lazyNonceOf(state, packet)
  const lazyNonces = new Map(state.lazyNonces)
  if (packet.nonce > lazyNonce) lazyNonces.set(pathKey(packet), packet.nonce)
  return { ...withPayload(state, packet, packet.nonce, NO_HASH), lazyNonces }
}

export function withCompose(state: EndpointState, key: string, hash: Hex): EndpointState {
  return { ...state, composes: new Map(state.composes).set(key, hash) }
}

function withPayload(state: EndpointState, path: Path, nonce: bigint, hash: Hex): EndpointState {
  const payloads = new Map(state.payloads)
  const key = `${pathKey(path)}:${nonce}`
  if (hash === NO_HASH) payloads.delete(key)
  else payloads.set(key, hash)
  return { ...state, payloads }
}
