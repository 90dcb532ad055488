import type { Address } from '../model/Hex.ts'
import * as Read from './Read.ts'

/** What a feed with Chainlink's interface says last. Times are seconds since 1970. */
export type LatestRound = {
  readonly answer: bigint
  readonly startedAt: bigint
  readonly updatedAt: bigint
}

/**
 * Reads the latest round of a feed: a price feed or a sequencer's uptime feed. Fails where the address does not answer as
 * such a feed does.
 *
 * @example
 * import { Read, readLatestRound } from '@unimargin/sdk'
 *
 * export function readUpdatedAt(feed: `0x${string}`): Read.Read<bigint> {
 *   return Read.map(readLatestRound(feed), ({ updatedAt }) => updatedAt)
 * }
 */
export function readLatestRound(feed: Address): Read.Read<LatestRound> {
  return Read.map(
    Read.call({ to: feed, abi: feedAbi, functionName: 'latestRoundData' }),
    ([, answer, startedAt, updatedAt]) => ({ answer, startedAt, updatedAt }),
  )
}

const feedAbi = [
  {
    type: 'function',
    name: 'latestRoundData',
    stateMutability: 'view',
    inputs: [],
    outputs: [
      { name: 'roundId', type: 'uint80' },
      { name: 'answer', type: 'int256' },
      { name: 'startedAt', type: 'uint256' },
      { name: 'updatedAt', type: 'uint256' },
      { name: 'answeredInRound', type: 'uint80' },
    ],
  },
] as const
