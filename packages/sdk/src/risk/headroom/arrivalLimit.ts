import type { Address } from '../../model/Hex.ts'
import type { MarginView } from '../../model/MarginView.ts'
import type { MarketState } from '../../model/Market.ts'
import type { ReadPosition } from '../../model/Position.ts'
import { unknown } from '../../model/Quantity.ts'
import * as Amount from '../../units/Amount.ts'
import { assertListed, marketOf } from '../change/Hypothesis.ts'
import { isSame } from '../Legs.ts'
import { positionOf } from '../positionOf.ts'
import type { AssetLimit, RiskContext } from '../RiskAdapter.ts'
import { adapterOf } from '../ruleOf.ts'
import * as Giver from './Giver.ts'
import type { HeadroomLimit } from './HeadroomLimit.ts'

/** Where something goes, and what for. */
export type Destination = {
  readonly position: string
  readonly asset: Address
  readonly purpose?: 'supply' | 'repay' | undefined
  readonly from: { readonly state: MarketState; readonly asset: Address }
}

/** What the receiver takes, in base units of the source: rounded down to what both can say, with nothing lost on the way. */
export function arrivalLimit(
  context: RiskContext,
  view: Pick<MarginView, 'positions' | 'markets'>,
  { position: id, asset, purpose = 'supply', from }: Destination,
): HeadroomLimit {
  const position = positionOf(view, id)
  const state = marketOf({ ...view, bounds: new Set() }, position.market.key)
  assertListed(state, asset)
  if (position.status === 'unread') return { where: 'destination', by: [], amount: unknown(...position.issues) }
  const receiver = { position, state, asset }
  const { amount, by } =
    purpose === 'supply' && !isBacking(receiver) ? NOT_COLLATERAL : limitOf(context, receiver, purpose)
  const [to, of] = [Giver.reserveOf(receiver)?.asset, Giver.reserveOf(from)?.asset]
  if (typeof amount !== 'bigint' || to === undefined || of === undefined) return { where: 'destination', by, amount }
  return { where: 'destination', by, amount: Amount.scaleDown(amount, to.decimals, of.decimals) }
}

const NOT_COLLATERAL: AssetLimit = { amount: 0n, by: ['not-collateral'] }

function limitOf(context: RiskContext, receiver: Giver.Giver, purpose: 'supply' | 'repay'): AssetLimit {
  const limits = adapterOf(context, receiver.position)?.lending?.limits
  if (limits !== undefined) return limits[purpose](receiver)
  if (purpose === 'repay') return { amount: owedOf(receiver), by: ['balance'] }
  const reserve = Giver.reserveOf(receiver)
  const { supplyBlockedBy: by = [], supplyRoom } = reserve ?? {}
  if (by.includes('unread')) {
    const { chainId, key: market } = receiver.state.market
    const path = `reserves.${reserve?.asset.symbol}.supplyBlockedBy`
    return { amount: unknown({ kind: 'unavailable', chainId, market, path, reason: 'it was not read' }), by: [] }
  }
  if (by.length > 0) return { amount: 0n, by }
  return { amount: supplyRoom, by: typeof supplyRoom === 'bigint' ? ['cap'] : [] }
}

function owedOf({ position, asset }: Giver.Giver) {
  return position.debt.find((leg) => isSame(leg.asset.address, asset))?.amount ?? 0n
}

/** Whether a supply would back a debt: as it is held, as its owner was told, or by the reserve's own parameters. */
function isBacking(receiver: Giver.Giver): boolean {
  const { position, asset } = receiver
  const leg = legOf(position.collateral, asset) ?? legOf(position.firstSupplies ?? [], asset)
  if (leg !== undefined) return leg.isCollateral
  const reserve = Giver.reserveOf(receiver)
  return position.firstSupplies === undefined && reserve !== undefined && reserve.liquidationThreshold > 0n
}

/** The leg that backs something, where there are two of the asset. */
function legOf(legs: ReadPosition['collateral'], asset: Address) {
  const same = legs.filter((leg) => isSame(leg.asset.address, asset))
  return same.find(({ isCollateral }) => isCollateral) ?? same[0]
}
