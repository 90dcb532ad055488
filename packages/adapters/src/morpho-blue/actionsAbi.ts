const marketParams = [
  { name: 'loanToken', type: 'address' },
  { name: 'collateralToken', type: 'address' },
  { name: 'oracle', type: 'address' },
  { name: 'irm', type: 'address' },
  { name: 'lltv', type: 'uint256' },
] as const

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
