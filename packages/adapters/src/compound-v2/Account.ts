import type {
  Address,
  CollateralLeg,
  DebtLeg,
  PositionAsset,
  PositionFacts,
  Quantity,
  Reserve,
  Shares,
} from '@unimargin/sdk'
import { isAddressEqual } from 'viem'
import { join } from '../shared/join.ts'
import { type CompoundV2Rule, oraclePriceOf, sharesOf } from './rule.ts'

/** An account as the Comptroller sees it when one token acts: that token has accrued, all others are as they are stored. */

/** What in a position's details tells how much of a debt the protocol itself does not count yet. */
export function unaccruedKey(asset: Address): string {
  return `unaccrued:${asset}`
}

/** The parts that limits and predictions look at. */
export type Account = {
  readonly reserve: Reserve | undefined
  /** Also where nothing is supplied. */
  readonly collateral: CollateralLeg | undefined
  readonly debt: DebtLeg | undefined
  readonly isMember: boolean
}

/** What an account has of the asset that acts. */
export function of({ state, position, asset }: PositionAsset): Account {
  const isIt = (one: { readonly asset: { readonly address: Address } }) => isAddressEqual(one.asset.address, asset)
  const collateral = position.collateral.find(isIt) ?? position.firstSupplies?.find(isIt)
  return {
    reserve: state.reserves.find(isIt),
    collateral,
    debt: position.debt.find(isIt),
    isMember: collateral?.isCollateral ?? false,
  }
}

/**
 * What the collateral lets its owner owe, less what is owed, WAD; below zero where it lets less. `entering`: the asset's own
 * supply counts even if it did not so far, as a borrow makes it.
 */
export function freePower(where: PositionAsset, rule: CompoundV2Rule, entering: boolean): Quantity {
  const { position, asset } = where
  const parts: Quantity[] = []
  for (const leg of [...position.collateral, ...(position.firstSupplies ?? [])]) {
    const isIt = isAddressEqual(leg.asset.address, asset)
    if (!leg.isCollateral && !(isIt && entering)) continue
    // The price of every entered market is asked, also where nothing is supplied.
    parts.push(
      join([leg.amount, leg.price], (amount, price) =>
        rule.weigh(sharesAt(where, { ...leg, amount }, isIt), oraclePriceOf({ ...leg, price }), leg.loanToValue),
      ),
    )
  }
  for (const leg of position.debt) {
    if (leg.liabilityWeight === 0n) continue
    const unaccrued = isAddressEqual(leg.asset.address, asset) ? 0n : unaccruedOf(position, leg.asset.address)
    parts.push(
      join([leg.amount, leg.price], (amount, price) => {
        const stored = amount > unaccrued ? amount - unaccrued : 0n
        return -((oraclePriceOf({ ...leg, price }) * stored) / WAD)
      }),
    )
  }
  return join(parts, (...known) => known.reduce((sum, part) => sum + part, 0n))
}

/** A known number of a reserve's details. */
export function numberOf(reserve: Reserve | undefined, name: string): bigint | undefined {
  const value = reserve?.details?.[name]
  return typeof value === 'bigint' ? value : undefined
}

const WAD = 10n ** 18n

function sharesAt(
  { state }: PositionAsset,
  leg: CollateralLeg<Quantity> & { amount: bigint },
  isAccrued: boolean,
): Shares {
  const shares = sharesOf(leg)
  if (isAccrued) return shares
  const reserve = state.reserves.find((one) => isAddressEqual(one.asset.address, leg.asset.address))
  return { balance: shares.balance, rate: numberOf(reserve, 'storedExchangeRate') ?? shares.rate }
}

function unaccruedOf(position: PositionFacts, asset: Address): bigint {
  const value = position.details[unaccruedKey(asset)]
  return typeof value === 'bigint' ? value : 0n
}
