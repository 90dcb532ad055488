import type { MarginContext } from '../adapter/MarginContext.ts'
import type { Journal } from '../journal/createJournal.ts'
import { assertMilliseconds, childOf, type DeadlineOptions } from '../reads/withDeadline.ts'
import { assertIntended } from './assertIntended.ts'
import { assertKnownIntent } from './assertKnownIntent.ts'
import { BatchFailedError } from './direct/DirectErrors.ts'
import type { Kept, Sending } from './direct/Sending.ts'
import { canSendAtOnce, sendAtOnce } from './direct/sendAtOnce.ts'
import { DEFAULT_INCLUSION_TIMEOUT } from './direct/waitFor.ts'
import type { MoveHandle, MoveIntent, PreparedMove } from './MoveIntent.ts'
import { busy } from './send/busy.ts'
import { failUnsent } from './send/failUnsent.ts'
import { maybeSent, sentOf, tolerant } from './send/included.ts'
import { firstRecord } from './send/noted.ts'
import { accountOf, assertChain, type MoveWallet } from './send/Sender.ts'
import { trackedMove } from './trackedMove.ts'

/** EIP-5792: the wallet cannot promise all or nothing. */
const NOT_ATOMIC = 5760
/** A status, not an error: 600 to 699. */
const isPartly = (code: number): boolean => code >= 600 && code < 700

export type SendMoveAtOnceParameters = DeadlineOptions & {
  /** As `prepareMove` gave it with `approval: 'approve'`; or what needs no approval. */
  readonly prepared: Extract<PreparedMove, { readonly approval: 'approve' | 'none' }>
  readonly walletClient: MoveWallet
  /** Where the move is written down before the wallet is asked for anything. */
  readonly journal?: Journal | undefined
  /** Awaited before the wallet is asked for anything: store the intent here, where there is no journal. */
  readonly onIntent?: ((intent: MoveIntent) => void | Promise<void>) | undefined
  /** Milliseconds to wait for the batch to be included. Defaults to 180,000. */
  readonly inclusionTimeout?: number | undefined
}

/**
 * Has a wallet send the approval or authorisation, the move, and the end of the authorisation as one batch, all or nothing (EIP-5792):
 * for contract wallets and delegated accounts (EIP-7702), which cannot sign for the router, or where one confirmation is better than
 * three. Nothing stays authorised, whatever happens. The batch has the id of the move, and the router takes that once as well.
 *
 * @throws WrongChainError, WrongAccountError, ForeignMoveError, CalldataMismatchError: before anything is sent.
 * @throws BatchFailedError with 5760 when the wallet does not say that it can, else with what it says, or with the status of the batch.
 * @throws WalletFailedError, NotIncludedError, InvalidTimeoutError, AbortedError and what a journal throws, as `sendMove`.
 *
 * @example
 * import { type MarginClient, type MoveQuote, type MoveWallet, prepareMove, sendMoveAtOnce } from '@unimargin/sdk'
 *
 * export async function send(client: MarginClient, quote: MoveQuote, walletClient: MoveWallet) {
 *   const prepared = await prepareMove(client, { quote, owner: quote.owner, approval: 'approve' })
 *   if (prepared.approval !== 'approve' && prepared.approval !== 'none') return undefined
 *   return sendMoveAtOnce(client, { prepared, walletClient })
 * }
 */
export async function sendMoveAtOnce(client: MarginContext, parameters: SendMoveAtOnceParameters): Promise<MoveHandle> {
  const { signal, end } = childOf(parameters.signal, client.closing)
  try {
    return await send(client, { ...parameters, signal })
  } finally {
    end()
  }
}

async function send(client: MarginContext, parameters: SendMoveAtOnceParameters): Promise<MoveHandle> {
  const { prepared, walletClient, journal, inclusionTimeout = DEFAULT_INCLUSION_TIMEOUT } = parameters
  assertMilliseconds('inclusionTimeout', inclusionTimeout)
  const { intent } = prepared
  const account = await accountOf(walletClient, intent.owner)
  await assertChain(walletClient, intent.sourceChainId)
  assertKnownIntent(client, intent)
  assertIntended(prepared)
  const chain = { chainId: intent.sourceChainId, client: client.getClient(intent.sourceChainId) }
  const sending: Sending = {
    wallet: walletClient,
    account,
    chain,
    id: intent.id,
    options: { ...parameters, inclusionTimeout },
    before: { done: {} },
    note: async ({ batch, done: { send: hash } }: Kept) => {
      const data = hash === undefined ? batch && { batch } : { hash }
      if (data) await journal?.append(intent.id, { state: 'submitted', data })
    },
    again: [],
    assertStep: async () => {},
    traceOf: () => undefined,
  }
  if (!(await canSendAtOnce(sending))) throw new BatchFailedError(NOT_ATOMIC)
  const { done } = await busy(journal, intent.id, async () => {
    await journal?.record(firstRecord(prepared))
    try {
      await parameters.onIntent?.(intent)
      return await sendAtOnce(sending, callsOf(prepared))
    } catch (error) {
      // What the wallet says to have given up is on its way no more; of what it had taken the router is asked as well.
      const wasTaken = !(error instanceof BatchFailedError) || error.code < 5700
      const isOver = error instanceof BatchFailedError && !isPartly(error.code)
      const mayBeOut = !isOver || (wasTaken && (await maybeSent(chain, intent, parameters)))
      if (journal !== undefined) await failUnsent(journal, intent.id, error, mayBeOut)
      throw error
    }
  })
  const known = await tolerant(() => sentOf(chain, intent, parameters))
  return { ...trackedMove(intent), ...known, hash: done.send ?? intent.id }
}

function callsOf(prepared: SendMoveAtOnceParameters['prepared']) {
  const send = { step: 'send', call: prepared.call }
  if (prepared.approval === 'none') return [send]
  const { approve, revoke } = prepared
  const end = revoke === undefined ? [] : [{ step: 'revoke', call: revoke }]
  return [{ step: 'approve', call: approve }, send, ...end]
}
