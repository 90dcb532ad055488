import type { Address } from '../model/Hex.ts'
import type { MarginView } from '../model/MarginView.ts'
import { type Unknown, unknown } from '../model/Quantity.ts'
import { assertWithin, TARGET, VALUE } from './assertWithin.ts'
import { assertChange } from './change/assertChange.ts'
import { assertListed, marketOf } from './change/Hypothesis.ts'
import { computed } from './computed.ts'
import { least } from './Extremes.ts'
import { arrivalLimit } from './headroom/arrivalLimit.ts'
import type { HeadroomLimit } from './headroom/HeadroomLimit.ts'
import { healthLimits } from './headroom/healthLimits.ts'
import { loanToValueLimits } from './headroom/loanToValueLimits.ts'
import { withdrawalLimit } from './headroom/withdrawalLimit.ts'
import { positionOf } from './positionOf.ts'
import type { RiskContext } from './RiskAdapter.ts'
import type { Shock } from './Shock.ts'

/** Parameters of {@link headroom}. */
export type HeadroomParameters = {
  /** A margin view, or what a what-if made of one. */
  readonly view: Pick<MarginView, 'positions' | 'markets'>
  /** Id of the position that gives. */
  readonly position: string
  /** What it gives. */
  readonly asset: Address
  /** The health factor that it keeps, WAD, at least 1. */
  readonly target: bigint
  /** Where it must be kept as well, besides at the prices of the view; each may be content with another target. */
  readonly scenarios?: readonly (Shock & { readonly target?: bigint | undefined })[] | undefined
  /** What the asset leaves by: an offer of a route is one. Base units of the asset at its source. */
  readonly route?: { readonly least?: bigint | undefined; readonly most?: bigint | undefined } | undefined
  /** Where it goes: a position of the view, by its id, and the same asset as it is called there. */
  readonly to?:
    | { readonly position: string; readonly asset: Address; readonly purpose?: 'supply' | 'repay' | undefined }
    | undefined
}

/** How much of an asset can leave a position. */
export type Headroom =
  | {
      /** `at-least`: it is no less, and beyond it the health flickers so closely about the target that nobody counted it out. */
      readonly status: 'known' | 'at-least'
      /** Base units: so much can leave, and one more cannot. */
      readonly amount: bigint
      /** What refuses one more: the names of those of `limits` that end here. */
      readonly by: readonly string[]
      /** All that limits it, each for itself. */
      readonly limits: readonly HeadroomLimit[]
    }
  | (Unknown & { readonly limits: readonly HeadroomLimit[] })

/**
 * How much of an asset can leave a position such that it keeps a target, at the prices of the view and under given shocks; and what
 * limits it, by name. Exact: `amount` keeps the target by the protocol's own rule and is paid out, and one base unit more does not or is
 * not. It joins
 *
 * - `health`: the first amount that leaves less than the target, by the rule on what the protocol would book (where Aave up to 3.4
 *   floors the average threshold, a larger one might do again). What backs nothing is not limited by it, nor is who owes nothing.
 * - what the market pays out: `lending.limits.withdraw` where the adapter has it (`liquidity`, `balance`, `loan-to-value`, `paused`, …),
 *   else the reserve's own facts, and loan-to-values where the protocol asks for them.
 * - `route`: the most that it carries. Where all that could leave is less than the least that it carries, nothing can: `route-minimum`.
 * - what the receiver takes: `lending.limits.supply` or `repay` (`cap`, `frozen`, `isolated`, …) or the reserve's facts, as if nothing was
 *   lost on the way; `not-collateral` where a supply would back nothing.
 *
 * Unknown where a number that it depends on is, unless something else lets nothing out anyway.
 *
 * @throws UnknownPositionError, UnlistedMarketError, UnlistedAssetError when the view has no such position, market or asset.
 * @throws UnknownMarketError when the context has no rule for the position.
 * @throws InvalidParameterError for a target below 1; InvalidChangeError for a factor of a shock that is none; PriceOutOfRangeError for
 *   shocks that take a price beyond all numbers.
 *
 * @example
 * import { headroom, type MarginClient, type MarginView, Wad } from '@unimargin/sdk'
 *
 * export function canGive(client: MarginClient, view: MarginView, position: string, asset: `0x${string}`): string {
 *   const room = headroom(client, { view, position, asset, target: Wad.fromDecimal('1.5') })
 *   return room.status === 'unknown' ? 'unknown' : `${room.amount}, limited by ${room.by.join(' and ')}`
 * }
 */
export function headroom(context: RiskContext, parameters: HeadroomParameters): Headroom {
  const { view, asset, target, scenarios = [], route, to } = parameters
  assertWithin(TARGET, { target })
  assertWithin(VALUE, { 'route.least': route?.least, 'route.most': route?.most })
  for (const scenario of scenarios) {
    assertWithin(TARGET, { target: scenario.target })
    assertChange({ kind: 'shock', ...scenario })
  }
  const position = positionOf(view, parameters.position)
  const state = marketOf({ ...view, bounds: new Set() }, position.market.key)
  assertListed(state, asset)
  const arrival = to === undefined ? [] : [arrivalLimit(context, view, { ...to, from: { state, asset } })]
  if (position.status === 'unread') {
    return joined([{ where: 'market', by: [], amount: unknown(...position.issues) }, ...arrival], route)
  }
  const giver = { position, state, asset }
  const scenes = [{ target }, ...scenarios.map((shock) => ({ target: shock.target ?? target, shock }))]
  const paidOut = [withdrawalLimit(context, giver), ...loanToValueLimits(context, giver)]
  return joined([...paidOut, ...healthLimits(context, giver, scenes), ...arrival], route)
}

/** The least of all limits; nothing where that is less than a route carries. */
function joined(all: readonly HeadroomLimit[], route: HeadroomParameters['route']): Headroom {
  const limits: readonly HeadroomLimit[] =
    route?.most === undefined ? all : [...all, { where: 'route', by: ['route'], amount: route.most }]
  const amounts = limits.flatMap(({ amount }) => (amount === undefined ? [] : [amount]))
  const amount = amounts.some((one) => one === 0n) ? 0n : leastOf(amounts)
  if (typeof amount !== 'bigint') return { ...amount, limits }
  const ending = limits.filter((limit) => limit.amount === amount)
  const by = [...new Set(ending.flatMap((limit) => limit.by))]
  if (amount > 0n && amount < (route?.least ?? 0n)) {
    return { status: 'known', amount: 0n, by: [...by, 'route-minimum'], limits }
  }
  const isOpen = ending.every(({ isLeast }) => isLeast === true)
  return { status: isOpen ? 'at-least' : 'known', amount, by, limits }
}

function leastOf(amounts: readonly NonNullable<HeadroomLimit['amount']>[]) {
  return computed(amounts, (...numbers) => numbers.reduce(least))
}
