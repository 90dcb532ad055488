import type { Thresholds } from '../model/Health.ts'
import type { Market } from '../model/Market.ts'
import type { PositionFacts } from '../model/Position.ts'
import type {
  AccruedPosition,
  LendingAction,
  PositionAsset,
  PositionChange,
  PositionInMarket,
} from '../model/PositionChange.ts'
import type { Quantity } from '../model/Quantity.ts'
import type { LiquidationModel } from './Liquidation.ts'
import type { LiquidationRule } from './LiquidationRule.ts'

/** How much of something a protocol allows, base units, and what refuses more. `undefined`: as much as one has. */
export type AssetLimit = { readonly amount: Quantity | undefined; readonly by: readonly string[] }

/** What the risk core needs of an adapter: every `ProtocolAdapter` is one. */
export type RiskAdapter = {
  readonly market: Market
  readonly rules: Readonly<Record<string, LiquidationRule>>
  readonly lending?:
    | {
        readonly limits?: Readonly<Record<LendingAction, (where: PositionAsset) => AssetLimit>> | undefined
        readonly after: (where: PositionAsset, change: Omit<PositionChange, 'asset'>) => PositionFacts
        readonly accrued?: ((where: PositionInMarket, seconds: bigint) => AccruedPosition) | undefined
        readonly inEMode?: ((where: PositionInMarket, category: number) => PositionFacts) | undefined
      }
    | undefined
  readonly liquidation?: LiquidationModel | undefined
}

/** Where the risk core finds the rules: a client, or anything else with the adapters that a view was read with. */
export type RiskContext = {
  readonly adapters: readonly RiskAdapter[]
  /** Where verdicts begin; the usual ones unless told. */
  readonly thresholds?: Thresholds | undefined
}
