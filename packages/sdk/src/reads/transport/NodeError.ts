import type { Hex } from '../../model/Hex.ts'

/**
 * What a node, or what stands before it, says no with: a revert is an answer, everything else a failure of some kind. Works
 * on whatever was thrown: viem's errors, those of wallets, plain objects.
 */
export type NodeErrorKind =
  /** The contract refused: an answer that others can confirm. */
  | 'reverted'
  /** The node does not have the block that was named. */
  | 'missing'
  /** The node does not know the method, or how the block was named. */
  | 'unsupported'
  | 'failed'

const MAX_CAUSES = 16
const REVERT = /\b(?:execution reverted|vm execution error|vm exception while processing transaction: revert)\b/i
const MISSING =
  /\b(?:header (?:for hash )?not found|unknown block|block (?:\S+ )?(?:not found|unavailable|does not exist|is not available)|(?:hash )?(?:is )?not (?:currently )?canonical|could not find block|no state|missing trie node|block hash does not exist|blockoutofrange|block out of range)\b/i
const UNSUPPORTED =
  /\b(?:invalid (?:argument|params?|block|type)|cannot unmarshal|not supported|unsupported|hex string|expected)\b/i

/** The kind of a thrown value. */
export function kindOf(error: unknown): NodeErrorKind {
  if (revertDataOf(error) !== undefined) return 'reverted'
  const codes = codesOf(error)
  const text = textsOf(error)
  if (text.some((part) => MISSING.test(part)) || codes.includes(-32_001)) return 'missing'
  if (codes.includes(-32_601) || codes.includes(-32_602) || codes.includes(-32_004) || codes.includes(4_200)) {
    return 'unsupported'
  }
  return codes.length > 0 && text.some((part) => UNSUPPORTED.test(part)) ? 'unsupported' : 'failed'
}

/** The codes of a thrown value and its causes, outermost first. */
export function codesOf(error: unknown): readonly unknown[] {
  return fieldsOf(error, 'code')
}

/** What a thrown value and its causes say in words: for being searched, not for being printed. */
export function textsOf(error: unknown): readonly string[] {
  const texts = [...fieldsOf(error, 'details'), ...fieldsOf(error, 'message')]
  return texts.filter((text) => typeof text === 'string')
}

/** The revert data inside of what was thrown, however deep, `0x` for a revert without any; `undefined` when it was none. */
export function revertDataOf(error: unknown): Hex | undefined {
  for (const cause of causesOf(error)) {
    const data = read(cause, 'data')
    if (isHex(data)) return data
    if (typeof data === 'object' && data !== null) {
      const inner = read(data, 'data')
      if (isHex(inner)) return inner
    }
  }
  for (const cause of causesOf(error)) {
    const code = read(cause, 'code')
    // EIP-1474's code 3 is "execution reverted"; -32015 is what OpenEthereum's heirs say for it.
    if (code === 3 || code === -32_015) return '0x'
    const details = read(cause, 'details')
    const text = details ?? read(cause, 'message')
    if (typeof text !== 'string') continue
    if (typeof code === 'number' ? REVERT.test(text) : text === details && /^execution reverted$/i.test(text))
      return '0x'
  }
  return undefined
}

function* causesOf(error: unknown): Generator<object> {
  for (let [cause, depth] = [error, 0]; typeof cause === 'object' && cause !== null && depth < MAX_CAUSES; depth += 1) {
    yield cause
    cause = read(cause, 'cause')
  }
}

function fieldsOf(error: unknown, name: string): readonly unknown[] {
  return [...causesOf(error)].map((cause) => read(cause, name)).filter((value) => value !== undefined)
}

function read(value: object, name: string): unknown {
  try {
    return Reflect.get(value, name)
  } catch {
    // A hostile getter or a revoked proxy.
    return undefined
  }
}

function isHex(value: unknown): value is Hex {
  return typeof value === 'string' && /^0x([0-9a-fA-F]{2})*$/.test(value)
}
