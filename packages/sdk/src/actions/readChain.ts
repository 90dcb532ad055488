import type { Chain, Client } from 'viem'
import type { MarginContext } from '../adapter/MarginContext.ts'
import type { MarketReading, ProtocolAdapter } from '../adapter/ProtocolAdapter.ts'
import { reasonOf } from '../errors/reasonOf.ts'
import type { Asset } from '../model/Asset.ts'
import type { Finality } from '../model/Block.ts'
import type { Address } from '../model/Hex.ts'
import type { Agreement } from '../model/MarginView.ts'
import type { ReadFailure, ReadResult } from '../model/ReadResult.ts'
import type { RouterDeployment } from '../model/Route.ts'
import { getSnapshot } from '../reads/getSnapshot.ts'
import * as Read from '../reads/Read.ts'
import { readLatestRound } from '../reads/readLatestRound.ts'
import type { AnswerFailure } from '../reads/requestCalls.ts'
import { assessHead, type Head, type HeadAssessment } from './assessHead.ts'
import * as OwnerMoves from './OwnerMoves.ts'
import { readMetadata } from './readMetadata.ts'
import { readOnce } from './readOnce.ts'

/** Metadata younger than this many seconds is not suspected of having caused a failure. */
const SUSPECT_AGE = 60

/** What one market brought. */
export type MarketOutcome = { readonly adapter: ProtocolAdapter; readonly reading: ReadResult<MarketReading> }

/** What the router of a chain brought. */
export type RouterOutcome = {
  readonly router: RouterDeployment
  /** One per owner. */
  readonly moves: readonly ReadResult<OwnerMoves.OwnerMoves>[]
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
  /** How final the block was asked to be. */
  readonly finality: Finality
  /** When the reading ended: seconds since 1970. */
  readonly readAt: bigint
} & (
  | ({ readonly status: 'read' } & Omit<Head, 'chain' | 'finality'> & HeadAssessment)
  | { readonly status: 'unread'; readonly reason: string; readonly failure: AnswerFailure }
)

/** A chain that was read. */
export type ReadOutcome = Extract<ChainOutcome, { readonly status: 'read' }>

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
    /** This block, instead of the latest of that finality. */
    readonly blockNumber?: bigint | undefined
  },
): Promise<ChainOutcome> {
  const { chain, owners, timeout, signal, finality = 'latest', blockNumber } = parameters
  const adapters = context.adapters.filter(({ market }) => market.chainId === chain.id)
  const router = context.routers.find(({ chainId }) => chainId === chain.id)
  const started = Date.now()
  const metadata = await readMetadata(context, { chainId: chain.id, adapters, now: started, timeout, signal })
  const states = adapters.map((adapter, index) => stateOf(adapter, metadata.markets[index] ?? NO_RESULT, owners))
  const identity = { chain, owners, assets: metadata.assets, finality }
  const unread = (failure: AnswerFailure): ChainOutcome =>
    unreadOutcome(
      { ...identity, markets: adapters.map((adapter) => ({ adapter })), router: router && { router } },
      failure,
      secondsNow(),
    )

  const spent = Math.max(0, Date.now() - started)
  if (timeout - spent < 1) return unread(metadata.markets.find(isAnswerFailure) ?? TOO_SLOW)
  const client = context.getClient(chain.id)
  const sequencer = context.sequencers?.find(({ chainId }) => chainId === chain.id)
  const before = context.history?.youngest(chain.id, finality)
  const snapshot = await getSnapshot(client, {
    chainId: chain.id,
    ...(blockNumber === undefined ? { finality } : { blockNumber }),
    // Settled, so that what one market or an owner's moves lack stays their own.
    reads: [
      Read.all(states.map(Read.settle)),
      router === undefined ? Read.succeed([]) : movesOf(router, owners),
      sequencer === undefined ? Read.succeed(undefined) : Read.settle(readLatestRound(sequencer.feed)),
    ],
    maxCalls: context.maxCalls,
    timeout: timeout - spent,
    signal,
  })
  if (snapshot.status !== 'read') return unread(snapshot)

  const { block } = snapshot
  const [readings, moves, round] = snapshot.results
  const markets = adapters.map((adapter, index): MarketOutcome => {
    const reading = readings.status === 'ok' ? (readings.value[index] ?? NO_RESULT) : readings
    return { adapter, reading }
  })
  const now = Date.now()
  for (const { adapter, reading } of markets) {
    // A reserve that was listed since, a new implementation: the next refresh asks anew.
    if (reading.status !== 'ok') context.metadata.forget(adapter.market.key, { now, minAge: SUSPECT_AGE })
  }
  const readAt = secondsNow()
  context.history?.noteBlock(block, finality, readAt)
  const head: Head = {
    chain,
    block,
    finality,
    agreement: agreementOf(client),
    sequencer: round.status === 'ok' ? round.value : round,
  }
  return {
    ...identity,
    ...head,
    ...assessHead(context, head, { now: readAt, before }),
    status: 'read',
    readAt,
    markets,
    router: router && { router, moves: moves.status === 'ok' ? moves.value : owners.map(() => moves) },
  }
}

