import { concatHex, keccak256 } from 'viem'
import type { MarginContext } from '../../adapter/MarginContext.ts'
import type { Journal } from '../../journal/createJournal.ts'
import type { Hex } from '../../model/Hex.ts'
import { assertMilliseconds, type DeadlineOptions } from '../../reads/withDeadline.ts'
import type * as Ask from '../ask.ts'
import { CallRevertedError } from '../MoveErrors.ts'
import { accountOf, assertChain, type MoveWallet } from '../send/Sender.ts'
import { allowanceLeft } from './allowanceLeft.ts'
import { AllowanceLeftError, PendingStepError, StaleArrivalError } from './DirectErrors.ts'
import type { ArrivalStep, DirectArrival } from './DirectTrail.ts'
import { ofNoOther } from './ofNoOther.ts'
import { type DirectMove, learntOf, type PreparedArrival } from './PreparedDirect.ts'
import { restoreDirectMove } from './restoreDirectMove.ts'
import type { Kept, Sending } from './Sending.ts'
import { REPEATABLE } from './sendInTurn.ts'
import { alone, sendSteps } from './sendSteps.ts'
import { paidTrace, wrapTrace } from './traceOf.ts'
import { DEFAULT_INCLUSION_TIMEOUT } from './waitFor.ts'
import { isRefusal } from './walletCode.ts'

export type SendArrivalParameters = DeadlineOptions & {
  /** As `prepareArrival` gave it. */
  readonly prepared: PreparedArrival
  /** The recipient's wallet on the destination chain. */
  readonly walletClient: MoveWallet
  /** Steps, or `batch`, that an earlier run may have sent, and that are sent again all the same: look into the wallet first. */
  readonly again?: readonly (ArrivalStep | 'batch')[] | undefined
  /** Whether a wallet that can send all calls at once does so (EIP-5792). It does unless `never`. */
  readonly batch?: 'auto' | 'never' | undefined
  /** Where the move is written down. One that does not know it, e.g. because it was found, is left alone: then `onProgress` is for that. */
  readonly journal?: Journal | undefined
  /** Awaited before the wallet is asked for anything, and with each change: store the move here, where there is no journal. */
  readonly onProgress?: ((move: DirectMove) => void | Promise<void>) | undefined
  /** Milliseconds to wait for each transaction to be included. Defaults to 180,000. */
  readonly inclusionTimeout?: number | undefined
}

/**
 * Signs and sends the second step of a direct move, as `sendDirectMove` does the first. It goes on from where an earlier run has stopped, if
 * `prepareArrival` was given the move as that one left it. Gives the move, which `getMoveStatus` calls `credited` from then on.
 *
 * @throws WrongChainError, WrongAccountError when the wallet does not fit; StaleArrivalError when the journal knows more than was known to
 * `prepareArrival`: before anything is sent.
 * @throws BatchFailedError, WalletFailedError, CallRevertedError, NotIncludedError, PendingStepError, ReplacedStepError, AbortedError as `sendDirectMove`.
 * @throws AllowanceLeftError instead of a refusal, by the market or in the wallet, that leaves something allowed.
 *
 * @example
 * import { type MarginClient, type MoveWallet, prepareArrival, sendArrival, type TrackedMove } from '@unimargin/sdk'
 *
 * export async function finish(client: MarginClient, move: TrackedMove, walletClient: MoveWallet) {
 *   const view = await client.getMarginView({ owner: move.owner })
 *   const prepared = await prepareArrival(client, { move, view })
 *   return sendArrival(client, { prepared, walletClient })
 * }
 */
export async function sendArrival(client: MarginContext, parameters: SendArrivalParameters): Promise<DirectMove> {
  const { id } = parameters.prepared.move
  return alone(client, parameters, id, (signal) => send(client, { ...parameters, signal }))
}

