import { EventEmitter } from 'eventemitter3'
import { AbortedError } from '../errors/AbortedError.ts'
import type { MarginView } from '../model/MarginView.ts'
import type { MoveStatus } from '../moves/MoveStatus.ts'
import { whenAborted } from '../reads/whenAborted.ts'
import { childOf } from '../reads/withDeadline.ts'
import { ClientClosedError } from './ClientClosedError.ts'
import type { MarginActions } from './marginActions.ts'

/** What happens in a margin client, and what listeners get. */
export type MarginEvents = {
  /** A margin view was read, by whomever: asked for, or by a watch. */
  readonly view: (view: MarginView) => void
  /** A watched move reached a state. */
  readonly move: (status: MoveStatus) => void
  /** An action of the client failed; its caller gets the error as well. A watch tells its errors here too. Abortion is no failure. */
  readonly error: (error: unknown) => void
}

/** Who listens to one of the events. */
export type MarginListener<event extends keyof MarginEvents> = EventEmitter.EventListener<MarginEvents, event>

/** Tells about what happens in a client. */
export type MarginEventSource = {
  /** Listens; gives the function that stops listening. */
  readonly on: <event extends keyof MarginEvents>(event: event, listener: MarginListener<event>) => () => void
  readonly off: <event extends keyof MarginEvents>(event: event, listener: MarginListener<event>) => void
}

/**
 * Lets actions tell what came of them, besides giving it to their caller, and ends them all when `closing` fires: who awaits
 * one then, or asks later, gets a `ClientClosedError`. A listener that throws harms no action: what it throws surfaces as an
 * unhandled rejection. Once closed, nothing is told any more.
 */
export function marginEvents(actions: MarginActions, closing: AbortSignal): MarginActions & MarginEventSource {
  const emitter = new EventEmitter<MarginEvents>()
  whenAborted(closing, () => emitter.removeAllListeners())
  const assertOpen = (): void => {
    if (closing.aborted) throw new ClientClosedError()
  }
  const tell = (emit: () => void): void => {
    try {
      emit()
    } catch (error) {
      void Promise.reject(error)
    }
  }
  const tellError = (error: unknown): void => {
    if (!(error instanceof AbortedError)) tell(() => emitter.emit('error', error))
  }
  const told =
    <parameters extends { readonly signal?: AbortSignal | undefined }, value>(
      action: (parameters: parameters) => Promise<value>,
      tellValue: (value: value) => void = () => {},
    ) =>
    async (parameters: parameters): Promise<value> => {
      assertOpen()
      const { signal, end } = childOf(parameters.signal, closing)
      try {
        const value = await action({ ...parameters, signal })
        tell(() => tellValue(value))
        return value
      } catch (error) {
        assertOpen()
        tellError(error)
        throw error
      } finally {
        end()
      }
    }
  return {
    getMarginView: told(actions.getMarginView, (view) => emitter.emit('view', view)),
    watchMarginView: (parameters) => {
      assertOpen()
      const watch = actions.watchMarginView(parameters)
      watch.on('view', ({ view }) => tell(() => emitter.emit('view', view)))
      watch.on('error', tellError)
      return watch
    },
    planMove: (parameters) => {
      assertOpen()
      return actions.planMove(parameters)
    },
    getMoveQuote: told(actions.getMoveQuote),
    prepareMove: told(actions.prepareMove),
    sendMove: told(actions.sendMove),
    getMoveStatus: told(actions.getMoveStatus),
    watchMove: (parameters) => {
      assertOpen()
      return actions.watchMove({
        ...parameters,
        onState: (state, status) => {
          tell(() => emitter.emit('move', status))
          parameters.onState(state, status)
        },
        onError: (error) => {
          tellError(error)
          parameters.onError?.(error)
        },
      })
    },
    on: (event, listener) => {
      // Of its own, so that whoever listens twice with one function can stop once.
      const own = {}
      emitter.on(event, listener, own)
      return () => emitter.off(event, listener, own)
    },
    off: (event, listener) => void emitter.off(event, listener),
  }
}
