import { type CompoundV3Metadata, compoundV3 } from '@unimargin/adapters/compound-v3'
import { compoundV3Lending } from '@unimargin/adapters/compound-v3/lending'
import type { MarketState, PositionFacts, ReadResult } from '@unimargin/sdk'
import { arbitrum } from 'viem/chains'
import { type VectorSnapshot, type VectorState, vectors } from '../../vectors/compoundV3.ts'
import { answer } from './answer.ts'
import { answersOf } from './VectorComet.ts'

/** The adapter of the measured Comet. */
export const adapter = compoundV3({
  chainId: arbitrum.id,
  comet: '0x0DCd1Bf9A1b36cE34237eEaFef220932846BCD82',
  lending: compoundV3Lending,
})

export const { lending } = adapter

/** The one rule that it has. */
export const cometRule = ruleOf()

/** One snapshot as the adapter reads it, by its whole path: calls, bytes, decoding. */
export type VectorReading = {
  readonly snapshot: VectorSnapshot
  readonly vector: VectorState
  readonly state: MarketState
  readonly position: PositionFacts
}

/** Reads a snapshot. */
export function readVector(snapshot: VectorSnapshot): VectorReading {
  const vector = vectors.states[snapshot.s]
  if (vector === undefined) throw new TypeError(`no state ${snapshot.s}`)
  const answers = answersOf(vectors.market, vector, snapshot)
  metadata ??= okOf(answer(adapter.metadata.read, answers).result)
  const { result, steps } = answer(adapter.state(metadata, [snapshot.user]), answers)
  const reading = okOf(result)
  if (steps !== 1) throw new TypeError('a second step')
  const [position] = reading.positions.map(okOf)
  if (position === undefined) throw new TypeError('no position')
  return { snapshot, vector, state: reading.state, position }
}

/** What never changed while it was measured, read once. */
let metadata: CompoundV3Metadata | undefined

function okOf<value>(result: ReadResult<value>): value {
  if (result.status === 'ok') return result.value
  throw new TypeError(result.reason)
}

function ruleOf() {
  const rule = adapter.rules['compound-v3']
  if (rule === undefined) throw new TypeError('no rule')
  return rule
}
