import {
  type CollateralLeg,
  type DebtLeg,
  type Lending,
  type PositionAsset,
  type PositionFacts,
  type Quantity,
  type Reserve,
  type Unknown,
  Wad,
} from '@unimargin/sdk'
import { isAddressEqual } from 'viem'
import { baseValueOf } from './Account.ts'
import {
  type Case,
  caseOf,
  counts,
  debtOf,
  type Holding,
  holdingsOf,
  isolationOf,
  numberOf,
  numbersOf,
  reserveOf,
} from './Facts.ts'
import { WAD_PER_BASE } from './rule.ts'
import * as Scaling from './Scaling.ts'
import { NO_SHARES } from './toPosition.ts'
import type { AaveV3Version } from './version.ts'

type Change = Parameters<Lending['after']>[1]

const COLLATERAL = 2n
const BORROWED = 1n

/**
 * An owner's position right after a change in the same block, as the pool would have it: scaled balances rounded as its version
 * rounds them, and the owner's bits, which say what counts as collateral. More than all of a balance is all of it.
 *
 * @throws UnknownReserveError when the pool does not list the asset.
 */
export const after: Lending['after'] = (where, change) => {
  const facts = caseOf(where)
  if ('status' in facts) return withUnknown(where, change, facts)
  const numbers = numbersOf(facts.state, facts.reserve, 'liquidityIndex', 'borrowIndex')
  if ('status' in numbers) return withUnknown(where, change, numbers)
  return change.action === 'supply' || change.action === 'withdraw'
    ? afterSupply(facts, change, numbers.liquidityIndex)
    : afterDebt(facts, change, numbers.borrowIndex)
}

/** Of a supply or a withdrawal. */
function afterSupply(facts: Case, { action, amount }: Change, rate: bigint): PositionFacts {
  const { version, holding, position } = facts
  const { supplied: leg } = holding
  // Without a leg nobody has said at which price and threshold: the position stays as it is.
  if (leg === undefined || typeof leg.amount !== 'bigint') return position
  const { supplied, supply, withdraw } = Scaling.of(version)
  const before = Scaling.scaledSupplyOf(leg, version, rate)
  const isIn = action === 'supply'
  const taken = amount < leg.amount ? amount : leg.amount
  const balance = isIn ? before + supply(amount, rate) : before - withdraw(taken, rate)
  const isEmptied = !isIn && (version < '3.5' ? taken === leg.amount : balance === 0n)
  const isEnabled = isIn && before === 0n && countsByItself(holding, version, isolationOf(facts.holdings))
  const next = supplied(balance, rate)
  return rebuilt(facts, bits(facts, COLLATERAL, isEnabled, isEmptied), [
    {
      ...holding,
      supplied: {
        ...leg,
        amount: next,
        shares: balance === 0n ? undefined : { balance, rate },
        value: worth(leg, next),
      },
    },
  ])
}

/** Of a loan or a repayment at the variable rate. */
function afterDebt(facts: Case, { action, amount }: Change, rate: bigint): PositionFacts {
  const { version, holding, position } = facts
  const debt = debtOf(facts)
  const variable = Scaling.variableOf(debt, version)
  if (typeof debt.amount !== 'bigint' || typeof variable !== 'bigint') {
    return action === 'borrow' ? asBorrower(facts) : position
  }
  const { owed, borrow, repay } = Scaling.of(version)
  const before = Scaling.scaledDebtOf(debt, version, rate)
  const isIn = action === 'borrow'
  const paid = amount < variable ? amount : variable
  const balance = isIn ? before + borrow(amount, rate) : before - repay(paid, rate)
  const isEmptied = !isIn && (version < '3.4' ? paid === debt.amount : balance === 0n)
  const next = debt.amount - variable + owed(balance, rate)
  const shares = balance === 0n ? NO_SHARES : { balance, rate }
  const leg = { ...debt, amount: next, shares, value: worth(debt, next, version >= '3.5') }
  return rebuilt(facts, bits(facts, BORROWED, isIn, isEmptied), [{ ...holding, debt: leg }])
}

