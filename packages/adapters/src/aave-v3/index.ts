export { type AaveV3Parameters, aaveV3 } from './aaveV3.ts'
export { InvalidHeartbeatError } from './InvalidHeartbeatError.ts'
export type { AaveV3Metadata, CategoryTokens, ReserveTokens } from './metadata.ts'
export { NoCollateralTokenError } from './NoCollateralTokenError.ts'
