import { BaseError } from '../errors/BaseError.ts'
import type { Asset } from '../model/Asset.ts'
import type { DataIssue } from '../model/DataIssue.ts'
import type { Flag, FlagKind } from '../model/Flag.ts'
import type { Address } from '../model/Hex.ts'
import type { Market } from '../model/Market.ts'

export { UnknownMarketError, UnknownPositionError } from '../risk/RiskErrors.ts'

/** More is never needed, and fits what the router takes. */
export const MOST_HEALTH_FACTOR: bigint = 10n ** 36n

/** The donor and the receiver are one position. */
export class SamePositionError extends BaseError {
  override readonly name = 'SamePositionError'
  readonly position: string

  constructor(position: string) {
    super('A position cannot give collateral to itself.', {
      facts: { Position: position },
      action: 'Choose a donor other than the receiver.',
    })
    this.position = position
  }
}

/** Both positions are on one chain: nothing has to cross. */
export class SameChainError extends BaseError {
  override readonly name = 'SameChainError'
  readonly chainId: number

  constructor(chainId: number) {
    super('The donor and the receiver are on the same chain.', {
      facts: { Chain: chainId },
      action: 'Withdraw and supply directly: a move goes from one chain to another.',
    })
    this.chainId = chainId
  }
}

/** The two positions belong to two owners; the router credits only the owner who sent. */
export class OwnersDifferError extends BaseError {
  override readonly name = 'OwnersDifferError'
  readonly donorOwner: Address
  readonly receiverOwner: Address

  constructor(donorOwner: Address, receiverOwner: Address) {
    super('The donor and the receiver belong to different owners.', {
      facts: { Donor: donorOwner, Receiver: receiverOwner },
      action: 'Choose two positions of one owner: a move never changes whose collateral it is.',
    })
    this.donorOwner = donorOwner
    this.receiverOwner = receiverOwner
  }
}

/** A health factor to aim at, or not to fall below, that lies below the liquidation boundary or beyond all numbers. */
export class InvalidHealthFactorError extends BaseError {
  override readonly name = 'InvalidHealthFactorError'
  readonly field: 'target' | 'donorFloor'
  readonly value: bigint

  constructor(field: 'target' | 'donorFloor', value: bigint) {
    super(`\`${field}\` is no health factor that a position can keep.`, {
      facts: { Value: value, 'Least (WAD)': 10n ** 18n, 'Most (WAD)': MOST_HEALTH_FACTOR },
      action: `Pass \`${field}\` as a health factor in WAD, e.g. 1500000000000000000n for 1.5.`,
    })
    this.field = field
    this.value = value
  }
}

/** An amount of zero, below zero, or so small that the route cannot carry any of it. */
export class InvalidAmountError extends BaseError {
  override readonly name = 'InvalidAmountError'
  readonly amount: bigint

  constructor(amount: bigint, least: bigint) {
    super('The amount is too small to be moved.', {
      facts: { Amount: amount, Least: least },
      action: 'Pass an amount in base units of the asset on the source chain, at least what the route can carry.',
    })
    this.amount = amount
  }
}

/** More than the donor holds. */
export class AmountAbovePositionError extends BaseError {
  override readonly name = 'AmountAbovePositionError'
  readonly amount: bigint
  readonly available: bigint

  constructor(amount: bigint, available: bigint, position: string) {
    super('The amount is more than the donor holds.', {
      facts: { Amount: amount, Holds: available, Donor: position },
      action: 'Pass a smaller amount, or choose another donor.',
    })
    this.amount = amount
    this.available = available
  }
}

/** The receiver's market has no such asset that a route could bring. */
export class UnknownAssetError extends BaseError {
  override readonly name = 'UnknownAssetError'
  readonly asset: string

  constructor(asset: string, market: string, known: readonly string[]) {
    super(`No asset "${asset}" that can be moved is in the receiver's market.`, {
      facts: { Market: market, 'Movable assets': known.length === 0 ? 'none' : known.join(', ') },
      action: 'Pass a symbol or an address of one of them, or configure a route for the asset.',
    })
    this.asset = asset
  }
}

/** Two assets bear the same symbol: symbols do not identify. */
export class AmbiguousAssetError extends BaseError {
  override readonly name = 'AmbiguousAssetError'
  readonly asset: string

  constructor(asset: string, candidates: readonly Address[]) {
    super(`More than one asset is called "${asset}".`, {
      facts: { Candidates: candidates.join(', ') },
      action: "Pass the asset's address at the receiver instead of its symbol.",
    })
    this.asset = asset
  }
}

/** No route carries the asset between the two chains. */
export class UnknownRouteError extends BaseError {
  override readonly name = 'UnknownRouteError'
  readonly sourceChainId: number
  readonly destinationChainId: number

  constructor(asset: string, sourceChainId: number, destinationChainId: number) {
    super(`No route carries ${asset} between these chains.`, {
      facts: { From: sourceChainId, To: destinationChainId },
      action: 'Configure a route whose ends are on both chains, or choose another asset or donor.',
    })
    this.sourceChainId = sourceChainId
    this.destinationChainId = destinationChainId
  }
}

