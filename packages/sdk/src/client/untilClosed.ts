import type { Transport } from 'viem'
import { whenAborted } from '../reads/whenAborted.ts'
import { childOf } from '../reads/withDeadline.ts'
import { ClientClosedError } from './ClientClosedError.ts'

/**
 * Ends every request of a transport when `closing` fires, and refuses those after it: whoever has the chain's viem client,
 * our own free functions included, asks nothing any more.
 */
export function untilClosed(transport: Transport, closing: AbortSignal): Transport {
  return (parameters) => {
    const made = transport(parameters)
    const request = async (asked: Parameters<typeof made.request>[0], options?: { readonly signal?: AbortSignal }) => {
      if (closing.aborted) throw new ClientClosedError()
      const { signal, end } = childOf(options?.signal, closing)
      let forget = (): void => {}
      // Not every transport listens to a signal.
      const closed = new Promise<never>((_, reject) => {
        forget = whenAborted(closing, () => reject(new ClientClosedError()))
      })
      try {
        return await Promise.race([made.request(asked, { ...options, signal }), closed])
      } catch (error) {
        throw closing.aborted ? new ClientClosedError() : error
      } finally {
        forget()
        end()
      }
    }
    return { ...made, request: request as typeof made.request }
  }
}
