import type { Address, Hex } from '../../model/Hex.ts'
import { getSnapshot } from '../../reads/getSnapshot.ts'
import type * as Read from '../../reads/Read.ts'
import type { DeadlineOptions } from '../../reads/withDeadline.ts'
import type * as Ask from '../ask.ts'
import * as EndpointReads from '../EndpointReads.ts'
import type { TrackedMove } from '../MoveIntent.ts'

/** The last nonce up to which all messages of a path are verified; nothing where that was not read. */
export function readInboundNonce(
  chain: Ask.Chain,
  endpoint: Address,
  path: EndpointReads.MessagePath,
  options: DeadlineOptions,
): Promise<bigint | undefined> {
  return resultOf(chain, EndpointReads.inboundNonce(endpoint, path), options)
}

/** Hash of what waits to be composed for a move; nothing where that was not read. */
export async function readComposeHash(
  chain: Ask.Chain,
  { destination, guid }: TrackedMove,
  options: DeadlineOptions,
): Promise<Hex | undefined> {
  const { endpoint, oft, router } = destination
  if (guid === undefined) return undefined
  return resultOf(chain, EndpointReads.composeQueue(endpoint, oft, router, guid), options)
}

async function resultOf<value>(
  { chainId, client }: Ask.Chain,
  read: Read.Read<value>,
  options: DeadlineOptions,
): Promise<value | undefined> {
  const snapshot = await getSnapshot(client, { chainId, reads: [read], ...options })
  if (snapshot.status !== 'read') return undefined
  const [result] = snapshot.results
  return result.status === 'ok' ? (result.value as value) : undefined
}
