import type { MarginContext } from '../../adapter/MarginContext.ts'
import type { Journal } from '../../journal/createJournal.ts'
import type { Address, Hex } from '../../model/Hex.ts'
import type { MarginView } from '../../model/MarginView.ts'
import { assertMilliseconds, type DeadlineOptions } from '../../reads/withDeadline.ts'
import * as Ask from '../ask.ts'
import { ExpiredDeadlineError, ForeignMoveError } from '../MoveErrors.ts'
import { CalldataMismatchError } from '../SigningErrors.ts'
import { isAhead, lastState } from '../send/noted.ts'
import { accountOf, assertChain, type MoveWallet } from '../send/Sender.ts'
import { sentIn } from '../track/readDirect.ts'
import { readReceiptLogs } from '../track/readLogs.ts'
import { assertKnownPlan } from './assertKnownPlan.ts'
import * as DirectCalls from './DirectCalls.ts'
import * as DirectTerms from './DirectTerms.ts'
import type { DirectStep } from './DirectTrail.ts'
import { ofNoOther } from './ofNoOther.ts'
import { type DirectMove, learntOf, type PreparedDirectMove, withoutTransaction } from './PreparedDirect.ts'
import { firstRecord, restoreDirectMove } from './restoreDirectMove.ts'
import type { Kept, Sending } from './Sending.ts'
import { alone, sendSteps } from './sendSteps.ts'
import { traceOf } from './traceOf.ts'
import { DEFAULT_INCLUSION_TIMEOUT } from './waitFor.ts'
import { withdrawalOf } from './withdrawalOf.ts'

export type SendDirectMoveParameters = DeadlineOptions & {
  /** As `prepareDirectMove` gave it. */
  readonly prepared: PreparedDirectMove
  /** The view that it was prepared from, or a later one: the withdrawal is held against it. */
  readonly view: MarginView
  readonly walletClient: MoveWallet
  /** How far an earlier run has come, as `onProgress` told it: it goes on from there. What a journal knows of it goes before. */
  readonly move?: DirectMove | undefined
  /** Whose account it arrives in, as `getDirectQuote` was told. The owner's own unless given. */
  readonly recipient?: Address | undefined
  /** Steps, or `batch`, that an earlier run may have sent, and that are sent again all the same: look into the wallet first. */
  readonly again?: readonly (DirectStep | 'batch')[] | undefined
  /** Whether a wallet that can send all calls at once does so (EIP-5792, all or nothing). It does unless `never`. */
  readonly batch?: 'auto' | 'never' | undefined
  /** Where the move is written down, before anything is signed and with each transaction. */
  readonly journal?: Journal | undefined
  /** Awaited before the wallet is asked for anything, and with each change: store the move here, where there is no journal. */
  readonly onProgress?: ((move: DirectMove) => void | Promise<void>) | undefined
  /** Milliseconds to wait for each transaction to be included. Defaults to 180,000. */
  readonly inclusionTimeout?: number | undefined
}

/**
 * Signs and sends the calls of a direct move: in one batch where the wallet sends all or nothing (`wallet_sendCalls`), else one transaction
 * after the other, each once the one before it is included. After a crash it goes on from where `move`, or the journal, has it. Gives the move with the
 * GUID of its message, for `getMoveStatus`, `watchMove` and `recover`; what is left is the second step: `prepareArrival`.
 *
 * @throws WrongChainError, WrongAccountError when the wallet does not fit; CalldataMismatchError, ForeignMoveError, FloorBrokenError when
 * what was prepared is not what the client would do by the view; ExpiredDeadlineError: before anything is sent.
 * @throws BatchFailedError with the wallet's code when a batch was refused or failed.
 * @throws WalletFailedError when the wallet refuses or fails.
 * @throws CallRevertedError when a call would revert, or did; NotIncludedError when it is not included in time: it may still be.
 * @throws ReplacedStepError when the wallet has put another transaction in the place of one, that does something else.
 * @throws PendingStepError when an earlier run may have sent a call whose hash was lost, or this process is just sending the move.
 * @throws AbortedError when `signal` fires or the client is closed. What the wallet has sent by then is on its way.
 *
 * @example
 * import {
 *   type DirectMove,
 *   type DirectQuote,
 *   type MarginClient,
 *   type MarginView,
 *   type MoveWallet,
 *   prepareDirectMove,
 *   sendDirectMove,
 * } from '@unimargin/sdk'
 *
 * export async function send(client: MarginClient, view: MarginView, quote: DirectQuote, walletClient: MoveWallet) {
 *   const prepared = await prepareDirectMove(client, { quote, view })
 *   const onProgress = (move: DirectMove) => console.log(move.direct.done)
 *   return sendDirectMove(client, { prepared, view, walletClient, onProgress })
 * }
 */
