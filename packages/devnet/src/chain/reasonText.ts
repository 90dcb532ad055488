import { type Abi, decodeErrorResult, type Hex, size } from 'viem'
import { own } from '../artifacts/Artifact.ts'

/** What revert data says, as far as the contracts that we know can tell. */
export function reasonText(data: Hex, abi: Abi = own('CollateralRouter').abi): string {
  if (size(data) === 0) return 'reverted without a reason, as it does when gas runs out'
  try {
    const { errorName, args = [] } = decodeErrorResult({ abi, data })
    return `${errorName}(${args.map(String).join(', ')})`
  } catch {
    return `reverted with ${data.slice(0, 74)}`
  }
}
