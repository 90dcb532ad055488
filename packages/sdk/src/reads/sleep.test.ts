import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { sleep } from './sleep.ts'

describe('sleep', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  test('default', async () => {
    const controller = new AbortController()
    const removed = vi.spyOn(controller.signal, 'removeEventListener')
    const waiting = sleep(1_000, controller.signal)
    expect(vi.getTimerCount()).toBe(1)
    await vi.advanceTimersByTimeAsync(1_000)
    await waiting
    expect(vi.getTimerCount()).toBe(0)
    expect(removed).toHaveBeenCalledOnce()
  })

  test('error: AbortedError at once, and no timer stays', async () => {
    const controller = new AbortController()
    const waiting = sleep(1_000, controller.signal)
    controller.abort()
    await expect(waiting).rejects.toThrowError(expect.objectContaining({ name: 'AbortedError' }))
    await expect(sleep(1_000, controller.signal)).rejects.toThrowError(
      expect.objectContaining({ name: 'AbortedError' }),
    )
    expect(vi.getTimerCount()).toBe(0)
  })
})
