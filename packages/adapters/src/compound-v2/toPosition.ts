import {
  type Address,
  type CollateralLeg,
  type DebtLeg,
  type Market,
  type PositionFacts,
  type ReadResult,
  Wad,
} from '@unimargin/sdk'
import { join } from '../shared/join.ts'
import { MAX_AMOUNT, quantityOf } from '../shared/quantityOf.ts'
import { unaccruedKey } from './Account.ts'
import * as Behind from './Behind.ts'
import type { Flavour } from './Flavour.ts'
import type { OwnerState, TokenState } from './PoolState.ts'
import { ruleOf, toExactPrice } from './rule.ts'
import { priceOf, rateOf } from './toReserve.ts'

/** Shares above are no shares: a share may be worth far less than a base unit. */
const MAX_SHARES = 2n ** 160n - 1n

/** An owner's position in the words of the model. */
export function toPosition(parameters: {
  readonly market: Market
  readonly owner: Address
  readonly state: OwnerState
  readonly states: readonly TokenState[]
  readonly flavour: Flavour
}): PositionFacts {
  const { market, owner, state, states, flavour } = parameters
  const rule = ruleOf(flavour.name)
  const collateral: CollateralLeg[] = []
  const firstSupplies: CollateralLeg[] = []
  const debt: DebtLeg[] = []
  const details: Record<string, bigint> = {}
  for (const [index, token] of states.entries()) {
    const { asset, label, token: address } = token.metadata
    const balances = state.balances[index]
    const amountOf = (result: ReadResult<bigint> | undefined, max: bigint, what: string) =>
      quantityOf(result ?? missing, max, { market, owner, path: `positions.${label}.${what}` })
    const price = priceOf(token, market)
    const exactPrice =
      token.price.status === 'ok' && typeof price === 'bigint'
        ? toExactPrice(token.price.value, asset.decimals)
        : undefined

    const held = amountOf(balances?.shares, MAX_SHARES, 'shares')
    const rate = rateOf(token, market)
    // Nothing is nothing at any rate.
    const amount = held === 0n ? 0n : join([held, rate], Wad.mulDown)
    const shares = typeof held === 'bigint' && typeof rate === 'bigint' ? { balance: held, rate } : undefined
    const leg = {
      asset,
      amount,
      price,
      exactPrice,
      shares,
      value: join([amount, price], (known, at) =>
        rule.valueOf({ amount: known, price: at, decimals: asset.decimals, exactPrice, shares }),
      ),
      // The protocol skips what is no longer listed, also for whoever is in it.
      isCollateral: token.isListed && state.entered.has(address),
      liquidationThreshold: token.liquidationThreshold,
      loanToValue: token.collateralFactor,
    }
    if (held === 0n) firstSupplies.push(leg)
    else collateral.push(leg)

    const owed = amountOf(balances?.debt, MAX_AMOUNT, 'debt')
    if (owed === 0n) continue
    debt.push({
      asset,
      amount: owed,
      price,
      exactPrice,
      value: join([owed, price], (known, at) =>
        rule.valueOf({ amount: known, price: at, decimals: asset.decimals, exactPrice, side: 'debt' }),
      ),
      liabilityWeight: token.isListed ? Wad.WAD : 0n,
    })
    const stored = balances?.storedDebt
    if (typeof owed === 'bigint' && stored?.status === 'ok' && stored.value <= owed) {
      details[unaccruedKey(asset.address)] = owed - stored.value
    }
  }
  const facts: PositionFacts = { owner, rule: rule.key, collateral, debt, firstSupplies, details }
  return { ...facts, flags: Behind.ofPosition(facts, states, market, rule) }
}

const missing: ReadResult<never> = { status: 'unavailable', reason: 'no balance' }
