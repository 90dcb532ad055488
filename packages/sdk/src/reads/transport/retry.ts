import { sleep } from '../sleep.ts'

/** The longest that a node may make one wait, in milliseconds. */
export const MAX_WAIT = 5_000

const BASE_WAIT = 150

/** Whether a failure may be over soon, and how long the node asks to wait, in milliseconds. */
export type Transience = { readonly isTransient: boolean; readonly retryAfter?: number | undefined }

/**
 * Tries something again while its failures are transient: at most `retryCount` times, with growing waits that are never in
 * step with those of others. A node that asks for patience gets no more than 5 seconds of it.
 *
 * @throws what `attempt` threw last, or AbortedError while it waits.
 */
export async function retry<value>(
  attempt: () => Promise<value>,
  {
    retryCount,
    judge,
    signal,
  }: {
    readonly retryCount: number
    readonly judge: (error: unknown) => Transience
    readonly signal: AbortSignal
  },
): Promise<value> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await attempt()
    } catch (error) {
      const { isTransient, retryAfter = 0 } = judge(error)
      if (!isTransient || tries >= retryCount || signal.aborted) throw error
      const backOff = BASE_WAIT * 2 ** tries * (0.5 + Math.random())
      await sleep(Math.min(MAX_WAIT, Math.max(backOff, retryAfter)), signal)
    }
  }
}

/** What a `Retry-After` header asks for, in milliseconds: it may hold seconds or a date. */
export function retryAfterOf(header: string | null, now: number): number | undefined {
  if (header === null) return undefined
  const value = /^\s*\d{1,9}\s*$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - now
  return Number.isFinite(value) ? Math.max(0, value) : undefined
}
