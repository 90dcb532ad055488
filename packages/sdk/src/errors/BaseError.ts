import { reasonOf } from './reasonOf.ts'
import { redact } from './redact.ts'
import * as Secrets from './Secrets.ts'

const brand = Symbol.for('@unimargin/error')

/** What an error carries besides its first sentence. */
export type BaseErrorOptions = {
  /** The facts of the failure, printed as aligned `Name: value` lines. */
  readonly facts?: Readonly<Record<string, string | number | bigint | undefined>> | undefined
  /** One sentence that says what to do next. */
  readonly action: string
  /** Path of the page that explains the error, below the documentation's root. */
  readonly docsPath?: string | undefined
  /** What caused it. Its texts are redacted, so that no RPC URL with a key can be printed. */
  readonly cause?: unknown
}

/**
 * The base of every error that Unimargin throws.
 *
 * The message is one sentence, the facts, and one sentence that says what to do next. `name` is stable: switch on it, or
 * ask {@link isUnimarginError}, because `instanceof` fails when a page holds two copies of the package.
 */
export abstract class BaseError extends Error {
  abstract override readonly name: string
  readonly shortMessage: string
  readonly action: string
  readonly docsPath: string | undefined
  readonly [brand] = true

  constructor(shortMessage: string, options: BaseErrorOptions) {
    const facts = Object.entries(options.facts ?? {}).filter(([, value]) => value !== undefined)
    const width = Math.max(0, ...facts.map(([key]) => key.length)) + 1
    const lines = facts.map(([key, value]) => `${`${key}:`.padEnd(width)} ${String(value).replace(/\s+/g, ' ')}`)
    const docs = options.docsPath === undefined ? [] : [`Docs: ${options.docsPath}`]
    super(
      redact([shortMessage, ...lines, options.action, ...docs].join('\n')),
      options.cause === undefined ? undefined : { cause: redactedCause(options.cause) },
    )
    this.shortMessage = redact(shortMessage)
    this.action = options.action
    this.docsPath = options.docsPath
  }
}

/**
 * Says whether a thrown value is an error of Unimargin, also when it comes from another copy of the package.
 *
 * @example
 * import { isUnimarginError } from '@unimargin/sdk'
 *
 * export function explain(error: unknown): string {
 *   return isUnimarginError(error) ? error.action : 'Unexpected failure.'
 * }
 */
export function isUnimarginError(value: unknown): value is BaseError {
  return typeof value === 'object' && value !== null && (value as { [brand]?: unknown })[brand] === true
}

const MAX_CAUSES = 8

/**
 * A foreign error carries URLs, headers and terminal escapes in its fields as well: only its name and a clean message
 * survive. Chains are cut, because they may be circular.
 */
function redactedCause(cause: unknown, depth = 1, secrets = Secrets.of(cause)): unknown {
  if (isUnimarginError(cause)) return cause
  if (!(cause instanceof Error)) return Secrets.hide(reasonOf(cause), secrets)
  const clean = new Error(Secrets.hide(reasonOf(cause), secrets))
  clean.name = redact(String(cause.name))
  clean.stack = `${clean.name}: ${clean.message}`
  if (cause.cause !== undefined && depth < MAX_CAUSES) clean.cause = redactedCause(cause.cause, depth + 1, secrets)
  return clean
}
