import { zeroHash } from 'viem'
import { AbortedError } from '../../errors/AbortedError.ts'
import { reasonOf } from '../../errors/reasonOf.ts'
import type { Block, Finality } from '../../model/Block.ts'
import type { ReadResult } from '../../model/ReadResult.ts'
import { getSnapshot } from '../../reads/getSnapshot.ts'
import * as Read from '../../reads/Read.ts'
import type { DeadlineOptions } from '../../reads/withDeadline.ts'
import type * as Ask from '../ask.ts'
import { isExact } from '../direct/replacementOf.ts'
import { explainRevert, getReceipt } from '../getReceipt.ts'
import { getTransaction, getTransactionCount } from '../getTransaction.ts'
import type { TrackedMove } from '../MoveIntent.ts'
import * as RouterReads from '../RouterReads.ts'
import { isSame } from '../WhatIf.ts'
import type { ReceiptEvidence, SourceEvidence, Unread } from './Evidence.ts'
import { readSent, readWallet, withdrawalOf } from './readDirect.ts'
import { readReplaced } from './readReplaced.ts'

/** What the source chain shows of a move, and the move with what was learnt. */
export type SourceLook = { readonly evidence: Unread | SourceEvidence; readonly move: TrackedMove }

/** Reads the router's record, or what the OFT said to an owner without a router; and, while there is none, what became of the transaction. */
export async function readSource(
  chain: Ask.Chain,
  move: TrackedMove,
  options: DeadlineOptions & { readonly finality?: Finality | undefined },
): Promise<SourceLook> {
  const { direct, source, owner, id } = move
  const reads = [
    direct === undefined ? RouterReads.sentMove(source.router, owner, id) : Read.succeed({ guid: zeroHash, nonce: 0n }),
    direct === undefined ? Read.succeed(0n) : readWallet(chain, move, direct),
  ] as const
  const snapshot = await getSnapshot(chain.client, { chainId: chain.chainId, reads, ...options })
  if (snapshot.status !== 'read') return { evidence: { status: 'unread', reason: snapshot.reason }, move }
  const { block } = snapshot
  const [record, held] = snapshot.results
  const sent = direct === undefined ? record : await readSent(chain, move, block.number, options)
  const isSent = sent.status === 'ok' && BigInt(sent.value.guid) !== 0n
  // Of interest until it was sent.
  const first = await receiptOf(chain, isSent ? undefined : direct?.done.withdraw, options)
  const isWithdrawn = isSent ? undefined : direct && withdrawalOf(direct, held, first)
  const evidence: SourceEvidence = {
    status: 'read',
    block,
    sent,
    ...(isWithdrawn && { isWithdrawn }),
    ...(move.hash === undefined && first.status === 'reverted' && { receipt: first }),
    ...(isUnderWay(move, first) && { isUnderWay: true }),
  }
  if (sent.status !== 'ok') return { evidence, move }
  const { guid, nonce } = sent.value
  if (isSent) {
    // By another GUID it was sent anew, after a reorganisation.
    const isAnew = move.guid !== undefined && !isSame(move.guid, guid)
    const minedIn = isAnew ? block.number : (move.minedIn ?? block.number)
    const learnt = { ...move, guid, nonce, minedIn }
    // What was paid out for the one that is gone is not this one's.
    return { evidence, move: isAnew && direct ? { ...learnt, direct: { ...direct, received: undefined } } : learnt }
  }
  const isOut = move.hash !== undefined
  const receipt = isOut ? await receiptOf(chain, move.hash, options) : first
  const shown = isOut ? { ...evidence, receipt } : evidence
  if (isOut && receipt.status === 'success') {
    return { evidence: shown, move: { ...move, minedIn: move.minedIn ?? receipt.blockNumber } }
  }
  if (receipt.status !== 'none') return { evidence: shown, move }
  const known = isOut ? await withTransaction(chain, move, options) : move
  const place = isOut ? known.transaction : lastPlace(move, direct?.done.withdraw)
  if (place === undefined) return { evidence: shown, move: known }
  const isNonceUsed = await nonceUsed(chain, place, block, options)
  const instead = isNonceUsed.status === 'ok' && isNonceUsed.value && (await followed(chain, known, block, options))
  return instead ? readSource(chain, instead, options) : { evidence: { ...shown, isNonceUsed }, move: known }
}

