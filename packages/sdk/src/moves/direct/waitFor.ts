import { AbortedError } from '../../errors/AbortedError.ts'
import type { Hex } from '../../model/Hex.ts'
import { sleep } from '../../reads/sleep.ts'
import { DEFAULT_TIMEOUT } from '../../reads/withDeadline.ts'
import { explainRevert, getReceipt } from '../getReceipt.ts'
import { CallRevertedError } from '../MoveErrors.ts'
import { NotIncludedError } from '../SigningErrors.ts'
import type { Sending } from './Sending.ts'

/** Milliseconds to wait for a transaction to be included, unless told otherwise. */
export const DEFAULT_INCLUSION_TIMEOUT = 180_000

/**
 * Asks again and again until something is known. After a transaction was sent, a node or a wallet that stumbles is no reason to give up.
 *
 * @throws AbortedError; and what `look` throws, if `isFinal` says so.
 */
export async function poll<value>(
  { chain, options }: Pick<Sending, 'chain' | 'options'>,
  look: (timeout: number) => Promise<value | undefined>,
  isFinal: (error: unknown) => boolean = () => false,
): Promise<value | undefined> {
  const { signal, timeout = DEFAULT_TIMEOUT, inclusionTimeout = DEFAULT_INCLUSION_TIMEOUT } = options
  const interval = Math.min(chain.client.pollingInterval, 4_000)
  const end = Date.now() + inclusionTimeout
  do {
    try {
      const found = await look(Math.max(1, Math.min(timeout, end - Date.now())))
      if (found !== undefined) return found
    } catch (error) {
      if (error instanceof AbortedError || isFinal(error)) throw error
    }
    await sleep(interval, signal)
  } while (Date.now() < end)
  return undefined
}

/**
 * Waits until a transaction is included, and gives its block.
 *
 * @throws CallRevertedError when it reverted; NotIncludedError when it was not included in time: it may still be.
 */
export async function waitFor(sending: Sending, step: string, hash: Hex): Promise<bigint> {
  const { chain, options } = sending
  const { signal, inclusionTimeout = DEFAULT_INCLUSION_TIMEOUT } = options
  const receipt = await poll(sending, (timeout) => getReceipt(chain, hash, { signal, timeout }))
  if (receipt === undefined) throw new NotIncludedError(hash, step, inclusionTimeout)
  if (receipt.status === 'success') return receipt.blockNumber
  const revert = await explainRevert(chain, hash, receipt, options)
  throw new CallRevertedError({ chainId: chain.chainId, call: step, revert, hash })
}
