import type { MarginContext } from '../../adapter/MarginContext.ts'
import { assertIntended } from '../assertIntended.ts'
import { CallRevertedError } from '../MoveErrors.ts'
import type { MoveHandle, PreparedMove } from '../MoveIntent.ts'
import { type Before, carryOut } from '../send/carryOut.ts'
import { failUnsent } from '../send/failUnsent.ts'
import { maybeSent } from '../send/included.ts'
import { finished } from './finished.ts'
import type { KeptSteps } from './KeptMove.ts'
import { prepareAgain } from './prepareAgain.ts'
import type { ResumeMovesParameters } from './ResumeMovesParameters.ts'
import { type Resumer, senderOf } from './senderOf.ts'

/** What became of a move that its source chain did not know. */
export type SentAgain =
  | { readonly handle: MoveHandle; readonly isNew: boolean }
  /** It was not sent, and is written down as failed. */
  | { readonly error: unknown }

/**
 * Sends what is left of a move. `isOut` says that a transaction of it, which cannot be followed, may still be included: then it
 * is never given up before its deadline.
 */
export async function sendAgain(
  client: MarginContext,
  {
    prepared: kept,
    steps,
    isOut,
  }: { readonly prepared: PreparedMove; readonly steps: KeptSteps; readonly isOut: boolean },
  parameters: ResumeMovesParameters,
): Promise<SentAgain> {
  const resumer = await senderOf(client, kept.intent, parameters)
  const { sender, out } = resumer
  try {
    const { prepared, isGiven } = await prepareAgain(sender.source, kept, parameters)
    assertIntended(prepared)
    const handle = await carryOut(sender, prepared, before(resumer, steps, isGiven))
    return { handle, isNew: out.steps.has('send') }
  } catch (error) {
    if (error instanceof CallRevertedError && error.hash !== undefined && error.call === 'send') return { error }
    const { journal } = parameters
    const { intent } = kept
    const mayBeOut = out.mayBeOut || !(error instanceof CallRevertedError)
    const isFailed = async () => !isOut && !(await maybeSent(sender.source, intent, parameters))
    if ((await isFailed()) && (await failUnsent(journal, intent.id, error, mayBeOut))) return { error }
    throw error
  }
}

function before({ sender, assertCanSign }: Resumer, steps: KeptSteps, isGiven: boolean): Before {
  return {
    isDone: async (step) => {
      // What was approved before may have been used up since.
      const isKnown = step === 'approve' && (isGiven || steps.approve?.isMined === true)
      if (isKnown ? isGiven : (await finished(sender, step, steps[step])) !== undefined) return true
      await assertCanSign()
      return false
    },
    sent: async () => {
      const done = await finished(sender, 'send', steps.send)
      if (done === undefined) await assertCanSign()
      return done
    },
  }
}
