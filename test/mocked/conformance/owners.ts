import type { ConformanceWorld } from '@unimargin/adapters/conformance'

/** Whose positions the worlds of our own adapters have. */
export const owners: ConformanceWorld['owners'] = [
  '0x1111111111111111111111111111111111111111',
  '0x2222222222222222222222222222222222222222',
  '0x3333333333333333333333333333333333333333',
]
