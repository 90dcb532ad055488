import { view } from '../shared/abi.ts'

/** What of Morpho is read: per market, and of owners. */
export const morphoAbi = [
  // Loan token, collateral, oracle, interest rate model, liquidation loan-to-value.
  view('idToMarketParams', ['bytes32'], 'address', 'address', 'address', 'address', 'uint256'),
  // Supply in assets and shares, loans in both, time of the last update, fee.
  view('market', ['bytes32'], 'uint128', 'uint128', 'uint128', 'uint128', 'uint128', 'uint128'),
  view('feeRecipient', [], 'address'),
  // Shares of the supply and of the loans, collateral.
  view('position', ['bytes32', 'address'], 'uint256', 'uint128', 'uint128'),
] as const

/** What a market's id is the hash of. */
export const marketParams = morphoAbi[0].outputs

/** A market's oracle. */
export const oracleAbi = [view('price', [], 'uint256')] as const

/** What Morpho's own oracles say of the Chainlink feeds that they multiply and divide. */
export const feedsAbi = [
  view('BASE_FEED_1', [], 'address'),
  view('BASE_FEED_2', [], 'address'),
  view('QUOTE_FEED_1', [], 'address'),
  view('QUOTE_FEED_2', [], 'address'),
] as const

/** The Adaptive Curve model. A rate is never negative; the contract's type is signed. */
export const adaptiveCurveAbi = [view('rateAtTarget', ['bytes32'], 'int256')] as const
