import type { CollateralLeg, DebtLeg } from '../../model/Leg.ts'
import type { MarketState, Reserve } from '../../model/Market.ts'
import type { PositionFacts, ReadPosition } from '../../model/Position.ts'
import type { Quantity } from '../../model/Quantity.ts'
import type { UnitOfAccount } from '../../model/UnitOfAccount.ts'
import type { LiquidationRule } from '../LiquidationRule.ts'
import * as Prices from '../Prices.ts'
import { adapterOf, requireRule } from '../ruleOf.ts'
import type { Shock } from '../Shock.ts'
import { type Apply, mapPositions, mapped } from './Hypothesis.ts'

/** Prices of some assets change together, everywhere. An unknown price stays unknown, the others of its position change. */
export const withShock: Apply<Shock> = (context, hypothesis, { prices }) => {
  const factorOf = Prices.factorsOf(prices)
  return {
    ...hypothesis,
    positions: mapPositions(hypothesis, (position) =>
      isHit(position, factorOf) ? shocked(position, requireRule(context, position), factorOf) : position,
    ),
    markets: mapped(hypothesis.markets, (state) => {
      const [rule] = Object.values(adapterOf(context, state)?.rules ?? {})
      return rule === undefined ? state : shockedMarket(state, rule, factorOf)
    }),
  }
}

function isHit({ collateral, debt, firstSupplies = [], unit }: ReadPosition, factorOf: Prices.FactorOf): boolean {
  return [...collateral, ...debt, ...firstSupplies, unit].some((part) => {
    if (part?.asset === undefined) return false
    const { numerator, denominator } = factorOf(part.asset)
    return numerator !== denominator
  })
}

function shocked(position: ReadPosition, rule: LiquidationRule, factorOf: Prices.FactorOf): PositionFacts {
  const { collateral, debt, firstSupplies = [], unit } = position
  const parts = { collateral: [...collateral, ...firstSupplies], debt }
  const at = Prices.changed(
    { collateral: parts.collateral.map(placed), debt: parts.debt.map(placed) },
    { rule, unit, factorOf },
  )
  const held = priced(collateral, at.collateral)
  const owed = priced(debt, at.debt)
  const first = priced(firstSupplies, at.collateral.slice(collateral.length))
  const next = shockedUnit(unit, factorOf)
  if (held === collateral && owed === debt && first === firstSupplies && next === unit) return position
  return {
    ...position,
    collateral: held,
    debt: owed,
    ...(position.firstSupplies !== undefined && { firstSupplies: first }),
    ...(next !== undefined && { unit: next }),
  }
}

/** With numbers in the place of unknown ones, so that all legs stand where they stood. */
function placed<leg extends CollateralLeg | DebtLeg>(leg: leg) {
  return { ...leg, amount: numberOf(leg.amount), price: numberOf(leg.price), value: 0n }
}

function numberOf(quantity: Quantity): bigint {
  return typeof quantity === 'bigint' ? quantity : 0n
}

/** Takes the prices over where they were known. */
function priced<leg extends CollateralLeg | DebtLeg>(
  legs: readonly leg[],
  at: readonly (CollateralLeg<bigint> | DebtLeg<bigint>)[],
): readonly leg[] {
  let isChanged = false
  const next = legs.map((leg, index) => {
    const { price, exactPrice } = at[index] ?? leg
    if (typeof leg.price !== 'bigint' || exactPrice === leg.exactPrice) return leg
    isChanged = true
    return { ...leg, price, exactPrice }
  })
  return isChanged ? next : legs
}

function shockedMarket(state: MarketState, rule: LiquidationRule, factorOf: Prices.FactorOf): MarketState {
  const { unit } = state
  const reserves = mapped(state.reserves, (reserve) => shockedReserve(reserve, { rule, unit, factorOf }))
  const next = shockedUnit(unit, factorOf)
  if (reserves === state.reserves && next === unit) return state
  return { ...state, reserves, ...(next !== undefined && { unit: next }) }
}

function shockedReserve(reserve: Reserve, how: Parameters<typeof Prices.changed>[1]): Reserve {
  const { asset, price, liquidationThreshold, loanToValue } = reserve
  if (typeof price !== 'bigint') return reserve
  const leg = { asset, amount: 0n, price, value: 0n, isCollateral: true, liquidationThreshold, loanToValue }
  const next = Prices.changed({ collateral: [leg], debt: [] }, how).collateral[0]?.price ?? price
  return next === price ? reserve : { ...reserve, price: next }
}

function shockedUnit(unit: UnitOfAccount | undefined, factorOf: Prices.FactorOf): UnitOfAccount | undefined {
  if (unit?.asset === undefined || typeof unit.price !== 'bigint') return unit
  const { numerator, denominator } = factorOf(unit.asset)
  return numerator === denominator ? unit : { ...unit, price: (unit.price * numerator) / denominator }
}
