import type { Reserve } from '@unimargin/sdk'

/** A reserve of WETH in which nothing is limited, and nothing is said that a test does not say itself. */
export const plainReserve: Reserve = {
  asset: { chainId: 1, address: '0x0000000000000000000000000000000000000001', symbol: 'WETH', decimals: 18 },
  price: 0n,
  liquidationThreshold: 0n,
  loanToValue: 0n,
  liquidationBonus: 0n,
  supplyRoom: undefined,
  borrowRoom: undefined,
  availableLiquidity: 0n,
  supplyRate: 0n,
  borrowRate: 0n,
  supplyBlockedBy: [],
  withdrawBlockedBy: [],
  borrowBlockedBy: [],
}
