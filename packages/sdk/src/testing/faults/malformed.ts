import type { Hex } from '../../model/Hex.ts'
import type { RpcRequest } from '../rpc/RpcBackend.ts'
import * as Aggregate3 from './Aggregate3.ts'
import type { Fault } from './Fault.ts'
import * as HexTree from './HexTree.ts'

/** Methods that say by `null` that there is no such thing. */
const NULLABLE_METHODS: readonly string[] = [
  'eth_getBlockByHash',
  'eth_getBlockByNumber',
  'eth_getTransactionByHash',
  'eth_getTransactionReceipt',
]

/** The methods whose result is bytes; all others give quantities. */
const BYTES_METHODS: readonly string[] = ['eth_call', 'eth_getCode', 'eth_getStorageAt']

/** Hex digits of one EVM word. */
const WORD = 64

/** `0x` for every call, as of an address without code: what naive code reads as zero. */
export function emptyAnswer(): Fault {
  return onCalls('empty-answer', () => '0x')
}

/** `null` for everything, except where it would be a proper answer. */
export function nullAnswer(): Fault {
  return {
    kind: 'null-answer',
    answer: (answer, { request }) =>
      answer.status === 'error' || NULLABLE_METHODS.includes(request.method)
        ? answer
        : { status: 'result', result: null },
  }
}

/** The last half word is missing. */
export function truncatedWords(): Fault {
  return onCalls('truncated-words', (hex) => `0x${hex.slice(2, Math.max(2, hex.length - WORD / 2))}`)
}

/** More words than the answer has. A decoder that does not count passes them. */
export function extraWords({ count = 3 }: { readonly count?: number } = {}): Fault {
  return onCalls('extra-words', (hex) => `${hex}${'f'.repeat(count * WORD)}`)
}

/** 320 bits where at most 256 fit. viem accepts them. */
export function oversizedWords(): Fault {
  return onHex('oversized-words', () => `0x${'f'.repeat(80)}`)
}

/** Digits that are none. */
export function nonHex(): Fault {
  return onHex('non-hex', (hex) => `${hex.slice(0, -1)}z`)
}

/** Bytes with an odd number of digits. Quantities stay: theirs may be odd. */
export function oddHex(): Fault {
  const change = (hex: Hex) => (hex === '0x' ? '0x0' : hex.slice(0, -1))
  return changing('odd-hex', ({ method }) => BYTES_METHODS.includes(method), change)
}

/** JSON numbers in the place of hex. */
export function jsonNumbers(): Fault {
  return onHex('json-numbers', (hex) => (hex.length <= 18 ? Number(hex) : 0))
}

/** Decimal texts in the place of hex: `"8453"` for `"0x2105"`. viem accepts them. */
export function decimalStrings(): Fault {
  return onHex('decimal-strings', (hex) => (hex === '0x' || hex.length > 2 + WORD ? '0' : BigInt(hex).toString()))
}

/** Floating point numbers, as of servers whose language has no integers: they are near the truth at best. */
export function floats(): Fault {
  return onHex('floats', (hex) => (hex.length <= 18 ? Number(hex) + 0.5 : 1.5e21))
}

/** `0X` in the place of `0x`. */
export function upperCasePrefix(): Fault {
  return onHex('upper-case-prefix', (hex) => `0X${hex.slice(2)}`)
}

/** Ones where the ABI has zeros: the success flags inside of Multicall3's answer have high bits. */
export function dirtyPadding(): Fault {
  return {
    kind: 'dirty-padding',
    answer: (answer, { request }) => {
      if (Aggregate3.callsOf(request) === undefined || answer.status !== 'result') return answer
      return {
        status: 'result',
        result: HexTree.map(answer.result, (hex) => {
          const count = Number.parseInt(hex.slice(2 + WORD, 2 + 2 * WORD), 16)
          return count > 0 ? dirtyFlags(hex, count) : hex
        }),
      }
    },
  }
}

/** One result too few inside of Multicall3's answer, or one too many. */
export function wrongResultCount({ by = -1 }: { readonly by?: -1 | 1 } = {}): Fault {
  return {
    kind: by === -1 ? 'missing-result' : 'surplus-result',
    answer: (answer, { request }) =>
      Aggregate3.change(answer, request, (results) =>
        by === -1 ? results.slice(0, -1) : [...results, ...results.slice(-1)],
      ),
  }
}

/** Flips the highest bit of each success flag: array offset, length, one offset per result, and there the flag. */
function dirtyFlags(hex: Hex, count: number): Hex {
  const words = hex.slice(2).match(/.{64}/g) ?? []
  const flags = words.slice(2, 2 + count).map((offset) => 2 + Number.parseInt(offset, 16) / 32)
  return `0x${words.map((word, index) => (flags.includes(index) ? `8${word.slice(1)}` : word)).join('')}`
}

function onCalls(kind: string, change: (hex: Hex) => string): Fault {
  return changing(kind, ({ method }) => method === 'eth_call', change)
}

function onHex(kind: string, change: (hex: Hex) => unknown): Fault {
  return changing(kind, () => true, change)
}

function changing(kind: string, applies: (request: RpcRequest) => boolean, change: (hex: Hex) => unknown): Fault {
  return {
    kind,
    answer: (answer, { request }) =>
      answer.status === 'result' && applies(request)
        ? { status: 'result', result: HexTree.map(answer.result, change) }
        : answer,
  }
}
