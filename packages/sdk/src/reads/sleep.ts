import { AbortedError } from '../errors/AbortedError.ts'

/**
 * Waits some milliseconds, and leaves neither timer nor listener behind.
 *
 * @throws AbortedError as soon as the signal fires.
 */
export async function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted === true) throw new AbortedError(signal.reason)
  await new Promise<void>((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer)
      reject(new AbortedError(signal?.reason))
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    }, milliseconds)
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}
