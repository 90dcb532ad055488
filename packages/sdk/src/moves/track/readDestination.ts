import { zeroHash } from 'viem'
import type { MarginContext } from '../../adapter/MarginContext.ts'
import type { Finality } from '../../model/Block.ts'
import type { Address, Hex } from '../../model/Hex.ts'
import type { ReadResult } from '../../model/ReadResult.ts'
import { getSnapshot } from '../../reads/getSnapshot.ts'
import * as Read from '../../reads/Read.ts'
import type { DeadlineOptions } from '../../reads/withDeadline.ts'
import type * as Ask from '../ask.ts'
import * as EndpointReads from '../EndpointReads.ts'
import type { TrackedMove } from '../MoveIntent.ts'
import * as RouterReads from '../RouterReads.ts'
import * as StargateReads from '../StargateReads.ts'
import { isSame } from '../WhatIf.ts'
import type { DestinationEvidence, Unread } from './Evidence.ts'
import { pathOf } from './pathOf.ts'
import { readReceived, readSettled } from './readDirect.ts'

/** By the router's `ArrivalStatus`. */
const records = ['none', 'credited', 'parked', 'claimed'] as const

/** What the destination shows of a move that was sent: one request. */
export async function readDestination(
  context: Pick<MarginContext, 'routes'>,
  chains: { readonly source: Ask.Chain; readonly destination: Ask.Chain },
  move: TrackedMove & { readonly guid: Hex },
  options: DeadlineOptions & { readonly finality?: Finality | undefined },
): Promise<Unread | DestinationEvidence> {
  const chain = chains.destination
  const { destination, guid, nonce = 0n, direct } = move
  const { endpoint, router, oft } = destination
  const { isPooled, ...path } = pathOf(context, move)
  const reads = [
    direct === undefined
      ? RouterReads.arrival(router, guid)
      : Read.succeed({ status: 0, amount: 0n, owner: move.owner }),
    direct === undefined ? EndpointReads.composeQueue(endpoint, oft, router, guid) : Read.succeed(zeroHash),
    EndpointReads.inboundPayloadHash(endpoint, path, nonce),
    EndpointReads.lazyInboundNonce(endpoint, path),
    EndpointReads.inboundNonce(endpoint, path),
    isPooled ? StargateReads.unreceivedTokens(oft, guid) : Read.succeed<Hex>('0x00'),
  ] as const
  const snapshot = await getSnapshot(chain.client, { chainId: chain.chainId, reads, ...options })
  if (snapshot.status !== 'read') return { status: 'unread', reason: snapshot.reason }
  const [arrival, composeQueue, inboundPayloadHash, lazyInboundNonce, inboundNonce, unreceived] = snapshot.results
  const isGone = inboundPayloadHash.status === 'ok' && BigInt(inboundPayloadHash.value) === 0n
  const isPassed = isGone && lazyInboundNonce.status === 'ok' && lazyInboundNonce.value >= nonce
  return {
    status: 'read',
    block: snapshot.block,
    record:
      direct === undefined
        ? recordOf(arrival, move.owner)
        : await readSettled(chain, move, direct, snapshot.block, options),
    ...(direct === undefined
      ? { composeQueue }
      : isPassed && { received: await readReceived(chains, move, direct, snapshot.block, options) }),
    inboundPayloadHash,
    lazyInboundNonce,
    inboundNonce,
    nonce,
    isUnreceived: unreceived.status === 'ok' ? { status: 'ok', value: BigInt(unreceived.value) !== 0n } : unreceived,
  }
}

function recordOf(
  arrival: ReadResult<{ readonly status: number; readonly amount: bigint; readonly owner: Address }>,
  owner: Address,
): DestinationEvidence['record'] {
  if (arrival.status !== 'ok') return arrival
  const status = records[arrival.value.status]
  // A reorganisation of the source can give the place of a message, and with it its GUID, to somebody else's.
  if (arrival.value.status !== 0 && !isSame(arrival.value.owner, owner)) {
    return { status: 'unavailable', reason: "the router knows it as another owner's" }
  }
  if (status === undefined) return { status: 'unavailable', reason: 'the router answered with an unknown status' }
  return { status: 'ok', value: { status, amount: arrival.value.amount } }
}
