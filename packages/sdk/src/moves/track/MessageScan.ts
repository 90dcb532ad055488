import * as z from 'zod/mini'
import { AbortedError } from '../../errors/AbortedError.ts'
import type { Hex } from '../../model/Hex.ts'
import { DEFAULT_TIMEOUT, type DeadlineOptions, withDeadline } from '../../reads/withDeadline.ts'
import * as Schemas from '../moveSchemas.ts'

/** The transaction that is said to have sent a message, and where. */
export type MessageSource = {
  readonly hash: Hex
  /** LayerZero endpoint id of the chain. */
  readonly srcEid: number
}

/**
 * An indexer of LayerZero's messages, e.g. `layerZeroScan()`. It says where to look, and nothing is believed of it: what it names is
 * read from the chains. One that lies, or does not answer, costs time.
 */
export type MessageScan = {
  /** Which transaction sent a message; nothing where it does not know. It may throw. */
  readonly sourceOf: (
    guid: Hex,
    options: { readonly signal: AbortSignal },
  ) => Promise<MessageSource | undefined> | MessageSource | undefined
}

/** Milliseconds that a hint is waited for at most. */
const LONGEST = 5_000

/** Asks an indexer; nothing where it does not give an answer of the right form in time. @throws AbortedError */
export async function sourceOf(
  scan: MessageScan | undefined,
  guid: Hex,
  { timeout = DEFAULT_TIMEOUT, signal }: DeadlineOptions,
): Promise<MessageSource | undefined> {
  if (scan === undefined) return undefined
  try {
    const ask = async (ended: AbortSignal) => scan.sourceOf(guid, { signal: ended })
    const answer: unknown = await withDeadline(ask, { timeout: Math.min(timeout, LONGEST), signal })
    const found = z.safeParse(z.object({ hash: Schemas.hash(), srcEid: Schemas.eid() }), answer)
    return found.success ? found.data : undefined
  } catch (error) {
    if (error instanceof AbortedError && signal?.aborted === true) throw error
    return undefined
  }
}
