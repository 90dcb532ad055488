export { InvalidHeartbeatError } from '../shared/InvalidHeartbeatError.ts'
export { type AaveV3Adapter, type AaveV3Parameters, aaveV3 } from './aaveV3.ts'
export type { AaveV3Metadata, CategoryTokens, ReserveTokens } from './metadata.ts'
export { NoCollateralTokenError } from './NoCollateralTokenError.ts'
