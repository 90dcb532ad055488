import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { AbortedError } from '../errors/AbortedError.ts'
import { InvalidTimeoutError } from '../errors/InvalidTimeoutError.ts'
import { RequestTimeoutError } from '../errors/RequestTimeoutError.ts'
import { withDeadline } from './withDeadline.ts'

const never = () => new Promise<never>(() => {})

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('withDeadline', () => {
  test('default: gives the value and leaves no timer', async () => {
    await expect(withDeadline(async () => 7, { timeout: 50 })).resolves.toBe(7)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('behavior: what it runs throws, and no timer is left', async () => {
    await expect(withDeadline(() => Promise.reject(new TypeError('no')), {})).rejects.toThrow('no')
    expect(vi.getTimerCount()).toBe(0)
  })

  test('behavior: takes its listener off the signal', async () => {
    const { signal } = new AbortController()
    const remove = vi.spyOn(signal, 'removeEventListener')
    await withDeadline(async () => 7, { signal })
    expect(remove).toHaveBeenCalledOnce()
  })

  test('error: RequestTimeoutError at the deadline, whatever it runs, which is told to stop', async () => {
    let seen: AbortSignal | undefined
    const result = withDeadline(
      (signal) => {
        seen = signal
        return never()
      },
      { timeout: 50 },
    )
    const expectation = expect(result).rejects.toThrow(RequestTimeoutError)
    await vi.advanceTimersByTimeAsync(49)
    expect(seen?.aborted).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    await expectation
    expect(seen?.aborted).toBe(true)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('error: AbortedError when the caller aborts, also when it runs on for ever', async () => {
    const controller = new AbortController()
    const result = withDeadline(never, { signal: controller.signal })
    const expectation = expect(result).rejects.toThrow(AbortedError)
    controller.abort()
    await expectation
    expect(vi.getTimerCount()).toBe(0)
  })

  test('error: AbortedError at once when aborted before: nothing is run', async () => {
    const run = vi.fn(never)
    await expect(withDeadline(run, { signal: AbortSignal.abort() })).rejects.toThrow(AbortedError)
    expect(run).not.toHaveBeenCalled()
  })

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, 0.5])(
    'error: InvalidTimeoutError for %d',
    async (timeout) => {
      await expect(withDeadline(never, { timeout })).rejects.toThrow(InvalidTimeoutError)
    },
  )
})
