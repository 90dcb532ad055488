import type { MarginContext } from '../adapter/MarginContext.ts'
import { AbortedError } from '../errors/AbortedError.ts'
import { reasonOf } from '../errors/reasonOf.ts'
import type { Block } from '../model/Block.ts'
import type { DataIssue } from '../model/DataIssue.ts'
import type { Address, Hex } from '../model/Hex.ts'
import type { ReadResult } from '../model/ReadResult.ts'
import type { StargateEnd } from '../model/Route.ts'
import { getSnapshot } from '../reads/getSnapshot.ts'
import * as Read from '../reads/Read.ts'
import type { DeadlineOptions } from '../reads/withDeadline.ts'
import type * as Ask from './ask.ts'
import * as EndpointReads from './EndpointReads.ts'
import { explainRevert, getReceipt } from './getReceipt.ts'
import type { TrackedMove } from './MoveIntent.ts'
import type { MoveStage, MoveStatus } from './MoveStatus.ts'
import * as RouterReads from './RouterReads.ts'
import * as StargateReads from './StargateReads.ts'
import { trackedMove } from './trackedMove.ts'
import { isSame } from './WhatIf.ts'

/** What an owner of an OFT can put in place of a verified message to refuse it. */
const NIL_PAYLOAD_HASH = 2n ** 256n - 1n

export type GetMoveStatusParameters = DeadlineOptions & {
  /** An intent or a handle, fresh or restored: it can be asked for before there is a transaction. */
  readonly move: TrackedMove
}

/**
 * Says how far a move has come, read from its two chains: at most one `eth_call` each, and a receipt while the source
 * does not know the move. The router is asked by owner and id, so a replaced transaction or a lost hash does not matter.
 *
 * Never throws for what a node does: a chain that cannot be read leaves the last sure stage and an issue.
 *
 * @throws UnknownChainError when the client does not know one of the chains.
 * @throws AbortedError when `signal` is aborted.
 *
 * @example
 * import { deserialize, getMoveStatus, type MarginContext, parseMove } from '@unimargin/sdk'
 *
 * export async function stageOf(client: MarginContext, stored: string): Promise<string> {
 *   const { stage } = await getMoveStatus(client, { move: parseMove(deserialize(stored)) })
 *   return stage
 * }
 */
export async function getMoveStatus(client: MarginContext, parameters: GetMoveStatusParameters): Promise<MoveStatus> {
  const move = trackedMove(parameters.move)
  const source: Ask.Chain = { chainId: move.sourceChainId, client: client.getClient(move.sourceChainId) }
  const destination: Ask.Chain = { chainId: move.destinationChainId, client: client.getClient(move.destinationChainId) }
  const left = await readSource(source, move, parameters)
  if (left.stage !== 'sent' || left.move.guid === undefined) {
    return {
      stage: left.stage,
      move: left.move,
      blocks: { source: left.block },
      reason: left.reason,
      issues: left.issues,
    }
  }
  const pools = poolsOf(client, move)
  const arrived = await readDestination(destination, { ...left.move, guid: left.move.guid }, pools, parameters)
  // The destination was read and knows nothing of it either: then the source is right.
  if (left.isGone && arrived.stage === 'sent' && arrived.issues.length === 0) {
    const reason = 'the source chain was reorganised without it, and after its deadline the router refuses it'
    return {
      stage: 'failed',
      move: left.move,
      blocks: { source: left.block, destination: arrived.block },
      reason,
      issues: [],
    }
  }
  return {
    stage: arrived.stage,
    move: left.move,
    blocks: { source: left.block, destination: arrived.block },
    amount: arrived.amount,
    reason: arrived.reason,
    issues: [...left.issues, ...arrived.issues],
  }
}

type Seen = {
  readonly stage: MoveStage
  readonly block?: Block | undefined
  readonly amount?: bigint | undefined
  readonly reason?: string | undefined
  readonly issues: readonly DataIssue[]
}

async function readSource(
  chain: Ask.Chain,
  move: TrackedMove,
  options: DeadlineOptions,
): Promise<Seen & { readonly move: TrackedMove; readonly isGone?: boolean }> {
  const { router } = move.source
  const issue = (reason: string): DataIssue => issueOf(chain, move, 'sentMove', reason)
  // What a handle knows was seen on the chain once: a chain that does not answer now does not undo it.
  const known = move.guid === undefined ? 'submitted' : 'sent'
  const reads = [RouterReads.sentMove(router, move.owner, move.id)] as const
  const snapshot = await getSnapshot(chain.client, { chainId: chain.chainId, reads, ...options })
  if (snapshot.status !== 'read') return { stage: known, move, issues: [issue(snapshot.reason)] }
  const { block } = snapshot
  const [sent] = snapshot.results
  if (sent.status !== 'ok') return { stage: known, block, move, issues: [issue(sent.reason)] }
  const { guid, nonce } = sent.value
  if (BigInt(guid) !== 0n) return { stage: 'sent', block, move: { ...move, guid, nonce }, issues: [] }
  if (known === 'sent') {
    const isGone = block.timestamp > move.deadline
    return { stage: known, block, move, isGone, issues: [issue('this node does not show the move any more')] }
  }

  const receipt = await receiptOf(chain, move, options)
  if (receipt.status === 'reverted') return { stage: 'failed', block, move, reason: receipt.reason, issues: [] }
  if (receipt.status === 'unavailable') return { stage: 'submitted', block, move, issues: [issue(receipt.reason)] }
  if (receipt.status === 'included') {
    return {
      stage: 'submitted',
      block,
      move,
      issues: [issue('the transaction is included, but this node lags behind')],
    }
  }
  const reason = 'the deadline passed before it was included, and the router refuses it from now on'
  if (block.timestamp > move.deadline) return { stage: 'failed', block, move, reason, issues: [] }
  return { stage: 'submitted', block, move, issues: [] }
}

