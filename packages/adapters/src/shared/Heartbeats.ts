import { type Address, InvalidAddressError } from '@unimargin/sdk'
import { isAddress } from 'viem'
import { InvalidHeartbeatError } from './InvalidHeartbeatError.ts'

/** Seconds within which a feed promises an update. */
export type Heartbeats = { readonly of: (source: Address) => bigint }

/** A day: the longest heartbeat that is usual for price feeds, so that what is older is late by any measure. */
export const DEFAULT_HEARTBEAT = 86_400

/**
 * Heartbeats by the address of the feed, in any case, with one for all others.
 *
 * @throws InvalidAddressError, InvalidHeartbeatError
 */
export function parse(
  heartbeats: Readonly<Record<Address, number>> = {},
  defaultHeartbeat: number = DEFAULT_HEARTBEAT,
): Heartbeats {
  const byFeed = new Map(
    Object.entries(heartbeats).map(([feed, seconds]) => {
      if (!isAddress(feed, { strict: false })) throw new InvalidAddressError({ parameter: 'heartbeats', value: feed })
      return [feed.toLowerCase(), checked(feed, seconds)]
    }),
  )
  const otherwise = checked('defaultHeartbeat', defaultHeartbeat)
  return { of: (source) => byFeed.get(source.toLowerCase()) ?? otherwise }
}

function checked(name: string, seconds: number): bigint {
  // What 32 bits hold: neither a fraction, nor negative, nor longer than a life.
  if (seconds >>> 0 !== seconds || seconds === 0) throw new InvalidHeartbeatError(name, seconds)
  return BigInt(seconds)
}
