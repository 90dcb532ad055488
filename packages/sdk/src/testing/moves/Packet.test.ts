import { keccak256, zeroHash } from 'viem'
import { describe, expect, test } from 'vitest'
import * as MoveMessage from './MoveMessage.ts'
import * as Packet from './Packet.ts'

// What EndpointV2, an OFT and the router made of a move of 1.234567 WETH on local chains.
const router = '0x56D1095813a57D7ee4eac8B6734Dcf0b9eE03907'
const path = {
  nonce: 1n,
  srcEid: 30_110,
  sender: '0xDE1821C6A984247306d1953f33804762F1784D7A',
  dstEid: 30_184,
  receiver: '0x29B46B413c9e445ee679AaC89661898Ab009518B',
} as const
const guid = '0xc728a41bd4d5219965498ffebae0f57692029c54a2b91a00efd01576e5352e57'
const payloadHash = '0xd73c24fbdf27afda503d70d206bb2ae099e4609dc9579a4d35d24f9989ddeeee'
const composeQueue = '0xe1b728b2e805e6eb1e36fff5d65a343a541b775c5ecc445c9cc410822669f568'
const move = {
  owner: '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266',
  ownerHasCode: false,
  recovery: '0x00000000000000000000000000000000000000AA',
  market: '0xE54f8548f216703692F053bAA1FD7c571a461AE3',
  marketId: zeroHash,
  action: 0,
  settleGas: 500_000n,
} as const

const composeMessage = MoveMessage.encode(move)
const message = Packet.encodeOft({
  to: router,
  amountShared: 1_234_567n,
  compose: { from: router, message: composeMessage },
})

describe('Packet', () => {
  test('behavior: GUID, payload hash and compose hash are those of the real contracts', () => {
    const packet = Packet.make({ ...path, message })
    expect(packet.guid).toBe(guid)
    expect(Packet.payloadHash(packet)).toBe(payloadHash)
    const amount = 1_234_567n * 10n ** 12n
    const composed = Packet.encodeCompose({ ...path, amount, composeFrom: router, message: composeMessage })
    expect(keccak256(composed)).toBe(composeQueue)
  })

  test('behavior: what was encoded is decoded', () => {
    const { to, amountShared, compose: inner } = Packet.decodeOft(message)
    expect([to, inner?.from].map((one) => one?.toLowerCase())).toEqual([router.toLowerCase(), router.toLowerCase()])
    expect([amountShared, MoveMessage.decode(inner?.message ?? '0x')]).toEqual([1_234_567n, move])
    const plain = { to: '0x00000000000000000000000000000000000000aa', amountShared: 5n } as const
    expect(Packet.decodeOft(Packet.encodeOft(plain))).toEqual(plain)
    const compose = { nonce: 7n, srcEid: 30_110, amount: 5n, composeFrom: router, message: composeMessage } as const
    expect(Packet.decodeCompose(Packet.encodeCompose(compose))).toEqual(compose)
  })
})