type Inclusion =
  | { readonly status: 'pending' }
  | { readonly status: 'included'; readonly blockNumber: bigint }
  | { readonly status: 'reverted' | 'unavailable'; readonly reason: string }

async function receiptOf(chain: Ask.Chain, { hash }: TrackedMove, options: DeadlineOptions): Promise<Inclusion> {
  if (hash === undefined) return { status: 'pending' }
  try {
    const receipt = await getReceipt(chain, hash, options)
    if (receipt === undefined) return { status: 'pending' }
    if (receipt.status === 'success') return { status: 'included', blockNumber: receipt.blockNumber }
    const { reason } = await explainRevert(chain, hash, receipt, options)
    return { status: 'reverted', reason }
  } catch (error) {
    if (error instanceof AbortedError) throw error
    return { status: 'unavailable', reason: reasonOf(error) }
  }
}

/** The ends of a move through Stargate: there messages go from one messaging contract to the other, not between pools. */
type Pools = { readonly source: StargateEnd; readonly destination: StargateEnd }

function poolsOf({ routes }: Pick<MarginContext, 'routes'>, move: TrackedMove): Pools | undefined {
  for (const route of routes) {
    if (route.kind !== 'stargate') continue
    const at = (chainId: number, oft: Address) =>
      route.ends.find((end) => end.chainId === chainId && isSame(end.oft, oft))
    const source = at(move.sourceChainId, move.source.oft)
    const destination = at(move.destinationChainId, move.destination.oft)
    if (source !== undefined && destination !== undefined) return { source, destination }
  }
  return undefined
}

async function readDestination(
  chain: Ask.Chain,
  move: TrackedMove & { readonly guid: Hex },
  pools: Pools | undefined,
  options: DeadlineOptions,
): Promise<Seen> {
  const { source, destination, guid, nonce = 0n } = move
  const { endpoint, router, oft } = destination
  const issue = (path: string, reason: string): DataIssue => issueOf(chain, move, path, reason)
  const path = {
    receiver: pools?.destination.messaging ?? oft,
    srcEid: source.eid,
    sender: pools?.source.messaging ?? source.oft,
  }
  const reads = [
    RouterReads.arrival(router, guid),
    EndpointReads.composeQueue(endpoint, oft, router, guid),
    EndpointReads.inboundPayloadHash(endpoint, path, nonce),
    EndpointReads.lazyInboundNonce(endpoint, path),
    pools === undefined ? Read.succeed<Hex>('0x00') : StargateReads.unreceivedTokens(oft, guid),
  ] as const
  const snapshot = await getSnapshot(chain.client, { chainId: chain.chainId, reads, ...options })
  if (snapshot.status !== 'read') return { stage: 'sent', issues: [issue('arrival', snapshot.reason)] }
  const { block } = snapshot
  const [arrival, queue, payload, lazyNonce, unreceived] = snapshot.results
  if (arrival.status === 'ok' && arrival.value.status !== 0) {
    const stage = arrivalStages[arrival.value.status]
    if (stage !== undefined) return { stage, block, amount: arrival.value.amount, issues: [] }
  }
  const issues = Object.entries({
    arrival,
    composeQueue: queue,
    inboundPayloadHash: payload,
    lazyInboundNonce: lazyNonce,
    unreceivedTokens: unreceived,
  })
    .map(([name, result]: [string, ReadResult<unknown>]) =>
      result.status === 'ok' ? undefined : issue(name, result.reason),
    )
    .filter((entry) => entry !== undefined)
  if (queue.status === 'ok' && BigInt(queue.value) !== 0n) return { stage: 'delivered', block, issues }
  if (unreceived.status === 'ok' && BigInt(unreceived.value) !== 0n) return { stage: 'unreceived', block, issues }
  if (payload.status === 'ok' && BigInt(payload.value) !== 0n) {
    if (BigInt(payload.value) !== NIL_PAYLOAD_HASH) return { stage: 'verified', block, issues }
    const reason = "the token's owner has refused the verified message for now"
    return { stage: 'sent', block, issues: [...issues, issue('inboundPayloadHash', reason)] }
  }
  const wasRemoved = issues.length === 0 && nonce > 0n && lazyNonce.status === 'ok' && lazyNonce.value >= nonce
  if (!wasRemoved) return { stage: 'sent', block, issues }
  const reason =
    "the token's owner removed the message on the destination without executing it: the collateral was debited and not delivered"
  return { stage: 'failed', block, reason, issues }
}

/** By the router's `ArrivalStatus`. */
const arrivalStages: readonly (MoveStage | undefined)[] = [undefined, 'credited', 'parked', 'claimed']

function issueOf({ chainId }: Ask.Chain, { owner }: TrackedMove, path: string, reason: string): DataIssue {
  return { kind: 'unavailable', chainId, owner, path, reason }
}
