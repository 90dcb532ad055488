import { EventEmitter } from 'eventemitter3'
import type { Emission, MarginWatch, MarginWatchEvents } from './MarginWatch.ts'
import { ListenerError } from './WatchErrors.ts'

/** Listeners of a watch, and the way to tell them. */
export type Emitter = Pick<MarginWatch, 'on' | 'off'> & {
  readonly emit: (emission: Emission) => void
  /** Forgets all listeners; nobody is told anything after it. */
  readonly clear: () => void
}

/**
 * Tells listeners without depending on them: each is called by itself, and what one throws, also later in a promise, is told
 * to who listens to `error`. Nobody waits for a promise.
 */
export function createEmitter(): Emitter {
  const emitter = new EventEmitter<MarginWatchEvents>()
  let isCleared = false

  const call = (event: string, listener: (payload: never) => unknown, payload: unknown): void => {
    const failed = (cause: unknown): void => {
      // Who listens to errors failed itself: nobody is left to tell.
      if (event !== 'error') emit({ event: 'error', payload: new ListenerError(event, cause) })
    }
    try {
      // An async listener: its promise is not awaited, only caught.
      Promise.resolve(listener(payload as never)).catch(failed)
    } catch (cause) {
      failed(cause)
    }
  }
  const emit = ({ event, payload }: Emission): void => {
    for (const listener of emitter.listeners(event)) {
      // The one before may have closed the watch.
      if (isCleared) return
      call(event, listener, payload)
    }
  }

  return {
    emit,
    on: (event, listener) => {
      const listen = listener as EventEmitter.EventListener<MarginWatchEvents, typeof event>
      // Of its own, so that whoever listens twice with one function can stop once.
      const own = {}
      emitter.on(event, listen, own)
      return () => void emitter.off(event, listen, own)
    },
    off: (event, listener) => {
      emitter.off(event, listener as EventEmitter.EventListener<MarginWatchEvents, typeof event>)
    },
    clear: () => {
      isCleared = true
      emitter.removeAllListeners()
    },
  }
}
