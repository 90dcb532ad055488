import { type Hex, hexToBigInt, hexToNumber, keccak256, size, slice } from 'viem'
import { MalformedPacketError } from '../errors/MalformedPacketError.ts'

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
  /** The first 81 bytes: what DVNs attest to, together with `payloadHash`. */
  readonly header: Hex
  readonly payloadHash: Hex
}

const HEADER = 81
const GUID_END = 113

/** @throws MalformedPacketError */
export function decode(encoded: Hex): Packet {
  if (size(encoded) < GUID_END) throw new MalformedPacketError(`a packet of ${size(encoded)} bytes`)
  if (slice(encoded, 0, 1) !== '0x01') throw new MalformedPacketError('an unknown packet version')
  return {
    nonce: hexToBigInt(slice(encoded, 1, 9)),
    srcEid: hexToNumber(slice(encoded, 9, 13)),
    sender: slice(encoded, 13, 45),
    dstEid: hexToNumber(slice(encoded, 45, 49)),
    receiver: slice(encoded, 49, HEADER),
    guid: slice(encoded, HEADER, GUID_END),
    message: size(encoded) === GUID_END ? '0x' : slice(encoded, GUID_END),
    header: slice(encoded, 0, HEADER),
    payloadHash: keccak256(slice(encoded, HEADER)),
  }
}

/** Names the place of a packet on its pathway, as events of the destination do. */
export function pathKey({
  srcEid,
  sender,
  nonce,
  dstEid,
  receiver,
}: Pick<Packet, 'srcEid' | 'sender' | 'nonce' | 'dstEid' | 'receiver'>): string {
  return `${srcEid}:${sender}:${dstEid}:${receiver}:${nonce}`.toLowerCase()
}
