import { AbortedError } from '../errors/AbortedError.ts'
import { InvalidTimeoutError } from '../errors/InvalidTimeoutError.ts'
import { RequestTimeoutError } from '../errors/RequestTimeoutError.ts'
import { whenAborted } from './whenAborted.ts'

/** Milliseconds that one read of a chain may take, all of its requests included, unless told otherwise. */
export const DEFAULT_TIMEOUT = 10_000

/** The longest that a timer can keep, in milliseconds. */
export const MAX_TIMEOUT = 2_147_483_647

/** How long something may take, and who may stop it. */
export type DeadlineOptions = {
  /** Milliseconds until the deadline, 1 to 2147483647. Defaults to 10,000. */
  readonly timeout?: number | undefined
  /** The caller's own way to stop. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Runs something that gets a signal, and ends at the deadline or when the caller aborts, whatever it does then. The signal
 * fires in both cases, so that sockets are closed; no timer and no listener is left behind.
 *
 * @throws RequestTimeoutError when the deadline passes.
 * @throws AbortedError when the caller aborts.
 * @throws InvalidTimeoutError when no timer can keep the timeout.
 */
export async function withDeadline<value>(
  run: (signal: AbortSignal) => Promise<value>,
  { timeout = DEFAULT_TIMEOUT, signal }: DeadlineOptions = {},
): Promise<value> {
  assertDeadline({ timeout, signal })
  const controller = new AbortController()
  deadlines.add(controller.signal)
  let forget = () => {}
  let timer: ReturnType<typeof setTimeout> | undefined
  const end = new Promise<never>((_, reject) => {
    const stop = (error: Error): void => {
      reject(error)
      controller.abort()
    }
    timer = setTimeout(() => stop(new RequestTimeoutError(timeout)), timeout)
    forget = whenAborted(signal, () => stop(new AbortedError(signal?.reason)))
  })
  try {
    return await Promise.race([run(controller.signal), end])
  } finally {
    clearTimeout(timer)
    forget()
  }
}

/**
 * A signal that fires with any of its parents, or when `end` says that what it is for is not needed any more. It is as much
 * a deadline as its parents.
 */
export function childOf(...parents: readonly (AbortSignal | undefined)[]): {
  readonly signal: AbortSignal
  readonly end: () => void
} {
  const controller = new AbortController()
  if (parents.some(isDeadline)) deadlines.add(controller.signal)
  const isOver = parents.some((parent) => parent?.aborted === true)
  const forgets: readonly (() => void)[] = isOver ? [] : parents.map((parent) => whenAborted(parent, () => end()))
  const end = (): void => {
    for (const forget of forgets) forget()
    controller.abort()
  }
  if (isOver) controller.abort()
  return { signal: controller.signal, end }
}

/** The signals of deadlines that were set here. */
const deadlines = new WeakSet<AbortSignal>()

/** Whether a signal is that of a deadline: what listens to it needs no second one, which would only be another's choice. */
export function isDeadline(signal: AbortSignal | undefined): boolean {
  return signal !== undefined && deadlines.has(signal)
}

/**
 * Refuses a timeout that no timer can keep, and what is aborted already.
 *
 * @throws InvalidTimeoutError
 * @throws AbortedError
 */
export function assertDeadline({ timeout = DEFAULT_TIMEOUT, signal }: DeadlineOptions): void {
  assertMilliseconds('timeout', timeout)
  if (signal?.aborted === true) throw new AbortedError(signal.reason)
}

/**
 * Refuses what no timer can keep: they take more than 31 bits, and no number at all, for "at once".
 *
 * @throws InvalidTimeoutError
 */
export function assertMilliseconds(parameter: string, value: number): void {
  if (!(value >= 1 && value <= MAX_TIMEOUT)) throw new InvalidTimeoutError(value, parameter)
}
