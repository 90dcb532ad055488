const id = [{ name: 'id', type: 'bytes32' }] as const

const marketParams = [
  { name: 'loanToken', type: 'address' },
  { name: 'collateralToken', type: 'address' },
  { name: 'oracle', type: 'address' },
  { name: 'irm', type: 'address' },
  { name: 'lltv', type: 'uint256' },
] as const

/** What of Morpho is read: per market, and of owners. */
export const morphoAbi = [
  { type: 'function', name: 'idToMarketParams', stateMutability: 'view', inputs: id, outputs: marketParams },
  {
    type: 'function',
    name: 'market',
    stateMutability: 'view',
    inputs: id,
    outputs: [
      { name: 'totalSupplyAssets', type: 'uint128' },
      { name: 'totalSupplyShares', type: 'uint128' },
      { name: 'totalBorrowAssets', type: 'uint128' },
      { name: 'totalBorrowShares', type: 'uint128' },
      { name: 'lastUpdate', type: 'uint128' },
      { name: 'fee', type: 'uint128' },
    ],
  },
  {
    type: 'function',
    name: 'position',
    stateMutability: 'view',
    inputs: [...id, { name: 'user', type: 'address' }],
    outputs: [
      { name: 'supplyShares', type: 'uint256' },
      { name: 'borrowShares', type: 'uint128' },
      { name: 'collateral', type: 'uint128' },
    ],
  },
] as const

/** What a market's id is the hash of. */
export { marketParams }

const params = { name: 'marketParams', type: 'tuple', components: marketParams } as const
const assets = { name: 'assets', type: 'uint256' } as const
const shares = { name: 'shares', type: 'uint256' } as const
const onBehalf = { name: 'onBehalf', type: 'address' } as const
const receiver = { name: 'receiver', type: 'address' } as const
const data = { name: 'data', type: 'bytes' } as const
const both = [
  { name: 'assets', type: 'uint256' },
  { name: 'shares', type: 'uint256' },
] as const
const write = { type: 'function', stateMutability: 'nonpayable' } as const

/** What users do. */
export const actionsAbi = [
  { ...write, name: 'supply', inputs: [params, assets, shares, onBehalf, data], outputs: both },
  { ...write, name: 'withdraw', inputs: [params, assets, shares, onBehalf, receiver], outputs: both },
  { ...write, name: 'borrow', inputs: [params, assets, shares, onBehalf, receiver], outputs: both },
  { ...write, name: 'repay', inputs: [params, assets, shares, onBehalf, data], outputs: both },
  { ...write, name: 'supplyCollateral', inputs: [params, assets, onBehalf, data], outputs: [] },
  { ...write, name: 'withdrawCollateral', inputs: [params, assets, onBehalf, receiver], outputs: [] },
  {
    ...write,
    name: 'setAuthorization',
    inputs: [
      { name: 'authorized', type: 'address' },
      { name: 'newIsAuthorized', type: 'bool' },
    ],
    outputs: [],
  },
] as const

/** A market's oracle. */
export const oracleAbi = [
  { type: 'function', name: 'price', stateMutability: 'view', inputs: [], outputs: [{ type: 'uint256' }] },
] as const

const feed = { type: 'function', stateMutability: 'view', inputs: [], outputs: [{ type: 'address' }] } as const

/** What Morpho's own oracles say of the Chainlink feeds that they multiply and divide. */
export const feedsAbi = [
  { ...feed, name: 'BASE_FEED_1' },
  { ...feed, name: 'BASE_FEED_2' },
  { ...feed, name: 'QUOTE_FEED_1' },
  { ...feed, name: 'QUOTE_FEED_2' },
] as const

/** The Adaptive Curve model. A rate is never negative; the contract's type is signed. */
export const adaptiveCurveAbi = [
  { type: 'function', name: 'rateAtTarget', stateMutability: 'view', inputs: id, outputs: [{ type: 'int256' }] },
] as const
