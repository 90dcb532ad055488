import type { CollateralLeg, DebtLeg, Flag, KnownLegs, Market } from '@unimargin/sdk'
import type { TokenState } from './PoolState.ts'
import type { CompoundV2Rule } from './rule.ts'

/** When the protocol's own view of accounts is behind: it counts interest as of the last accrual of each token. */

/** The legs of an account. */
export type Legs = { readonly collateral: readonly CollateralLeg[]; readonly debt: readonly DebtLeg[] }

/** One flag for a market, however many of its tokens have interest that is not counted. */
export function ofMarket(states: readonly TokenState[], market: Market): readonly Flag[] {
  const behind = states.flatMap(({ books, metadata }) => {
    if (books.status !== 'ok') return []
    const { borrowRate, slots, totals } = books.value
    return borrowRate * slots * totals.borrows === 0n ? [] : [{ slots, metadata }]
  })
  if (behind.length === 0) return []
  const { slots, metadata } = behind.reduce((most, one) => (one.slots > most.slots ? one : most))
  const what = metadata.isTimeBased ? 'seconds' : 'blocks'
  const reason = `its own answers leave out interest of ${behind.length} of ${states.length} assets, of ${slots} ${what} for ${metadata.label}`
  return [behindFlag(market, reason)]
}

/** A flag where the protocol's own verdict on an account, by what is stored, is another one than with all interest counted. */
export function ofPosition(accrued: Legs, stored: Legs, market: Market, rule: CompoundV2Rule): readonly Flag[] {
  const now = isLiquidatable(accrued, rule)
  const itself = isLiquidatable(stored, rule)
  if (now === undefined || itself === undefined || now === itself) return []
  const [own, other] = itself ? ['liquidatable', 'safe'] : ['safe', 'liquidatable']
  return [behindFlag(market, `getAccountLiquidity finds it ${own}, and with all interest it is ${other}`)]
}

/** A flag for a debt in a market that is being closed, or may be. */
export function ofDebt({ isLiquidationForced, metadata }: TokenState, market: Market): readonly Flag[] {
  if (isLiquidationForced === false) return []
  const reason = isLiquidationForced
    ? 'anybody may liquidate it, however healthy: the market of this debt is being closed'
    : 'whether anybody may liquidate it, however healthy, could not be read'
  const { asset, label } = metadata
  const path = `positions.${label}.debt`
  return [
    { kind: 'liquidation-forced', chainId: market.chainId, market: market.key, asset: asset.address, path, reason },
  ]
}

function behindFlag({ chainId, key }: Market, reason: string): Flag {
  return { kind: 'protocol-behind', chainId, market: key, path: 'accounts', reason }
}

function isLiquidatable({ collateral, debt }: Legs, rule: CompoundV2Rule): boolean | undefined {
  // What backs nothing is not asked for its price.
  const legs = {
    collateral: collateral.filter((leg) => leg.isCollateral),
    debt: debt.filter(({ liabilityWeight }) => liabilityWeight > 0n),
  }
  if (!areKnown(legs)) return undefined
  const { weightedCollateral, weightedDebt } = rule.assess(legs)
  return weightedCollateral < weightedDebt
}

/** A value is known only where amount and price are. */
function areKnown(legs: Legs): legs is KnownLegs {
  return [...legs.collateral, ...legs.debt].every(({ value }) => typeof value === 'bigint')
}
