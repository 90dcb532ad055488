import type { CollateralLeg, DebtLeg } from '../../model/Leg.ts'
import type { MarketState } from '../../model/Market.ts'
import type { PositionFacts, ReadPosition } from '../../model/Position.ts'
import type { PositionChange } from '../../model/PositionChange.ts'
import { WAD } from '../../units/Wad.ts'
import type { Change } from '../Change.ts'
import * as Legs from '../Legs.ts'
import { adapterOf } from '../ruleOf.ts'
import { type Apply, assertListed, mapPosition, marketOf, positionOf } from './Hypothesis.ts'

/**
 * An owner does something: as the adapter says that the protocol books it, or by plain addition where it does not say. The
 * market's own books stay.
 */
export const withAction: Apply<Extract<Change, { kind: 'action' }>> = (context, hypothesis, change) => {
  const position = positionOf(hypothesis, change.position)
  if (position.status === 'unread') return hypothesis
  const state = marketOf(hypothesis, position.market.key)
  assertListed(state, change.asset)
  const lending = adapterOf(context, position)?.lending
  const { action, asset, amount } = change
  return {
    ...hypothesis,
    positions: mapPosition(hypothesis, position.id, () =>
      lending === undefined
        ? added(position, state, change)
        : lending.after({ state, position, asset }, { action, amount }),
    ),
    bounds: hypothesis.bounds,
  }
}

function added(position: ReadPosition, state: MarketState, { action, asset, amount }: PositionChange): PositionFacts {
  const first = firstLeg(position, state, asset)
  if (first === undefined) return position
  const { price, exactPrice } = first
  const owing: DebtLeg = { asset: first.asset, amount: 0n, price, exactPrice, value: 0n, liabilityWeight: WAD }
  const next = {
    supply: () => Legs.supplied<PositionFacts>(position, first, amount),
    withdraw: () => Legs.withdrawn<PositionFacts>(position, asset, amount),
    borrow: () => Legs.borrowed<PositionFacts>(position, owing, amount),
    repay: () => Legs.repaid<PositionFacts>(position, asset, amount),
  }[action]()
  if (position.firstSupplies === undefined) return next
  const isHeld = next.collateral.some((leg) => Legs.isSame(leg.asset.address, asset))
  const others = position.firstSupplies.filter((leg) => !Legs.isSame(leg.asset.address, asset))
  return { ...next, firstSupplies: isHeld ? others : [...others, first] }
}

/** What a supply of the asset is at first: as it is held, as its owner was told, or by the reserve's own parameters. */
function firstLeg(position: ReadPosition, state: MarketState, address: string): CollateralLeg | undefined {
  const isIt = ({ asset }: { readonly asset: { readonly address: string } }) => Legs.isSame(asset.address, address)
  const known = position.collateral.find(isIt) ?? position.firstSupplies?.find(isIt)
  if (known !== undefined) return { ...known, amount: 0n, value: 0n, shares: undefined }
  const reserve = state.reserves.find(isIt)
  if (reserve === undefined) return undefined
  const { asset, price, liquidationThreshold, loanToValue } = reserve
  return {
    asset,
    amount: 0n,
    price,
    value: 0n,
    isCollateral: liquidationThreshold > 0n,
    liquidationThreshold,
    loanToValue,
  }
}
