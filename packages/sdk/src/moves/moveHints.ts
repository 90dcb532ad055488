import type { HintReader } from './track/HintReader.ts'
import type { MessageScan } from './track/MessageScan.ts'
import { pathOf } from './track/pathOf.ts'
import { readAttestations } from './track/readAttestations.ts'
import { readHints } from './track/readHints.ts'
import { readPacket } from './track/readPacket.ts'
import { stateOf } from './track/stateOf.ts'

/**
 * For `hints` of `getMoveStatus`: has the logs of both chains asked for what is not needed to know where the money is. That is who
 * has attested to a message (`verifying`), what executors said (`compose-failed`), and how a message was refused. Where nobody
 * tells, the state is the one without.
 *
 * @example
 * import { getMoveStatus, layerZeroScan, type MarginContext, moveHints, type TrackedMove } from '@unimargin/sdk'
 *
 * export async function show(client: MarginContext, move: TrackedMove): Promise<void> {
 *   const hints = moveHints({ scan: layerZeroScan() })
 *   const { state, attestations } = await getMoveStatus(client, { move, hints })
 *   console.log(state, attestations)
 * }
 */
export function moveHints({ scan }: { readonly scan?: MessageScan | undefined } = {}): HintReader {
  return async (client, { chains, move, evidence }, options) => {
    const { destination } = evidence
    const { state } = stateOf(evidence)
    if (state === 'sent') {
      const head = evidence.source.status === 'read' ? evidence.source.block.number : undefined
      const packet = await readPacket(chains.source, move, { ...options, scan, head })
      if (packet === undefined) return destination
      // At the very block that has decided the state.
      const at = { ...options, blockNumber: destination.block.number }
      const attested = await readAttestations(chains.destination, move.destination.endpoint, packet, at)
      if (attested.status !== 'ok') return destination
      const { given, needed, isVerifiable } = attested.value
      return { ...destination, attestations: { given, needed, isVerifiable } }
    }
    const path = pathOf(client, move)
    const hints = await readHints(chains.destination, { move, path, state, evidence: destination }, options)
    return { ...destination, hints }
  }
}
