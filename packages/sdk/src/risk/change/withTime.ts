import type { MarketState } from '../../model/Market.ts'
import type { ReadPosition } from '../../model/Position.ts'
import type { Change } from '../Change.ts'
import * as Legs from '../Legs.ts'
import { adapterOf } from '../ruleOf.ts'
import { type Apply, mapPositions, mapped, marketOf } from './Hypothesis.ts'

/**
 * Time passes in which nobody does anything: as the adapter says that the protocol accrues, or with debts at most what the rates
 * that were read can make of them, and collateral that earns nothing.
 */
export const withTime: Apply<Extract<Change, { kind: 'time' }>> = (context, hypothesis, { seconds }) => {
  if (seconds === 0n) return hypothesis
  const bounds = new Set(hypothesis.bounds)
  const later = new Map<MarketState, MarketState>()
  const positions = mapPositions(hypothesis, (position) => {
    const accrued = adapterOf(context, position)?.lending?.accrued
    const isEmpty = position.debt.length === 0 && position.collateral.length === 0
    // What has neither debt nor supply cannot accrue; but its market does, and a later change finds it so.
    if (accrued === undefined && isEmpty) return position
    const state = marketOf(hypothesis, position.market.key)
    if (accrued === undefined) {
      if (position.market.holdsIdle !== true) bounds.add(position.id)
      return owingAtMost(position, state, seconds)
    }
    const next = accrued({ state, position }, seconds)
    later.set(state, next.state)
    if (next.isBound === true) bounds.add(position.id)
    return next.position
  })
  return {
    positions,
    markets: mapped(hypothesis.markets, (state) => later.get(state) ?? state),
    bounds,
  }
}

function owingAtMost(position: ReadPosition, { reserves }: MarketState, seconds: bigint) {
  const debt = mapped(position.debt, (leg) => {
    const amount = Legs.owedAtMost(leg, reserves, seconds)
    return amount === leg.amount ? leg : { ...leg, amount }
  })
  return debt === position.debt ? position : { ...position, debt }
}
