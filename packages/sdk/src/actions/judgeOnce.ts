import type { Block } from '../model/Block.ts'
import type { PositionFacts, ReadPosition } from '../model/Position.ts'
import type { LiquidationRule } from '../risk/LiquidationRule.ts'
import * as PositionHealth from '../risk/PositionHealth.ts'

type Identity = Pick<ReadPosition, 'id' | 'owner' | 'market'>
type Judged = {
  readonly rule: LiquidationRule
  readonly fields: PositionHealth.JudgedFields
  readonly position: ReadPosition
}

/** The last judgement on each facts: they are the same object for as long as the same was read. */
const judgements = new WeakMap<PositionFacts, Judged>()

/**
 * Judges facts by a rule, once: the same facts at a later block get the same judgement, and at the same block the very same
 * position.
 */
export function judgeOnce(facts: PositionFacts, rule: LiquidationRule, identity: Identity, block: Block): ReadPosition {
  const known = judgements.get(facts)
  const last = known?.rule === rule ? known : undefined
  if (last !== undefined && isSame(last.position, identity, block)) return last.position
  const fields = last?.fields ?? PositionHealth.assess(facts, rule)
  const position: ReadPosition = { ...facts, ...fields, ...identity, status: 'read', block }
  judgements.set(facts, { rule, fields, position })
  return position
}

function isSame(position: ReadPosition, identity: Identity, block: Block): boolean {
  return (
    position.id === identity.id &&
    position.owner === identity.owner &&
    position.market === identity.market &&
    position.block.number === block.number &&
    position.block.timestamp === block.timestamp &&
    position.block.hash === block.hash
  )
}
