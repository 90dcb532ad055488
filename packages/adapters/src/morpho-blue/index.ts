export { InvalidHeartbeatError } from '../shared/InvalidHeartbeatError.ts'
export { adaptiveCurve } from './adaptiveCurve.ts'
export type { BorrowRate, InterestRateModel } from './InterestRateModel.ts'
export type { MorphoBlueLending } from './lending.ts'
export type { MorphoBlueLiquidation } from './liquidation.ts'
export { DuplicateMarketIdError, InvalidMarketIdError } from './MarketErrors.ts'
export type { MarketTotals } from './MarketTotals.ts'
export type { MorphoBlueMetadata } from './metadata.ts'
export {
  type MorphoBlueAdapter,
  type MorphoBlueLendingAdapter,
  type MorphoBlueMarketParameters,
  type MorphoBlueMarketsParameters,
  type MorphoBlueParameters,
  morphoBlue,
  morphoBlueMarkets,
} from './morphoBlue.ts'
export type { Side } from './SharesMath.ts'
