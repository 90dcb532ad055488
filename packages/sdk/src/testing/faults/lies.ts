import type { Hex } from '../../model/Hex.ts'
import type { RpcAnswer, RpcRequest } from '../rpc/RpcBackend.ts'
import * as Aggregate3 from './Aggregate3.ts'
import type { Fault } from './Fault.ts'
import * as HexTree from './HexTree.ts'
import * as Seed from './Seed.ts'

/** Hex digits of one EVM word. */
const WORD = 64

const MAX_UINT256 = 2n ** 256n - 1n

/** How {@link lyingValue} changes the truth. */
export type Lie = 'zero' | 'increment' | 'double' | 'max'

const LIES: Readonly<Record<Lie, (truth: bigint) => bigint>> = {
  zero: () => 0n,
  increment: (truth) => (truth + 1n) & MAX_UINT256,
  double: (truth) => (2n * truth) & MAX_UINT256,
  max: () => MAX_UINT256,
}

/**
 * One wrong word in an answer that is right otherwise, like the node that lied to one reader only (KelpDAO, April 2026).
 * The seed chooses the word; it is the same one for the same question. The proof of chain and block stays right. Balances
 * are lied about as well.
 */
export function lyingValue({ seed = 0, how = 'double' }: { readonly seed?: number; readonly how?: Lie } = {}): Fault {
  const lie = LIES[how]
  return {
    kind: `lying-${how}`,
    answer: (answer, { request }) => {
      if (answer.status !== 'result') return answer
      if (request.method === 'eth_getBalance') {
        return { status: 'result', result: HexTree.map(answer.result, (hex) => HexTree.quantity(lie(BigInt(hex)))) }
      }
      return changeValues(answer, request, (values) => changeOneWord(values, seed, lie))
    },
  }
}

/** High bits set in one small word: an address, a flag or a uint8 that a decoder cuts down to size without a look. */
export function dirtyWord({ seed = 0 }: { readonly seed?: number } = {}): Fault {
  const dirty = (truth: bigint) => (truth < 2n ** 160n ? truth + 2n ** 255n : truth)
  return {
    kind: 'dirty-word',
    answer: (answer, { request }) => changeValues(answer, request, (values) => changeOneWord(values, seed, dirty)),
  }
}

/** All values are zero, in answers of the right length and shape: a dead node that looks like an empty account. */
export function zeroedAnswer(): Fault {
  return {
    kind: 'zeroed-answer',
    answer: (answer, { request }) => {
      if (answer.status === 'result' && request.method === 'eth_getBalance') return { status: 'result', result: '0x0' }
      return changeValues(answer, request, (values) => values.map(({ length }): Hex => `0x${'0'.repeat(length - 2)}`))
    },
  }
}

/** Every call inside of Multicall3 succeeds with nothing, as calls of addresses without code do. */
export function emptyResults(): Fault {
  return {
    kind: 'empty-results',
    answer: (answer, { request }) => changeValues(answer, request, (values) => values.map(() => '0x')),
  }
}

/** Two results inside of Multicall3's answer have changed places: a debt for a balance. */
export function swappedResults({ seed = 0 }: { readonly seed?: number } = {}): Fault {
  return {
    kind: 'swapped-results',
    answer: (answer, { request }) =>
      changeValues(answer, request, (values) => {
        const pairs = values.flatMap((one, first) =>
          values.flatMap((other, second) =>
            first < second && one.length === other.length && one !== other ? [[first, second] as const] : [],
          ),
        )
        const pair = pairs[Seed.below(pairs.length, seed)]
        if (pair === undefined) return values
        const [first, second] = pair
        return values.map((hex, index) => values[index === first ? second : index === second ? first : index] ?? hex)
      }),
  }
}

/**
 * The answer of an earlier request of the same method, like a cache whose key leaves out the parameters. The first
 * request of each method gets its own.
 */
export function replayedAnswer(): Fault {
  const last = new Map<string, RpcAnswer>()
  return {
    kind: 'replayed-answer',
    answer: (answer, { request }) => {
      const earlier = last.get(request.method)
      last.set(request.method, answer)
      return earlier ?? answer
    },
  }
}

/** No code anywhere: every contract looks like a plain account. */
export function missingCode(): Fault {
  return {
    kind: 'missing-code',
    answer: (answer, { request }) =>
      answer.status === 'result' && request.method === 'eth_getCode' ? { status: 'result', result: '0x' } : answer,
  }
}

/** Changes the values of an answer: all but the proof of chain and block in Multicall3's, the whole result otherwise. */
function changeValues(
  answer: RpcAnswer,
  request: RpcRequest,
  change: (values: readonly Hex[]) => readonly Hex[],
): RpcAnswer {
  if (request.method !== 'eth_call' || answer.status !== 'result') return answer
  if (Aggregate3.callsOf(request) === undefined) {
    return { status: 'result', result: HexTree.map(answer.result, (hex) => change([hex])[0] ?? hex) }
  }
  return Aggregate3.change(answer, request, (results, calls) => {
    const isValue = (index: number) => {
      const call = calls[index]
      return call !== undefined && !Aggregate3.isHead(call) && results[index]?.success === true
    }
    const places = results.flatMap((_, index) => (isValue(index) ? [index] : []))
    const changed = change(places.map((index) => results[index]?.returnData ?? '0x'))
    return results.map((result, index) => {
      const place = places.indexOf(index)
      return place === -1 ? result : { ...result, returnData: changed[place] ?? result.returnData }
    })
  })
}

/** Changes the word that the seed chooses, or the next one that the change does not leave as it is. */
function changeOneWord(values: readonly Hex[], seed: number, change: (word: bigint) => bigint): readonly Hex[] {
  const words = values.flatMap((hex, value) =>
    Array.from({ length: Math.floor((hex.length - 2) / WORD) }, (_, word) => ({ value, begin: 2 + word * WORD })),
  )
  const first = Seed.below(words.length, seed)
  for (const { value, begin } of [...words.slice(first), ...words.slice(0, first)]) {
    const hex = values[value] ?? '0x'
    const truth = BigInt(`0x${hex.slice(begin, begin + WORD)}`)
    const lie = change(truth)
    if (lie === truth) continue
    const word = lie.toString(16).padStart(WORD, '0')
    const changed: Hex = `0x${hex.slice(2, begin)}${word}${hex.slice(begin + WORD)}`
    return values.map((kept, index) => (index === value ? changed : kept))
  }
  return values
}
