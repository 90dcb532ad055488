import { encodeFunctionData } from 'viem'
import type { MarginContext } from '../adapter/MarginContext.ts'
import { collateralRouterAbi } from './generated/collateralRouterAbi.ts'
import type { MoveCall } from './MoveIntent.ts'
import { type ParkedParameters, prepareParked } from './prepareParked.ts'

/**
 * Makes the call that supplies a parked amount once more, after checking that it is parked, that the caller may, and that
 * the market would take it now. Nothing is sent.
 *
 * @throws InvalidAddressError, NotParkedError, NotOwnerError, UnknownRouterError
 * @throws CallRevertedError when the market still refuses; ChainUnavailableError when the chain does not answer.
 *
 * @example
 * import { type MarginContext, type MoveCall, type Parked, prepareRetry } from '@unimargin/sdk'
 *
 * export function retry(client: MarginContext, { chainId, guid, owner }: Parked): Promise<MoveCall> {
 *   return prepareRetry(client, { chainId, guid, caller: owner })
 * }
 */
export async function prepareRetry(client: MarginContext, parameters: ParkedParameters): Promise<MoveCall> {
  const data = encodeFunctionData({ abi: collateralRouterAbi, functionName: 'retry', args: [parameters.guid] })
  return prepareParked(client, parameters, 'retry', data)
}
