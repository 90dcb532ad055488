import type { Devnet } from '@unimargin/devnet'
import { playAccount } from './playAccount.ts'
import { setStage } from './Stage.ts'

/** What a run met, and what should not have been. */
export type Tally = {
  readonly accounts: number
  readonly problems: readonly string[]
  /** In how many accounts each kind of thing was met. */
  readonly kinds: Readonly<Record<string, number>>
  readonly seconds: number
}

/** Plays accounts of a seed, one after the other, each on clean chains. */
export async function playAccounts(
  devnet: Devnet,
  {
    accounts,
    seed,
    round = 0,
    onPlayed,
  }: {
    readonly accounts: number
    readonly seed: string
    /** The first. */
    readonly round?: number
    readonly onPlayed?: (round: number, problems: readonly string[], kinds: readonly string[]) => void
  },
): Promise<Tally> {
  const began = performance.now()
  const stage = await setStage(devnet)
  const counts = new Map<string, number>()
  const problems: string[] = []
  for (let index = round; index < round + accounts; index += 1) {
    const played = await playAccount(stage, seed, index).catch((error: unknown) => ({
      problems: [error instanceof Error ? `${error.message}` : String(error)],
      kinds: ['thrown'],
    }))
    for (const kind of played.kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1)
    for (const problem of played.problems) problems.push(`SEED=${seed} ROUND=${index}: ${problem}`)
    onPlayed?.(index, played.problems, played.kinds)
  }
  return {
    accounts,
    problems,
    kinds: Object.fromEntries([...counts].sort(([left], [right]) => (left < right ? -1 : 1))),
    seconds: Math.round((performance.now() - began) / 1_000),
  }
}
