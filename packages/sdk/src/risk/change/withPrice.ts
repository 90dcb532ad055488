import type { CollateralLeg, DebtLeg } from '../../model/Leg.ts'
import type { Reserve } from '../../model/Market.ts'
import type { Change } from '../Change.ts'
import { isSame } from '../Legs.ts'
import { type Apply, assertListed, mapPositions, mapped, marketOf } from './Hypothesis.ts'

/** One market's own price of one asset becomes another, whatever it was; an owner's own one (an e-mode's) as well. */
export const withPrice: Apply<Extract<Change, { kind: 'price' }>> = (_, hypothesis, { market, asset, price }) => {
  const state = marketOf(hypothesis, market)
  assertListed(state, asset)
  const at = <item extends Reserve | CollateralLeg | DebtLeg>(item: item): item =>
    isSame(item.asset.address, asset) && item.price !== price ? { ...item, price } : item
  const reserves = mapped(state.reserves, at)
  return {
    ...hypothesis,
    positions: mapPositions(hypothesis, (position) => {
      if (position.market.key !== market) return position
      const { firstSupplies } = position
      const [collateral, debt] = [mapped(position.collateral, at), mapped(position.debt, at)]
      const first = firstSupplies && mapped(firstSupplies, at)
      if (collateral === position.collateral && debt === position.debt && first === firstSupplies) return position
      return { ...position, collateral, debt, ...(first && { firstSupplies: first }) }
    }),
    markets: mapped(hypothesis.markets, (one) =>
      one === state && reserves !== state.reserves ? { ...one, reserves } : one,
    ),
  }
}
