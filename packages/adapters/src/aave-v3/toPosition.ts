import {
  type Address,
  Bps,
  type CollateralLeg,
  type DebtLeg,
  type Market,
  type PositionFacts,
  type Quantity,
  Ray,
  type ReadResult,
  type Shares,
  Wad,
} from '@unimargin/sdk'
import { join } from '../shared/join.ts'
import { MAX_AMOUNT, MAX_PRICE, quantityOf, type Where } from '../shared/quantityOf.ts'
import { printable } from '../shared/token.ts'
import { hasBit } from './hasBit.ts'
import type { PositionDetails } from './LendingDetails.ts'
import type { CategoryState, OwnerState, ReserveTerms } from './PoolState.ts'
import { ruleOf, WAD_PER_BASE } from './rule.ts'
import * as UserConfiguration from './UserConfiguration.ts'
import { type AaveV3Version, roundingOf } from './version.ts'

/** An owner's position in the words of the model; unavailable where its numbers would be wrong. */
export function toPosition(parameters: {
  readonly market: Market
  readonly version: AaveV3Version
  readonly owner: Address
  readonly state: OwnerState
  readonly reserveStates: readonly ReserveTerms[]
  readonly categoryStates: readonly CategoryState[]
}): ReadResult<PositionFacts> {
  const { market, version, owner, state, reserveStates, categoryStates } = parameters
  const rule = ruleOf(version)
  const rounding = roundingOf(version)
  const category = categoryStates.find(({ id }) => BigInt(id) === state.eMode)
  const isolated = reserveStates.some(
    ({ tokens, configuration }) =>
      configuration.debtCeiling > 0n && UserConfiguration.isOnlyCollateral(state.configuration, tokens.id),
  )

  const collateral: CollateralLeg[] = []
  const firstSupplies: CollateralLeg[] = []
  const debt: DebtLeg[] = []
  for (const [index, reserve] of reserveStates.entries()) {
    const balances = state.balances[index]
    if (balances === undefined) return { status: 'unavailable', reason: 'a reserve has no balances' }
    const { asset, id, label } = reserve.tokens
    const { configuration } = reserve
    const inCategory = category?.includes(reserve) ? category : undefined
    const price = priceOf(reserve.price, inCategory, market)
    const at = (what: string): Where => ({ market, owner, path: `positions.${label}.${what}` })
    const value = (amount: Quantity, side: 'collateral' | 'debt') =>
      join([amount, price], (amount, price) => rule.valueOf({ amount, price, decimals: asset.decimals, side }))
    const [suppliedRead, variableRead, stableRead] = balances

    const supplied = worth(suppliedRead, reserve.liquidityIndex, rounding.supplied, at('supplied'))
    const loanToValue = loanToValueOf(reserve, category, inCategory, version)
    // Up to 3.5 Aave skips reserves without a threshold of their own, also where an e-mode would give them one.
    const canCount = version >= '3.6' || configuration.liquidationThreshold > 0n
    const leg = {
      asset,
      amount: supplied.amount,
      price,
      shares: supplied.shares,
      value: value(supplied.amount, 'collateral'),
      isCollateral: canCount && UserConfiguration.isCollateral(state.configuration, id),
      liquidationThreshold: Bps.toWad(inCategory?.liquidationThreshold ?? configuration.liquidationThreshold),
      loanToValue: Bps.toWad(loanToValue),
    }
    if (supplied.amount !== 0n) collateral.push(leg)
    else {
      // A first supply counts by itself where it lends something; with a debt ceiling it only does by the owner's own hand.
      const lends = (version >= '3.6' ? loanToValue : configuration.loanToValue) > 0n
      const isEnabled = lends && configuration.debtCeiling === 0n && !isolated
      // Up to 3.4 rounding may empty a balance and leave its bit: what comes next counts, then.
      firstSupplies.push({ ...leg, isCollateral: leg.isCollateral || (canCount && isEnabled) })
    }
    const variable = worth(variableRead, reserve.borrowIndex, rounding.owed, at('variableDebt'))
    const stable = quantityOf(stableRead, MAX_AMOUNT, at('stableDebt'))
    const owed = join([variable.amount, stable], (variable, stable) => variable + stable)
    if (owed !== 0n) {
      const shares = variable.amount === 0n ? NO_SHARES : variable.shares
      debt.push({ asset, amount: owed, price, shares, value: value(owed, 'debt'), liabilityWeight: Wad.WAD })
    }
  }
  const eMode = state.eMode === 0n ? 'none' : printable(category?.label ?? '') || `category ${state.eMode}`
  const own: PositionDetails = {
    configuration: state.configuration,
    eModeId: Number(state.eMode),
    ...(category && version >= '3.2' && { borrowable: category.borrowable }),
  }
  return {
    status: 'ok',
    value: { owner, rule: rule.key, collateral, debt, firstSupplies, details: { eMode, isolated, ...own } },
  }
}

/** What a scaled balance comes to. */
function worth(
  scaled: ReadResult<bigint>,
  rate: Quantity,
  round: (scaled: bigint, index: bigint) => bigint,
  where: Where,
): { readonly amount: Quantity; readonly shares?: Shares | undefined } {
  const balance = quantityOf(scaled, MAX_AMOUNT, where)
  // Nothing is nothing at any index, so that no index is shown for it: it would move with every block.
  if (balance === 0n || typeof balance !== 'bigint') return { amount: balance }
  if (typeof rate !== 'bigint') return { amount: rate }
  const amount = quantityOf({ status: 'ok', value: round(balance, rate) }, MAX_AMOUNT, where)
  return { amount, shares: { balance, rate } }
}

/** Of a debt at a stable rate alone. */
export const NO_SHARES: Shares = { balance: 0n, rate: Ray.RAY }

/** Basis points that an owner may borrow against a reserve. */
function loanToValueOf(
  { tokens, configuration }: ReserveTerms,
  category: CategoryState | undefined,
  inCategory: CategoryState | undefined,
  version: AaveV3Version,
): bigint {
  const own = configuration.loanToValue
  // Up to 3.5 a loan-to-value of zero stays zero in an e-mode.
  if (version < '3.6') return own === 0n ? 0n : (inCategory?.loanToValue ?? own)
  if (inCategory === undefined) return category?.isIsolated ? 0n : own
  return hasBit(inCategory.ltvZero, tokens.id) ? 0n : inCategory.loanToValue
}

/** In 3.0 and 3.1 an e-mode may bring one price for all its assets; a price of zero means that it brings none. */
function priceOf(own: Quantity, category: CategoryState | undefined, market: Market): Quantity {
  if (category?.price === undefined) return own
  const where = { market, path: `eModes.${category.id}.price` }
  const common = quantityOf(category.price, MAX_PRICE, where, (price) => price * WAD_PER_BASE)
  return common === 0n ? own : common
}
