import { EventEmitter } from 'eventemitter3'
import { AbortedError } from '../errors/AbortedError.ts'
import type { MarginView } from '../model/MarginView.ts'
import type { MoveStatus } from '../moves/MoveStatus.ts'
import type { MarginActions } from './marginActions.ts'

/** What happens in a margin client, and what listeners get. */
export type MarginEvents = {
  /** A margin view was read, by whomever: asked for, or by a watch. */
  readonly view: (view: MarginView) => void
  /** A watched move reached a stage. */
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
 * Lets actions tell what came of them, besides giving it to their caller. A listener that throws harms no action: what it
 * throws surfaces as an unhandled rejection. Once `closing` fires, nothing is told any more.
 */
export function marginEvents(actions: MarginActions, closing: AbortSignal): MarginActions & MarginEventSource {
  const emitter = new EventEmitter<MarginEvents>()
  closing.addEventListener('abort', () => emitter.removeAllListeners(), { once: true })
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
  const told = async <value>(result: Promise<value>, tellValue: (value: value) => void = () => {}): Promise<value> => {
    try {
      const value = await result
      tell(() => tellValue(value))
      return value
    } catch (error) {
      tellError(error)
      throw error
    }
  }
  return {
    ...actions,
    getMarginView: (parameters) => told(actions.getMarginView(parameters), (view) => emitter.emit('view', view)),
    watchMarginView: (parameters) => {
      const watch = actions.watchMarginView(parameters)
      watch.on('view', ({ view }) => tell(() => emitter.emit('view', view)))
      watch.on('error', tellError)
      return watch
    },
    getMoveQuote: (parameters) => told(actions.getMoveQuote(parameters)),
    prepareMove: (parameters) => told(actions.prepareMove(parameters)),
    sendMove: (parameters) => told(actions.sendMove(parameters)),
    getMoveStatus: (parameters) => told(actions.getMoveStatus(parameters)),
    watchMove: (parameters) =>
      actions.watchMove({
        ...parameters,
        onStage: (stage, status) => {
          tell(() => emitter.emit('move', status))
          parameters.onStage(stage, status)
        },
        onError: (error) => {
          tellError(error)
          parameters.onError?.(error)
        },
      }),
    on: (event, listener) => {
      emitter.on(event, listener)
      return () => emitter.off(event, listener)
    },
    off: (event, listener) => void emitter.off(event, listener),
  }
}
