import { encodeFunctionData } from 'viem'
import type { MarginContext } from '../adapter/MarginContext.ts'
import type { Address } from '../model/Hex.ts'
import { assertAddress } from './assertAddress.ts'
import { collateralRouterAbi } from './generated/collateralRouterAbi.ts'
import type { MoveCall } from './MoveIntent.ts'
import { type ParkedParameters, prepareParked } from './prepareParked.ts'

/**
 * Makes the call that pays a parked amount out, after checking that it is parked and that the caller may. Nothing is sent.
 *
 * @throws InvalidAddressError, NotParkedError, NotOwnerError, UnknownRouterError
 * @throws CallRevertedError when it would revert; ChainUnavailableError when the chain does not answer.
 *
 * @example
 * import { type MarginContext, type MoveCall, type Parked, prepareClaim } from '@unimargin/sdk'
 *
 * export function claim(client: MarginContext, { chainId, guid, owner }: Parked): Promise<MoveCall> {
 *   return prepareClaim(client, { chainId, guid, caller: owner, to: owner })
 * }
 */
export async function prepareClaim(
  client: MarginContext,
  parameters: ParkedParameters & {
    /** Who is paid. */
    readonly to: Address
  },
): Promise<MoveCall> {
  const { guid, to } = parameters
  assertAddress('to', to)
  const data = encodeFunctionData({ abi: collateralRouterAbi, functionName: 'claim', args: [guid, to] })
  return prepareParked(client, parameters, 'claim', data)
}
