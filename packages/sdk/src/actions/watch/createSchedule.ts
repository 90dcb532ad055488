import { MAX_TIMEOUT } from '../../reads/withDeadline.ts'

/** Rounds, one at a time, each planned when the last one has ended. */
export type Schedule = {
  readonly state: 'running' | 'paused' | 'closed'
  /** A round now, or right after the one that is under way; whoever asks meanwhile gets the same. */
  readonly ask: () => Promise<void>
  /** A round now, or right after the one that is under way. */
  readonly hurry: () => void
  readonly pause: () => void
  readonly resume: () => void
  readonly close: () => void
}

/** Share by which an interval may be longer or shorter: many clients of one node shall not come all at once. */
const JITTER = 0.1

/**
 * Runs rounds until it is closed, the first at once. Nothing depends on a clock: a timer counts elapsed time, so that setting
 * the clock stops nothing. A round that rejects is over like any other; only who asked for it gets the reason.
 */
export function createSchedule({
  interval,
  round,
}: {
  /** Milliseconds. */
  readonly interval: number
  readonly round: (isAsked: boolean) => Promise<void>
}): Schedule {
  let state: Schedule['state'] = 'running'
  let timer: ReturnType<typeof setTimeout> | undefined
  let current: Promise<void> | undefined
  let following: Promise<void> | undefined
  let isHurried = false

  const unplan = (): void => {
    clearTimeout(timer)
    timer = undefined
  }
  const plan = (): void => {
    unplan()
    if (state !== 'running' || current !== undefined) return
    const wait = isHurried ? 0 : interval * (1 - JITTER + 2 * JITTER * Math.random())
    timer = setTimeout(hurry, Math.min(Math.max(1, wait), MAX_TIMEOUT))
  }
  const begin = (isAsked: boolean): Promise<void> => {
    unplan()
    isHurried = false
    const begun = round(isAsked).finally(() => {
      current = undefined
      plan()
    })
    current = begun
    return begun
  }
  const hurry = (): void => {
    if (current !== undefined) isHurried = true
    // Its failure was told to whom it concerns.
    else if (state !== 'closed') void begin(false).catch(() => {})
  }
  const ask = (): Promise<void> => {
    if (current === undefined) return begin(true)
    following ??= current
      .catch(() => {})
      .then(() => {
        following = undefined
        // Somebody else may have begun one in between.
        return ask()
      })
    return following
  }

  hurry()
  return {
    get state() {
      return state
    },
    ask,
    hurry,
    pause: () => {
      if (state === 'running') state = 'paused'
      unplan()
    },
    resume: () => {
      if (state !== 'paused') return
      state = 'running'
      hurry()
    },
    close: () => {
      state = 'closed'
      unplan()
    },
  }
}
