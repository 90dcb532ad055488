import { keccak256 } from 'viem'
import { AbortedError } from '../../errors/AbortedError.ts'
import type { Address } from '../../model/Hex.ts'
import type { ReadResult } from '../../model/ReadResult.ts'
import { getSnapshot } from '../../reads/getSnapshot.ts'
import * as Read from '../../reads/Read.ts'
import type { DeadlineOptions } from '../../reads/withDeadline.ts'
import type * as Ask from '../ask.ts'
import type { Attestations } from './Evidence.ts'
import { endpointAbi, receiveLibraryAbi } from './lzAbi.ts'
import * as Packet from './Packet.ts'

/** Who has attested to a packet, by the storage of the library that its receiver listens to; and that library. */
export async function readAttestations(
  chain: Ask.Chain,
  endpoint: Address,
  packet: Packet.Packet,
  options: DeadlineOptions & { readonly blockNumber?: bigint | undefined },
): Promise<ReadResult<Attestations & { readonly library: Address }>> {
  const receiver = Packet.receiverOf(packet)
  const { srcEid, payloadHash } = packet
  const headerHash = keccak256(packet.header)
  const path = [receiver, srcEid] as const
  const library = Read.call({ to: endpoint, abi: endpointAbi, functionName: 'getReceiveLibrary', args: path })
  const read = Read.andThen(library, ([to]) => {
    const abi = receiveLibraryAbi
    const config = Read.call({ to, abi, functionName: 'getUlnConfig', args: path })
    return Read.andThen(config, (uln) => {
      const lookups = [...uln.requiredDVNs, ...uln.optionalDVNs].map((verifier) =>
        Read.call({ to, abi, functionName: 'hashLookup', args: [headerHash, payloadHash, verifier] }),
      )
      const verifiable = Read.call({ to, abi, functionName: 'verifiable', args: [uln, headerHash, payloadHash] })
      return Read.map(Read.all([verifiable, Read.all(lookups)]), ([isVerifiable, found]) => ({
        library: to,
        given: found.filter(([submitted, confirmations]) => submitted && confirmations >= uln.confirmations).length,
        needed: uln.requiredDVNs.length + uln.optionalDVNThreshold,
        isVerifiable,
      }))
    })
  })
  try {
    const snapshot = await getSnapshot(chain.client, {
      ...options,
      chainId: chain.chainId,
      reads: [read],
      blockNumber: options.blockNumber,
    })
    if (snapshot.status !== 'read') return snapshot
    return snapshot.results[0]
  } catch (error) {
    if (error instanceof AbortedError) throw error
    return { status: 'unavailable', reason: 'the receive library could not be asked' }
  }
}
