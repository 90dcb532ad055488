type Waiting = { readonly calls: Set<() => void>; readonly onAbort: () => void }

const waiting = new WeakMap<AbortSignal, Waiting>()

/**
 * Calls back when a signal fires; not when it has fired already. Gives the function that stops waiting.
 *
 * However many wait for it, a signal gets one listener, and none when nobody waits any more: dozens of requests at once may
 * end with one client, and Node takes more than ten listeners for a leak.
 */
export function whenAborted(signal: AbortSignal | undefined, call: () => void): () => void {
  if (signal === undefined) return () => {}
  const { calls, onAbort } = waiting.get(signal) ?? listen(signal)
  // Of its own, so that whoever waits twice is called twice.
  const own = () => call()
  calls.add(own)
  return () => {
    if (!calls.delete(own) || calls.size > 0) return
    signal.removeEventListener('abort', onAbort)
    waiting.delete(signal)
  }
}

function listen(signal: AbortSignal): Waiting {
  const calls = new Set<() => void>()
  const onAbort = (): void => {
    waiting.delete(signal)
    for (const call of calls) {
      calls.delete(call)
      call()
    }
  }
  const entry = { calls, onAbort }
  waiting.set(signal, entry)
  signal.addEventListener('abort', onAbort, { once: true })
  return entry
}
