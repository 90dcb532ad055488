import { type CollateralLeg, type Lending, type PositionFacts, type Quantity, unknown, Wad } from '@unimargin/sdk'
import { isAddressEqual } from 'viem'
import { join } from '../shared/join.ts'
import * as Account from './Account.ts'
import type { Flavour } from './Flavour.ts'
import * as Redemption from './Redemption.ts'
import { totalsOf } from './rates.ts'
import { ruleOf, sharesOf } from './rule.ts'
import * as Totals from './Totals.ts'

/**
 * The position right after an action. A supply or a withdrawal moves the exchange rate by what its rounding leaves behind, so
 * that the asset's other shares are worth a trifle more.
 */
export function lendingAfter(flavour: Flavour): Lending['after'] {
  return (where, { action, amount }) => {
    const { collateral, debt, reserve } = Account.of(where)
    if (collateral === undefined) return where.position
    if (action === 'supply' || action === 'withdraw') {
      const leg = moved(collateral, reserve, action, amount, flavour)
      return accrued(withSupply(where.position, leg, flavour), leg)
    }
    const owed: Quantity = debt?.amount ?? 0n
    const left = join([owed], (before) =>
      action === 'borrow' ? before + amount : before > amount ? before - amount : 0n,
    )
    // Who borrows what is not entered yet, enters it.
    const entered =
      action === 'borrow' ? withSupply(where.position, { ...collateral, isCollateral: true }, flavour) : where.position
    return accrued(withDebt(entered, collateral, left, flavour), collateral)
  }
}

type Reserve = ReturnType<typeof Account.of>['reserve']

function moved(
  leg: CollateralLeg,
  reserve: Reserve,
  action: 'supply' | 'withdraw',
  amount: bigint,
  flavour: Flavour,
): CollateralLeg {
  const totals = totalsOf(reserve)
  const before = leg.amount
  const rate = Account.numberOf(reserve, 'exchangeRate')
  if (typeof before !== 'bigint') return leg
  if (totals === undefined || rate === undefined || rate === 0n) {
    return { ...leg, amount: notKnown(leg), value: notKnown(leg), shares: undefined }
  }
  const { balance } = sharesOf({ amount: before, shares: leg.shares })
  const [shares, cash] =
    action === 'supply'
      ? [(amount * Wad.WAD) / rate, amount]
      : [-Redemption.sharesFor(amount, rate, flavour), -Redemption.paidFor(amount, rate, flavour)]
  const left = balance + shares > 0n ? balance + shares : 0n
  const next = Totals.exchangeRate({ ...totals, cash: totals.cash + cash, supply: totals.supply + shares }) ?? rate
  return { ...leg, amount: Wad.mulDown(left, next), shares: { balance: left, rate: next } }
}

function withSupply(position: PositionFacts, leg: CollateralLeg, flavour: Flavour): PositionFacts {
  const rule = ruleOf(flavour.name)
  const { exactPrice, shares, asset } = leg
  const value = join([leg.amount, leg.price], (amount, price) =>
    rule.valueOf({ amount, price, decimals: asset.decimals, exactPrice, shares }),
  )
  const isEmpty = leg.amount === 0n && (leg.shares?.balance ?? 0n) === 0n
  const next = { ...leg, value }
  const replaced = (legs: readonly CollateralLeg[]) => legs.map((one) => (isSame(one, leg) ? next : one))
  const without = (legs: readonly CollateralLeg[]) => legs.filter((one) => !isSame(one, leg))
  const { collateral, firstSupplies = [] } = position
  const isThere = collateral.some((one) => isSame(one, leg))
  return {
    ...position,
    collateral: isEmpty ? without(collateral) : isThere ? replaced(collateral) : [...collateral, next],
    firstSupplies: isEmpty
      ? firstSupplies.some((one) => isSame(one, leg))
        ? replaced(firstSupplies)
        : [...firstSupplies, next]
      : without(firstSupplies),
  }
}

function withDebt(position: PositionFacts, like: CollateralLeg, amount: Quantity, flavour: Flavour): PositionFacts {
  const rule = ruleOf(flavour.name)
  const { asset, price, exactPrice } = like
  const value = join([amount, price], (known, at) =>
    rule.valueOf({ amount: known, price: at, decimals: asset.decimals, exactPrice, side: 'debt' }),
  )
  const before = position.debt.find((one) => isSame(one, like))
  const liabilityWeight = before?.liabilityWeight ?? Wad.WAD
  const leg = { asset, price, exactPrice, amount, value, liabilityWeight }
  const others = position.debt.filter((one) => !isSame(one, like))
  if (amount === 0n) return { ...position, debt: others }
  return {
    ...position,
    debt: before === undefined ? [...others, leg] : position.debt.map((one) => (one === before ? leg : one)),
  }
}

/** Whoever acts on a token has accrued its interest. */
function accrued(position: PositionFacts, leg: CollateralLeg): PositionFacts {
  const key = Account.unaccruedKey(leg.asset.address)
  const { [key]: _, ...details } = position.details
  const owed = position.debt.find((one) => isSame(leg, one))?.amount
  return { ...position, details: typeof owed === 'bigint' ? { ...details, [key]: 0n } : details }
}

function isSame(a: Pick<CollateralLeg, 'asset'>, b: Pick<CollateralLeg, 'asset'>): boolean {
  return isAddressEqual(a.asset.address, b.asset.address)
}

function notKnown({ asset }: CollateralLeg): Quantity {
  const reason = 'the books of its token are not known'
  return unknown({ kind: 'unavailable', chainId: asset.chainId, path: `reserves.${asset.symbol}.books`, reason })
}
