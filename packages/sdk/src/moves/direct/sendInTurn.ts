import { sendTransaction } from 'viem/actions'
import { AbortedError } from '../../errors/AbortedError.ts'
import type { Hex } from '../../model/Hex.ts'
import * as Ask from '../ask.ts'
import { getTransactionCount } from '../getTransaction.ts'
import { GAS_MARGIN } from '../MoveGas.ts'
import { WalletFailedError } from '../SigningErrors.ts'
import { ask, assertChain } from '../send/Sender.ts'
import { readLogs } from '../track/readLogs.ts'
import type { DirectCall } from './DirectCalls.ts'
import { PendingStepError } from './DirectErrors.ts'
import { addressOf, type Kept, type Sending } from './Sending.ts'
import { waitFor } from './waitFor.ts'

/**
 * Sends calls one after the other, each once the one before it is included, from where an earlier run has stopped. What a wallet was
 * handed is written down before, with the place of its transaction: where its hash was lost, it is looked for in the logs, or signed
 * for the same place again, so that only one of the two can be included.
 *
 * @throws WalletFailedError when the wallet refuses or fails; WrongChainError when it is on another chain by then.
 * @throws CallRevertedError when a call would revert, or did; NotIncludedError when it is not included in time.
 * @throws PendingStepError when an earlier run may have sent a call that cannot be found.
 */
export async function sendInTurn(sending: Sending, calls: readonly DirectCall<string>[]): Promise<Kept> {
  let kept = sending.before
  for (const { step, call } of calls) {
    const known = kept.done[step]
    if (known !== undefined) {
      await waitFor(sending, step, known)
      continue
    }
    const nonce = await placeOf(sending, step, kept)
    if (typeof nonce === 'string') {
      kept = { ...kept, done: { ...kept.done, [step]: nonce } }
      await sending.note(kept, { name: step, hash: nonce })
      continue
    }
    kept = { ...kept, handed: { step, nonce: nonce.next, since: nonce.since } }
    const hash = await hand(sending, { step, call }, nonce, () => sending.note(kept))
    kept = { ...kept, done: { ...kept.done, [step]: hash } }
    await sending.note(kept, { name: step, hash })
    await waitFor(sending, step, hash)
  }
  return kept
}

type Place = { readonly next: bigint; readonly since: bigint; readonly isAgain: boolean }

/** The place of the next transaction; or the hash of the one that an earlier run has sent. */
async function placeOf(sending: Sending, step: string, { handed }: Kept): Promise<Place | Hex> {
  const { chain, options } = sending
  const { block } = await Ask.snapshot(chain, [], options)
  const used = await getTransactionCount(chain, addressOf(sending), block.number, options)
  if (handed?.step !== step) return { next: used, since: block.number, isAgain: false }
  const { nonce, since } = handed
  if (used <= nonce) return { next: nonce, since, isAgain: true }
  const trace = sending.traceOf(step)
  if (trace === undefined) {
    throw new PendingStepError(step, 'its hash was lost, and the account has sent transactions since')
  }
  const { address, topics } = trace
  const logs = await readLogs(chain, { address, topics, fromBlock: since, toBlock: block.number }, options)
  // If there is none, something else took its place: what was signed for that place cannot be included any more.
  return logs.find(trace.match)?.transactionHash ?? { next: used, since: block.number, isAgain: false }
}

async function hand(
  { wallet, account, chain, options }: Sending,
  { step, call }: DirectCall<string>,
  { next, isAgain }: Place,
  note: () => Promise<void>,
): Promise<Hex> {
  const { to, data, value } = call
  const from = typeof account === 'string' ? account : account.address
  const gas = await Ask.estimateGas(chain, step, { from, to, data, value }, options)
  await assertChain(wallet, chain.chainId)
  if (options.signal?.aborted === true) throw new AbortedError(options.signal.reason)
  await note()
  // Wallets choose the place themselves, and know of what is on its way; only the same place again is for us to name.
  const place = isAgain ? { nonce: Number(next) } : {}
  const parameters = { account, chain: chain.client.chain ?? null, to, data, value }
  const hash: unknown = await ask(step, () =>
    sendTransaction(wallet, { ...parameters, ...place, gas: gas + (gas * GAS_MARGIN) / 100n }),
  )
  if (typeof hash === 'string' && /^0x[0-9a-fA-F]{64}$/.test(hash)) return hash as Hex
  throw new WalletFailedError(step, 'it answered something else than the hash of a transaction')
}
