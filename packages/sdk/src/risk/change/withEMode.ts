import type { Change } from '../Change.ts'
import { NoEModeError } from '../RiskErrors.ts'
import { adapterOf } from '../ruleOf.ts'
import { type Apply, mapPosition, marketOf, positionOf } from './Hypothesis.ts'

/** An owner enters another e-mode, or none. */
export const withEMode: Apply<Extract<Change, { kind: 'e-mode' }>> = (
  context,
  hypothesis,
  { position: id, category },
) => {
  const position = positionOf(hypothesis, id)
  const inEMode = adapterOf(context, position)?.lending?.inEMode
  if (inEMode === undefined) throw new NoEModeError(position.market.key)
  if (position.status === 'unread') return hypothesis
  const state = marketOf(hypothesis, position.market.key)
  return { ...hypothesis, positions: mapPosition(hypothesis, id, () => inEMode({ state, position }, category)) }
}
