import type { Hex } from '../../model/Hex.ts'

/** Gas as far as a mocked chain knows it: what calldata costs, and a round sum for whatever a contract does. */

const TRANSACTION_GAS = 21_000n
const EXECUTION_GAS = 250_000n

/** What a transaction costs before anything runs. */
export function intrinsicGas(data: Hex): bigint {
  let gas = TRANSACTION_GAS
  for (let index = 2; index < data.length; index += 2) gas += data.slice(index, index + 2) === '00' ? 4n : 16n
  return gas
}

/** What a mocked transaction uses. */
export function usedGas(data: Hex): bigint {
  return intrinsicGas(data) + (data === '0x' ? 0n : EXECUTION_GAS)
}
