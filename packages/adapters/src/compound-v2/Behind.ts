import type { CollateralLeg, DebtLeg, Flag, Market, PositionFacts } from '@unimargin/sdk'
import { unaccruedKey } from './Account.ts'
import * as Accrued from './Accrued.ts'
import type { TokenState } from './PoolState.ts'
import type { CompoundV2Rule } from './rule.ts'

/** When the protocol's own view of accounts is behind: it counts interest as of the last accrual of each token. */

/** One flag for a market, however many of its tokens have interest that is not counted. */
export function ofMarket(states: readonly TokenState[], market: Market): readonly Flag[] {
  const behind = states.flatMap(({ books, metadata }) => {
    if (books.status !== 'ok') return []
    const { borrowRate, slots, totals } = books.value
    return borrowRate * slots * totals.borrows === 0n ? [] : [{ slots, label: metadata.label, metadata }]
  })
  const [first, ...others] = behind
  if (first === undefined) return []
  const oldest = others.reduce((most, one) => (one.slots > most.slots ? one : most), first)
  const what = oldest.metadata.isTimeBased ? 'seconds' : 'blocks'
  const reason = `its own answers leave out interest of ${behind.length} of ${states.length} assets, of ${oldest.slots} ${what} for ${oldest.label}`
  return [{ kind: 'protocol-behind', chainId: market.chainId, market: market.key, path: 'accounts', reason }]
}

/** A flag where the protocol's own verdict on an account is another one than with all interest counted, or than its health. */
export function ofPosition(
  facts: PositionFacts,
  states: readonly TokenState[],
  market: Market,
  rule: CompoundV2Rule,
): readonly Flag[] {
  const closing = forced(facts, states, market)
  const now = isLiquidatable(facts, rule)
  const itself = isLiquidatable(asStored(facts, states, market), rule)
  if (now === undefined || itself === undefined || now === itself) return closing
  const reason = `getAccountLiquidity finds it ${itself ? 'liquidatable' : 'safe'}, and with all interest it is ${itself ? 'safe' : 'liquidatable'}`
  return [
    ...closing,
    { kind: 'protocol-behind', chainId: market.chainId, market: market.key, path: 'accounts', reason },
  ]
}

const CLOSED = 'anybody may liquidate it, however healthy: the market of this debt is being closed'

/** A flag for each debt in a market that is being closed, or may be. */
function forced(facts: PositionFacts, states: readonly TokenState[], market: Market): readonly Flag[] {
  return states.flatMap(({ isLiquidationForced, metadata: { asset, label } }): readonly Flag[] =>
    isLiquidationForced !== false && facts.debt.some((leg) => leg.asset.address === asset.address)
      ? [
          {
            kind: 'liquidation-forced',
            chainId: market.chainId,
            market: market.key,
            asset: asset.address,
            path: `positions.${label}.debt`,
            reason: isLiquidationForced
              ? CLOSED
              : 'whether anybody may liquidate it, however healthy, could not be read',
          },
        ]
      : [],
  )
}

function isLiquidatable(facts: PositionFacts, rule: CompoundV2Rule): boolean | undefined {
  // What backs nothing is not asked for its price.
  const collateral = facts.collateral.filter((leg) => leg.isCollateral)
  const debt = facts.debt.filter(({ liabilityWeight }) => liabilityWeight > 0n)
  if (!collateral.every(isKnown) || !debt.every(isKnown)) return undefined
  const { weightedCollateral, weightedDebt } = rule.assess({ collateral, debt })
  return weightedCollateral < weightedDebt
}

function asStored(facts: PositionFacts, states: readonly TokenState[], market: Market): PositionFacts {
  // Books that the token itself contradicts are none: a sick node's numbers fit into no rule.
  const rates = new Map(
    states.map((state) => [state.metadata.asset.address, Accrued.of(state, market)?.storedRate] as const),
  )
  return {
    ...facts,
    collateral: facts.collateral.map((leg) => {
      const rate = rates.get(leg.asset.address)
      if (leg.shares === undefined || rate === undefined) return leg
      const { balance } = leg.shares
      return { ...leg, shares: { balance, rate }, amount: (balance * rate) / WAD }
    }),
    debt: facts.debt.map((leg) => {
      const unaccrued = facts.details[unaccruedKey(leg.asset.address)]
      if (typeof unaccrued !== 'bigint' || typeof leg.amount !== 'bigint') return leg
      return { ...leg, amount: leg.amount - unaccrued }
    }),
  }
}

const WAD = 10n ** 18n

function isKnown<leg extends CollateralLeg | DebtLeg>(
  leg: leg,
): leg is leg & { readonly amount: bigint; readonly price: bigint; readonly value: bigint } {
  return typeof leg.amount === 'bigint' && typeof leg.price === 'bigint' && typeof leg.value === 'bigint'
}