export async function sendDirectMove(client: MarginContext, parameters: SendDirectMoveParameters): Promise<DirectMove> {
  const { id } = parameters.prepared.intent
  return alone(client, parameters, id, (signal) => send(client, { ...parameters, signal }))
}

async function send(client: MarginContext, parameters: SendDirectMoveParameters): Promise<DirectMove> {
  const { prepared, walletClient, journal, onProgress } = parameters
  const { inclusionTimeout = DEFAULT_INCLUSION_TIMEOUT } = parameters
  assertMilliseconds('inclusionTimeout', inclusionTimeout)
  const { intent, plan, calls } = prepared
  const kept = journal?.get(intent.id)
  const written = kept && restoreDirectMove(kept).move
  // Whoever calls twice goes on, and does not begin anew; and may hold an older one than the journal has.
  let move: DirectMove = written !== undefined && hasBegun(written) ? written : (parameters.move ?? intent)
  assertKnownPlan(client, plan)
  assertOwn(parameters, move)
  assertCalls(prepared)
  const account = await accountOf(walletClient, intent.owner)
  await assertChain(walletClient, intent.sourceChainId)
  const chain: Ask.Chain = { chainId: intent.sourceChainId, client: client.getClient(intent.sourceChainId) }
  const assertWithdrawal = async () => {
    DirectCalls.assertSame(calls.slice(0, 1), [
      { step: 'withdraw', call: { chainId: intent.sourceChainId, ...withdrawalOf(client, parameters.view, plan) } },
    ])
    const { block } = await Ask.snapshot(chain, [], parameters)
    if (intent.deadline <= block.timestamp) throw new ExpiredDeadlineError(intent.deadline, block.timestamp)
  }
  const isBegun = hasBegun(move)
  // What was begun is brought to its end, whatever the view says by now; unless the withdrawal itself is to be signed again.
  if (!isBegun) await assertWithdrawal()
  const tell = async (next: DirectMove, state: string) => {
    move = next
    await journal?.append(move.id, { state, data: learntOf(move) })
    await onProgress?.(move)
  }
  if (journal !== undefined) {
    const last = kept && lastState(kept)
    if (kept === undefined) await journal.record(firstRecord(prepared))
    // It was told to be over, because nobody went on with it.
    else if (last === 'refunded' || last === 'failed') {
      await journal.append(move.id, { state: last === 'refunded' ? 'mined' : 'submitted' })
    }
    // What was begun without it, or with another one.
    if (isBegun && move !== written) await journal.append(move.id, { state: 'direct-handed', data: learntOf(move) })
  }
  await onProgress?.(move)
  const sending: Sending = {
    wallet: walletClient,
    account,
    chain,
    id: intent.id,
    options: { ...parameters, inclusionTimeout },
    before: { ...move.direct, done: { ...move.direct.done, send: move.hash } },
    note: (kept, step) => tell(withKept(move, kept), step === undefined ? 'direct-handed' : `direct-${step.name}`),
    again: parameters.again ?? [],
    assertStep: async (step) => {
      if (isBegun && step === 'withdraw') await assertWithdrawal()
    },
    traceOf: (step) => {
      const trace = traceOf(step, move)
      return trace && ofNoOther(trace, journal, move.id)
    },
  }
  await sendSteps(sending, calls, parameters.batch)
  const known = await withMessage(chain, move, parameters)
  const isNew = known.minedIn !== undefined && (move.minedIn === undefined || move.guid !== known.guid)
  const isFirst = journal === undefined || isAhead(journal, move.id, 'mined')
  // What it has come to since, e.g. by another run, stays what is written down last.
  if (isNew) await tell(known, isFirst ? 'mined' : 'direct-mined')
  return known
}

