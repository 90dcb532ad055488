import type { Hex, MessageScan } from '@unimargin/sdk'
import * as Chain from './Chain.ts'
import { EIDS, SOURCE } from './places.ts'
import type * as World from './World.ts'

/** An indexer that knows the transaction, or says that of another, or nothing that can be read. */
export function scanOf({ random, source, count }: World.World): MessageScan | undefined {
  const lie: Hex = `0x${'66'.repeat(32)}`
  const said = (hash: Hex) => ({ hash, srcEid: EIDS[SOURCE] })
  const all: readonly [MessageScan | undefined, ...(MessageScan | undefined)[]] = [
    undefined,
    { sourceOf: (guid) => said(Chain.findSaid(source.head, guid) ?? lie) },
    { sourceOf: () => said(lie) },
    { sourceOf: () => said(source.head.transactions[0]?.hash ?? lie) },
    { sourceOf: () => ({ hash: `0x${count}`, srcEid: -1 }) },
    { sourceOf: () => Promise.reject(new TypeError('fetch failed')) },
  ]
  return random.pick(all)
}
