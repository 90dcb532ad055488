import type { CollateralLeg, DebtLeg } from '../../model/Leg.ts'
import type { Reserve } from '../../model/Market.ts'
import type { Change } from '../Change.ts'
import { isSame } from '../Legs.ts'
import { NoLiabilityWeightError } from '../RiskErrors.ts'
import { adapterOf } from '../ruleOf.ts'
import { type Apply, assertListed, mapPositions, mapped, marketOf, positionOf } from './Hypothesis.ts'

/**
 * A market's own parameters of one asset become others. A leg whose parameter is not the reserve's has it from elsewhere, and
 * keeps it, unless its position is named. What has no threshold backs nothing any more; what had none does not begin to.
 */
export const withParameters: Apply<Extract<Change, { kind: 'parameters' }>> = (context, hypothesis, change) => {
  const state = marketOf(hypothesis, change.market)
  assertListed(state, change.asset)
  if (change.position !== undefined) positionOf(hypothesis, change.position)
  const { liquidationThreshold, loanToValue, liabilityWeight, position: only } = change
  const rules = Object.values(adapterOf(context, state)?.rules ?? {})
  if (liabilityWeight !== undefined && !rules.some(({ weighsDebts }) => weighsDebts)) {
    throw new NoLiabilityWeightError(change.market)
  }
  const isIt = ({ asset }: Reserve | CollateralLeg | DebtLeg) => isSame(asset.address, change.asset)
  const own = state.reserves.find(isIt)

  const parameter = (name: 'liquidationThreshold' | 'loanToValue', leg: CollateralLeg): bigint => {
    const told = { liquidationThreshold, loanToValue }[name]
    return told === undefined || (only === undefined && leg[name] !== own?.[name]) ? leg[name] : told
  }
  const backing = (leg: CollateralLeg): CollateralLeg => {
    if (!isIt(leg)) return leg
    const threshold = parameter('liquidationThreshold', leg)
    const lendable = parameter('loanToValue', leg)
    if (threshold === leg.liquidationThreshold && lendable === leg.loanToValue) return leg
    const isCollateral = leg.isCollateral && threshold > 0n
    return { ...leg, isCollateral, liquidationThreshold: threshold, loanToValue: lendable }
  }
  // A weight of zero says that a debt does not count for its owner.
  const owed = (leg: DebtLeg): DebtLeg => {
    const isChanged = liabilityWeight !== undefined && liabilityWeight !== leg.liabilityWeight
    return isChanged && isIt(leg) && leg.liabilityWeight > 0n ? { ...leg, liabilityWeight } : leg
  }
  const reserve = (one: Reserve): Reserve => ({
    ...one,
    liquidationThreshold: liquidationThreshold ?? one.liquidationThreshold,
    loanToValue: loanToValue ?? one.loanToValue,
  })
  return {
    ...hypothesis,
    positions: mapPositions(hypothesis, (position) => {
      if (position.market.key !== change.market || position.id !== (only ?? position.id)) return position
      const { firstSupplies } = position
      const [collateral, debt] = [mapped(position.collateral, backing), mapped(position.debt, owed)]
      const first = firstSupplies && mapped(firstSupplies, backing)
      if (collateral === position.collateral && debt === position.debt && first === firstSupplies) return position
      return { ...position, collateral, debt, ...(first && { firstSupplies: first }) }
    }),
    markets:
      only === undefined
        ? hypothesis.markets.map((one) =>
            one === state
              ? { ...one, reserves: one.reserves.map((each) => (each === own ? reserve(each) : each)) }
              : one,
          )
        : hypothesis.markets,
  }
}
