import type { Address } from './Hex.ts'

/** An ERC-20 token on one chain. */
export type Asset = {
  readonly chainId: number
  readonly address: Address
  /** As the token names itself: shown, never used to identify. */
  readonly symbol: string
  readonly decimals: number
}
