import type { Read } from '@unimargin/sdk'

/** A read that fails for a reason of its own: what came back is whole, but not what it should be. */
export function unavailable(reason: string): Read.Read<never> {
  return { calls: [], decode: () => ({ status: 'unavailable', reason }) }
}
