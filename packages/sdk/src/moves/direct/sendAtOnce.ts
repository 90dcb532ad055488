import { keccak256 } from 'viem'
import { getCapabilities, sendCalls } from 'viem/actions'
import { AbortedError } from '../../errors/AbortedError.ts'
import type { Hex } from '../../model/Hex.ts'
import { NotIncludedError, WalletFailedError } from '../SigningErrors.ts'
import { assertChain } from '../send/Sender.ts'
import { type BatchStatus, batchStatus } from './batchStatus.ts'
import type { DirectCall } from './DirectCalls.ts'
import { BatchFailedError, PendingStepError } from './DirectErrors.ts'
import { assertOfChain, type Kept, type Sending } from './Sending.ts'
import { DEFAULT_INCLUSION_TIMEOUT, poll } from './waitFor.ts'
import { isRefusal, walletCode } from './walletCode.ts'

/** EIP-5792. */
const DUPLICATE_ID = 5720
/** How many batches of ours may have failed before. */
const TRIES = 16

/** Whether a wallet says that it sends several calls of the account all or nothing (`wallet_getCapabilities`). */
export async function canSendAtOnce({ wallet, chain, account }: Sending): Promise<boolean> {
  try {
    const capabilities: unknown = await getCapabilities(wallet, { account, chainId: chain.chainId })
    const status: unknown = Object(Object(Object(capabilities).atomic)).status
    return status === 'supported' || status === 'ready'
  } catch (error) {
    if (error instanceof AbortedError) throw error
    // A wallet that knows nothing of it says so in many ways.
    return false
  }
}

/**
 * Has a wallet send calls all or nothing (EIP-5792), and waits for it. The id is ours, and written down before: a wallet takes none twice,
 * and says later what became of it. After one that failed the next has the hash of its id.
 *
 * @throws PendingStepError when an earlier run handed it over, and the wallet does not know it.
 * @throws BatchFailedError with the wallet's code, or the status of the batch.
 * @throws WalletFailedError when the wallet refuses or fails otherwise; NotIncludedError when it takes too long: it may still come.
 */
export async function sendAtOnce(sending: Sending, calls: readonly DirectCall<string>[]): Promise<Kept> {
  const { wallet, chain, options, before } = sending
  assertOfChain(sending, calls)
  const isAgain = sending.again.includes('batch')
  if (before.batch !== undefined && !isAgain && !(await isKnown(sending, before.batch))) {
    // A wallet may have an id of its own for it, or have forgotten it, or be another one.
    throw new PendingStepError('batch', 'it was handed to a wallet, and this one does not know it')
  }
  let kept = before
  if (before.batch === undefined || isAgain) {
    for (const { step } of calls) await sending.assertStep(step)
    await assertChain(wallet, chain.chainId)
    if (options.signal?.aborted === true) throw new AbortedError(options.signal.reason)
    kept = await hand(sending, calls, sending.id)
  }
  const hash = await resultOf(sending, kept)
  const steps = calls.map(({ step }) => step)
  kept = { ...kept, done: { ...kept.done, ...Object.fromEntries(steps.map((step) => [step, hash])) } }
  await sending.note(kept, { name: steps.at(-1) ?? 'batch', hash })
  return kept
}

async function hand(sending: Sending, calls: readonly DirectCall<string>[], id: Hex, tries = TRIES): Promise<Kept> {
  const { wallet, account, chain, before, note } = sending
  const kept = { ...before, batch: id }
  await note(kept)
  try {
    const { id: given }: { readonly id: unknown } = await sendCalls(wallet, {
      account,
      chain: chain.client.chain,
      id,
      forceAtomic: true,
      calls: calls.map(({ call: { to, data, value } }) => ({ to, data, value })),
    })
    if (typeof given !== 'string' || given === '' || given === id) return kept
    await note({ ...kept, batch: given })
    return { ...kept, batch: given }
  } catch (error) {
    const code = walletCode(error)
    if (code === DUPLICATE_ID) {
      // An earlier run has handed it over.
      if (tries === 0 || !(await hasFailed(sending, id))) return kept
      return hand(sending, calls, keccak256(id), tries - 1)
    }
    const isOfBatches = code !== undefined && code >= 5700 && code < 5800
    // What was refused is not on its way; of any other failure nobody knows.
    if (isOfBatches || isRefusal(error)) await note({ ...kept, batch: undefined })
    throw isOfBatches ? new BatchFailedError(code, error) : new WalletFailedError('batch', error)
  }
}

/** Whether the wallet knows a batch; what fails otherwise is asked again later. */
async function isKnown({ wallet }: Sending, id: string): Promise<boolean> {
  const status = await batchStatus(wallet, id).catch(() => undefined)
  return status?.kind !== 'unknown'
}

async function hasFailed({ wallet }: Sending, id: string): Promise<boolean> {
  const status = await batchStatus(wallet, id).catch(() => undefined)
  return status?.kind === 'failed'
}

async function resultOf(sending: Sending, kept: Kept): Promise<Hex> {
  const { wallet, options, id } = sending
  const { batch = id } = kept
  const ended = await poll(sending, async () => {
    const status = await batchStatus(wallet, batch)
    return isEnd(status) ? status : undefined
  })
  if (ended === undefined) {
    throw new NotIncludedError(undefined, `batch ${batch}`, options.inclusionTimeout ?? DEFAULT_INCLUSION_TIMEOUT)
  }
  if (ended.kind === 'included') return ended.hash
  // Nothing is on its way any more: it may be handed over anew, at once or call by call.
  if (ended.kind === 'failed') await sending.note({ ...kept, batch: undefined })
  throw new BatchFailedError(ended.code)
}

type End =
  | { readonly kind: 'included'; readonly hash: Hex }
  | Extract<BatchStatus, { readonly kind: 'failed' | 'partly' }>

function isEnd(status: BatchStatus): status is End {
  const { kind } = status
  return kind === 'failed' || kind === 'partly' || (kind === 'included' && status.hash !== undefined)
}
