import * as z from 'zod/mini'
import { readBody } from '../reads/transport/readBody.ts'
import * as Schemas from './moveSchemas.ts'
import type { MessageScan } from './track/MessageScan.ts'

export type LayerZeroScanOptions = {
  /** Base of the API, without a slash at its end. That of LayerZero's main networks unless given. */
  readonly url?: string | undefined
  /** Used in place of the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch | undefined
}

const MAINNETS = 'https://scan.layerzero-api.com/v1'
const MAX_BYTES = 1_000_000

/** What is used of an answer: a few fields, and other ones may come and go. */
function answerSchema() {
  return z.object({
    data: z
      .array(
        z.object({
          guid: Schemas.hash(),
          pathway: z.object({ srcEid: Schemas.eid() }),
          source: z.object({ tx: z.object({ txHash: Schemas.hash() }) }),
        }),
      )
      .check(z.maxLength(1_000)),
  })
}

/**
 * LayerZero Scan as a hint for `findMove`, `moveHints` and `recover`: it knows the transaction of a message where nodes do not keep
 * old logs. Nothing that it says is believed; what it names is read from the chains. Asking it tells its operator which message
 * you are interested in.
 *
 * @example
 * import { findMove, layerZeroScan, type Hex, type MarginContext, type TrackedMove } from '@unimargin/sdk'
 *
 * export function restore(client: MarginContext, guid: Hex): Promise<TrackedMove> {
 *   return findMove(client, { guid, scan: layerZeroScan() })
 * }
 */
export function layerZeroScan({ url = MAINNETS, fetch }: LayerZeroScanOptions = {}): MessageScan {
  return {
    sourceOf: async (guid, { signal }) => {
      const ask = fetch ?? globalThis.fetch
      const response = await ask(`${url}/messages/guid/${guid}`, {
        signal,
        headers: { accept: 'application/json' },
        // Not followed: nobody is asked that was not named.
        redirect: 'error',
        credentials: 'omit',
        referrerPolicy: 'no-referrer',
      })
      if (!response.ok) return undefined
      const { data } = z.parse(answerSchema(), JSON.parse(await readBody(response, MAX_BYTES)))
      const found = data.find((message) => message.guid.toLowerCase() === guid.toLowerCase())
      return found === undefined ? undefined : { hash: found.source.tx.txHash, srcEid: found.pathway.srcEid }
    },
  }
}
