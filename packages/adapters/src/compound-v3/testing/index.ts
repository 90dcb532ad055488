export type { MockCurve, MockExtendedPauses } from './Ledger.ts'
export type { MockCometAssetOptions, MockCometBaseOptions, MockCometCollateralOptions } from './MockComet.ts'
export {
  type MockCometPause,
  type MockCompoundV3,
  type MockCompoundV3Options,
  mockCompoundV3,
} from './mockCompoundV3.ts'
