/** What a pure function does not touch. */
export type Trap = (typeof NAMES)[number] | 'Math.random'

const NAMES = [
  'Date',
  'fetch',
  'XMLHttpRequest',
  'WebSocket',
  'setTimeout',
  'setInterval',
  'queueMicrotask',
  'performance',
  'crypto',
  'localStorage',
] as const

/** Runs a synchronous function and reports whatever it touches of the clock, chance, the network and the like. */
export function trapped<value>(report: (trap: Trap) => void, run: () => value): value {
  const before = NAMES.flatMap((name) => {
    const descriptor = Object.getOwnPropertyDescriptor(globalThis, name)
    return descriptor?.configurable === true ? [{ name, descriptor }] : []
  })
  const { random } = Math
  try {
    for (const { name, descriptor } of before) {
      Object.defineProperty(globalThis, name, {
        configurable: true,
        get: () => {
          report(name)
          return 'value' in descriptor ? descriptor.value : descriptor.get?.call(globalThis)
        },
      })
    }
    Math.random = () => {
      report('Math.random')
      return random()
    }
    return run()
  } finally {
    Math.random = random
    for (const { name, descriptor } of before) Object.defineProperty(globalThis, name, descriptor)
  }
}
