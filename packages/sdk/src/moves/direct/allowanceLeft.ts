import { erc20Abi } from 'viem'
import * as Read from '../../reads/Read.ts'
import type { DeadlineOptions } from '../../reads/withDeadline.ts'
import * as Ask from '../ask.ts'
import * as DirectCalls from './DirectCalls.ts'
import type { DirectMove } from './PreparedDirect.ts'

/**
 * The call that takes back what an approval of the second step has left; nothing where none was made, or nothing is left. More than has
 * arrived was allowed by somebody else.
 *
 * @throws ChainUnavailableError
 */
export async function allowanceLeft(
  chain: Ask.Chain,
  { direct }: DirectMove,
  options: DeadlineOptions,
): Promise<DirectCalls.DirectCall<'revoke'> | undefined> {
  const { recipient, assets, arrival, received } = direct
  if (arrival?.spender === undefined) return undefined
  const args = [recipient, arrival.spender] as const
  const { results } = await Ask.snapshot(
    chain,
    [Read.call({ to: assets.destination, abi: erc20Abi, functionName: 'allowance', args })],
    options,
  )
  const left = Ask.answerOf(chain, 'allowance', results[0])
  if (left === 0n || (received !== undefined && left > received.amount)) return undefined
  return DirectCalls.revocation({ chainId: chain.chainId, asset: assets.destination }, arrival.spender)
}
