import type { Chain } from 'viem'
import type { MarginContext } from '../adapter/MarginContext.ts'
import type { MarketReading, ProtocolAdapter } from '../adapter/ProtocolAdapter.ts'
import { reasonOf } from '../errors/reasonOf.ts'
import type { Asset } from '../model/Asset.ts'
import type { Block, Finality } from '../model/Block.ts'
import type { Address } from '../model/Hex.ts'
import type { ReadFailure, ReadResult } from '../model/ReadResult.ts'
import type { RouterDeployment } from '../model/Route.ts'
import { getSnapshot } from '../reads/getSnapshot.ts'
import * as Read from '../reads/Read.ts'
import * as OwnerMoves from './OwnerMoves.ts'
import { readMetadata } from './readMetadata.ts'

/** Metadata younger than this many seconds is not suspected of having caused a failure. */
const SUSPECT_AGE = 60

/** What one market brought. */
export type MarketOutcome = { readonly adapter: ProtocolAdapter; readonly reading: ReadResult<MarketReading> }

/** What the router of a chain brought: one entry per owner. */
export type RouterOutcome = {
  readonly router: RouterDeployment
  readonly moves: ReadResult<readonly OwnerMoves.OwnerMoves[]>
}

/** What one chain brought. Where it is unread, so are all of its markets and its router. */
export type ChainOutcome = {
  readonly chain: Chain
  /** Whom it was read for, in the order of the markets' positions and of the router's moves. */
  readonly owners: readonly Address[]
  readonly markets: readonly MarketOutcome[]
  /** Absent where no router is configured. */
  readonly router: RouterOutcome | undefined
  /** The assets of routes on this chain, as far as they are known. */
  readonly assets: readonly Asset[]
} & (
  | { readonly status: 'read'; readonly block: Block; readonly age: bigint }
  | { readonly status: 'unread'; readonly reason: string }
)

/**
 * Reads everything of one chain: all of its markets and the router's moves in one request, after the metadata that is not
 * in memory yet, if any. The deadline covers both.
 */
export async function readChain(
  context: MarginContext,
  parameters: {
    readonly chain: Chain
    readonly owners: readonly Address[]
    readonly timeout: number
    readonly signal: AbortSignal | undefined
    readonly finality?: Finality | undefined
  },
): Promise<ChainOutcome> {
  const { chain, owners, timeout, signal, finality = 'latest' } = parameters
  const adapters = context.adapters.filter(({ market }) => market.chainId === chain.id)
  const router = context.routers.find(({ chainId }) => chainId === chain.id)
  const started = Date.now()
  const metadata = await readMetadata(context, { chainId: chain.id, adapters, now: started, timeout, signal })
  const states = adapters.map((adapter, index) => stateOf(adapter, metadata.markets[index] ?? NO_RESULT, owners))
  const identity = { chain, owners, assets: metadata.assets }
  const unread = (failure: ReadFailure): ChainOutcome => ({
    ...identity,
    status: 'unread',
    reason: failure.reason,
    markets: adapters.map((adapter) => ({ adapter, reading: failure })),
    router: router && { router, moves: failure },
  })

  const spent = Math.max(0, Date.now() - started)
  if (timeout - spent < 1)
    return unread(metadata.markets.find(isFailure) ?? { status: 'unavailable', reason: 'too slow' })
  const snapshot = await getSnapshot(context.getClient(chain.id), {
    chainId: chain.id,
    finality,
    // Settled, so that what one market or the router lacks stays its own.
    reads: [
      Read.all(states.map(Read.settle)),
      Read.all(router === undefined ? [] : owners.map((owner) => OwnerMoves.read(router.router, owner))),
    ],
    timeout: timeout - spent,
    signal,
  })
  if (snapshot.status !== 'read') return unread(snapshot)

  const { block } = snapshot
  const [readings, moves] = snapshot.results
  const markets = adapters.map((adapter, index): MarketOutcome => {
    const reading = readings.status === 'ok' ? (readings.value[index] ?? NO_RESULT) : readings
    return { adapter, reading }
  })
  const now = Date.now()
  for (const { adapter, reading } of markets) {
    // A reserve that was listed since, a new implementation: the next refresh asks anew.
    if (reading.status !== 'ok') context.metadata.forget(adapter.market.key, { now, minAge: SUSPECT_AGE })
  }
  const seconds = BigInt(Math.floor(now / 1_000))
  return {
    ...identity,
    status: 'read',
    block,
    age: seconds > block.timestamp ? seconds - block.timestamp : 0n,
    markets,
    router: router && { router, moves },
  }
}

/** What a market's state is read with; a read without calls where that cannot be known. */
function stateOf(
  adapter: ProtocolAdapter,
  metadata: ReadResult<unknown>,
  owners: readonly Address[],
): Read.Read<MarketReading> {
  if (metadata.status !== 'ok') return Read.fail(metadata)
  try {
    return adapter.state(metadata.value, owners)
  } catch (error) {
    return Read.fail({ status: 'unavailable', reason: `cannot be read: ${reasonOf(error)}` })
  }
}

function isFailure(result: ReadResult<unknown>): result is ReadFailure {
  return result.status !== 'ok'
}

const NO_RESULT: ReadFailure = { status: 'unavailable', reason: 'no result' }
