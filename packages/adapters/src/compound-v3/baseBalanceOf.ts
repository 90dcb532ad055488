import { type Asset, Exact, type PositionAsset, type Quantity, type Reserve } from '@unimargin/sdk'
import { isAddressEqual } from 'viem'
import * as Interest from './Interest.ts'
import * as LendingDetails from './LendingDetails.ts'
import { NotOfCometError } from './NotOfCometError.ts'

/** What an owner has of the base asset, which is either supplied or owed. */
export type BaseBalance = {
  readonly asset: Asset
  readonly supplied: Quantity
  readonly owed: Quantity
  readonly suppliedPrincipal: Quantity
  /** Of what is owed, above zero. */
  readonly owedPrincipal: Quantity
  /** WAD. `bad`: Comet reverts as soon as it needs it. */
  readonly price: Quantity | 'bad'
}

/** The owner's base asset in a position, whatever a what-if has made of it. */
export function baseBalanceOf({ state, position }: Pick<PositionAsset, 'state' | 'position'>): BaseBalance {
  const reserve = baseReserveOf(state)
  const { asset } = reserve
  const supply = position.collateral.find((leg) => isAddressEqual(leg.asset.address, asset.address))
  const debt = position.debt.find((leg) => isAddressEqual(leg.asset.address, asset.address))
  const { supplyIndex, borrowIndex, hasBadBasePrice } = LendingDetails.ofMarket(state)
  const supplied = supply?.amount ?? 0n
  const owed = debt?.amount ?? 0n
  const price = debt?.price ?? supply?.price ?? reserve.price
  return {
    asset,
    supplied,
    owed,
    suppliedPrincipal:
      typeof supplied === 'bigint' ? principalOf(supplied, supply, supplyIndex, Interest.toSupply) : supplied,
    owedPrincipal: typeof owed === 'bigint' ? principalOf(owed, debt, borrowIndex, Interest.toDebt) : owed,
    price: typeof price !== 'bigint' && hasBadBasePrice ? 'bad' : price,
  }
}

/**
 * The reserve of an asset.
 *
 * @throws NotOfCometError when the market has none.
 */
export function reserveOf({ state, asset }: Pick<PositionAsset, 'state' | 'asset'>): Reserve {
  const reserve = state.reserves.find((one) => isAddressEqual(one.asset.address, asset))
  if (reserve === undefined) throw new NotOfCometError(asset)
  return reserve
}

/** The reserve of the base asset: the one that is no collateral. */
export function baseReserveOf({ reserves, market }: PositionAsset['state']): Reserve {
  const reserve = reserves.find((one) => LendingDetails.ofCollateral(one) === undefined)
  if (reserve === undefined) throw new NotOfCometError(market.key)
  return reserve
}

function principalOf(
  amount: bigint,
  leg: Pick<Parameters<typeof Exact.sharesOf>[0], 'shares'> | undefined,
  index: bigint,
  toShares: (amount: bigint, index: bigint) => bigint,
) {
  const conversion = { toAmount: Interest.toAmount, toShares }
  return Exact.sharesOf({ amount, shares: leg?.shares }, conversion)?.balance ?? toShares(amount, index)
}
