import type { MarginContext } from '../adapter/MarginContext.ts'
import type { ProtocolAdapter } from '../adapter/ProtocolAdapter.ts'
import type { Asset } from '../model/Asset.ts'
import type { ReadResult } from '../model/ReadResult.ts'
import { getSnapshot } from '../reads/getSnapshot.ts'
import type { MetadataEntry } from '../reads/MetadataCache.ts'
import * as Read from '../reads/Read.ts'
import { type DeadlineOptions, MAX_TIMEOUT } from '../reads/withDeadline.ts'
import * as RouteAsset from './RouteAsset.ts'

type Fact = { readonly kind: 'market'; readonly metadata: unknown } | { readonly kind: 'asset'; readonly asset: Asset }

/** The slow-moving facts of one chain. */
export type ChainMetadata = {
  /** One per adapter, in their order. */
  readonly markets: readonly ReadResult<unknown>[]
  /** The assets of routes, as far as they could be read. */
  readonly assets: readonly Asset[]
}

/** Gives the metadata of a chain's markets and assets from memory; what is missing travels in one request. */
export async function readMetadata(
  context: MarginContext,
  parameters: DeadlineOptions & {
    readonly chainId: number
    readonly adapters: readonly ProtocolAdapter[]
    /** Milliseconds since 1970. */
    readonly now: number
  },
): Promise<ChainMetadata> {
  const { chainId, adapters, now, timeout, signal } = parameters
  const markets = adapters.map(
    ({ market, metadata }): MetadataEntry<Fact> => ({
      key: market.key,
      ttl: metadata.ttl,
      read: Read.map(metadata.read, (value) => ({ kind: 'market', metadata: value })),
    }),
  )
  const assets = RouteAsset.entries(context.routes, chainId).map(
    (entry): MetadataEntry<Fact> => ({ ...entry, read: Read.map(entry.read, (asset) => ({ kind: 'asset', asset })) }),
  )
  const results = await context.metadata.load({
    entries: [...markets, ...assets],
    now,
    readAll: async (reads, inner) => {
      // Shared with whoever asks meanwhile: `load` ends it when the last of their deadlines is over.
      const options = { chainId, reads, maxCalls: context.maxCalls, timeout: MAX_TIMEOUT, signal: inner }
      const snapshot = await getSnapshot(context.getClient(chainId), options)
      return snapshot.status === 'read' ? snapshot.results : reads.map(() => snapshot)
    },
    timeout,
    signal,
  })
  return {
    markets: results.slice(0, adapters.length).map(marketOf),
    assets: results.flatMap((result) =>
      result.status === 'ok' && result.value.kind === 'asset' ? [result.value.asset] : [],
    ),
  }
}

function marketOf(result: ReadResult<Fact>): ReadResult<unknown> {
  if (result.status !== 'ok') return result
  return { status: 'ok', value: result.value.kind === 'market' ? result.value.metadata : undefined }
}
