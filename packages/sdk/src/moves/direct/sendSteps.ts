import type { MarginContext } from '../../adapter/MarginContext.ts'
import type { Journal } from '../../journal/createJournal.ts'
import type { Hex } from '../../model/Hex.ts'
import { childOf } from '../../reads/withDeadline.ts'
import { busy, isBusy } from '../send/busy.ts'
import type { DirectCall } from './DirectCalls.ts'
import { PendingStepError } from './DirectErrors.ts'
import type { Kept, Sending } from './Sending.ts'
import { canSendAtOnce, sendAtOnce } from './sendAtOnce.ts'
import { sendInTurn } from './sendInTurn.ts'

/** Has a wallet send calls: all at once where it can and none of them was begun by itself, else one after the other. */
export async function sendSteps(
  sending: Sending,
  calls: readonly DirectCall<string>[],
  batch: 'auto' | 'never' = 'auto',
): Promise<Kept> {
  const { done, handed, batch: given } = sending.before
  const isNew = handed === undefined && Object.values(done).every((hash) => hash === undefined)
  const isAtOnce = given !== undefined || (batch === 'auto' && isNew && (await canSendAtOnce(sending)))
  return isAtOnce ? sendAtOnce(sending, calls) : sendInTurn(sending, calls)
}

/**
 * Runs what sends a move, until `signal` fires or the client is closed.
 *
 * @throws PendingStepError while this process is sending it already.
 */
export async function alone<value>(
  { closing }: Pick<MarginContext, 'closing'>,
  { journal, signal: given }: { readonly journal?: Journal | undefined; readonly signal?: AbortSignal | undefined },
  id: Hex,
  run: (signal: AbortSignal | undefined) => Promise<value>,
): Promise<value> {
  const { signal, end } = childOf(given, closing)
  try {
    if (journal !== undefined && isBusy(journal, id)) {
      throw new PendingStepError('move', 'this process is just sending it')
    }
    return await busy(journal, id, () => run(signal))
  } finally {
    end()
  }
}
