import type { Program } from './Program.ts'

/** Places of two steps on one chain, or of two parties: the one takes before the other does. */
export type Before = { readonly first: number; readonly second: number }

/** What is decided of an order; what follows from it is asked by `follows`. */
export type Order = readonly Before[]

/** Whether it follows that one comes before another. */
export function follows(order: Order, first: number, second: number): boolean {
  return order.some(
    (known) => known.first === first && (known.second === second || follows(order, known.second, second)),
  )
}

/** The order with one decision more; `undefined` where the opposite follows already. */
export function decided(order: Order, first: number, second: number): Order | undefined {
  if (follows(order, second, first)) return undefined
  return follows(order, first, second) ? order : [...order, { first, second }]
}

/** The steps that an order says something about. */
export function stepsIn(order: Order): readonly number[] {
  return [...new Set(order.flatMap(({ first, second }) => [first, second]))]
}

/**
 * Whether a step counts in the floor of a donor at the moment when another of its steps takes: what it gave before, and what may
 * have reached it by then.
 */
export function counts({ ends, options }: Program, order: Order, moment: number, place: number): boolean {
  if (place === moment) return true
  // What crosses chains is sent when all the others are done.
  if (options[place]?.offer !== undefined) return false
  return ends[place]?.donor === ends[moment]?.donor ? follows(order, place, moment) : !follows(order, moment, place)
}

/**
 * Two steps whose order is open, and matters where no order is known in which all donors keep their floors; `undefined` where
 * nothing is open that does.
 *
 * @param keeps whether a step's donor keeps its floor by it, after some others.
 */
export function openIn(
  { ends }: Program,
  order: Order,
  steps: readonly number[],
  keeps: (place: number, done: readonly number[]) => boolean,
): Before | undefined {
  const isOpen = (first: number, second: number) => !follows(order, first, second) && !follows(order, second, first)
  const helps = (from: number, to: number) => ends[from]?.receiver === ends[to]?.donor
  const isNeeded = (from: number, to: number) =>
    follows(order, from, to) || (helps(from, to) && !follows(order, to, from))
  const circle = circleAmong(steps, isNeeded)
  for (const [index, first] of (circle ?? []).entries()) {
    const second = circle?.[(index + 1) % circle.length] ?? first
    if (isOpen(first, second)) return { first, second }
  }
  // In an order that lets everything arrive in time, somebody gives too much at once.
  const done: number[] = []
  for (;;) {
    const ready = steps.filter(
      (step) => !done.includes(step) && steps.every((other) => done.includes(other) || !isNeeded(other, step)),
    )
    const next = ready.find((step) => keeps(step, [...done, step]))
    if (next !== undefined) {
      done.push(next)
      continue
    }
    for (const second of ready) {
      const first = done.find((step) => ends[step]?.donor === ends[second]?.donor && isOpen(step, second))
      if (first !== undefined) return { first, second }
    }
    return undefined
  }
}

/** Steps that lead from a party back to it, each of which helps the next unless that gives before. */
export function circleOfParties(
  { ends }: Program,
  turns: Order,
  steps: readonly number[],
): readonly number[] | undefined {
  const isLate = (step: number) => follows(turns, ends[step]?.receiver ?? -1, ends[step]?.donor ?? -1)
  return circleAmong(
    steps.filter((step) => !isLate(step)),
    (from, to) => ends[from]?.receiver === ends[to]?.donor,
  )
}

/** The shortest way from a step back to it, each of which has to come before the next. */
function circleAmong(
  steps: readonly number[],
  isNeeded: (from: number, to: number) => boolean,
): readonly number[] | undefined {
  let shortest: readonly number[] | undefined
  const walk = (path: readonly number[]): void => {
    if (shortest !== undefined && path.length >= shortest.length) return
    const [first = -1, last = -1] = [path[0], path.at(-1)]
    if (isNeeded(last, first)) {
      shortest = path
      return
    }
    for (const step of steps) if (!path.includes(step) && isNeeded(last, step)) walk([...path, step])
  }
  for (const step of steps) walk([step])
  return shortest
}
