import type { Address, Asset } from '@unimargin/sdk'

/** One token of the family (vToken, cToken, mToken) and its asset. */
export type TokenMetadata = {
  readonly token: Address
  readonly asset: Asset
  /** The token is for the chain's own coin, which is no ERC-20. */
  readonly isCoin: boolean
  /** What the asset is called in paths of issues: its symbol, unless two assets share it. */
  readonly label: string
  /** Whether interest is counted by seconds; by blocks otherwise. */
  readonly isTimeBased: boolean
  /** Seconds or blocks that a year has by the protocol; absent where it does not say. */
  readonly slotsPerYear?: bigint | undefined
  /** Only with lending. */
  readonly rateModel?: TokenRateModel | undefined
}

/** The interest rate model of a token. */
export type TokenRateModel = {
  readonly address: Address
  /** As of then, which tells its kind: a reserve's details have those of the block. Absent where no such model is known here. */
  readonly parameters: string | undefined
}
