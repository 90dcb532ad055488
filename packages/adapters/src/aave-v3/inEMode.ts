import {
  Bps,
  type CollateralLeg,
  type DebtLeg,
  type Lending,
  type PositionFacts,
  type Quantity,
  type Reserve,
  type Unknown,
} from '@unimargin/sdk'
import { rebuilt, worth } from './after.ts'
import * as EModes from './EModes.ts'
import { assertDetailed, type Holding, holdingsOf, missing, numberOf, versionOf } from './Facts.ts'
import { hasBit } from './hasBit.ts'
import type { AaveV3Version } from './version.ts'

/**
 * The position in another e-mode, or in none (0): with the thresholds and the loan-to-values that hold there, and what counts by
 * itself. Unknown where the category was not read, and so are prices that an e-mode replaces by one of its own (3.0 and 3.1).
 *
 * @throws ReadWithoutLendingError when the state was read without lending.
 */
export const inEMode: NonNullable<Lending['inEMode']> = ({ state, position }, category) => {
  assertDetailed(state)
  const version = versionOf(state)
  const configuration = numberOf(position.details, 'configuration')
  const next = category === 0 ? undefined : EModes.of(state, category)
  if (version === undefined || configuration === undefined || (category !== 0 && next === undefined)) {
    return unread(position, missing(state, version === undefined ? 'version' : `eModes.${category}`))
  }
  const before = EModes.of(state, Number(numberOf(position.details, 'eModeId') ?? 0n))
  const { borrowable: _, ...details } = position.details
  const entered: PositionFacts = {
    ...position,
    details: {
      ...details,
      eMode: next === undefined ? 'none' : next.label || `category ${category}`,
      eModeId: category,
      ...(next !== undefined && version >= '3.2' && { borrowable: next.borrowable }),
    },
  }
  const holdings = holdingsOf(state, entered, configuration)
  const changed = holdings.map((holding) => {
    const { reserve, supplied, debt } = holding
    const [was, is] = [within(before, holding, version), within(next, holding, version)]
    const price = (leg: CollateralLeg | DebtLeg): Quantity => {
      if (is?.hasPrice) return was?.id === is.id ? leg.price : missing(state, `eModes.${category}.price`)
      return was?.hasPrice ? reserve.price : leg.price
    }
    return {
      ...holding,
      supplied: supplied && {
        ...priced(supplied, price(supplied), false),
        liquidationThreshold: is === undefined ? reserve.liquidationThreshold : Bps.toWad(is.liquidationThreshold),
        loanToValue: loanToValueOf(reserve, holding.id, next, is, version),
      },
      debt: debt && priced(debt, price(debt), version >= '3.5'),
    }
  })
  const supplies = changed.flatMap(({ supplied }) => (supplied === undefined ? [] : [supplied]))
  // What counts by itself goes by the new loan-to-values.
  const legs = { ...entered, collateral: supplies, firstSupplies: [] }
  return rebuilt({ state, version, position: legs, holdings: changed }, configuration, changed)
}

/** The category, if the reserve is collateral in it. */
function within(eMode: EModes.EMode | undefined, holding: Holding, version: AaveV3Version): EModes.EMode | undefined {
  return eMode && EModes.has(eMode, holding, version) ? eMode : undefined
}

/** As the pool has it: up to 3.5 one of zero stays zero, whatever the e-mode says. */
function loanToValueOf(
  { loanToValue: own }: Reserve,
  id: bigint,
  eMode: EModes.EMode | undefined,
  is: EModes.EMode | undefined,
  version: AaveV3Version,
): bigint {
  if (version < '3.6') return own === 0n || is === undefined ? own : Bps.toWad(is.loanToValue)
  if (is === undefined) return eMode?.isIsolated ? 0n : own
  return hasBit(is.ltvZero, Number(id)) ? 0n : Bps.toWad(is.loanToValue)
}

function priced<leg extends CollateralLeg | DebtLeg>(leg: leg, price: Quantity, isUp: boolean): leg {
  if (price === leg.price) return leg
  const next = { ...leg, price, exactPrice: undefined }
  return { ...next, value: typeof leg.amount === 'bigint' ? worth(next, leg.amount, isUp) : leg.amount }
}

function unread(position: PositionFacts, why: Unknown): PositionFacts {
  const lost = <leg extends CollateralLeg | DebtLeg>(leg: leg): leg => ({ ...leg, amount: why, value: why })
  return { ...position, collateral: position.collateral.map(lost), debt: position.debt.map(lost) }
}
