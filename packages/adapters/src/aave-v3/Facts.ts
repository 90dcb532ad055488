import {
  type Address,
  type Asset,
  type CollateralLeg,
  type DebtLeg,
  type Details,
  type MarketState,
  type PositionAsset,
  type PositionFacts,
  type Quantity,
  type Reserve,
  type Unknown,
  unknown,
  Wad,
} from '@unimargin/sdk'
import { isAddressEqual } from 'viem'
import { ReadWithoutLendingError } from '../shared/ReadWithoutLendingError.ts'
import type { MarketDetails, PositionDetails, ReserveDetails } from './LendingDetails.ts'
import { UnknownReserveError } from './UnknownReserveError.ts'
import type { AaveV3Version } from './version.ts'

type Name = keyof (MarketDetails & ReserveDetails & PositionDetails)

/** Numbers by name. */
export type Numbers<name extends Name> = Readonly<Record<name, bigint>>

/** One reserve, and what the owner has in it. */
export type Holding = {
  readonly reserve: Reserve
  readonly id: bigint
  /** What is supplied, or would be: its amount is zero then. */
  readonly supplied: CollateralLeg | undefined
  readonly debt: DebtLeg | undefined
  /** The owner's bits. */
  readonly isCollateral: boolean
  readonly isBorrowed: boolean
}

/** All that is known of an asset and of the owner who wants to do something with it. */
export type Case = {
  readonly state: MarketState
  readonly version: AaveV3Version
  readonly position: PositionFacts
  /** The owner's bitmap. */
  readonly configuration: bigint
  /** In the order of the reserves. */
  readonly holdings: readonly Holding[]
  readonly holding: Holding
  readonly reserve: Reserve
}

/**
 * Puts it together; unknown where the version or the owner's bitmap was not read.
 *
 * @throws UnknownReserveError when the pool does not list the asset.
 */
export function caseOf({ state, position, asset }: PositionAsset): Case | Unknown {
  const version = versionOf(state)
  const configuration = numberOf(position.details, 'configuration')
  const reserve = reserveOf(state, asset)
  if (version === undefined || configuration === undefined) return missing(state, 'version')
  const holdings = holdingsOf(state, position, configuration)
  const holding = holdings.find((candidate) => candidate.reserve === reserve) ?? holdingOf(reserve, configuration)
  return { state, version, position, configuration, holdings, holding, reserve }
}

/** A number among the details, if it is there. */
export function numberOf(details: Details | undefined, name: Name): bigint | undefined {
  const value = details?.[name]
  return typeof value === 'number' ? BigInt(value) : typeof value === 'bigint' ? value : undefined
}

/** The version of the pool, if the state is one that this adapter has read. */
export function versionOf({ details }: MarketState): AaveV3Version | undefined {
  const version = details?.version
  return isVersion(version) ? version : undefined
}

function isVersion(value: Details[string] | undefined): value is AaveV3Version {
  return typeof value === 'string' && value.startsWith('3.')
}

/**
 * The reserve of an asset, with its details.
 *
 * @throws UnknownReserveError, ReadWithoutLendingError
 */
export function reserveOf({ market, reserves }: MarketState, asset: Address): Reserve {
  const reserve = reserves.find((candidate) => isAddressEqual(candidate.asset.address, asset))
  if (reserve === undefined) throw new UnknownReserveError({ market, asset })
  if (reserve.details === undefined) throw new ReadWithoutLendingError({ market })
  return reserve
}

/** Refuses a state that was read without lending. */
export function assertDetailed({ market, reserves }: MarketState): void {
  if (reserves.some(({ details }) => details === undefined)) throw new ReadWithoutLendingError({ market })
}

/** The numbers of these names, each of which must be there; or why what depends on them is unknown. */
export function numbersOf<const name extends Name>(
  state: MarketState,
  { asset, details }: Reserve,
  ...names: readonly name[]
): Numbers<name> | Unknown {
  const numbers: Partial<Record<Name, bigint>> = {}
  for (const name of names) {
    const value = numberOf(details, name)
    if (value === undefined) return missing(state, `reserves.${asset.symbol}.${name}`)
    numbers[name] = value
  }
  return numbers as Numbers<name>
}

/** That something was not read. */
export function missing({ market: { chainId, key } }: MarketState, path: string): Unknown {
  return unknown({ kind: 'unavailable', chainId, market: key, path, reason: 'it was not read' })
}

/** All reserves in their order, as an owner has them. */
export function holdingsOf(state: MarketState, position: PositionFacts, configuration: bigint): readonly Holding[] {
  const supplied = byAsset([...(position.firstSupplies ?? []), ...position.collateral])
  const debts = byAsset(position.debt)
  return state.reserves.map((reserve) =>
    holdingOf(reserve, configuration, supplied.get(reserve.asset.address), debts.get(reserve.asset.address)),
  )
}

function holdingOf(reserve: Reserve, configuration: bigint, supplied?: CollateralLeg, debt?: DebtLeg): Holding {
  const id = numberOf(reserve.details, 'id') ?? 0n
  const bits = configuration >> (2n * id)
  return { reserve, id, supplied, debt, isCollateral: (bits & 2n) !== 0n, isBorrowed: (bits & 1n) !== 0n }
}

/** What is owed, or would be: nothing so far. */
export function debtOf({ reserve: { asset, price }, holding: { debt, supplied } }: Case): DebtLeg {
  // The owner's e-mode may have a price of its own, which the supply shows.
  return debt ?? { asset, amount: 0n, price: supplied?.price ?? price, value: 0n, liabilityWeight: Wad.WAD }
}

/** The reserve in which the owner is isolated, if any: the only collateral, with a debt ceiling. */
export function isolationOf(holdings: readonly Holding[]): Reserve | undefined {
  const [only, ...others] = holdings.filter(({ isCollateral }) => isCollateral)
  return only && others.length === 0 && numberOf(only.reserve.details, 'debtCeiling') ? only.reserve : undefined
}

/** Whether a leg that is enabled counts: before 3.6 not without a threshold of its own, whatever the e-mode says. */
export function counts({ reserve, isCollateral }: Holding, version: AaveV3Version): boolean {
  return isCollateral && (version >= '3.6' || reserve.liquidationThreshold > 0n)
}

/** The number, or zero where it is not known: for where an unknown one has been sorted out before. */
export function known(quantity: Quantity | undefined): bigint {
  return typeof quantity === 'bigint' ? quantity : 0n
}

function byAsset<leg extends { readonly asset: Asset }>(legs: readonly leg[]): ReadonlyMap<Address, leg> {
  return new Map(legs.map((leg) => [leg.asset.address, leg]))
}
