import type { Address, CollateralLeg, MarketState, PositionFacts, ReadResult, Reserve } from '@unimargin/sdk'
import { MAX_AMOUNT, quantityOf } from '../shared/quantityOf.ts'
import { behindFlags } from './behindFlags.ts'
import type { CometState, OwnerState } from './CometState.ts'
import type { PositionDetails } from './LendingDetails.ts'
import { cometRule } from './rule.ts'
import { legValue, toBaseLegs } from './toBaseLegs.ts'
import { verdictsOf } from './verdictsOf.ts'

/**
 * An owner's position in the words of the model. Refused where Comet's own verdict is not what the rule makes of it: then it is a
 * Comet with another rule. Refused as well without a verdict; one that reverts (over a bad price, say) disproves nothing.
 */
export function toPosition(parameters: {
  readonly comet: CometState
  readonly market: MarketState
  readonly owner: Address
  readonly state: OwnerState
}): ReadResult<PositionFacts> {
  const { comet, market, owner, state } = parameters
  const [base, ...reserves] = market.reserves
  const { supplied, debt } =
    base === undefined ? { supplied: [], debt: [] } : toBaseLegs(state.principal, base.asset, base.price, comet.accrued)
  const held = comet.collaterals.flatMap(({ tokens, index }): readonly CollateralLeg[] => {
    const [reserve, balance] = [reserves[index], state.balances[index]]
    if (reserve === undefined || balance === undefined) return []
    const path = `positions.${tokens.label}.supplied`
    const amount = quantityOf(balance, MAX_AMOUNT, { market: market.market, owner, path })
    // Comet counts what the owner's bitmap names.
    const isCollateral = ((state.assetsIn >> index) & 1) === 1
    return amount === 0n ? [] : [{ ...collateralLeg(reserve, amount), isCollateral }]
  })
  const { principal } = state
  const storedBorrowIndex = comet.stored.borrowIndex
  const details: PositionDetails = principal < 0n ? { principal, storedBorrowIndex } : { principal }
  const facts: PositionFacts = {
    owner,
    rule: cometRule.key,
    collateral: [...supplied, ...held],
    debt,
    unit: market.unit,
    details,
  }
  const said = state.isLiquidatable
  if (said.status !== 'ok' && said.status !== 'reverted') return said
  const verdicts = verdictsOf(facts, storedBorrowIndex)
  if (said.status === 'ok' && said.value !== (verdicts.stored ?? said.value)) {
    const reason = `Comet's own verdict (liquidatable: ${said.value}) is not what its rule makes of it`
    return { status: 'unavailable', reason }
  }
  const flags = behindFlags(market.market, owner, verdicts, comet.lastAccrualTime)
  return { status: 'ok', value: { ...facts, flags } }
}

/** An amount of a collateral at the price and the parameters of its reserve. */
export function collateralLeg(reserve: Reserve, amount: CollateralLeg['amount']): CollateralLeg {
  const { asset, price, liquidationThreshold, loanToValue } = reserve
  const value = legValue(amount, price, asset.decimals)
  return { asset, amount, price, value, isCollateral: true, liquidationThreshold, loanToValue }
}
