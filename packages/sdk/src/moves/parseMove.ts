import * as z from 'zod/mini'
import { BaseError } from '../errors/BaseError.ts'
import type { PreparedMove, TrackedMove } from './MoveIntent.ts'
import type { MoveQuote } from './MoveQuote.ts'
import * as Schemas from './moveSchemas.ts'

/**
 * Checks that a restored value is a move that can be tracked: an intent or a handle. What else an intent holds is dropped.
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
  return parsed(z.safeParse(Schemas.trackedMove(), value))
}

/**
 * Checks that a restored value is a quote, with the plan that it is of. It says nothing of where it was stored: whoever could
 * change it could show other costs or name another recovery address. Restore it only from where others cannot write.
 *
 * @throws InvalidMoveError
 *
 * @example
 * import { deserialize, type MoveQuote, parseMoveQuote } from '@unimargin/sdk'
 *
 * export function restore(text: string): MoveQuote {
 *   return parseMoveQuote(deserialize(text))
 * }
 */
export function parseMoveQuote(value: unknown): MoveQuote {
  return parsed(z.safeParse(Schemas.quote(), value))
}

/**
 * Checks that a restored value is a prepared move. It says nothing of where it was stored: whoever could change it could
 * name another recovery address. Restore it only from where others cannot write.
 *
 * @throws InvalidMoveError
 *
 * @example
 * import { deserialize, parsePreparedMove, type PreparedMove } from '@unimargin/sdk'
 *
 * export function restore(text: string): PreparedMove {
 *   return parsePreparedMove(deserialize(text))
 * }
 */
export function parsePreparedMove(value: unknown): PreparedMove {
  return parsed(z.safeParse(Schemas.prepared(), value))
}

/** What was restored is not the step of a move that was asked for. */
export class InvalidMoveError extends BaseError {
  override readonly name = 'InvalidMoveError'
  readonly path: string

  constructor(path: string, problem: string) {
    super('The stored value is not the step of a move that it should be.', {
      facts: { Path: path === '' ? 'the whole value' : path, Problem: problem },
      action: 'Store what the client gave, by `serialize`, and restore it as what it was.',
    })
    this.path = path
  }
}

type Result<value> =
  | { readonly success: true; readonly data: value }
  | {
      readonly success: false
      readonly error: {
        readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[]
      }
    }

function parsed<value>(result: Result<value>): value {
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw new InvalidMoveError(issue?.path.map(String).join('.') ?? '', issue?.message ?? 'of another form')
}
