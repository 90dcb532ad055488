import { concatHex, encodePacked, keccak256, numberToHex, pad } from 'viem'
import { describe, expect, test } from 'vitest'
import * as Packet from './Packet.ts'

const SENDER = pad('0x00000000000000000000000000000000000000aa')
const RECEIVER = pad('0x00000000000000000000000000000000000000bb')
const GUID = keccak256(
  encodePacked(['uint64', 'uint32', 'bytes32', 'uint32', 'bytes32'], [7n, 30110, SENDER, 30184, RECEIVER]),
)
const HEADER = concatHex([
  '0x01',
  numberToHex(7, { size: 8 }),
  numberToHex(30110, { size: 4 }),
  SENDER,
  numberToHex(30184, { size: 4 }),
  RECEIVER,
])

describe('decode', () => {
  test('default', () => {
    expect(Packet.decode(concatHex([HEADER, GUID, '0xc0ffee']))).toEqual({
      nonce: 7n,
      srcEid: 30110,
      sender: SENDER,
      dstEid: 30184,
      receiver: RECEIVER,
      guid: GUID,
      message: '0xc0ffee',
      header: HEADER,
      payloadHash: keccak256(concatHex([GUID, '0xc0ffee'])),
    })
  })

  test('behavior: an empty message', () => {
    expect(Packet.decode(concatHex([HEADER, GUID])).message).toBe('0x')
  })

  test('error: MalformedPacketError', () => {
    expect(() => Packet.decode(HEADER)).toThrow('a packet of 81 bytes')
    expect(() => Packet.decode(concatHex(['0x02', `0x${HEADER.slice(4)}`, GUID]))).toThrow('an unknown packet version')
  })
})

describe('pathKey', () => {
  test('behavior: does not depend on the case of addresses', () => {
    const path = { srcEid: 1, sender: SENDER, nonce: 1n, dstEid: 2, receiver: RECEIVER }
    const upper = { ...path, receiver: `0x${RECEIVER.slice(2).toUpperCase()}` as const }
    expect(Packet.pathKey(upper)).toBe(Packet.pathKey(path))
  })
})
