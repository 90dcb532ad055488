import { getEventListeners } from 'node:events'
import { describe, expect, test, vi } from 'vitest'
import { whenAborted } from './whenAborted.ts'

describe('whenAborted', () => {
  test('default: calls everybody once, in order, and leaves no listener', () => {
    const { signal, abort } = made()
    const called: number[] = []
    for (let who = 0; who < 20; who++) whenAborted(signal, () => void called.push(who))
    expect(getEventListeners(signal, 'abort')).toHaveLength(1)
    abort()
    abort()
    expect(called).toEqual(Array.from({ length: 20 }, (_, who) => who))
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })

  test('behavior: who stopped waiting is not called, and the last one takes the listener away', () => {
    const { signal, abort } = made()
    const [first, second, third] = [vi.fn(), vi.fn(), vi.fn()]
    const stops = [first, second].map((call) => whenAborted(signal, call))
    for (const stop of [...stops, ...stops]) stop()
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
    whenAborted(signal, third)
    abort()
    expect(first).not.toHaveBeenCalled()
    expect(second).not.toHaveBeenCalled()
    expect(third).toHaveBeenCalledOnce()
  })

  test('behavior: one that is called may stop the others, and the same one may wait twice', () => {
    const { signal, abort } = made()
    const call = vi.fn()
    const stops: (() => void)[] = []
    whenAborted(signal, () => {
      for (const stop of stops) stop()
    })
    stops.push(whenAborted(signal, call))
    abort()
    expect(call).not.toHaveBeenCalled()
    const again = made()
    whenAborted(again.signal, call)
    whenAborted(again.signal, call)
    again.abort()
    expect(call).toHaveBeenCalledTimes(2)
  })

  test('behavior: without a signal nothing happens', () => {
    whenAborted(undefined, () => {
      throw new TypeError('nobody aborts')
    })()
  })
})

function made() {
  const controller = new AbortController()
  return { signal: controller.signal, abort: () => controller.abort() }
}