async function send(client: MarginContext, parameters: SendArrivalParameters): Promise<DirectMove> {
  const { prepared, walletClient, journal, onProgress, again = [] } = parameters
  const { inclusionTimeout = DEFAULT_INCLUSION_TIMEOUT } = parameters
  assertMilliseconds('inclusionTimeout', inclusionTimeout)
  const { calls } = prepared
  let { move } = prepared
  const { destinationChainId: chainId, direct } = move
  const { recipient, purpose, assets } = direct
  const settle = calls.find(({ step }) => step === purpose)?.call
  const arrival = direct.arrival ?? { done: {}, market: settle?.to ?? recipient }
  const kept = journal?.get(move.id)
  if (kept !== undefined && markOf(restoreDirectMove(kept).move.direct.arrival) !== markOf(prepared.before)) {
    throw new StaleArrivalError()
  }
  assertNoneLost(arrival, calls, again)
  const tell = async (now: Kept, step?: { readonly name: string }) => {
    move = { ...move, direct: { ...direct, arrival: withKept(arrival, now, { step: purpose, data: settle?.data }) } }
    const state = step === undefined ? 'direct-arrival-handed' : `direct-arrival-${step.name}`
    if (kept !== undefined) await journal?.append(move.id, { state, data: learntOf(move) })
    await onProgress?.(move)
  }
  if (calls.length === 0) {
    await tell(arrival, { name: purpose })
    return move
  }
  const account = await accountOf(walletClient, recipient)
  await assertChain(walletClient, chainId)
  const chain: Ask.Chain = { chainId, client: client.getClient(chainId) }
  await onProgress?.(move)
  const sending: Sending = {
    wallet: walletClient,
    account,
    chain,
    id: idOf(prepared),
    options: { ...parameters, inclusionTimeout },
    before: arrival,
    note: tell,
    again,
    // They were made from the view and the chain by `prepareArrival`, in this run.
    assertStep: async () => {},
    traceOf: (step) => {
      const token = assets.destination
      const wrap = step === 'wrap' ? wrapTrace(token, recipient, prepared.amount) : undefined
      const trace = step === purpose ? paidTrace(token, recipient) : wrap
      return trace && ofNoOther(trace, journal, move.id)
    },
  }
  try {
    await tell(await sendSteps(sending, calls, parameters.batch), { name: purpose })
    return move
  } catch (error) {
    const { approve } = move.direct.arrival?.done ?? {}
    const isRefused = approve !== undefined && (error instanceof CallRevertedError || isRefusal(error))
    const left = isRefused ? await allowanceLeft(chain, move, parameters).catch(() => undefined) : undefined
    throw left === undefined ? error : new AllowanceLeftError(left.call, error)
  }
}

/**
 * What a wallet calls all of it: known beforehand, none that the first step may have, and another one once a batch was included in vain,
 * since the wallet takes that for sent.
 */
function idOf({ move, before }: PreparedArrival): Hex {
  const standing = Object.values(move.direct.arrival?.done ?? {})
  const refused = Object.values(before?.done ?? {}).filter((hash) => !standing.includes(hash))
  return keccak256(concatHex([move.id, '0x02', ...new Set(refused)]))
}

/** What tells how far a second step was brought. */
function markOf({ done, handed, batch }: Partial<DirectArrival> = {}): string {
  const hashes = Object.entries(done ?? {}).map((one) => one.join())
  return [...hashes.sort(), handed?.step, handed?.nonce, batch].join()
}

/** What was handed over last, and has no hash, is looked for before anything else is handed over. @throws PendingStepError */
function assertNoneLost(
  { done, handed }: DirectArrival,
  [first]: PreparedArrival['calls'],
  again: readonly string[],
): void {
  const lost = handed !== undefined && done[handed.step] === undefined ? handed.step : undefined
  if (lost === undefined || lost === first?.step || REPEATABLE.includes(lost) || again.includes(lost)) return
  throw new PendingStepError(lost, 'an earlier run handed it to the wallet, and its hash was lost')
}

function withKept(
  before: DirectArrival,
  { done, batch, handed }: Kept,
  { step, data }: { readonly step: ArrivalStep; readonly data: Hex | undefined },
): DirectArrival {
  const known = Object.fromEntries(Object.entries(done).filter(([, hash]) => hash !== undefined))
  const hash = done[step] ?? before.hash
  const isHanded = batch !== before.batch || (handed !== before.handed && handed?.step === step)
  return {
    ...before,
    handed: handed as DirectArrival['handed'],
    done: known,
    batch,
    ...(isHanded && { call: data }),
    ...(hash !== undefined && { hash }),
  }
}
