import { firstSupply, isSame, type Member, reserveOf } from './Book.ts'

/** Whether a supply of the asset would be taken, and back a debt. */
export function takes(member: Pick<Member, 'position' | 'state' | 'held'>, asset: string): boolean {
  const { position, state, held } = member
  const reserve = reserveOf(state, asset)
  if (position.market.holdsIdle === true || reserve === undefined || reserve.supplyBlockedBy.length > 0) return false
  const leg = firstSupply(member, asset)
  if (leg === undefined || !leg.isCollateral || leg.liquidationThreshold === 0n) return false
  const isHeld = held.collateral.some((own) => isSame(own.asset.address, asset))
  return isHeld || (leg.loanToValue > 0n && position.details.isolated !== true)
}
