import {
  type Address,
  Bps,
  type CollateralLeg,
  type DebtLeg,
  type Market,
  type PositionFacts,
  type Quantity,
  type ReadResult,
  redact,
  unknown,
  Wad,
} from '@unimargin/sdk'
import { MAX_AMOUNT, MAX_PRICE, quantityOf } from '../shared/quantityOf.ts'
import type { CategoryState, OwnerState, ReserveTerms } from './PoolState.ts'
import { ruleOf, ruleUpTo34, WAD_PER_BASE } from './rule.ts'
import * as UserConfiguration from './UserConfiguration.ts'

/** An owner's position in the words of the model; unavailable where its numbers would be wrong. */
export function toPosition(parameters: {
  readonly market: Market
  readonly revision: bigint
  readonly owner: Address
  readonly state: OwnerState
  readonly reserveStates: readonly ReserveTerms[]
  readonly categoryStates: readonly CategoryState[]
}): ReadResult<PositionFacts> {
  const { market, revision, owner, state, reserveStates, categoryStates } = parameters
  const rule = ruleOf(revision)
  if (rule === undefined) {
    return { status: 'unavailable', reason: `version not supported yet: pool revision ${revision} (Aave 3.5 or later)` }
  }
  const category = categoryStates.find(({ id }) => BigInt(id) === state.eMode)

  const only = UserConfiguration.onlyCollateral(state.configuration)
  const isolated = reserveStates.some(
    ({ tokens, configuration }) => tokens.id === only && configuration.debtCeiling > 0n,
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
    const price = priceOf(reserve, inCategory, market)
    const amount = (result: ReadResult<bigint>, what: string) =>
      quantityOf(result, MAX_AMOUNT, { market, owner, path: `positions.${label}.${what}` })

    const supplied = amount(balances.supplied, 'supplied')
    const leg = {
      asset,
      amount: supplied,
      price,
      value: legValue(supplied, price, asset.decimals),
      // Aave skips reserves without a threshold of their own, also where an e-mode would give them one.
      isCollateral: configuration.liquidationThreshold > 0n && UserConfiguration.isCollateral(state.configuration, id),
      liquidationThreshold: Bps.toWad(inCategory?.liquidationThreshold ?? configuration.liquidationThreshold),
      // Likewise a loan-to-value of zero stays zero in an e-mode.
      loanToValue: Bps.toWad(
        configuration.loanToValue === 0n ? 0n : (inCategory?.loanToValue ?? configuration.loanToValue),
      ),
    }
    if (supplied !== 0n) collateral.push(leg)
    else firstSupplies.push({ ...leg, isCollateral: countsByItself(configuration) && !isolated })
    const owed = sum(amount(balances.variableDebt, 'variableDebt'), amount(balances.stableDebt, 'stableDebt'))
    if (owed !== 0n) {
      debt.push({ asset, amount: owed, price, value: legValue(owed, price, asset.decimals), liabilityWeight: Wad.WAD })
    }
  }
  const eMode =
    state.eMode === 0n
      ? 'none'
      : redact(category?.label ?? '')
          .replace(/\s+/g, ' ')
          .trim() || `category ${state.eMode}`
  return {
    status: 'ok',
    value: { owner, rule: rule.key, collateral, debt, firstSupplies, details: { eMode, isolated } },
  }
}

/** Whether a first supply becomes collateral: what has a debt ceiling only does by the owner's own hand. */
function countsByItself({ liquidationThreshold, loanToValue, debtCeiling }: ReserveTerms['configuration']): boolean {
  return liquidationThreshold > 0n && loanToValue > 0n && debtCeiling === 0n
}

/** In 3.0 and 3.1 an e-mode may bring one price for all its assets; a price of zero means that it brings none. */
function priceOf({ tokens, price }: ReserveTerms, category: CategoryState | undefined, market: Market): Quantity {
  const wad = (base: bigint) => base * WAD_PER_BASE
  if (category?.price !== undefined) {
    const path = `eModes.${category.id}.price`
    const common = quantityOf(category.price, MAX_PRICE, { market, path }, wad)
    if (common !== 0n) return common
  }
  return quantityOf(price, MAX_PRICE, { market, path: `reserves.${tokens.label}.price` }, wad)
}

function sum(a: Quantity, b: Quantity): Quantity {
  if (typeof a !== 'bigint') return typeof b === 'bigint' ? a : unknown(...a.issues, ...b.issues)
  return typeof b === 'bigint' ? a + b : b
}

function legValue(amount: Quantity, price: Quantity, decimals: number): Quantity {
  if (typeof amount !== 'bigint') return typeof price === 'bigint' ? amount : unknown(...amount.issues, ...price.issues)
  return typeof price === 'bigint' ? ruleUpTo34.valueOf({ amount, price, decimals }) : price
}
