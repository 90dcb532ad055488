import { reasonOf } from '../../errors/reasonOf.ts'
import type { Journal } from '../../journal/createJournal.ts'
import type { Hex } from '../../model/Hex.ts'
import { lastState, UNSENT } from './noted.ts'

/** By EIP-1193, and as viem calls it: our own errors keep the names of their causes. */
const REFUSED = { code: 4001, name: 'UserRejectedRequestError' }

/**
 * Writes down that a move was given up before it was sent: its sender is told so, and may make another one of it, which must
 * not be joined by this one after the next start. Where it may be out, or has ended already, the chain is to be asked.
 */
export async function failUnsent(journal: Journal, id: Hex, error: unknown, mayBeOut: boolean): Promise<boolean> {
  if (mayBeOut && !isRefused(error)) return false
  const known = journal.get(id)
  const state = known === undefined ? undefined : lastState(known)
  // After the move was sent a wallet can still refuse what follows it.
  if (state === undefined || !UNSENT.includes(state)) return false
  try {
    await journal.append(id, { state: 'failed', data: { reason: `not sent: ${reasonOf(error)}` } })
    return true
  } catch {
    // The error that led here is the one to be told.
    return false
  }
}

/** Whether a person refused: then nothing went out. */
export function isRefused(error: unknown): boolean {
  let cause = error
  for (let depth = 0; depth < 8 && typeof cause === 'object' && cause !== null; depth += 1) {
    if (Reflect.get(cause, 'code') === REFUSED.code || Reflect.get(cause, 'name') === REFUSED.name) return true
    cause = Reflect.get(cause, 'cause')
  }
  return false
}
