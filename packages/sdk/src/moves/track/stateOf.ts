import type { ReadResult } from '../../model/ReadResult.ts'
import type { DestinationEvidence, Evidence, KnownBefore, SourceEvidence } from './Evidence.ts'
import type { MoveRemoval, MoveState } from './MoveState.ts'

/**
 * Something that could not be read: the move may be further than its state says, never less far. `disputed`: it was read, and
 * is not what was read before.
 */
export type EvidenceGap = {
  readonly side: 'source' | 'destination'
  readonly path: string
  readonly reason: string
  readonly kind: 'unavailable' | 'disputed'
}

/** What evidence says. */
export type Finding = {
  readonly state: MoveState
  /** Base units at the destination that were credited, parked or claimed. */
  readonly amount?: bigint | undefined
  readonly reason?: string | undefined
  readonly removal?: MoveRemoval | undefined
  readonly gaps: readonly EvidenceGap[]
}

/** What an owner of an OFT can put in place of a verified message to refuse it. */
const NIL_PAYLOAD_HASH = 2n ** 256n - 1n

const TOO_LATE = 'the deadline passed before it was included, and it is refused from now on'
const GONE = 'the source chain was reorganised without it, and after its deadline it is refused'
const REFUSED = "the token's owner has refused the verified message; it can be delivered if its verifiers attest anew"
const REMOVED =
  "the token's owner removed the message on the destination without executing it: the collateral was debited and not delivered"

/** Where a move stands by what was read. Pure, and the only place that decides it. */
export function stateOf({ known, source, destination }: Evidence): Finding {
  const left = sourceState(known, source)
  if (left.state !== 'sent' && left.state !== 'reorged') return left
  if (destination === undefined) return left
  if (destination.status === 'unread') {
    // What the destination knows would decide: until it is read, a reorganisation is no failure.
    return {
      ...left,
      gaps: [...left.gaps, { side: 'destination', path: 'arrival', reason: destination.reason, kind: 'unavailable' }],
    }
  }
  const right = destinationState(destination)
  const gaps = [...left.gaps, ...right.gaps]
  // The destination's record names the owner. Of what else it has under the GUID nobody knows whose it is, as long as the source does
  // not show the move: another message may have taken its place on the path, and a GUID binds no more than that.
  const isSettled = destination.record.status === 'ok' && destination.record.value.status !== 'none'
  if (left.state === 'sent' || isSettled) return { ...right, gaps }
  const isOver = right.state === 'sent' && right.gaps.length === 0 && isPast(known, source)
  return isOver ? { state: 'failed', reason: GONE, gaps: [] } : { state: 'reorged', gaps }
}

type GapOf = (path: string, reason: string, kind?: EvidenceGap['kind']) => EvidenceGap

function sourceState(known: KnownBefore, source: Evidence['source']): Finding {
  const gap: GapOf = (path, reason, kind = 'unavailable') => ({ side: 'source', path, reason, kind })
  // What was seen on the chain once is not undone by a chain that does not answer now.
  const before: MoveState = known.wasSent ? 'sent' : known.minedIn !== undefined ? 'mined' : known.local
  if (source.status === 'unread') return { state: before, gaps: [gap('sentMove', source.reason)] }
  const { sent, block } = source
  if (sent.status !== 'ok') return { state: before, gaps: [gap('sentMove', sent.reason)] }
  if (BigInt(sent.value.guid) !== 0n) return { state: 'sent', gaps: [] }

  const { minedIn } = known
  if (minedIn !== undefined && block.number < minedIn) {
    return { state: before, gaps: [gap('sentMove', 'this node has not come as far as the block of the move')] }
  }
  // Without a router what was taken back may have been sent anew, and reverted.
  const hasRevertedAnew = source.isWithdrawn !== undefined && source.receipt?.status === 'reverted'
  if (known.wasSent && !hasRevertedAnew) {
    // Without the block that it was seen in, a node that lags behind looks the same; after the deadline none does.
    const isGone = minedIn !== undefined || block.timestamp > known.deadline
    const missing = gap('sentMove', 'this node does not show the move any more', 'disputed')
    return { state: isGone ? 'reorged' : 'sent', gaps: [missing] }
  }
  return withoutRecord(known, source, gap)
}

