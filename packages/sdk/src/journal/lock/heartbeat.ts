/**
 * Calls back every so many milliseconds, one call at a time, without keeping a process alive. Gives the function that ends it,
 * which resolves when the last call is over: nothing is written after a release.
 */
export function heartbeat(beat: () => Promise<void>, milliseconds: number): () => Promise<void> {
  let beating: Promise<void> | undefined
  const timer: unknown = setInterval(() => {
    // One that fails is one that others do not see.
    beating ??= beat()
      .catch(() => {})
      .finally(() => {
        beating = undefined
      })
  }, milliseconds)
  if (hasUnref(timer)) timer.unref()
  return async () => {
    clearInterval(timer as ReturnType<typeof setInterval>)
    await beating
  }
}

/** Node's timers are objects; a browser's are numbers. */
function hasUnref(timer: unknown): timer is { readonly unref: () => void } {
  return typeof timer === 'object' && timer !== null && 'unref' in timer && typeof timer.unref === 'function'
}
