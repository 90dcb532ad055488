import { stargateAbi } from './abi.ts'
import { actAsPlanner } from './act.ts'
import type { PoolName, StargateChain } from './Stargate.ts'

/** Credits of one pool that a chain gives away. */
export type CreditTransfer = {
  readonly pool: PoolName
  /** In shared decimals. */
  readonly amount: bigint
  /** What must stay, in shared decimals. */
  readonly keep?: bigint
}

/**
 * Lets a chain send its credits for a path to another: what it holds for itself, so that the other may send so much here.
 * The message has to be delivered.
 */
export async function sendCredits(
  from: StargateChain,
  to: StargateChain,
  transfers: readonly CreditTransfer[],
  { path = from }: { readonly path?: StargateChain } = {},
): Promise<void> {
  const batches = transfers.map(({ pool, amount, keep = 0n }) => ({
    assetId: from.pools[pool].assetId,
    credits: [{ srcEid: path.chain.eid, amount, minAmount: keep }],
  }))
  const { nativeFee } = await from.chain.client.readContract({
    address: from.creditMessaging.address,
    abi: stargateAbi,
    functionName: 'quoteSendCredits',
    args: [to.chain.eid, batches],
  })
  await actAsPlanner(from, {
    target: from.creditMessaging.address,
    functionName: 'sendCredits',
    args: [to.chain.eid, batches],
    value: nativeFee,
  })
}
