import type { Chain } from 'viem'
import type { MarginContext } from '../adapter/MarginContext.ts'
import type { Block, Finality } from '../model/Block.ts'
import type { Flag, FlagKind } from '../model/Flag.ts'
import type { Agreement } from '../model/MarginView.ts'
import type { ReadResult } from '../model/ReadResult.ts'
import type { LatestRound } from '../reads/readLatestRound.ts'
import { sequencerDoubt } from './sequencerDoubt.ts'

/** What a reading says of the block that it was made at. */
export type Head = {
  readonly chain: Chain
  readonly block: Block
  readonly finality: Finality
  readonly agreement: Agreement
  /** What the sequencer's uptime feed said, where one is configured. */
  readonly sequencer?: ReadResult<LatestRound> | undefined
}

/** How old a head is, and what is doubtful about it. Times in seconds. */
export type HeadAssessment = { readonly age: bigint; readonly lag: bigint; readonly flags: readonly Flag[] }

/** Below a minute, clocks of devices and hiccups of sequencers would cry wolf. */
const MIN_MAX_AGE = 60
/** Blocks that may be missing on top, for chains with long block times. */
const LATE_BLOCKS = 5
/** Nodes behind one URL differ by a block or two, and reorganisations of one or two blocks are nothing unusual. */
const REORG_BLOCKS = 2
const MIN_REORG_SECONDS = 5
/** Milliseconds, as viem's chains have it: Ethereum's, for a chain that does not say. */
const DEFAULT_BLOCK_TIME = 12_000

/**
 * What final blocks are older by: batches reach the L1 some minutes apart, and the L1 is final after about 15 minutes. Twice
 * as much is no longer usual.
 */
const FINALITY_AGE: Readonly<Record<Finality, number>> = { latest: 0, safe: 1_800, finalized: 3_600 }

/**
 * Tells how old the block of a reading is at `now`, and how far behind the youngest that was seen.
 *
 * A chain that runs ahead of the clock, as simulated ones do, has an age of zero. `before` is the time of the youngest
 * block that was known when the reading began: two readings at once may overtake each other.
 */
export function assessHead(
  { history, maxBlockAge, sequencers }: Pick<MarginContext, 'history' | 'maxBlockAge' | 'sequencers'>,
  head: Head,
  { now, before }: { readonly now: bigint; readonly before: bigint | undefined },
): HeadAssessment {
  const { chain, block, finality, agreement, sequencer } = head
  const { timestamp } = block
  const age = surplus(now, timestamp)
  const lag = surplus(history?.youngest(chain.id, 'latest') ?? timestamp, timestamp)
  const flag = (kind: FlagKind, reason: string): Flag => ({ kind, chainId: chain.id, path: 'chain', reason })
  const flags: Flag[] = []
  if (agreement.status === 'single-source') flags.push(flag('single-source', 'one node alone says so'))
  const limit = maxAgeOf(maxBlockAge, chain) + BigInt(FINALITY_AGE[finality])
  if (age > limit) flags.push(flag('stale-head', `the block is ${age} s old, and ${limit} s are usual at most`))
  const back = surplus(before ?? timestamp, timestamp)
  if (back > reorgSeconds(chain)) {
    flags.push(flag('head-went-back', `a block that is ${back} s younger was seen before`))
  }
  const feed = sequencers?.find(({ chainId }) => chainId === chain.id)
  const doubt = feed && sequencer && sequencerDoubt(feed, sequencer, timestamp)
  if (doubt !== undefined) flags.push({ ...doubt, chainId: chain.id, path: 'sequencer' })
  return { age, lag, flags }
}

function maxAgeOf(configured: MarginContext['maxBlockAge'], chain: Chain): bigint {
  const own = typeof configured === 'object' ? configured[chain.id] : configured
  return BigInt(own ?? MIN_MAX_AGE + Math.ceil((LATE_BLOCKS * blockTime(chain)) / 1_000))
}

function reorgSeconds(chain: Chain): bigint {
  return BigInt(Math.max(MIN_REORG_SECONDS, Math.ceil((REORG_BLOCKS * blockTime(chain)) / 1_000)))
}

function blockTime(chain: Chain): number {
  return chain.blockTime ?? DEFAULT_BLOCK_TIME
}

function surplus(a: bigint, b: bigint): bigint {
  return a > b ? a - b : 0n
}
