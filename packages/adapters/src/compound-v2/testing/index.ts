export type { MockTokenOptions } from './MockToken.ts'
export {
  type MockCompoundV2,
  type MockCompoundV2Options,
  type MockCompoundV2Position,
  mockCompoundV2,
} from './mockCompoundV2.ts'
