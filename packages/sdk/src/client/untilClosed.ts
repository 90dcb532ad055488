import type { Transport } from 'viem'
import { whenAborted } from '../reads/whenAborted.ts'
import { childOf } from '../reads/withDeadline.ts'
import { ClientClosedError } from './ClientClosedError.ts'
import type { MarginActions } from './marginActions.ts'

/** Ends what the actions are doing when `closing` fires, and refuses to begin anything after it. */
export function untilClosed(actions: MarginActions, closing: AbortSignal): MarginActions {
  const assertOpen = (): void => {
    if (closing.aborted) throw new ClientClosedError()
  }
  const ending =
    <parameters extends { readonly signal?: AbortSignal | undefined }, value>(
      action: (parameters: parameters) => Promise<value>,
    ) =>
    async (parameters: parameters): Promise<value> => {
      assertOpen()
      const { signal, end } = childOf(parameters.signal, closing)
      try {
        return await action({ ...parameters, signal })
      } catch (error) {
        throw closing.aborted ? new ClientClosedError() : error
      } finally {
        end()
      }
    }
  return {
    getMarginView: ending(actions.getMarginView),
    // These two end with the client by themselves.
    watchMarginView: (parameters) => {
      assertOpen()
      return actions.watchMarginView(parameters)
    },
    planMove: (parameters) => {
      assertOpen()
      return actions.planMove(parameters)
    },
    getMoveQuote: ending(actions.getMoveQuote),
    prepareMove: ending(actions.prepareMove),
    sendMove: ending(actions.sendMove),
    getMoveStatus: ending(actions.getMoveStatus),
    watchMove: (parameters) => {
      assertOpen()
      return actions.watchMove(parameters)
    },
  }
}

/**
 * Ends every request of a transport when `closing` fires, and refuses those after it: whoever has the chain's viem client,
 * our own free functions included, asks nothing any more.
 */
export function transportUntilClosed(transport: Transport, closing: AbortSignal): Transport {
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
