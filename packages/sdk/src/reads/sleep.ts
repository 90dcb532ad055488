import { AbortedError } from '../errors/AbortedError.ts'
import { whenAborted } from './whenAborted.ts'

/**
 * Waits some milliseconds, and leaves neither timer nor listener behind.
 *
 * @throws AbortedError as soon as the signal fires.
 */
export async function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted === true) throw new AbortedError(signal.reason)
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      forget()
      resolve()
    }, milliseconds)
    const forget = whenAborted(signal, () => {
      clearTimeout(timer)
      reject(new AbortedError(signal?.reason))
    })
  })
}