/** The position with some holdings changed, and with what follows from its bits for all others. */
export function rebuilt(
  { state, version, position, holdings }: Pick<Case, 'state' | 'version' | 'position' | 'holdings'>,
  configuration: bigint,
  changed: readonly Holding[],
): PositionFacts {
  const flags = holdingsOf(state, position, configuration)
  const isolation = isolationOf(flags)
  const collateral: CollateralLeg[] = []
  const firstSupplies: CollateralLeg[] = []
  const debt: DebtLeg[] = []
  for (const [index, holding] of holdings.entries()) {
    const { supplied, debt: owed } = changed.find(({ id }) => id === holding.id) ?? holding
    const flag = flags[index] ?? holding
    if (supplied?.amount === 0n) {
      const isCollateral = flag.isCollateral || countsByItself(flag, version, isolation)
      firstSupplies.push({ ...supplied, isCollateral: counts({ ...flag, isCollateral }, version) })
    } else if (supplied) collateral.push({ ...supplied, isCollateral: counts(flag, version) })
    if (owed && owed.amount !== 0n) debt.push(owed)
  }
  const details = { ...position.details, configuration, isolated: isolation !== undefined }
  return { ...position, collateral, debt, firstSupplies, details }
}

/** The owner's bitmap with the changed reserve's bit set or cleared. */
function bits({ configuration, holding }: Case, bit: bigint, isSet: boolean, isCleared: boolean): bigint {
  const mask = bit << (2n * holding.id)
  return isSet ? configuration | mask : isCleared ? configuration & ~mask : configuration
}

/** Whether a first supply becomes collateral: what has a debt ceiling, or comes to somebody isolated, only does by hand. */
function countsByItself(
  { reserve, supplied }: Holding,
  version: AaveV3Version,
  isolation: Reserve | undefined,
): boolean {
  // From 3.6 on an e-mode has its own word on what lends.
  const loanToValue = version < '3.6' ? reserve.loanToValue : (supplied?.loanToValue ?? 0n)
  return loanToValue > 0n && numberOf(reserve.details, 'debtCeiling') === 0n && isolation === undefined
}

/** The value of a leg, WAD. */
export function worth(leg: CollateralLeg | DebtLeg, amount: bigint, isUp = false): Quantity {
  return typeof leg.price === 'bigint' ? baseValueOf(leg, amount, isUp) * WAD_PER_BASE : leg.price
}

/** The position with that unknown which the change is about, also where there was nothing of it before. */
function withUnknown({ position, state, asset }: PositionAsset, { action }: Change, unread: Unknown): PositionFacts {
  const isMeant = (leg: Reserve | CollateralLeg | DebtLeg) => isAddressEqual(leg.asset.address, asset)
  const blurred = { amount: unread, value: unread, shares: undefined }
  const blur = <leg extends CollateralLeg | DebtLeg>(legs: readonly leg[], firsts: readonly leg[] = []) =>
    (legs.some(isMeant) ? legs : [...legs, ...firsts.filter(isMeant)]).map((leg) =>
      isMeant(leg) ? { ...leg, ...blurred } : leg,
    )
  if (action === 'withdraw') return { ...position, collateral: blur(position.collateral) }
  if (action === 'repay') return { ...position, debt: blur(position.debt) }
  if (action === 'supply') {
    const firstSupplies = position.firstSupplies?.filter((leg) => !isMeant(leg))
    return { ...position, collateral: blur(position.collateral, position.firstSupplies), firstSupplies }
  }
  const firsts = state.reserves.map(({ asset, price }) => ({ asset, price, liabilityWeight: Wad.WAD, ...blurred }))
  return { ...asBorrower({ position, reserve: reserveOf(state, asset) }), debt: blur<DebtLeg>(position.debt, firsts) }
}

/** A loan binds the collateral, whatever it comes to. */
function asBorrower({ position, reserve }: Pick<Case, 'position' | 'reserve'>): PositionFacts {
  const configuration = numberOf(position.details, 'configuration')
  const id = numberOf(reserve.details, 'id')
  if (configuration === undefined || id === undefined) return position
  return { ...position, details: { ...position.details, configuration: configuration | (BORROWED << (2n * id)) } }
}
