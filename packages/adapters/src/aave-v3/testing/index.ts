export type { MockCategoryOptions } from './MockCategory.ts'
export type { MockReserveOptions } from './MockReserve.ts'
export { type MockAaveV3, type MockAaveV3Options, type MockAaveV3Position, mockAaveV3 } from './mockAaveV3.ts'
