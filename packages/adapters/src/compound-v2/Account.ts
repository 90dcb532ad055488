import {
  type Address,
  type CollateralLeg,
  type DebtLeg,
  type PositionAsset,
  type Quantity,
  type Reserve,
  unknown,
} from '@unimargin/sdk'
import { isAddressEqual } from 'viem'
import { join } from '../shared/join.ts'
import { ReadWithoutLendingError } from '../shared/ReadWithoutLendingError.ts'
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

/**
 * What an account has of the asset that acts.
 *
 * @throws ReadWithoutLendingError
 */
export function of({ state, position, asset }: PositionAsset): Account {
  const isIt = (one: { readonly asset: { readonly address: Address } }) => isAddressEqual(one.asset.address, asset)
  const collateral = position.collateral.find(isIt) ?? position.firstSupplies?.find(isIt)
  const reserve = state.reserves.find(isIt)
  if (reserve && reserve.details === undefined) throw new ReadWithoutLendingError(state)
  return {
    reserve,
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
    // Shares that come to less than a base unit are an amount of zero, and count nevertheless.
    const isEmpty = typeof leg.amount === 'bigint' && sharesOf({ ...leg, amount: leg.amount }).balance === 0n
    const rate = isIt || isEmpty ? leg.shares?.rate : storedRateOf(where, leg)
    // The price of every entered market is asked, also where nothing is supplied.
    parts.push(
      rate === undefined && !isEmpty
        ? unreadOf(where, leg, 'exchange rate')
        : join([leg.amount, leg.price], (amount, price) => {
            const { balance } = sharesOf({ ...leg, amount })
            return rule.weigh({ balance, rate: rate ?? 0n }, oraclePriceOf({ ...leg, price }), leg.loanToValue)
          }),
    )
  }
  for (const leg of position.debt) {
    if (leg.liabilityWeight === 0n) continue
    const unaccrued = isAddressEqual(leg.asset.address, asset) ? 0n : unaccruedOf(where, leg)
    parts.push(
      join([leg.amount, leg.price, unaccrued], (amount, price, unaccrued) => {
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

function storedRateOf({ state }: PositionAsset, leg: CollateralLeg): bigint | undefined {
  const reserve = state.reserves.find((one) => isAddressEqual(one.asset.address, leg.asset.address))
  return numberOf(reserve, 'storedExchangeRate')
}

function unaccruedOf(where: PositionAsset, leg: DebtLeg): Quantity {
  const value = where.position.details[unaccruedKey(leg.asset.address)]
  return typeof value === 'bigint' ? value : unreadOf(where, leg, 'debt')
}

/** With interest it may be known: what the protocol counts as long as nobody accrues it is not. */
function unreadOf({ state: { market }, position }: PositionAsset, { asset }: Pick<DebtLeg, 'asset'>, what: string) {
  const reason = `the ${what} that is stored is not known`
  const path = `reserves.${asset.symbol}.books`
  return unknown({
    kind: 'unavailable',
    chainId: market.chainId,
    market: market.key,
    owner: position.owner,
    path,
    reason,
  })
}
