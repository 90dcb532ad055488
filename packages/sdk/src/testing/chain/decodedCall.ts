import { type Abi, type DecodeFunctionDataReturnType, decodeAbiParameters } from 'viem'
import type { Hex } from '../../model/Hex.ts'
import { functionOf } from './functionsOf.ts'

/**
 * What calldata asks of a contract; `undefined` where the ABI has no such function, or where it does not fit.
 *
 * @example
 * import { decodedCall } from '@unimargin/sdk/testing'
 * import { erc20Abi } from 'viem'
 *
 * export function isApproval(data: `0x${string}`): boolean {
 *   return decodedCall(erc20Abi, data)?.functionName === 'approve'
 * }
 */
export function decodedCall<const abi extends Abi>(abi: abi, data: Hex): DecodeFunctionDataReturnType<abi> | undefined {
  const item = functionOf(abi, data)
  if (item === undefined) return undefined
  try {
    const args = item.inputs.length === 0 ? undefined : decodeAbiParameters(item.inputs, `0x${data.slice(10)}`)
    return { functionName: item.name, args } as DecodeFunctionDataReturnType<abi>
  } catch {
    return undefined
  }
}
