import {
  type Address,
  type CollateralLeg,
  type DebtLeg,
  type Flag,
  type Market,
  type PositionFacts,
  type Quantity,
  type ReadResult,
  type ValuedLeg,
  Wad,
} from '@unimargin/sdk'
import { join } from '../shared/join.ts'
import { MAX_AMOUNT, quantityOf } from '../shared/quantityOf.ts'
import * as Result from '../shared/Result.ts'
import { unaccruedKey } from './Account.ts'
import * as Behind from './Behind.ts'
import type { OwnerState, TokenState } from './PoolState.ts'
import { type CompoundV2Rule, toExactPrice } from './rule.ts'
import { priceOf, rateOf } from './toReserve.ts'

/** Shares above are no shares: a share may be worth far less than a base unit. */
const MAX_SHARES = 2n ** 160n - 1n

/** An owner's position in the words of the model. */
export function toPosition(
  market: Market,
  rule: CompoundV2Rule,
  states: readonly TokenState[],
  owner: Address,
  state: OwnerState,
): PositionFacts {
  const collateral: CollateralLeg[] = []
  const firstSupplies: CollateralLeg[] = []
  const debt: DebtLeg[] = []
  // As the protocol itself sees them, without the interest since the last accrual.
  const stored: { collateral: CollateralLeg[]; debt: DebtLeg[] } = { collateral: [], debt: [] }
  const details: Record<string, bigint> = {}
  const flags: Flag[] = []
  for (const [index, token] of states.entries()) {
    const { asset, label, token: address } = token.metadata
    const balance = state.balances[index] ?? Result.missing
    const amountOf = (result: ReadResult<bigint>, max: bigint, what: string) =>
      quantityOf(result, max, { market, owner, path: `positions.${label}.${what}` })
    const price = priceOf(token, market)
    const exactPrice =
      token.price.status === 'ok' && typeof price === 'bigint'
        ? toExactPrice(token.price.value, asset.decimals)
        : undefined
    const priced = { asset, price, exactPrice }
    const worth = (amount: Quantity, more: Pick<ValuedLeg, 'shares' | 'side'>) =>
      join([amount, price], (amount, price) =>
        rule.valueOf({ amount, price, decimals: asset.decimals, exactPrice, ...more }),
      )

    const shared = Result.andThen(balance, ({ shares }) => Result.ok(shares))
    const held = amountOf(shared, MAX_SHARES, 'shares')
    const rate = rateOf(token, market)
    // Nothing is nothing at any rate.
    const amount = held === 0n ? 0n : join([held, rate], Wad.mulDown)
    const shares = typeof held === 'bigint' && typeof rate === 'bigint' ? { balance: held, rate } : undefined
    const leg = {
      ...priced,
      amount,
      shares,
      value: worth(amount, { shares }),
      // The protocol skips what is no longer listed, also for whoever is in it.
      isCollateral: token.isListed && state.entered.includes(address),
      liquidationThreshold: token.liquidationThreshold,
      loanToValue: token.collateralFactor,
    }
    if (held === 0n) firstSupplies.push(leg)
    else {
      collateral.push(leg)
      // Books that the token itself contradicts are none: a sick node's numbers fit into no rule.
      const { accrued } = token
      const before = shares && accrued.status === 'ok' ? { ...shares, rate: accrued.value.storedRate } : undefined
      stored.collateral.push(
        before ? { ...leg, shares: before, amount: Wad.mulDown(before.balance, before.rate) } : leg,
      )
    }

    const owed = amountOf(state.debts[index] ?? Result.missing, MAX_AMOUNT, 'debt')
    if (owed === 0n) continue
    const owing = {
      ...priced,
      amount: owed,
      value: worth(owed, { side: 'debt' }),
      liabilityWeight: token.isListed ? Wad.WAD : 0n,
    }
    debt.push(owing)
    flags.push(...Behind.ofDebt(token, market))
    const before = balance.status === 'ok' ? balance.value.storedDebt : undefined
    const isBelieved = typeof owed === 'bigint' && before !== undefined && before <= owed
    if (isBelieved) details[unaccruedKey(asset.address)] = owed - before
    stored.debt.push(isBelieved ? { ...owing, amount: before } : owing)
  }
  flags.push(...Behind.ofPosition({ collateral, debt }, stored, market, rule))
  return { owner, rule: rule.key, collateral, debt, firstSupplies, details, flags }
}
