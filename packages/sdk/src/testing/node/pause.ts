/** A timer that should run longer ends at once. */
const MOST_MS = 2 ** 31 - 1

/** Waits so many milliseconds, or for ever when left out; ends at once when the signal does. Never rejects. */
export function pause(signal: AbortSignal, ms?: number): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const timer = ms === undefined ? undefined : setTimeout(end, Math.min(ms, MOST_MS))
    function end() {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    signal.addEventListener('abort', end)
  })
}
