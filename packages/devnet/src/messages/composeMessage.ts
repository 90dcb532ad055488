import type { Hex } from 'viem'
import { call } from '../chain/Transaction.ts'
import { sendAndWait } from '../chain/transact.ts'
import type { DeployedChain } from '../deploy/deployChains.ts'
import { MessageStepError } from '../errors/MessageStepError.ts'
import type { ComposeRecord } from './MessageRecord.ts'
import type { Paid } from './PaidGas.ts'
import { withOverhead } from './withOverhead.ts'

/**
 * Runs a queued compose with the gas that was paid for. If the composer reverts, the executor swallows that: the endpoint
 * says `LzComposeAlert`, and the compose stays queued for anyone.
 *
 * @throws MessageStepError when the executor itself fails.
 */
export async function composeMessage(
  chain: DeployedChain,
  guid: Hex,
  { from, to, index, message }: ComposeRecord,
  { gas, value }: Paid,
): Promise<void> {
  const { executor } = chain.layerZero
  const transaction = call({
    from: chain.worker,
    to: executor.address,
    abi: executor.artifact.abi,
    functionName: 'compose302',
    args: [from, to, guid, index, message, '0x', gas],
    value,
    gas: withOverhead(gas),
  })
  const receipt = await sendAndWait(chain.node, transaction)
  if (receipt.status !== '0x1') {
    throw new MessageStepError({ guid, step: 'compose', reason: 'the executor itself reverted' })
  }
}
