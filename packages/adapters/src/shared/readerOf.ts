import { type Address, Read } from '@unimargin/sdk'
import type { Abi, ContractFunctionArgs, ContractFunctionName, ContractFunctionReturnType } from 'viem'

type Readable = 'pure' | 'view' | 'nonpayable'

/** Reads a contract's functions by their names. */
export type Reader<abi extends Abi> = <
  name extends ContractFunctionName<abi, Readable>,
  const args extends ContractFunctionArgs<abi, Readable, name> & readonly unknown[],
>(
  functionName: name,
  ...args: args
) => Read.Read<ContractFunctionReturnType<abi, Readable, name, args>>

/** What asks one contract, as `Read.call` does, without naming contract and ABI each time. */
export function readerOf<const abi extends Abi>(to: Address, abi: abi): Reader<abi> {
  // The arguments fit the function by the type above; TypeScript does not follow them through the spread.
  const call = Read.call as (parameters: object) => Read.Read<never>
  return (functionName, ...args) => call({ to, abi, functionName, args })
}
