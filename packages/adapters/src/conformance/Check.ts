import type { ConformanceFixture } from './ConformanceWorld.ts'
import type { Observed } from './observe.ts'
import type { Random } from './Random.ts'

/** Where a check writes down what it sees. */
export type Notes = {
  /** One case was tried. A check without any fails: it has shown nothing. */
  readonly tried: () => void
  /** What is wrong, in words. */
  readonly finding: (text: string) => void
}

/** One property that every adapter has. */
export type Check = {
  readonly name: string
  /** What must be so, in a sentence. */
  readonly says: string
  /** What the fixture has to offer so that a case can be tried. */
  readonly needs: string
  /** Not demanded of markets in which nothing is lent. */
  readonly lendingOnly?: true | undefined
  readonly run: (world: Observed, notes: Notes, random: Random, fixture: ConformanceFixture) => void | Promise<void>
}
