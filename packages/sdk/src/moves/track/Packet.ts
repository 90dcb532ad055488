import {
  type Address,
  concatHex,
  encodePacked,
  type Hex,
  hexToBigInt,
  hexToNumber,
  keccak256,
  padHex,
  size,
  slice,
} from 'viem'

/** A LayerZero V2 packet, as the source chain's endpoint emits it. */
export type Packet = {
  readonly nonce: bigint
  readonly srcEid: number
  /** 32 bytes. */
  readonly sender: Hex
  readonly dstEid: number
  /** 32 bytes. */
  readonly receiver: Hex
  readonly guid: Hex
  readonly message: Hex
  /** What verifiers attest to, together with the hash of the payload. */
  readonly header: Hex
  readonly payloadHash: Hex
}

const HEADER = 81
const GUID_END = HEADER + 32
/** `to` and the shared amount of an OFT's message; in a message of Stargate's taxi, its kind and the asset come before. */
const OFT_HEADS = [40, 43] as const

/** The id of a message: it binds the path and the nonce, and nothing of what is said. */
export function guidOf(path: {
  readonly nonce: bigint
  readonly srcEid: number
  readonly sender: Hex
  readonly dstEid: number
  readonly receiver: Hex
}): Hex {
  const { nonce, srcEid, sender, dstEid, receiver } = path
  const words = [nonce, srcEid, padHex(sender, { size: 32 }), dstEid, padHex(receiver, { size: 32 })] as const
  return keccak256(encodePacked(['uint64', 'uint32', 'bytes32', 'uint32', 'bytes32'], words))
}

/** Reads a packet back; nothing where it is none, or where its GUID is not that of its path. */
export function decode(encoded: Hex): Packet | undefined {
  if (size(encoded) < GUID_END || slice(encoded, 0, 1) !== '0x01') return undefined
  const path = {
    nonce: hexToBigInt(slice(encoded, 1, 9)),
    srcEid: hexToNumber(slice(encoded, 9, 13)),
    sender: slice(encoded, 13, 45),
    dstEid: hexToNumber(slice(encoded, 45, 49)),
    receiver: slice(encoded, 49, HEADER),
  }
  const guid = slice(encoded, HEADER, GUID_END)
  if (guidOf(path) !== guid) return undefined
  const message = size(encoded) === GUID_END ? '0x' : slice(encoded, GUID_END)
  return { ...path, guid, message, header: slice(encoded, 0, HEADER), payloadHash: keccak256(slice(encoded, HEADER)) }
}

/** The contract that receives a packet. */
export function receiverOf({ receiver }: Packet): Address {
  return slice(receiver, 12)
}

/**
 * What an OFT or a pool has handed on with a packet, found by the hash that the endpoint keeps of it: the amount is in units of
 * the destination, which the packet does not name. Nothing where no reading fits.
 */
export function composedOf(packet: Packet, hash: Hex): Hex | undefined {
  for (const head of OFT_HEADS) {
    if (size(packet.message) <= head) continue
    const shared = hexToBigInt(slice(packet.message, head - 8, head))
    const rest = slice(packet.message, head)
    for (let decimals = 0n; decimals <= 30n; decimals += 1n) {
      const amount = shared * 10n ** decimals
      if (amount >= 2n ** 256n) break
      const start = encodePacked(['uint64', 'uint32', 'uint256'], [packet.nonce, packet.srcEid, amount])
      const composed = concatHex([start, rest])
      if (keccak256(composed) === hash) return composed
    }
  }
  return undefined
}
