import { type Hex, hexToBigInt, slice } from 'viem'
import { isSame } from '../WhatIf.ts'
import type { FoundRouted } from './FoundMove.ts'

/** The words of the router's `Move` that are looked at, by their places in it. */
const [ASSET, DST_EID, DEADLINE, WORDS] = [3, 7, 12, 15] as const
const MAX_UINT64 = 2n ** 64n - 1n

/**
 * The deadline of a move, from the calldata that sent it, however wallets have wrapped it: a `Move` begins with its id, which nothing
 * else bears. Nothing where it is not there in plain words.
 */
export function deadlineIn(input: Hex, { id, asset, dstEid }: Pick<FoundRouted, 'id' | 'asset' | 'dstEid'>) {
  const [text, sought] = [input.toLowerCase(), id.slice(2).toLowerCase()]
  for (let at = text.indexOf(sought); at >= 0; at = text.indexOf(sought, at + 2)) {
    const struct = text.slice(at, at + 64 * WORDS)
    if (at % 2 !== 0 || struct.length < 64 * WORDS) continue
    const word = (index: number): Hex => `0x${struct.slice(64 * index, 64 * (index + 1))}`
    const deadline = hexToBigInt(word(DEADLINE))
    const isMove = isSame(slice(word(ASSET), 12), asset) && hexToBigInt(word(DST_EID)) === BigInt(dstEid)
    if (isMove && deadline <= MAX_UINT64) return deadline
  }
  return undefined
}
