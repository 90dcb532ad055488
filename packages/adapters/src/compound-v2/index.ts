export {
  type CompoundV2Adapter,
  type CompoundV2LendingAdapter,
  type CompoundV2Parameters,
  compoundV2,
} from './compoundV2.ts'
export type { FlavourName } from './Flavour.ts'
export type { CompoundV2Lending } from './lending.ts'
export type { CompoundV2Liquidation } from './liquidation.ts'
export type { CompoundV2Metadata } from './metadata.ts'
export type { TokenMetadata, TokenRateModel } from './TokenMetadata.ts'
export { UnknownFlavourError } from './UnknownFlavourError.ts'
