import type { Transport } from 'viem'
import { isTerminal } from '../moves/MoveStatus.ts'
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
    // Ends with the client by itself.
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
      const { signal, end } = childOf(parameters.signal, closing)
      const stop = actions.watchMove({
        ...parameters,
        signal,
        onStage: (stage, status) => {
          try {
            parameters.onStage(stage, status)
          } finally {
            if (isTerminal(stage)) end()
          }
        },
      })
      return () => {
        stop()
        end()
      }
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
      let refuse = (): void => {}
      // Not every transport listens to a signal.
      const closed = new Promise<never>((_, reject) => {
        refuse = () => reject(new ClientClosedError())
        closing.addEventListener('abort', refuse)
      })
      try {
        return await Promise.race([made.request(asked, { ...options, signal }), closed])
      } catch (error) {
        throw closing.aborted ? new ClientClosedError() : error
      } finally {
        closing.removeEventListener('abort', refuse)
        end()
      }
    }
    return { ...made, request: request as typeof made.request }
  }
}
