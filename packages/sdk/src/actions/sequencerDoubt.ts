import type { Flag } from '../model/Flag.ts'
import type { ReadResult } from '../model/ReadResult.ts'
import type { SequencerFeed } from '../model/SequencerFeed.ts'
import type { LatestRound } from '../reads/readLatestRound.ts'

const DEFAULT_GRACE = 3_600
const UP = 0n
const DOWN = 1n

/** What is doubtful while a sequencer is down, just back, or does not say; nothing while it is up. Times in seconds. */
export function sequencerDoubt(
  { grace = DEFAULT_GRACE }: Pick<SequencerFeed, 'grace'>,
  round: ReadResult<LatestRound>,
  blockTime: bigint,
): Pick<Flag, 'kind' | 'reason'> | undefined {
  if (round.status !== 'ok') return { kind: 'sequencer-unknown', reason: round.reason }
  const { answer, startedAt } = round.value
  if (answer === DOWN) return { kind: 'sequencer-down', reason: `the sequencer is down since ${startedAt}` }
  // A round that has not begun, as on Arbitrum before the first report, says nothing.
  if (answer !== UP || startedAt === 0n || startedAt > blockTime) {
    return { kind: 'sequencer-unknown', reason: `the uptime feed answers ${answer}, since ${startedAt}` }
  }
  const up = blockTime - startedAt
  if (up > BigInt(grace)) return undefined
  return { kind: 'sequencer-grace', reason: `the sequencer is back for ${up} s, and ${grace} s of grace are given` }
}
