import { AbortedError } from '../../errors/AbortedError.ts'
import type { Hex } from '../../model/Hex.ts'
import { sleep } from '../../reads/sleep.ts'
import { DEFAULT_TIMEOUT, type DeadlineOptions } from '../../reads/withDeadline.ts'
import { explainRevert, getReceipt } from '../getReceipt.ts'
import { getTransaction } from '../getTransaction.ts'
import { CallRevertedError } from '../MoveErrors.ts'
import { NotIncludedError } from '../SigningErrors.ts'
import { isSame } from '../WhatIf.ts'
import type { DirectCall } from './DirectCalls.ts'
import { ReplacedStepError } from './DirectErrors.ts'
import { isExact, replacementOf } from './replacementOf.ts'
import { addressOf, type Kept, type Sending } from './Sending.ts'

/** Milliseconds to wait for a transaction to be included, unless told otherwise. */
export const DEFAULT_INCLUSION_TIMEOUT = 180_000

/**
 * Asks again and again until something is known. After a transaction was sent, a node or a wallet that stumbles is no reason to give up.
 *
 * @throws AbortedError; and what `look` throws, if `isFinal` says so.
 */
export async function poll<value>(
  { chain, options }: Pick<Sending, 'chain' | 'options'>,
  look: (timeout: number) => Promise<value | undefined>,
  isFinal: (error: unknown) => boolean = () => false,
): Promise<value | undefined> {
  const { signal, timeout = DEFAULT_TIMEOUT, inclusionTimeout = DEFAULT_INCLUSION_TIMEOUT } = options
  const interval = Math.min(chain.client.pollingInterval, 4_000)
  const end = Date.now() + inclusionTimeout
  do {
    try {
      const found = await look(Math.max(1, Math.min(timeout, end - Date.now())))
      if (found !== undefined) return found
    } catch (error) {
      if (error instanceof AbortedError || isFinal(error)) throw error
    }
    await sleep(interval, signal)
  } while (Date.now() < end)
  return undefined
}

/** Looks that have to agree on it that another transaction took the place: the logs of a node may be behind its counts. */
const SURE = 3

/**
 * Waits until the transaction of a step is included. Where the wallet has replaced it by one of the same call, that one is waited for, and
 * written down. Gives what is kept.
 *
 * @throws CallRevertedError when it reverted; NotIncludedError when it was not included in time: it may still be.
 * @throws ReplacedStepError when another transaction took its place.
 */
export async function waitFor(sending: Sending, one: DirectCall<string>, before: Kept, sent: Hex): Promise<Kept> {
  const { chain, options } = sending
  const { signal, inclusionTimeout = DEFAULT_INCLUSION_TIMEOUT } = options
  const { step } = one
  let kept = before
  let hash = sent
  let others = 0
  let unwritten: unknown
  const note: Sending['note'] = (next, of) =>
    sending.note(next, of).catch((error: unknown) => {
      unwritten = error
      throw error
    })
  /** Whether another transaction is waited for from now on. */
  const follow = async (within: DeadlineOptions): Promise<boolean> => {
    kept = await placed({ ...sending, note }, kept, hash, within)
    const { handed } = kept
    if (handed?.step !== step) return false
    const instead = await replacementOf(sending, one, handed, within)
    others = instead === 'other' ? others + 1 : 0
    if (others >= SURE) throw new ReplacedStepError(step, hash)
    if (instead === undefined || instead === 'other' || instead === hash) return false
    hash = instead
    kept = { ...kept, done: { ...kept.done, [step]: hash } }
    await note(kept, { name: step, hash })
    return true
  }
  const look = async (timeout: number) => {
    const within = { signal, timeout }
    const receipt = await getReceipt(chain, hash, within)
    return receipt === undefined && (await follow(within)) ? getReceipt(chain, hash, within) : receipt
  }
  const isFinal = (error: unknown) => error instanceof ReplacedStepError || error === unwritten
  const receipt = await poll(sending, look, isFinal)
  if (receipt === undefined) throw new NotIncludedError(hash, step, inclusionTimeout)
  if (receipt.status === 'success') return kept
  const revert = await explainRevert(chain, hash, receipt, options)
  throw new CallRevertedError({ chainId: chain.chainId, call: step, revert, hash })
}

/** Learns the place of a transaction while a node has it: once it was replaced nobody can tell. */
async function placed(
  { chain, note, account }: Pick<Sending, 'chain' | 'note' | 'account'>,
  kept: Kept,
  hash: Hex,
  options: DeadlineOptions,
): Promise<Kept> {
  const { handed } = kept
  if (handed === undefined || kept.done[handed.step] !== hash || isExact(handed)) return kept
  const known = await getTransaction(chain, hash, options)
  // What somebody else has brought for the account has a place of theirs.
  if (known === undefined || !isSame(known.from, addressOf({ account }))) return kept
  const next = { ...kept, handed: { ...handed, nonce: known.nonce, isPlaced: true } }
  await note(next)
  return next
}
