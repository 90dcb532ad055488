import { getAddress, parseAbi, size, slice } from 'viem'
import type { MarginContext } from '../../adapter/MarginContext.ts'
import type { Address } from '../../model/Hex.ts'
import * as Read from '../../reads/Read.ts'
import type { DeadlineOptions } from '../../reads/withDeadline.ts'
import * as Ask from '../ask.ts'
import { CallRevertedError, ChainUnavailableError } from '../MoveErrors.ts'
import type { TrackedMove } from '../MoveIntent.ts'
import { UnknownRouteError } from '../PlanErrors.ts'
import * as RouterReads from '../RouterReads.ts'
import { trackedMove } from '../trackedMove.ts'
import { isSame } from '../WhatIf.ts'
import { UnknownEidError } from './FindErrors.ts'
import { type FoundRouted, NO_DEADLINE, type Place } from './FoundMove.ts'

const oappAbi = parseAbi(['function peers(uint32 eid) view returns (bytes32)'])
/**
 * What was found of a move, held against the router's own record, and with the contracts at both ends.
 *
 * @throws ChainUnavailableError, UnknownEidError, UnknownRouteError
 */
export async function toTracked(
  client: MarginContext,
  place: Place,
  found: FoundRouted,
  options: DeadlineOptions,
): Promise<TrackedMove> {
  const { chain, deployment: source } = place
  const { id, owner, guid } = found
  const read = Read.andThen(RouterReads.sentMove(source.router, owner, id), (record) => {
    // Once it was sent its record says what, and where to.
    const { asset, dstEid } = BigInt(record.guid) === 0n ? found : record
    return Read.map(RouterReads.oftOf(source.router, asset), (oft) => ({ record, asset, dstEid, oft }))
  })
  const { results } = await Ask.snapshot(chain, [read], options)
  const { record, asset, dstEid, oft } = Ask.answerOf(chain, 'sentMove', results[0])
  // Nothing that was said of it is believed but what its record repeats.
  if (guid !== undefined && !isSame(record.guid, guid)) {
    throw new ChainUnavailableError(chain.chainId, 'the router has no record of the move that the node tells of')
  }
  const isSent = BigInt(record.guid) !== 0n
  const known = isSent ? { guid: record.guid, nonce: record.nonce } : {}
  const destination = client.routers.find(({ eid }) => eid === dstEid)
  if (destination === undefined) {
    throw new UnknownEidError(
      dstEid,
      client.routers.map(({ eid }) => eid),
    )
  }
  const there = oftThere(client, chain.chainId, destination.chainId, oft) ?? (await peerOf(place, oft, dstEid, options))
  if (there === undefined) throw new UnknownRouteError(asset, chain.chainId, destination.chainId)
  return trackedMove({
    ...found,
    ...known,
    version: 1,
    sourceChainId: chain.chainId,
    destinationChainId: destination.chainId,
    deadline: found.deadline ?? NO_DEADLINE,
    source: { eid: source.eid, endpoint: source.endpoint, router: source.router, oft },
    destination: { eid: dstEid, endpoint: destination.endpoint, router: destination.router, oft: there },
  })
}

/** The other end of a route that the client knows. */
function oftThere({ routes }: MarginContext, from: number, to: number, oft: Address): Address | undefined {
  const route = routes.find(({ ends }) => ends.some((end) => end.chainId === from && isSame(end.oft, oft)))
  return route?.ends.find(({ chainId }) => chainId === to)?.oft
}

/** The other end by what an OFT says itself; pools of Stargate have no peers of their own. */
async function peerOf(
  { chain }: Place,
  oft: Address,
  dstEid: number,
  options: DeadlineOptions,
): Promise<Address | undefined> {
  try {
    const read = Read.call({ to: oft, abi: oappAbi, functionName: 'peers', args: [dstEid] })
    const { results } = await Ask.snapshot(chain, [read], options)
    const peer = Ask.answerOf(chain, 'peers', results[0])
    return size(peer) === 32 && BigInt(peer) !== 0n ? getAddress(slice(peer, 12)) : undefined
  } catch (error) {
    if (error instanceof CallRevertedError) return undefined
    throw error
  }
}
