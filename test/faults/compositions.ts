import { Faults } from '@unimargin/sdk/testing'
import * as Random from '../differential/Random.ts'
import type { Break, Case, Guarantee, Phase } from './Case.ts'
import { ASKED, isView, PATIENCE, PHASES } from './scenarios.ts'

const playable = Faults.catalogue.filter(({ batchesOnly }) => !batchesOnly)

/** Milliseconds: short where nothing has to be known, so that thousands of cases do not take hours. */
const SHORT = 250
const LONG = 20_000

/** One fault of a composition. */
type Part = { readonly node: number; readonly entry: Faults.FaultEntry; readonly scope: Break['scope'] }

/** One to four random faults on random nodes, in a random phase; the same for the same seed and round. */
export function compositionOf(seed: string, round: number): Case {
  const random = Random.create(`${seed}:${round}`)
  const phase = PHASES[random.below(PHASES.length)] ?? 'refresh'
  const isQuorum = random.chance(70)
  const methods = ASKED[phase][isQuorum ? 'quorum' : 'single']
  const method = methods[random.below(methods.length)] ?? 'eth_call'
  const parts: Part[] = []
  for (let count = 1 + random.below(4); count > 0; count -= 1) {
    const node = isQuorum ? random.below(3) : 0
    const entry = playable[random.below(playable.length)]
    // Twice the same is another fault: half a byte less, twice, is a whole byte less.
    if (entry === undefined || parts.some((part) => part.node === node && part.entry === entry)) continue
    parts.push({ node, entry, scope: scopeOf(random, methods) })
  }
  const guarantee = guaranteeOf(parts, isQuorum)
  const isImpatient = !guarantee.isWhole && parts.some(({ entry }) => PATIENCE.includes(entry.kind))
  const written = parts.map(({ node, entry, scope }) => `${entry.kind}@${node}${told(scope)}`).join(' + ')
  return {
    name: `ROUND=${round} ${isQuorum ? '2 of 3' : 'only'} ${phase}: ${written}`,
    phase,
    method,
    isQuorum,
    at: isSourceOnly(phase) || random.chance(50) ? 'source' : 'destination',
    breaks: parts.map(({ node, entry, scope }) => ({ node, scope, fault: entry.make(random.below(1_000_000)) })),
    isEarly: random.chance(30),
    isMoving: isView(phase) && random.chance(40),
    deadline: isImpatient ? SHORT : LONG,
    guarantee,
    seed: random.below(1_000_000),
  }
}

function scopeOf(random: Random.Random, methods: readonly string[]): Break['scope'] {
  const method = methods[random.below(methods.length)]
  return {
    methods: method === undefined || random.chance(50) ? undefined : [method],
    after: random.chance(25) ? 1 + random.below(3) : undefined,
    times: random.chance(25) ? 1 + random.below(3) : undefined,
  }
}

function isSourceOnly(phase: Phase): boolean {
  return ['quote', 'prepare', 'send', 'receipt'].includes(phase)
}

/** One operator of three may do whatever it likes; the others may fail in any way, and only cost knowledge. */
function guaranteeOf(parts: readonly Part[], isQuorum: boolean): Guarantee {
  const broken = [0, 1, 2].filter((node) => parts.some((part) => part.node === node))
  const liars = broken.filter((node) => isLiar(parts.filter((part) => part.node === node)))
  const isTrue = liars.length <= (isQuorum ? 1 : 0)
  return {
    isTrue,
    isCurrent: isTrue && (liars.length === 0 || broken.length <= 1),
    isWhole: isQuorum && broken.length <= 1,
  }
}

/** Two failures together may be a lie: one result less and one more leave a wrong one in its place. */
function isLiar(parts: readonly Part[]): boolean {
  const kinds = parts.map(({ entry }) => entry.kind)
  const isMoved = ['missing-result', 'surplus-result'].every((kind) => kinds.includes(kind))
  return isMoved || parts.some(({ entry }) => entry.nature === 'lie')
}

function told({ methods, after, times }: Break['scope']): string {
  return (
    [methods === undefined ? '' : `(${methods.join()})`, after === undefined ? '' : ` after ${after}`].join('') +
    (times === undefined ? '' : ` ${times} times`)
  )
}
