import { AbortedError } from '../../errors/AbortedError.ts'
import { isUnimarginError } from '../../errors/BaseError.ts'
import type { Address } from '../../model/Hex.ts'
import type { DeadlineOptions } from '../../reads/withDeadline.ts'
import * as Ask from '../ask.ts'
import { CallRevertedError } from '../MoveErrors.ts'
import { GAS_MARGIN } from '../MoveGas.ts'
import type { RecoveryAction } from './Recovery.ts'

/**
 * Tries a call without sending it, as somebody would send it.
 *
 * @throws ChainUnavailableError
 */
export async function attempt(
  chain: Ask.Chain,
  from: Address,
  action: Omit<RecoveryAction, 'gas' | 'refused'>,
  options: DeadlineOptions,
): Promise<RecoveryAction> {
  const { to, data, value } = action.call
  try {
    const gas = await Ask.estimateGas(chain, action.kind, { from, to, data, value }, options)
    return { ...action, gas: gas + (gas * GAS_MARGIN) / 100n }
  } catch (error) {
    if (error instanceof AbortedError || !isUnimarginError(error)) throw error
    if (error instanceof CallRevertedError) return { ...action, refused: error.revert.reason }
    throw error
  }
}