/** A chain of which nothing can be believed. */
export function unreadOutcome(
  { chain, owners, assets, finality, markets, router }: UnreadParts,
  failure: AnswerFailure,
  readAt: bigint,
): ChainOutcome {
  return {
    chain,
    owners,
    assets,
    finality,
    readAt,
    status: 'unread',
    reason: failure.reason,
    failure,
    markets: markets.map(({ adapter }) => ({ adapter, reading: failure })),
    router: router && { router: router.router, moves: owners.map(() => failure) },
  }
}

type UnreadParts = Pick<ChainOutcome, 'chain' | 'owners' | 'assets' | 'finality'> & {
  readonly markets: readonly Pick<MarketOutcome, 'adapter'>[]
  readonly router: Pick<RouterOutcome, 'router'> | undefined
}

/** Seconds since 1970. */
export function secondsNow(): bigint {
  return BigInt(Math.floor(Date.now() / 1_000))
}

/** A transport that compares nodes says so in its `quorum`; any other has one node's word. */
function agreementOf({ transport }: Client): Agreement {
  const quorum: unknown = Reflect.get(transport, 'quorum')
  if (typeof quorum !== 'object' || quorum === null) return { status: 'single-source' }
  const [agree, of]: readonly unknown[] = [Reflect.get(quorum, 'agree'), Reflect.get(quorum, 'of')]
  const isQuorum = typeof agree === 'number' && typeof of === 'number' && agree >= 2 && of >= agree
  return isQuorum ? { status: 'agreed', agree, of } : { status: 'single-source' }
}

function movesOf(router: RouterDeployment, owners: readonly Address[]): Read.Read<RouterOutcome['moves']> {
  return readOnce(owners, { of: router }, () =>
    Read.all(owners.map((owner) => Read.settle(OwnerMoves.read(router.router, owner)))),
  )
}

/** What a market's state is read with; a read without calls where that cannot be known. */
function stateOf(
  adapter: ProtocolAdapter,
  metadata: ReadResult<unknown>,
  owners: readonly Address[],
): Read.Read<MarketReading> {
  if (metadata.status !== 'ok') return Read.fail(metadata)
  try {
    const facts = metadata.value
    return readOnce(owners, { of: adapter, facts }, () => adapter.state(facts, owners))
  } catch (error) {
    return Read.fail({ status: 'unavailable', reason: `cannot be read: ${reasonOf(error)}` })
  }
}

function isAnswerFailure(result: ReadResult<unknown>): result is AnswerFailure {
  return result.status === 'unavailable' || result.status === 'disputed'
}

const TOO_SLOW: AnswerFailure = { status: 'unavailable', reason: 'too slow' }

const NO_RESULT: ReadFailure = { status: 'unavailable', reason: 'no result' }
