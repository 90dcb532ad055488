import { type ProtocolAdapter, reasonOf } from '@unimargin/sdk'
import type { Check } from './Check.ts'
import { NonconformingAdapterError, UnusableWorldError } from './ConformanceErrors.ts'
import type { ConformanceFixture } from './ConformanceWorld.ts'
import { type Observed, observe } from './observe.ts'
import * as Random from './Random.ts'

const WORLDS = 6
const MOST_FINDINGS = 20

/** What a check came to. */
export type CheckReport = {
  readonly check: string
  /** Cases that were tried. */
  readonly tried: number
  /** What is wrong, each with the seed of its world; empty: nothing. */
  readonly findings: readonly string[]
}

/**
 * Makes one check of an adapter, without any test framework: nothing is thrown for what the adapter does.
 *
 * @throws UnusableWorldError when a world of the fixture cannot be read at all.
 *
 * @example
 * import { adapterChecks, type ConformanceFixture, runCheck } from '@unimargin/adapters/conformance/checks'
 * import type { ProtocolAdapter } from '@unimargin/sdk'
 *
 * export async function report(adapter: ProtocolAdapter, fixture: ConformanceFixture) {
 *   for (const check of adapterChecks) console.log(check.says, await runCheck(check, adapter, fixture))
 * }
 */
export async function runCheck(
  check: Check,
  adapter: ProtocolAdapter,
  fixture: ConformanceFixture,
): Promise<CheckReport> {
  let tried = 0
  const findings: string[] = []
  const excuse = fixture.excuses?.[check.name]
  const isExempt = check.lendingOnly === true && adapter.market.holdsIdle === true
  for (const world of isExempt ? [] : await observedWorlds(adapter, fixture)) {
    const { seed } = world
    const notes = {
      tried: () => {
        tried += 1
      },
      finding: (text: string) => {
        const finding = `${text} (seed ${seed})`
        if (findings.length < MOST_FINDINGS && !findings.includes(finding)) findings.push(finding)
      },
    }
    try {
      await check.run(world, notes, Random.from(seed), fixture)
    } catch (error) {
      const why = error instanceof UnusableWorldError ? ` ${error.reason}` : ''
      notes.finding(`it throws: ${reasonOf(error)}${why}`)
    }
  }
  if (isExempt) return { check: check.name, tried, findings }
  if (excuse !== undefined) {
    const isTrue = tried === 0
    return { check: check.name, tried, findings: isTrue ? [] : [`it is excused (${excuse}), but can be checked here`] }
  }
  if (tried === 0 && findings.length === 0) findings.push(`nothing could be tried: the fixture needs ${check.needs}`)
  return { check: check.name, tried, findings }
}

/**
 * Likewise, and throws if anything is wrong.
 *
 * @throws NonconformingAdapterError, UnusableWorldError
 */
export async function assertCheck(check: Check, adapter: ProtocolAdapter, fixture: ConformanceFixture): Promise<void> {
  const { findings } = await runCheck(check, adapter, fixture)
  if (findings.length > 0) {
    throw new NonconformingAdapterError({ check: check.name, market: adapter.market.key, findings })
  }
}

/** Kept for as long as adapter and fixture are: all checks look at the same worlds. */
const observations = new WeakMap<ProtocolAdapter, WeakMap<ConformanceFixture, Promise<readonly Observed[]>>>()

function observedWorlds(adapter: ProtocolAdapter, fixture: ConformanceFixture): Promise<readonly Observed[]> {
  const ofAdapter = observations.get(adapter) ?? new WeakMap<ConformanceFixture, Promise<readonly Observed[]>>()
  observations.set(adapter, ofAdapter)
  const known = ofAdapter.get(fixture)
  if (known !== undefined) return known
  const { seed = 1, worlds = WORLDS } = fixture
  const observed = Promise.all(
    Array.from({ length: worlds }, async (_, index) => {
      const world = await fixture.world(Random.from(seed + index))
      return observe(world.adapter ?? adapter, world, seed + index)
    }),
  )
  ofAdapter.set(fixture, observed)
  return observed
}
