import type { WebLocks } from '../lock/heldByWebLock.ts'

/** The browser's locks; none in a page that is not secure, or outside of a browser. */
export function locksOf(): WebLocks | null {
  const navigator: { readonly locks?: WebLocks | undefined } | undefined = globalThis.navigator
  return navigator?.locks ?? null
}