/** The router has no record of it at this block. */
function withoutRecord(known: KnownBefore, source: SourceEvidence, gap: GapOf): Finding {
  const { receipt, isNonceUsed, isWithdrawn, block } = source
  const isTaken = isWithdrawn?.status === 'ok' && isWithdrawn.value
  const gaps: EvidenceGap[] = []
  if (receipt?.status === 'unavailable') gaps.push(gap('receipt', receipt.reason))
  if (isNonceUsed !== undefined && isNonceUsed.status !== 'ok') gaps.push(gap('transactionCount', isNonceUsed.reason))
  if (isWithdrawn !== undefined && isWithdrawn.status !== 'ok') gaps.push(gap('withdrawal', isWithdrawn.reason))

  if (receipt?.status === 'success' && receipt.blockNumber > block.number) {
    return {
      state: 'mined',
      gaps: [...gaps, gap('sentMove', 'the transaction is included, but this node lags behind')],
    }
  }
  const hasReverted = receipt?.status === 'reverted'
  const isLate = block.timestamp > known.deadline && source.isUnderWay !== true
  const hasEnded = hasReverted || (isLate && receipt?.status !== 'unavailable')
  if (isTaken) return { state: hasEnded ? 'refunded' : 'mined', gaps }
  if (hasReverted) return { state: 'failed', reason: receipt.reason, gaps: [] }
  // Whatever a receipt says: the router refuses it from now on, and has no record of it.
  if (isLate) return { state: 'failed', reason: TOO_LATE, gaps: [] }
  if (receipt?.status === 'success')
    return { state: 'mined', gaps: [...gaps, gap('sentMove', 'the node contradicts its receipt', 'disputed')] }
  if (receipt?.status === 'unavailable') return { state: known.minedIn === undefined ? known.local : 'mined', gaps }
  if (known.minedIn !== undefined) return { state: 'reorged', gaps }
  if (isNonceUsed?.status === 'ok' && isNonceUsed.value) return { state: 'replaced', gaps }
  return { state: known.local, gaps }
}

function destinationState(destination: DestinationEvidence): Finding {
  const {
    record,
    composeQueue,
    isUnreceived,
    inboundPayloadHash: payload,
    lazyInboundNonce,
    inboundNonce,
  } = destination
  const { attestations, hints, nonce, received } = destination
  if (record.status === 'ok' && record.value.status !== 'none') {
    return { state: record.value.status, amount: record.value.amount, gaps: [] }
  }
  const gaps = gapsOf({
    arrival: record,
    composeQueue,
    unreceivedTokens: isUnreceived,
    inboundPayloadHash: payload,
    lazyInboundNonce,
  })
  const is = (result: ReadResult<`0x${string}`> | undefined, holds: (value: bigint) => boolean) =>
    result?.status === 'ok' && holds(BigInt(result.value))

  // Run, and the record of it was not read.
  if (is(composeQueue, (hash) => hash === 1n)) return { state: 'delivered', gaps }
  if (is(composeQueue, (hash) => hash !== 0n)) {
    const reason = hints?.composeAlert
    return reason === undefined ? { state: 'compose-queued', gaps } : { state: 'compose-failed', reason, gaps }
  }
  if (isUnreceived?.status === 'ok' && isUnreceived.value) return { state: 'unreceived', gaps }
  if (is(payload, (hash) => hash === NIL_PAYLOAD_HASH)) {
    return { state: 'skipped-nilified-burnt', removal: 'nilified', reason: REFUSED, gaps }
  }
  if (is(payload, (hash) => hash !== 0n)) {
    if (inboundNonce.status !== 'ok') {
      return { state: 'verified', gaps: [...gaps, ...gapsOf({ inboundNonce })] }
    }
    if (nonce > 0n && inboundNonce.value < nonce && !isPassed(destination)) return { state: 'blocked-by-nonce', gaps }
    return { state: 'verified', reason: hints?.deliveryAlert, gaps }
  }
  // Executed, cleared, skipped and burnt look the same here. Without a record the OFT's own word tells them apart.
  if (received !== undefined && nonce > 0n && isPassed(destination)) {
    if (received.status === 'ok') return { state: 'delivered', amount: received.value, gaps }
    // It is not there to be delivered any more, whatever logs are missing.
    return { state: 'delivered', gaps: [...gaps, ...gapsOf({ received })] }
  }
  // Executed is what the application would know of.
  if (gaps.length === 0 && nonce > 0n && isPassed(destination)) {
    return { state: 'skipped-nilified-burnt', removal: hints?.removal ?? 'removed', reason: REMOVED, gaps }
  }
  const isAttested = attestations !== undefined && (attestations.given > 0 || attestations.isVerifiable)
  return { state: isAttested ? 'verifying' : 'sent', gaps }
}

/** Whether a later message was executed, or this one: then all before it had been verified. */
function isPassed({ lazyInboundNonce, nonce }: DestinationEvidence): boolean {
  return lazyInboundNonce.status === 'ok' && lazyInboundNonce.value >= nonce
}

function isPast({ deadline }: KnownBefore, source: Evidence['source']): boolean {
  return source.status === 'read' && source.block.timestamp > deadline
}

function gapsOf(results: Readonly<Record<string, ReadResult<unknown> | undefined>>): readonly EvidenceGap[] {
  return Object.entries(results).flatMap(([path, result]) =>
    result === undefined || result.status === 'ok'
      ? []
      : [{ side: 'destination', path, reason: result.reason, kind: 'unavailable' } as const],
  )
}
