import type { Crash, Crashes, Outcome } from './Crashes.ts'

/** What was met over all crashes. */
export type CrashTally = {
  readonly crashes: number
  readonly problems: number
  /** How often the journal was left in each state. */
  readonly diedIn: Readonly<Record<string, number>>
  /** What the next program did about it. */
  readonly resumed: Readonly<Record<string, number>>
}

/** Plays crashes, one at a time for each owner. */
export async function playAll(
  { owners, play }: Crashes,
  crashes: readonly Crash[],
  onPlayed: (crash: Crash, outcome: Outcome, played: number) => void = () => {},
): Promise<CrashTally> {
  const queue = [...crashes]
  const diedIn: Record<string, number> = {}
  const resumed: Record<string, number> = {}
  let problems = 0
  let played = 0
  await Promise.all(
    owners.map(async (owner) => {
      for (let crash = queue.shift(); crash !== undefined; crash = queue.shift()) {
        const outcome = await play(owner, crash)
        played += 1
        problems += outcome.problems.length
        const [state = 'nothing kept', way = 'begun anew'] = [outcome.diedIn, outcome.resumed]
        diedIn[state] = (diedIn[state] ?? 0) + 1
        resumed[way] = (resumed[way] ?? 0) + 1
        onPlayed(crash, outcome, played)
      }
    }),
  )
  return { crashes: played, problems, diedIn, resumed }
}
