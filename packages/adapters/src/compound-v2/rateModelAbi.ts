import { view } from '../shared/abi.ts'

/** What models with two kinks tell. */
export const KINKS = [
  'BASE_RATE_PER_BLOCK_OR_SECOND',
  'MULTIPLIER_PER_BLOCK_OR_SECOND',
  'KINK_1',
  'BASE_RATE_2_PER_BLOCK_OR_SECOND',
  'MULTIPLIER_2_PER_BLOCK_OR_SECOND',
  'KINK_2',
  'JUMP_MULTIPLIER_PER_BLOCK_OR_SECOND',
] as const

/** The parameters of the known interest rate models. */
export const rateModelAbi = [
  view('baseRatePerBlock', [], 'uint256'),
  view('multiplierPerBlock', [], 'uint256'),
  view('jumpMultiplierPerBlock', [], 'uint256'),
  view('baseRatePerTimestamp', [], 'uint256'),
  view('multiplierPerTimestamp', [], 'uint256'),
  view('jumpMultiplierPerTimestamp', [], 'uint256'),
  view('kink', [], 'uint256'),
  ...KINKS.map((name) => view(name, [], 'int256')),
] as const