/** No router is configured on a chain that a move needs. */
export class UnknownRouterError extends BaseError {
  override readonly name = 'UnknownRouterError'
  readonly chainId: number

  constructor(chainId: number) {
    super('No collateral router is configured on this chain.', {
      facts: { Chain: chainId },
      action: 'Pass its deployment in `routers` when the client is created.',
    })
    this.chainId = chainId
  }
}

/** The router cannot take collateral out of this market, or put it in. */
export class UnroutedMarketError extends BaseError {
  override readonly name = 'UnroutedMarketError'
  readonly market: string

  constructor({ key, name }: Market) {
    super('The router has no connector for this market.', {
      facts: { Market: `${name} (${key})` },
      action:
        'Withdraw and supply by the calls that the adapter of the market gives (`lending.calls`), or choose another market.',
    })
    this.market = key
  }
}

/** The market gives this asset to nobody but its owner: what it lends is no collateral that the router could take. */
export class UnroutedAssetError extends BaseError {
  override readonly name = 'UnroutedAssetError'
  readonly asset: Asset

  constructor(asset: Asset, { key, name }: Market) {
    super(`The router cannot take ${asset.symbol} out of this market.`, {
      facts: { Asset: asset.address, Market: `${name} (${key})` },
      action:
        'Withdraw it by the call that the adapter of the market gives (`lending.calls`), or choose its collateral.',
    })
    this.asset = asset
  }
}

/** The donor does not hold the asset at all. */
export class NothingToMoveError extends BaseError {
  override readonly name = 'NothingToMoveError'
  readonly position: string

  constructor(position: string, asset: string) {
    super(`The donor holds no ${asset}.`, {
      facts: { Donor: position },
      action: 'Choose an asset that the donor has supplied, or another donor.',
    })
    this.position = position
  }
}

/** The receiver owes none of the asset. */
export class NothingToRepayError extends BaseError {
  override readonly name = 'NothingToRepayError'
  readonly position: string

  constructor(position: string, asset: string) {
    super(`The receiver owes no ${asset}.`, {
      facts: { Receiver: position },
      action: "Choose an asset that the receiver has borrowed, or supply it: `purpose: 'supply'`.",
    })
    this.position = position
  }
}

/** A plan would have to be built on a number that nobody knows. */
export class UnknownHealthError extends BaseError {
  override readonly name = 'UnknownHealthError'
  readonly position: string
  readonly issues: readonly DataIssue[]

  constructor(position: string, what: string, issues: readonly DataIssue[]) {
    super(`The ${what} of a position is unknown, and a plan is never built on unknown numbers.`, {
      facts: { Position: position, Missing: issues.map(({ path, reason }) => `${path} (${reason})`).join('; ') },
      action: 'Read the margin view again once the missing data can be read.',
    })
    this.position = position
    this.issues = issues
  }
}

/** Neither a target nor an amount was given. */
export class NoGoalError extends BaseError {
  override readonly name = 'NoGoalError'

  constructor() {
    super('A plan needs a goal.', { action: 'Pass `target` (a health factor in WAD), `amount` (base units), or both.' })
  }
}

/** A number of seconds that no arrival can take. */
export class InvalidArrivalTimeError extends BaseError {
  override readonly name = 'InvalidArrivalTimeError'
  readonly seconds: bigint

  constructor(seconds: bigint, most: bigint) {
    super('`arrivalSeconds` is out of range.', {
      facts: { Seconds: seconds, Most: most },
      action: 'Pass the seconds until arrival that interest must not spoil the plan for, or leave it out.',
    })
    this.seconds = seconds
  }
}

/** What the plan would be built on is known, but doubtful: too old, one node's word, or of a chain that does not run as it should. */
export class DoubtfulViewError extends BaseError {
  override readonly name = 'DoubtfulViewError'
  readonly flags: readonly Flag[]

  constructor(flags: readonly Flag[]) {
    const kinds = [...new Set(flags.map(({ kind }) => kind))]
    const isOnesWord = kinds.includes('single-source')
    const way = isOnesWord ? 'nodes of several operators that agree (`quorum`)' : 'another node if need be'
    const names = kinds.map((kind) => `'${kind}'`).join(', ')
    super('The view is too doubtful to build a move on.', {
      facts: Object.fromEntries(
        flags.map(({ kind, chainId, path, reason }, index) => [
          `Doubt ${index + 1}`,
          `${kind} (chain ${chainId}, ${path}): ${reason}`,
        ]),
      ),
      action: `Read the view again, through ${way}, or accept the risk by name: \`acceptFlags: [${names}]\`.`,
    })
    this.flags = flags
  }

  /** Each kind of doubt once. */
  get kinds(): readonly FlagKind[] {
    return [...new Set(this.flags.map(({ kind }) => kind))]
  }
}
