export { InvalidHeartbeatError } from '../shared/InvalidHeartbeatError.ts'
export type { AccruedMarket, MarketTotals } from './Accrual.ts'
export { adaptiveCurve } from './adaptiveCurve.ts'
export type { BorrowRate, InterestRateModel } from './InterestRateModel.ts'
export {
  AmountNeededError,
  DuplicateMarketIdError,
  InvalidMarketIdError,
  UnsupportedActionError,
} from './MarketErrors.ts'
export type { MorphoBlueMetadata } from './metadata.ts'
export {
  type MorphoBlueAdapter,
  type MorphoBlueMarketParameters,
  type MorphoBlueParameters,
  morphoBlue,
  morphoBlueMarkets,
} from './morphoBlue.ts'
export type { Side } from './SharesMath.ts'
