export { InvalidHeartbeatError } from '../shared/InvalidHeartbeatError.ts'
export {
  type CompoundV3Adapter,
  type CompoundV3LendingAdapter,
  type CompoundV3Parameters,
  compoundV3,
} from './compoundV3.ts'
export type { CollateralDetails, MarketDetails, PositionDetails } from './LendingDetails.ts'
export type { CompoundV3Lending } from './lending.ts'
export type { CompoundV3Liquidation } from './liquidation.ts'
export type { CollateralTokens, CompoundV3Metadata } from './metadata.ts'
