const getter = <const name extends string, const type extends 'address' | 'uint8' | 'uint24' | 'uint256'>(
  name: name,
  type: type,
) => ({ type: 'function', name, stateMutability: 'view', inputs: [], outputs: [{ type }] }) as const

const act = <const name extends string, const inputs extends readonly Input[]>(name: name, inputs: inputs) =>
  ({ type: 'function', name, stateMutability: 'nonpayable', inputs, outputs: [] }) as const

type Input = { readonly name: string; readonly type: 'address' | 'uint256' | 'bool' }

const asset = { name: 'asset', type: 'address' } as const
const amount = { name: 'amount', type: 'uint256' } as const
const account = { name: 'account', type: 'address' } as const
const to = { name: 'to', type: 'address' } as const

/**
 * Comet: what is read of a market, and what is called. The pauses of single actions and assets (`extendedPauseFlags` and its
 * like) came with a later version; the earlier ones revert over them.
 */
export const cometAbi = [
  getter('numAssets', 'uint8'),
  getter('baseToken', 'address'),
  getter('baseTokenPriceFeed', 'address'),
  getter('baseScale', 'uint256'),
  getter('baseBorrowMin', 'uint256'),
  getter('supplyKink', 'uint256'),
  getter('supplyPerSecondInterestRateBase', 'uint256'),
  getter('supplyPerSecondInterestRateSlopeLow', 'uint256'),
  getter('supplyPerSecondInterestRateSlopeHigh', 'uint256'),
  getter('borrowKink', 'uint256'),
  getter('borrowPerSecondInterestRateBase', 'uint256'),
  getter('borrowPerSecondInterestRateSlopeLow', 'uint256'),
  getter('borrowPerSecondInterestRateSlopeHigh', 'uint256'),
  getter('totalSupply', 'uint256'),
  getter('totalBorrow', 'uint256'),
  getter('extendedPauseFlags', 'uint24'),
  getter('collateralsSupplyPauseFlags', 'uint24'),
  getter('collateralsWithdrawPauseFlags', 'uint24'),
  getter('deactivatedCollaterals', 'uint24'),
  {
    type: 'function',
    name: 'getAssetInfo',
    stateMutability: 'view',
    inputs: [{ name: 'i', type: 'uint8' }],
    outputs: [
      {
        type: 'tuple',
        components: [
          { name: 'offset', type: 'uint8' },
          asset,
          { name: 'priceFeed', type: 'address' },
          { name: 'scale', type: 'uint64' },
          { name: 'borrowCollateralFactor', type: 'uint64' },
          { name: 'liquidateCollateralFactor', type: 'uint64' },
          { name: 'liquidationFactor', type: 'uint64' },
          { name: 'supplyCap', type: 'uint128' },
        ],
      },
    ],
  },
  {
    type: 'function',
    name: 'totalsBasic',
    stateMutability: 'view',
    inputs: [],
    outputs: [
      {
        type: 'tuple',
        components: [
          { name: 'baseSupplyIndex', type: 'uint64' },
          { name: 'baseBorrowIndex', type: 'uint64' },
          { name: 'trackingSupplyIndex', type: 'uint64' },
          { name: 'trackingBorrowIndex', type: 'uint64' },
          { name: 'totalSupplyBase', type: 'uint104' },
          { name: 'totalBorrowBase', type: 'uint104' },
          { name: 'lastAccrualTime', type: 'uint40' },
          { name: 'pauseFlags', type: 'uint8' },
        ],
      },
    ],
  },
  {
    type: 'function',
    name: 'getPrice',
    stateMutability: 'view',
    inputs: [{ name: 'priceFeed', type: 'address' }],
    outputs: [{ type: 'uint256' }],
  },
  {
    type: 'function',
    name: 'totalsCollateral',
    stateMutability: 'view',
    inputs: [asset],
    outputs: [
      { name: 'totalSupplyAsset', type: 'uint128' },
      { name: 'reserved', type: 'uint128' },
    ],
  },
  {
    type: 'function',
    name: 'userBasic',
    stateMutability: 'view',
    inputs: [account],
    outputs: [
      { name: 'principal', type: 'int104' },
      { name: 'baseTrackingIndex', type: 'uint64' },
      { name: 'baseTrackingAccrued', type: 'uint64' },
      { name: 'assetsIn', type: 'uint16' },
      { name: 'reserved', type: 'uint8' },
    ],
  },
  {
    type: 'function',
    name: 'userCollateral',
    stateMutability: 'view',
    inputs: [account, asset],
    outputs: [
      { name: 'balance', type: 'uint128' },
      { name: 'reserved', type: 'uint128' },
    ],
  },
  act('supplyTo', [{ name: 'dst', type: 'address' }, asset, amount]),
  act('withdrawTo', [to, asset, amount]),
  act('withdrawFrom', [{ name: 'src', type: 'address' }, to, asset, amount]),
  act('allow', [
    { name: 'manager', type: 'address' },
    { name: 'isAllowed', type: 'bool' },
  ]),
  { type: 'error', name: 'BadPrice', inputs: [] },
] as const
