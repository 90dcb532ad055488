import { type Abi, type Address, encodeFunctionData, type Hex } from 'viem'

/** Something that the devnet itself sends, from an address that the chain lets it impersonate. */
export type Transaction = {
  /** For error messages, e.g. `Pool.supply`. */
  readonly label: string
  readonly from: Address
  /** Absent for a deployment. */
  readonly to?: Address | undefined
  readonly data: Hex
  readonly value?: bigint | undefined
  /** Always explicit: an estimate is a block too old for contracts that accrue interest. */
  readonly gas: bigint
  /** To name what it reverts with. */
  readonly abi?: Abi | undefined
}

/** Enough for any single call or deployment here. */
export const DEFAULT_GAS = 12_000_000n

/** More than any act of a test needs, far below a block. */
export const TEST_GAS = 3_000_000n

export type CallParameters = {
  readonly from: Address
  readonly to: Address
  readonly abi: Abi
  readonly functionName: string
  readonly args?: readonly unknown[]
  readonly value?: bigint
  readonly gas?: bigint
}

/** A transaction that calls a function of a contract. */
export function call({
  from,
  to,
  abi,
  functionName,
  args = [],
  value,
  gas = DEFAULT_GAS,
}: CallParameters): Transaction {
  return { label: functionName, from, to, data: encodeFunctionData({ abi, functionName, args }), value, gas, abi }
}
