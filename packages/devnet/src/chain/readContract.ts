import { type Abi, type Address, decodeFunctionResult, encodeFunctionData, type Hex } from 'viem'
import * as Node from './Node.ts'

/** Calls a view at the newest block of a local chain. */
export async function readContract(
  node: Node.Node,
  {
    address,
    abi,
    functionName,
    args = [],
  }: {
    readonly address: Address
    readonly abi: Abi
    readonly functionName: string
    readonly args?: readonly unknown[]
  },
): Promise<unknown> {
  const data = encodeFunctionData({ abi, functionName, args })
  const result = await Node.request(node, 'eth_call', [{ to: address, data }, 'latest'])
  return decodeFunctionResult({ abi, functionName, data: result as Hex })
}
