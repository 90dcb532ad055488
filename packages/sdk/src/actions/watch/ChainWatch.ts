import type { FlagKind } from '../../model/Flag.ts'
import type { ChainOutcome } from '../readChain.ts'
import { isAlike } from './isAlike.ts'
import type { ChainTrouble, Emission } from './MarginWatch.ts'

/** What a watch remembers of one chain. */
export type ChainWatch = {
  readonly outcome: ChainOutcome | undefined
  /** Since when it cannot be relied on; absent when it can. */
  readonly degradedSince: bigint | undefined
  /** How often in a row it could not be read. */
  readonly failures: number
  /** Rounds that it is still spared. */
  readonly rest: number
  /**
   * Whether it takes part in the next round. One that failed is first tried alone, beside the others: a node that lets its
   * requests hang would hold them all up until the deadline, time and again.
   */
  readonly trial: 'none' | 'running' | 'passed'
}

export const UNSEEN: ChainWatch = { outcome: undefined, degradedSince: undefined, failures: 0, rest: 0, trial: 'none' }

/**
 * Takes what a chain brought, and says whether that is anything new, and whether the chain degraded or recovered.
 * `maxRest` bounds the rounds for which one that failed is spared.
 */
export function observe(
  watch: ChainWatch,
  outcome: ChainOutcome,
  maxRest: number,
): { readonly watch: ChainWatch; readonly isNew: boolean; readonly emissions: readonly Emission[] } {
  const isNew = watch.outcome === undefined || !isSame(watch.outcome, outcome)
  const trouble = troubleOf(outcome)
  const { degradedSince: since } = watch
  const chainId = outcome.chain.id
  const emissions: Emission[] = []
  if (trouble !== undefined && since === undefined) {
    emissions.push({ event: 'chain:degraded', payload: { chainId, ...trouble, since: outcome.readAt } })
  }
  if (trouble === undefined && since !== undefined && outcome.status === 'read') {
    emissions.push({ event: 'chain:recovered', payload: { chainId, since, block: outcome.block } })
  }
  const seen = { outcome, degradedSince: trouble === undefined ? undefined : (since ?? outcome.readAt) }
  const next = outcome.status === 'read' ? { ...UNSEEN, ...seen } : { ...fail(watch, maxRest), ...seen }
  return { watch: next, isNew, emissions }
}

/** One failure more: it rests for no round, then for 1, 3, 7 and so on. */
export function fail(watch: ChainWatch, maxRest: number): ChainWatch {
  const failures = watch.failures + 1
  return { ...watch, failures, rest: Math.min(2 ** (failures - 1) - 1, maxRest), trial: 'none' }
}

type Trouble = { readonly kind: ChainTrouble; readonly reason: string }

const DOUBTS: readonly { readonly kind: ChainTrouble; readonly flags: readonly FlagKind[] }[] = [
  { kind: 'sequencer', flags: ['sequencer-down', 'sequencer-grace'] },
  { kind: 'stale', flags: ['stale-head', 'head-went-back'] },
]

function troubleOf(outcome: ChainOutcome): Trouble | undefined {
  if (outcome.status !== 'read') {
    return { kind: outcome.failure.status === 'disputed' ? 'disputed' : 'unread', reason: outcome.reason }
  }
  for (const { kind, flags } of DOUBTS) {
    const flag = outcome.flags.find((each) => flags.includes(each.kind))
    if (flag !== undefined) return { kind, reason: flag.reason }
  }
  for (const { adapter, reading } of outcome.markets) {
    if (reading.status !== 'ok') return { kind: 'partial', reason: `${adapter.market.name}: ${reading.reason}` }
  }
  for (const moves of outcome.router?.moves ?? []) {
    if (moves.status !== 'ok') return { kind: 'partial', reason: `moves: ${moves.reason}` }
  }
  return undefined
}

/**
 * Whether a reading brought nothing but what the last one did. Values are compared by identity, which is enough because reads
 * give the same value for the same bytes; the moment of reading does not count.
 */
function isSame(last: ChainOutcome, next: ChainOutcome): boolean {
  return isAlike(partsOf(last), partsOf(next), 3)
}

/** What counts, with what is compared by identity at the third level. */
function partsOf(outcome: ChainOutcome): readonly unknown[] {
  if (outcome.status !== 'read') return [outcome.failure]
  const { block, agreement, flags, assets, markets, router } = outcome
  return [block, agreement, flags, assets, markets.map(({ reading }) => reading), router?.moves]
}
