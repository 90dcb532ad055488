import type { MarketReading, ProtocolAdapter } from '../../adapter/ProtocolAdapter.ts'
import type { Address } from '../../model/Hex.ts'
import type { Read } from '../../reads/Read.ts'

/**
 * The same adapter, which gives the same read again for the same metadata and the same list of owners (both by identity): a
 * read that is used again understands anew only what changed.
 */
export function rememberStates(adapter: ProtocolAdapter): ProtocolAdapter {
  let last:
    | { readonly metadata: unknown; readonly owners: readonly Address[]; readonly read: Read<MarketReading> }
    | undefined
  const { market, rules, metadata, collateral } = adapter
  // Complete, so that a field that adapters get one day is not lost here.
  const remembering: ProtocolAdapter & Record<keyof ProtocolAdapter, unknown> = {
    market,
    rules,
    metadata,
    collateral,
    state: (facts, owners) => {
      if (last === undefined || last.metadata !== facts || last.owners !== owners) {
        last = { metadata: facts, owners, read: adapter.state(facts, owners) }
      }
      return last.read
    },
  }
  return remembering
}
