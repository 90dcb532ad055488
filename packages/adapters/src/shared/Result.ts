import type { ReadFailure, ReadResult } from '@unimargin/sdk'

/** What was read. */
export function ok<value>(value: value): ReadResult<value> {
  return { status: 'ok', value }
}

/** What nobody answered, or not credibly. */
export function unavailable(reason: string): ReadFailure {
  return { status: 'unavailable', reason }
}

/** What comes of a result, if there is one; its failure otherwise. */
export function andThen<from, to>(result: ReadResult<from>, to: (value: from) => ReadResult<to>): ReadResult<to> {
  return result.status === 'ok' ? to(result.value) : result
}

/** What a list of results lacks. */
export const missing: ReadFailure = unavailable('no result')
