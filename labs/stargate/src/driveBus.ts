import { type Address, concatHex, type Hex, parseEventLogs } from 'viem'
import { stargateAbi } from './abi.ts'
import { act } from './act.ts'
import type { StargateChain } from './Stargate.ts'

/**
 * Sends waiting passengers in one message, which anyone may do who knows them in their order; gives the GUID.
 *
 * @throws TransactionFailedError when these are not the next that wait.
 */
export async function driveBus(
  from: StargateChain,
  to: StargateChain,
  passengers: readonly Hex[],
  { driver = from.owner }: { readonly driver?: Address } = {},
): Promise<Hex> {
  const target = from.tokenMessaging.address
  const args = [to.chain.eid, concatHex([...passengers])] as const
  const { nativeFee } = await from.chain.client.readContract({
    address: target,
    abi: stargateAbi,
    functionName: 'quoteDriveBus',
    args,
  })
  const receipt = await act(from, driver, { target, functionName: 'driveBus', args, value: nativeFee })
  const logs = receipt.logs as Parameters<typeof parseEventLogs>[0]['logs']
  const [driven] = parseEventLogs({ abi: stargateAbi, logs, eventName: 'BusDriven' })
  if (driven === undefined) throw new RangeError('no bus was driven')
  return driven.args.guid
}
