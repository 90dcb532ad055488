import * as z from 'zod/mini'
import { BaseError } from '../errors/BaseError.ts'
import type { Address, Hex } from '../model/Hex.ts'
import type { TrackedMove } from './MoveIntent.ts'

const MAX_UINT32 = 2 ** 32 - 1
const MAX_UINT64 = 2n ** 64n - 1n

/**
 * Checks that a restored value is a move that can be tracked. What else an intent holds is dropped: an intent is signed
 * from a fresh quote, never from a store.
 *
 * @throws InvalidMoveError
 *
 * @example
 * import { deserialize, parseMove, type TrackedMove } from '@unimargin/sdk'
 *
 * export function restore(text: string): TrackedMove {
 *   return parseMove(deserialize(text))
 * }
 */
export function parseMove(value: unknown): TrackedMove {
  const result = z.safeParse(schema(), value)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw new InvalidMoveError(issue?.path.map(String).join('.') ?? '', issue?.message ?? 'no move')
}

/** What was restored is no move. */
export class InvalidMoveError extends BaseError {
  override readonly name = 'InvalidMoveError'
  readonly path: string

  constructor(path: string, problem: string) {
    super('The stored value is no move.', {
      facts: { Path: path === '' ? 'the whole value' : path, Problem: problem },
      action: 'Store what `prepareMove` or `sendMove` gave, by `serialize`.',
    })
    this.path = path
  }
}

// Made when it is first needed: importing the package does no work.
function schema() {
  const hash = z.custom<Hex>((value) => typeof value === 'string' && /^0x[0-9a-fA-F]{64}$/.test(value))
  const address = z.custom<Address>((value) => typeof value === 'string' && /^0x[0-9a-fA-F]{40}$/.test(value))
  const chainId = z.int().check(z.minimum(1))
  const uint64 = z.bigint().check(z.minimum(0n), z.maximum(MAX_UINT64))
  const end = z.strictObject({
    eid: z.int().check(z.minimum(1), z.maximum(MAX_UINT32)),
    endpoint: address,
    router: address,
    oft: address,
  })
  return z.object({
    version: z.literal(1),
    id: hash,
    owner: address,
    sourceChainId: chainId,
    destinationChainId: chainId,
    deadline: uint64,
    source: end,
    destination: end,
    hash: z.optional(hash),
    guid: z.optional(hash),
    nonce: z.optional(uint64),
  })
}
