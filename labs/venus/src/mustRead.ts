import { getSnapshot, type Read, type ReadResult } from '@unimargin/sdk'
import type { Client } from 'viem'

/** What was read; ends the run where it was not. */
export function mustRead<value>(result: ReadResult<value> | undefined): value {
  if (result === undefined) return fail('nothing was read')
  return result.status === 'ok' ? result.value : fail(result.reason)
}

/** Reads of one block; ends the run where the chain does not answer. */
export function readerOf(client: Client, chainId: number) {
  return async <const reads extends readonly Read.Read<unknown>[]>(reads: reads) => {
    const snapshot = await getSnapshot(client, { chainId, reads, timeout: 60_000 })
    return snapshot.status === 'read' ? snapshot.results : fail(`no snapshot: ${snapshot.reason}`)
  }
}

/** Ends the run. */
export function fail(reason: string): never {
  throw new TypeError(reason)
}
