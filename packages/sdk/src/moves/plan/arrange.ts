import * as Program from './Program.ts'

/**
 * The order in which the steps of an answer are to be sent, or `undefined` where no order lets every donor keep its floor. Steps
 * on one chain come first: they count at once, so that a position may get before it gives. Then what crosses chains, the
 * weakest receiver's first.
 */
export function arrange(program: Program.Program, units: Program.Units): readonly number[] | undefined {
  const used = [...units.keys()].filter((place) => (units[place] ?? 0n) > 0n)
  const byNeed = sorted(program, used)
  const local = byNeed.filter((place) => program.options[place]?.offer === undefined)
  const crossing = byNeed.filter((place) => program.options[place]?.offer !== undefined)
  const first = orderOf(local, (place, done) =>
    Program.keepsFloor(
      program,
      program.ends[place]?.donor ?? -1,
      units.map((count, index) => (done.includes(index) ? count : 0n)),
    ),
  )
  if (first === undefined) return undefined
  const done = units.map((count, place) => (local.includes(place) ? count : 0n))
  for (const place of crossing) {
    done[place] = units[place] ?? 0n
    if (!Program.keepsFloor(program, program.ends[place]?.donor ?? -1, done)) return undefined
  }
  return [...first, ...crossing]
}

/** Whether every donor keeps its floor at each step of an order. */
export function isArranged(program: Program.Program, units: Program.Units, order: readonly number[]): boolean {
  const done = units.map(() => 0n)
  return order.every((place) => {
    done[place] = units[place] ?? 0n
    return done[place] === 0n || Program.keepsFloor(program, program.ends[place]?.donor ?? -1, done)
  })
}

/** By how weak the receiver is now, then the quicker, then by id. */
function sorted({ parties, options, ends }: Program.Program, places: readonly number[]): readonly number[] {
  const health = parties.map(({ flight, hasDebt }) => (hasDebt ? flight.assessment.health : undefined))
  const factorOf = (place: number): bigint => {
    const found = health[ends[place]?.receiver ?? -1]
    return found?.status === 'known' ? found.factor : 2n ** 256n
  }
  const secondsOf = (place: number) => options[place]?.candidate.seconds ?? 0n
  const order = (left: bigint, right: bigint) => (left < right ? -1 : left > right ? 1 : 0)
  return [...places].sort(
    (left, right) => order(factorOf(left), factorOf(right)) || order(secondsOf(left), secondsOf(right)) || left - right,
  )
}

/** Steps in an order in which each may be done after those before it, if there is one: each set of done steps is tried once. */
export function orderOf(
  places: readonly number[],
  isFine: (place: number, done: readonly number[]) => boolean,
): readonly number[] | undefined {
  const dead = new Set<string>()
  const walk = (done: readonly number[]): readonly number[] | undefined => {
    if (done.length === places.length) return done
    const key = [...done].sort((left, right) => left - right).join()
    if (dead.has(key)) return undefined
    for (const place of places) {
      if (done.includes(place)) continue
      const next = [...done, place]
      if (!isFine(place, next)) continue
      const found = walk(next)
      if (found !== undefined) return found
    }
    dead.add(key)
    return undefined
  }
  return walk([])
}
