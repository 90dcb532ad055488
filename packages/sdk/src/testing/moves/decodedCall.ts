import { type Abi, type DecodeFunctionDataReturnType, decodeFunctionData } from 'viem'
import type { Hex } from '../../model/Hex.ts'

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
  try {
    return decodeFunctionData({ abi, data })
  } catch {
    return undefined
  }
}
