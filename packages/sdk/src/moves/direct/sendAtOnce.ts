import { getCallsStatus, getCapabilities, sendCalls } from 'viem/actions'
import { AbortedError } from '../../errors/AbortedError.ts'
import type { Hex } from '../../model/Hex.ts'
import { NotIncludedError, WalletFailedError } from '../SigningErrors.ts'
import { assertChain } from '../send/Sender.ts'
import type { DirectCall } from './DirectCalls.ts'
import { BatchFailedError, PendingStepError } from './DirectErrors.ts'
import { assertOfChain, type Kept, type Sending } from './Sending.ts'
import { DEFAULT_INCLUSION_TIMEOUT, poll } from './waitFor.ts'
import { isRefusal, walletCode } from './walletCode.ts'

/** EIP-5792. */
const DUPLICATE_ID = 5720
const UNKNOWN_ID = 5730

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
 * and says later what became of it.
 *
 * @throws PendingStepError when an earlier run handed it over, and the wallet does not know it.
 * @throws BatchFailedError with the wallet's code, or the status of the batch.
 * @throws WalletFailedError when the wallet refuses or fails otherwise; NotIncludedError when it takes too long: it may still come.
 */
export async function sendAtOnce(sending: Sending, calls: readonly DirectCall<string>[]): Promise<Kept> {
  const { wallet, chain, options, before, id } = sending
  assertOfChain(sending, calls)
  let kept = before
  let batch = before.batch
  if (batch !== undefined && !sending.again.includes('batch') && !(await isKnown(sending, batch))) {
    // A wallet may have an id of its own for it, or have forgotten it, or be another one.
    throw new PendingStepError('batch', 'it was handed to a wallet, and this one does not know it')
  }
  if (batch === undefined || sending.again.includes('batch')) {
    for (const { step } of calls) await sending.assertStep(step)
    await assertChain(wallet, chain.chainId)
    if (options.signal?.aborted === true) throw new AbortedError(options.signal.reason)
    kept = { ...kept, batch: id }
    await sending.note(kept)
    batch = await hand(sending, calls, kept)
    if (batch !== id) {
      kept = { ...kept, batch }
      await sending.note(kept)
    }
  }
  const hash = await resultOf(sending, batch)
  const steps = calls.map(({ step }) => step)
  kept = { ...kept, done: { ...kept.done, ...Object.fromEntries(steps.map((step) => [step, hash])) } }
  await sending.note(kept, { name: steps.at(-1) ?? 'batch', hash })
  return kept
}

async function hand(
  { wallet, account, chain, id, note }: Sending,
  calls: readonly DirectCall<string>[],
  kept: Kept,
): Promise<string> {
  try {
    const answer = await sendCalls(wallet, {
      account,
      chain: chain.client.chain,
      id,
      forceAtomic: true,
      calls: calls.map(({ call: { to, data, value } }) => ({ to, data, value })),
    })
    return typeof answer.id === 'string' && answer.id !== '' ? answer.id : id
  } catch (error) {
    const code = walletCode(error)
    // An earlier run has handed it over.
    if (code === DUPLICATE_ID) return id
    const isOfBatches = code !== undefined && code >= 5700 && code < 5800
    // What was refused is not on its way; of any other failure nobody knows.
    if (isOfBatches || isRefusal(error)) await note({ ...kept, batch: undefined })
    throw isOfBatches ? new BatchFailedError(code, error) : new WalletFailedError('batch', error)
  }
}

/** Whether the wallet knows a batch; what fails otherwise is asked again later. */
async function isKnown({ wallet }: Sending, id: string): Promise<boolean> {
  try {
    await getCallsStatus(wallet, { id })
    return true
  } catch (error) {
    return walletCode(error) !== UNKNOWN_ID
  }
}

async function resultOf(sending: Sending, id: string): Promise<Hex> {
  const { wallet, options } = sending
  const isFinal = (error: unknown) => error instanceof BatchFailedError
  const hash = await poll(
    sending,
    async () => {
      const { statusCode, receipts } = await getCallsStatus(wallet, { id })
      if (statusCode >= 400) throw new BatchFailedError(statusCode)
      const last: unknown = receipts?.at(-1)?.transactionHash
      return statusCode >= 200 && isHash(last) ? last : undefined
    },
    isFinal,
  )
  if (hash !== undefined) return hash
  const none: Hex = `0x${'00'.repeat(32)}`
  throw new NotIncludedError(none, `batch ${id}`, options.inclusionTimeout ?? DEFAULT_INCLUSION_TIMEOUT)
}

function isHash(value: unknown): value is Hex {
  return typeof value === 'string' && /^0x[0-9a-fA-F]{64}$/.test(value)
}
