import { concat, encodePacked, keccak256, numberToHex, padHex, size, slice } from 'viem'
import type { Address, Hex } from '../../model/Hex.ts'

/** A LayerZero message as it travels: from an OFT on one chain to its counterpart on another. */
export type Packet = {
  readonly guid: Hex
  /** Counted per path, from 1. */
  readonly nonce: bigint
  readonly srcEid: number
  readonly sender: Address
  readonly dstEid: number
  readonly receiver: Address
  readonly message: Hex
}

/** A packet with the GUID that LayerZero gives it. */
export function make(packet: Omit<Packet, 'guid'>): Packet {
  const { nonce, srcEid, sender, dstEid, receiver } = packet
  const guid = keccak256(
    encodePacked(
      ['uint64', 'uint32', 'bytes32', 'uint32', 'bytes32'],
      [nonce, srcEid, padHex(sender, { size: 32 }), dstEid, padHex(receiver, { size: 32 })],
    ),
  )
  return { ...packet, guid }
}

/** What the destination's endpoint keeps of a verified packet. */
export function payloadHash({ guid, message }: Packet): Hex {
  return keccak256(concat([guid, message]))
}

/** A packet as its source's endpoint says it in its log. */
export function encode({ nonce, srcEid, sender, dstEid, receiver, guid, message }: Packet): Hex {
  const types = ['uint8', 'uint64', 'uint32', 'bytes32', 'uint32', 'bytes32', 'bytes32', 'bytes'] as const
  const [from, to] = [padHex(sender, { size: 32 }), padHex(receiver, { size: 32 })]
  return encodePacked(types, [1, nonce, srcEid, from, dstEid, to, guid, message])
}

/** What an OFT tells its counterpart: to whom, how much (in shared decimals), and what is to be run there, if anything. */
export type OftMessage = {
  readonly to: Address
  readonly amountShared: bigint
  readonly compose?: { readonly from: Address; readonly message: Hex } | undefined
}

const PLAIN_SIZE = 40

export function encodeOft({ to, amountShared, compose }: OftMessage): Hex {
  const plain = concat([padHex(to, { size: 32 }), numberToHex(amountShared, { size: 8 })])
  return compose === undefined ? plain : concat([plain, padHex(compose.from, { size: 32 }), compose.message])
}

export function decodeOft(message: Hex): OftMessage {
  const plain = { to: slice(message, 12, 32), amountShared: BigInt(slice(message, 32, PLAIN_SIZE)) }
  if (size(message) === PLAIN_SIZE) return plain
  return { ...plain, compose: { from: slice(message, 52, 72), message: slice(message, 72) } }
}

/** What an OFT has the endpoint hand to the composer once the tokens are there. */
export type ComposeMessage = {
  readonly nonce: bigint
  readonly srcEid: number
  /** Base units on the destination. */
  readonly amount: bigint
  readonly composeFrom: Address
  readonly message: Hex
}

export function encodeCompose({ nonce, srcEid, amount, composeFrom, message }: ComposeMessage): Hex {
  return concat([
    numberToHex(nonce, { size: 8 }),
    numberToHex(srcEid, { size: 4 }),
    numberToHex(amount, { size: 32 }),
    padHex(composeFrom, { size: 32 }),
    message,
  ])
}

export function decodeCompose(bytes: Hex): ComposeMessage {
  return {
    nonce: BigInt(slice(bytes, 0, 8)),
    srcEid: Number(slice(bytes, 8, 12)),
    amount: BigInt(slice(bytes, 12, 44)),
    composeFrom: slice(bytes, 56, 76),
    message: slice(bytes, 76),
  }
}
