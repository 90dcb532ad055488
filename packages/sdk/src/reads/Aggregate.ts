import { isAddress } from 'viem'
import { InvalidAddressError } from '../errors/InvalidAddressError.ts'
import type { Hex } from '../model/Hex.ts'
import type { ReadResult } from '../model/ReadResult.ts'
import type { ContractCall } from './Read.ts'

/** Bytes, without `0x`, that a snapshot may answer with unless told otherwise: 2 MiB. */
export const MAX_BYTES = 2_097_152

/** One result per call, or what is wrong with the answer. */
export type Decoded =
  | { readonly status: 'ok'; readonly value: readonly ReadResult<Hex>[] }
  | { readonly status: 'unavailable'; readonly reason: string }

/**
 * Calldata of Multicall3's `aggregate3` for these calls; each may fail alone.
 *
 * @throws InvalidAddressError when a call's `to` is no address.
 */
export function encode(calls: readonly ContractCall[]): Hex {
  const stray = calls.find(({ to }) => !isAddress(to, { strict: false }))
  if (stray !== undefined) throw new InvalidAddressError({ parameter: 'to', value: stray.to })
  // By hand: a general encoder takes most of a refresh of many owners.
  const tuples = calls.map(({ to, data }) => {
    const digits = data.length - 2
    const padding = '0'.repeat((WORD - (digits % WORD)) % WORD)
    return `${to.slice(2).toLowerCase().padStart(WORD, '0')}${ALLOW_FAILURE}${DATA_OFFSET}${word(Math.ceil(digits / 2))}${data.slice(2)}${padding}`
  })
  let offset = 32 * calls.length
  const offsets = tuples.map((tuple) => {
    const own = word(offset)
    offset += tuple.length / 2
    return own
  })
  return `${AGGREGATE3}${word(32)}${word(calls.length)}${offsets.join('')}${tuples.join('')}`
}

/**
 * Reads what a node claims that `aggregate3` returned for `count` calls.
 *
 * It accepts exactly the encoding that the contract produces and nothing else: offsets in order, lengths that fit, zeros
 * as padding, no byte missing and none too many. A general ABI decoder follows any offset and forgives the rest, and a
 * half-broken answer must not become numbers.
 */
export function decode(answer: unknown, count: number, maxBytes: number = MAX_BYTES): Decoded {
  if (typeof answer !== 'string') return malformed('no hex string')
  if (answer.length > 2 + 2 * maxBytes) return malformed(`more than ${maxBytes} bytes`)
  if (answer.slice(0, 2) !== '0x' || /[^0-9a-fA-F]/.test(answer.slice(2))) return malformed('no hex string')
  const hex = answer.slice(2).toLowerCase()
  if (hex.length === 0) return malformed('nothing: no Multicall3 there, or no state')
  if (hex.length % WORD !== 0) return malformed('not a whole number of words')

  if (wordAt(hex, 0) !== 0x20) return malformed('no array')
  if (wordAt(hex, 1) !== count) return malformed('a wrong number of results')
  const results: ReadResult<Hex>[] = []
  // In words. Offsets count from after the array's length.
  const origin = 2
  let cursor = origin + count
  for (let index = 0; index < count; index++) {
    if (wordAt(hex, origin + index) !== (cursor - origin) * 32) return malformed('a wrong offset')
    const success = wordAt(hex, cursor)
    const offset = wordAt(hex, cursor + 1)
    const length = wordAt(hex, cursor + 2)
    if ((success !== 0 && success !== 1) || offset !== 0x40 || length === undefined) return malformed('a broken result')
    const begin = (cursor + 3) * WORD
    const end = begin + 2 * length
    cursor += 3 + Math.ceil(length / 32)
    if (cursor * WORD > hex.length) return malformed('too short')
    if (/[^0]/.test(hex.slice(end, cursor * WORD))) return malformed('dirty padding')
    const data: Hex = `0x${hex.slice(begin, end)}`
    results.push(success === 1 ? { status: 'ok', value: data } : { status: 'reverted', reason: 'reverted', data })
  }
  if (cursor * WORD !== hex.length) return malformed('too long')
  return { status: 'ok', value: results }
}

/** Hex digits of one EVM word. */
const WORD = 64

/** The selector of `aggregate3((address target, bool allowFailure, bytes callData)[])`. */
const AGGREGATE3 = '0x82ad56cb'
const ALLOW_FAILURE = word(1)
/** Where the bytes of a tuple begin: after its three words. */
const DATA_OFFSET = word(96)

function word(value: number): string {
  return value.toString(16).padStart(WORD, '0')
}

/** A word as a number that can be an offset, a length or a flag; undefined when it lies outside or is larger. */
function wordAt(hex: string, index: number): number | undefined {
  const word = hex.slice(index * WORD, (index + 1) * WORD)
  return /^0{56}[0-9a-f]{8}$/.test(word) ? Number.parseInt(word, 16) : undefined
}

function malformed(what: string): Decoded {
  return { status: 'unavailable', reason: `the node's answer is malformed: ${what}` }
}
