import type { MarginView } from '../model/MarginView.ts'
import { unknown } from '../model/Quantity.ts'
import { factsOf } from './factsOf.ts'
import { isSame } from './Legs.ts'
import type { LiquidationChoice, LiquidationResult } from './Liquidation.ts'
import { NoLiquidationModelError } from './NoLiquidationModelError.ts'
import type { RiskContext } from './RiskAdapter.ts'
import { InvalidChangeError, UnknownMarketError, UnknownPositionError, UnlistedAssetError } from './RiskErrors.ts'
import { adapterOf } from './ruleOf.ts'

/** More than any token has. */
const MOST = 2n ** 256n - 1n

/** Which position is liquidated, and how. */
export type SimulateLiquidationParameters = {
  /** What was read, or what a what-if made of it. */
  readonly view: Pick<MarginView, 'positions' | 'markets'>
  /** The `id` of the position. */
  readonly position: string
  /** What the liquidator chooses; unless told, what takes most. */
  readonly choice?: LiquidationChoice | undefined
}

/**
 * What one liquidation would do to a position now, by its protocol's own rule, to the last unit: what is repaid and seized, what
 * the protocol keeps and writes off, what remains, and what it costs the owner. `refused` says why there would be none, unknown
 * why nobody can tell. Pure: nothing is read or sent.
 *
 * The adapter must have been given its protocol's `liquidation`.
 *
 * @throws UnknownPositionError when the view has no such position.
 * @throws UnknownMarketError when the context has no adapter of its market.
 * @throws NoLiquidationModelError when that adapter has no `liquidation`.
 * @throws UnlistedAssetError when an asset of the choice is none of the market's.
 * @throws InvalidChangeError when `repay` or `seize` is not above zero.
 *
 * @example
 * import { createMarginClient, getMarginView, type MarginClientConfig, simulateLiquidation } from '@unimargin/sdk'
 *
 * export async function whatRemains(config: MarginClientConfig, owner: `0x${string}`) {
 *   const client = createMarginClient(config)
 *   const view = await getMarginView(client, { owner })
 *   return view.positions.map(({ id }) => simulateLiquidation(client, { view, position: id }))
 * }
 */
export function simulateLiquidation(
  context: RiskContext,
  parameters: SimulateLiquidationParameters,
): LiquidationResult {
  const { view, choice = {} } = parameters
  const position = view.positions.find(({ id }) => id === parameters.position)
  if (position === undefined) {
    throw new UnknownPositionError(
      parameters.position,
      view.positions.map(({ id }) => id),
    )
  }
  const { key } = position.market
  const adapter = adapterOf(context, position)
  if (adapter === undefined) throw new UnknownMarketError(key)
  if (adapter.liquidation === undefined) throw new NoLiquidationModelError(key)
  for (const field of ['repay', 'seize'] as const) {
    const value = choice[field]
    if (value === undefined || (value > 0n && value <= MOST)) continue
    throw new InvalidChangeError({ field, value, least: 1n, most: MOST })
  }
  if (position.status !== 'read') return unknown(...position.issues)
  const state = view.markets.find(({ market }) => market.key === key)
  if (state === undefined) {
    const { chainId } = position.market
    return unknown({ kind: 'unavailable', chainId, market: key, path: 'market', reason: 'it was not read' })
  }
  for (const asset of [choice.debt, choice.collateral]) {
    const listed = state.reserves.map((reserve) => reserve.asset.address)
    if (asset !== undefined && !listed.some((address) => isSame(address, asset))) {
      throw new UnlistedAssetError(asset, key, listed)
    }
  }
  return adapter.liquidation.simulate({ state, position: factsOf(position) }, choice)
}
