import * as fc from 'fast-check'
import { concatHex, encodePacked, type Hex, keccak256, numberToHex, padHex } from 'viem'
import { describe, expect, test } from 'vitest'
import { composedOf, decode, guidOf, receiverOf } from './Packet.ts'

const word = (byte: string): Hex => `0x${byte.repeat(32)}`
const path = {
  nonce: 7n,
  srcEid: 30_110,
  sender: padHex('0x00000000000000000000000000000000000000a1', { size: 32 }),
  dstEid: 30_184,
  receiver: padHex('0x00000000000000000000000000000000000000b2', { size: 32 }),
}
const { nonce, srcEid, sender, dstEid, receiver } = path
const guid = guidOf(path)
const header = encodePacked(
  ['uint8', 'uint64', 'uint32', 'bytes32', 'uint32', 'bytes32'],
  [1, nonce, srcEid, sender, dstEid, receiver],
)
const rest = concatHex([word('c3'), '0xd4d4'])
const oft = (shared: bigint) => concatHex([word('aa'), numberToHex(shared, { size: 8 }), rest])

function packetOf(message: Hex) {
  const packet = decode(concatHex([header, guid, message]))
  if (packet === undefined) throw new TypeError('it is a packet')
  return packet
}

describe('decode', () => {
  test('default', () => {
    const packet = packetOf('0x1234')
    expect(packet).toEqual({
      ...path,
      guid,
      header,
      message: '0x1234',
      payloadHash: keccak256(concatHex([guid, '0x1234'])),
    })
    expect(receiverOf(packet)).toBe('0x00000000000000000000000000000000000000b2')
  })

  test('behavior: nothing else is a packet, least of all one whose GUID is of another path', () => {
    expect(decode(concatHex([header, word('00')]))).toBeUndefined()
    expect(decode(concatHex(['0x02', `0x${header.slice(4)}`, guid]))).toBeUndefined()
    expect(decode(header)).toBeUndefined()
    expect(decode('0x')).toBeUndefined()
  })
})

describe('composedOf', () => {
  test('property: is what the hash of the endpoint proves, whatever the decimals, of an OFT or a pool', () => {
    fc.assert(
      fc.property(
        fc.bigInt(1n, 2n ** 64n - 1n),
        fc.bigInt(0n, 18n),
        fc.constantFrom<Hex>('0x', '0x010001'),
        (shared, decimals, head) => {
          const packet = packetOf(concatHex([head, oft(shared)]))
          const amount = shared * 10n ** decimals
          const composed = concatHex([encodePacked(['uint64', 'uint32', 'uint256'], [nonce, srcEid, amount]), rest])
          return composedOf(packet, keccak256(composed)) === composed
        },
      ),
      { numRuns: 100 },
    )
  })

  test('behavior: nothing is made up where no reading fits', () => {
    expect(composedOf(packetOf(oft(5n)), word('9a'))).toBeUndefined()
    expect(composedOf(packetOf('0x'), word('9a'))).toBeUndefined()
  })
})
