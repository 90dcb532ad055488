import type { Hex } from '@unimargin/sdk'
import { concatHex, encodePacked, keccak256, numberToHex, padHex } from 'viem'
import { AMOUNT, DESTINATION, EIDS, owner, router, SCALE, SOURCE, stranger, type Way } from './places.ts'

/** A message on the path of the move: ours, or anybody's before and behind it. */
export type Message = {
  readonly nonce: bigint
  readonly guid: Hex
  readonly header: Hex
  readonly payloadHash: Hex
  readonly message: Hex
  readonly encoded: Hex
  /** What the router is to be handed, and its hash in the queue. */
  readonly composed: Hex
  readonly composedHash: Hex
}

const known = new Map<string, Message>()

/** By the layouts of LayerZero and of both kinds of tokens, written down here once more. */
export function make(way: Way, nonce: bigint, isOurs: boolean): Message {
  const key = `${way.kind}:${way.isDirect}:${nonce}:${isOurs}`
  const found = known.get(key) ?? encode(way, nonce, isOurs)
  known.set(key, found)
  return found
}

function encode({ kind, isDirect, sender, receiver }: Way, nonce: bigint, isOurs: boolean): Message {
  const [from, to] = [word(sender), word(receiver)]
  const [srcEid, dstEid] = [EIDS[SOURCE], EIDS[DESTINATION]]
  const path = encodePacked(['uint64', 'uint32', 'bytes32', 'uint32', 'bytes32'], [nonce, srcEid, from, dstEid, to])
  const guid = keccak256(path)
  const header = concatHex(['0x01', path])
  // `to`, the shared amount, the composer and what it said, if anything.
  const said: Hex = isDirect ? '0x' : concatHex([word(router), numberToHex(isOurs ? 0xaced : 0xbeef, { size: 96 })])
  const tokens = concatHex([
    word(isDirect ? (isOurs ? owner : stranger) : router),
    numberToHex(AMOUNT / SCALE, { size: 8 }),
  ])
  const message = kind === 'oft' ? concatHex([tokens, said]) : concatHex(['0x01', '0x000d', tokens, said])
  const composed = concatHex([encodePacked(['uint64', 'uint32', 'uint256'], [nonce, srcEid, AMOUNT]), said])
  return {
    nonce,
    guid,
    header,
    message,
    payloadHash: keccak256(concatHex([guid, message])),
    encoded: concatHex([header, guid, message]),
    composed,
    composedHash: keccak256(composed),
  }
}

function word(address: Hex): Hex {
  return padHex(address.toLowerCase() as Hex, { size: 32 })
}
