import type { MarginContext } from '../adapter/MarginContext.ts'
import type { Journal } from '../journal/createJournal.ts'
import type { Hex } from '../model/Hex.ts'
import { assertMilliseconds, childOf, type DeadlineOptions } from '../reads/withDeadline.ts'
import { assertIntended } from './assertIntended.ts'
import { assertKnownIntent } from './assertKnownIntent.ts'
import type { MoveHandle, MoveIntent, PreparedMove } from './MoveIntent.ts'
import type { MoveQuote } from './MoveQuote.ts'
import { prepareMove } from './prepareMove.ts'
import { busy } from './send/busy.ts'
import { carryOut } from './send/carryOut.ts'
import { failUnsent } from './send/failUnsent.ts'
import { DEFAULT_INCLUSION_TIMEOUT } from './send/included.ts'
import { firstRecord } from './send/noted.ts'
import { accountOf, assertChain, type MoveWallet, type Sender } from './send/Sender.ts'

export type { MoveWallet } from './send/Sender.ts'

export type SendMoveParameters = DeadlineOptions & {
  readonly walletClient: MoveWallet
  /**
   * Where the move is written down before anything is signed, and what became of it: `resumeMoves` goes on from there after a
   * crash. When this function rejects, the journal says whether anything may have been sent.
   */
  readonly journal?: Journal | undefined
  /** Awaited before anything is signed or sent: store the intent here, where there is no journal. */
  readonly onIntent?: ((intent: MoveIntent) => void | Promise<void>) | undefined
  /** Called with each transaction as soon as it has a hash. What it throws is ignored: the transaction is under way. */
  readonly onSubmit?:
    | ((submitted: { readonly step: 'approve' | 'send' | 'revoke'; readonly hash: Hex }) => void)
    | undefined
  /** Milliseconds to wait for each transaction to be included. Defaults to 180,000. */
  readonly inclusionTimeout?: number | undefined
} & (
    | {
        /** As `prepareMove` gave it. */
        readonly prepared: PreparedMove
        readonly quote?: undefined
      }
    | {
        readonly quote: MoveQuote
        readonly prepared?: undefined
        readonly id?: Hex | undefined
        readonly approval?: 'permit' | 'approve' | undefined
        /** As for `prepareMove`. */
        readonly acceptArrival?: readonly string[] | undefined
      }
  )

/**
 * Signs and sends a quoted or prepared move with a viem wallet client, and waits until it is included on the source chain.
 *
 * The wallet's chain and account are checked first, then everything that `prepareMove` checks. The intent is written into
 * `journal` and handed to `onIntent` before the wallet is asked for anything. The call is simulated once more right before it
 * is sent. What is sent twice with one id moves once: the router sees to it.
 *
 * @throws WrongChainError, WrongAccountError when the wallet does not fit, and all that `prepareMove` throws: before
 * anything is sent.
 * @throws WalletFailedError when the wallet refuses or fails.
 * @throws CallRevertedError when the transaction would revert or did.
 * @throws NotIncludedError when it is not included in time; it may still be.
 * @throws AuthorizationLeftError when any of that happens after the router was authorised by a transaction of its own, and the
 * authorisation could not be taken back, or must not yet.
 * @throws InvalidTimeoutError when `inclusionTimeout` is none, before anything is sent.
 * @throws MoveAlreadyRecordedError for an id that is in the journal: `resumeMoves` goes on with that one. All that
 * `journal.record` and `journal.append` throw, when something could not be written down; it was not sent then.
 * @throws AbortedError when `signal` fires or the client is closed. What the wallet has sent by then is on its way.
 *
 * @example
 * import { createJournal, indexedDbJournalStorage, type MarginContext, type MoveQuote, sendMove } from '@unimargin/sdk'
 * import type { WalletClient } from 'viem'
 *
 * const journal = await createJournal({ storage: indexedDbJournalStorage({ name: 'moves' }) })
 *
 * export async function send(client: MarginContext, quote: MoveQuote, walletClient: WalletClient) {
 *   return sendMove(client, { quote, walletClient, journal })
 * }
 */
export async function sendMove(client: MarginContext, parameters: SendMoveParameters): Promise<MoveHandle> {
  const { signal, end } = childOf(parameters.signal, client.closing)
  try {
    return await send(client, { ...parameters, signal })
  } finally {
    end()
  }
}

async function send(client: MarginContext, parameters: SendMoveParameters): Promise<MoveHandle> {
  const { walletClient, journal, onSubmit, inclusionTimeout = DEFAULT_INCLUSION_TIMEOUT } = parameters
  assertMilliseconds('inclusionTimeout', inclusionTimeout)
  const wanted =
    parameters.prepared === undefined
      ? { owner: parameters.quote.owner, chainId: parameters.quote.plan.source.chainId }
      : { owner: parameters.prepared.intent.owner, chainId: parameters.prepared.intent.sourceChainId }
  const account = await accountOf(walletClient, wanted.owner)
  await assertChain(walletClient, wanted.chainId)

  const prepared =
    parameters.prepared ??
    (await prepareMove(client, { ...parameters, quote: parameters.quote, owner: parameters.quote.owner }))
  const { intent } = prepared
  assertKnownIntent(client, intent)
  assertIntended(prepared)
  let mayBeOut = false
  const sender: Sender = {
    client: walletClient,
    account,
    source: { chainId: intent.sourceChainId, client: client.getClient(intent.sourceChainId) },
    intent,
    journal,
    options: parameters,
    submitted: (step, hash) => {
      try {
        onSubmit?.({ step, hash })
      } catch {
        // The transaction is under way: whoever took this for its failure would send the move once more.
      }
    },
    handedOver: () => {
      mayBeOut = true
    },
  }
  return busy(journal, intent.id, async () => {
    await journal?.record(firstRecord(prepared))
    try {
      await parameters.onIntent?.(intent)
      return await carryOut(sender, prepared)
    } catch (error) {
      if (journal !== undefined) await failUnsent(journal, intent.id, error, mayBeOut)
      throw error
    }
  })
}