/** A direct move by the transaction that took the place of its last one, where that does the same. */
async function followed(
  chain: Ask.Chain,
  move: TrackedMove,
  block: Block,
  options: DeadlineOptions,
): Promise<TrackedMove | undefined> {
  const { direct, hash } = move
  if (direct === undefined) return undefined
  const last = hash ?? direct.done.withdraw
  const instead = await readReplaced(chain, { ...move, direct }, direct.handed, block.number, options)
  if (instead === undefined || instead === last) return undefined
  if (hash !== undefined) return { ...move, hash: instead }
  return { ...move, direct: { ...direct, done: { ...direct.done, withdraw: instead } } }
}

/** Whose transaction was handed over last, and as which of theirs: once it was replaced no node tells. */
function lastPlace({ owner, direct, hash }: TrackedMove, known = hash): TrackedMove['transaction'] {
  const { handed } = direct ?? {}
  const isLast = known !== undefined && handed?.step === (hash === undefined ? 'withdraw' : 'send')
  return isLast && isExact(handed) ? { from: owner, nonce: handed.nonce } : undefined
}

/** Whether a wallet was handed something of a direct move of which no block is known: no contract refuses it after the deadline. */
function isUnderWay({ direct, hash }: TrackedMove, first: ReceiptEvidence): boolean {
  if (direct?.handed === undefined || hash !== undefined) return false
  const { step } = direct.handed
  const isKnown = step !== 'send' && direct.done[step] !== undefined
  return !isKnown || first.status === 'none' || first.status === 'unavailable'
}

async function receiptOf(
  chain: Ask.Chain,
  hash: TrackedMove['hash'],
  options: DeadlineOptions,
): Promise<ReceiptEvidence> {
  if (hash === undefined) return { status: 'none' }
  try {
    const receipt = await getReceipt(chain, hash, options)
    if (receipt === undefined) return { status: 'none' }
    if (receipt.status === 'success') return { status: 'success', blockNumber: receipt.blockNumber }
    const { reason } = await explainRevert(chain, hash, receipt, options)
    return { status: 'reverted', reason }
  } catch (error) {
    if (error instanceof AbortedError) throw error
    return { status: 'unavailable', reason: reasonOf(error) }
  }
}

/** Learns whose transaction it is while a node still has it: once it was dropped nobody can tell. */
async function withTransaction(chain: Ask.Chain, move: TrackedMove, options: DeadlineOptions): Promise<TrackedMove> {
  // The place of an earlier one, which was replaced, is not that of this one.
  const kept = lastPlace(move)
  if (kept !== undefined) return { ...move, transaction: kept }
  if (move.transaction !== undefined || move.hash === undefined) return move
  try {
    const known = await getTransaction(chain, move.hash, options)
    return known === undefined ? move : { ...move, transaction: { from: known.from, nonce: known.nonce } }
  } catch (error) {
    if (error instanceof AbortedError) throw error
    return move
  }
}

async function nonceUsed(
  chain: Ask.Chain,
  { from, nonce }: NonNullable<TrackedMove['transaction']>,
  block: Block,
  options: DeadlineOptions,
): Promise<ReadResult<boolean>> {
  try {
    // At the very block in which the router was asked: the two cannot contradict each other.
    const count = await getTransactionCount(chain, from, block.number, options)
    return { status: 'ok', value: count > nonce }
  } catch (error) {
    if (error instanceof AbortedError) throw error
    return { status: 'unavailable', reason: reasonOf(error) }
  }
}