/** Whether anything of it may have been handed to a wallet. */
function hasBegun({ hash, direct }: DirectMove): boolean {
  const { done, batch, handed } = direct
  return [hash, done.withdraw, batch, handed].some((known) => known !== undefined)
}

/** Holds the plan and what is known of the move against the intent: whose it is, from where to where, how much, and for whom. */
function assertOwn({ prepared, recipient }: SendDirectMoveParameters, move: DirectMove): void {
  const { intent, plan } = prepared
  const { source, destination } = plan
  const pairs = [
    ['id', move.id, intent.id],
    ['owner', plan.owner, intent.owner],
    ['recipient', intent.direct.recipient, recipient ?? intent.owner],
    ['amount', plan.amount, intent.direct.amount],
    ['purpose', plan.purpose, intent.direct.purpose],
    ['receiver', plan.receiver.id, intent.direct.receiver],
    ['sourceChainId', source.chainId, intent.sourceChainId],
    ['destinationChainId', destination.chainId, intent.destinationChainId],
    ['source.oft', source.oft, intent.source.oft],
    ['destination.oft', destination.oft, intent.destination.oft],
    ['assets.source', source.asset.address, intent.direct.assets.source],
    ['assets.destination', destination.asset.address, intent.direct.assets.destination],
    ['move.owner', move.owner, intent.owner],
    ['move.recipient', move.direct.recipient, intent.direct.recipient],
    ['move.amount', move.direct.amount, intent.direct.amount],
  ] as const
  for (const [field, given, expected] of pairs) {
    if (String(given).toLowerCase() !== String(expected).toLowerCase()) {
      throw new ForeignMoveError(field, String(given), String(expected))
    }
  }
}

/** Holds every call but the withdrawal against what the client itself makes of the plan. */
function assertCalls({ plan, calls, intent, value }: PreparedDirectMove): void {
  const { recipient } = intent.direct
  const isNative = calls.some(({ step }) => step === 'unwrap')
  const needsApproval = calls.some(({ step }) => step === 'approve')
  const needsReset = calls.some(({ step }) => step === 'reset')
  const [withdraw] = calls
  if (withdraw?.step !== 'withdraw') throw new CalldataMismatchError('calls', withdraw?.step ?? 'none', 'withdraw')
  const terms = { isNative, needsApproval, needsReset, owner: intent.owner, recipient, value }
  const meant = (extraOptions: Hex) => DirectCalls.ofSource(plan, withdraw.call, { ...terms, extraOptions })
  const sent = calls.at(-1)?.call.data
  const extraOptions = meant('0x').at(-1)?.call.data === sent ? '0x' : DirectTerms.receiveOptions()
  DirectCalls.assertSame(calls, meant(extraOptions))
  DirectCalls.assertSource(calls, plan, { ...terms, extraOptions })
}

function withKept(move: DirectMove, { done, batch, handed }: Kept): DirectMove {
  const { send: hash, ...others } = done
  const included = Object.fromEntries(Object.entries(others).filter(([, of]) => of !== undefined))
  const step = handed === undefined ? undefined : { ...handed, step: handed.step as DirectStep }
  const direct = { ...move.direct, done: included, batch, handed: step }
  if (hash === undefined || hash === move.hash) return { ...move, direct }
  return { ...withoutTransaction(move), direct, hash }
}

/** The move with its message, as the receipt tells it: it is included, and what a node does not tell now, tracking will find. */
async function withMessage(chain: Ask.Chain, move: DirectMove, options: DeadlineOptions): Promise<DirectMove> {
  if (move.hash === undefined) return move
  try {
    const receipt = await readReceiptLogs(chain, move.hash, options)
    if (receipt === undefined) return move
    const sent = sentIn(receipt.logs, move)
    const message = sent === undefined ? {} : { guid: sent.guid, nonce: sent.nonce }
    return { ...move, minedIn: receipt.blockNumber, ...message }
  } catch {
    return move
  }
}
