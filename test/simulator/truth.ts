import type { Hex, MoveState } from '@unimargin/sdk'
import * as Chain from './Chain.ts'
import type { DestinationState } from './DestinationState.ts'
import type { SourceState } from './SourceState.ts'
import type { World } from './World.ts'

/** What a message is, by what the model did to it: not by what contracts store of it. */
export function atDestination({ letters }: DestinationState, nonce: bigint): MoveState {
  const letter = letters.get(nonce)
  if (letter === undefined) return 'sent'
  if (letter.settled !== 'none') return letter.settled
  if (letter.tokens === 'unreceived') return 'unreceived'
  if (letter.tokens === 'paid') return 'delivered'
  if (letter.tokens === 'queued') return letter.isAlerted ? 'compose-failed' : 'compose-queued'
  switch (letter.phase) {
    case 'unverified':
      return letter.attested.length > 0 ? 'verifying' : 'sent'
    case 'verified': {
      const earlier = Array.from({ length: Number(nonce) - 1 }, (_, index) => BigInt(index + 1))
      const isMissing = (one: bigint) => (letters.get(one)?.phase ?? 'unverified') === 'unverified'
      return earlier.some(isMissing) ? 'blocked-by-nonce' : 'verified'
    }
    default:
      return 'skipped-nilified-burnt'
  }
}

/** States that storage does not tell apart: logs and attestations do, where they are asked for. */
export function plain(state: MoveState): MoveState {
  return state === 'verifying' ? 'sent' : state === 'compose-failed' ? 'compose-queued' : state
}

/** Where the move is as a whole: `hash` is the transaction that is followed, `minedIn` says that it was seen in a block before. */
export function of(
  { source, destination, deadline }: Pick<World, 'source' | 'destination' | 'deadline'>,
  known: { readonly hash?: Hex | undefined; readonly nonce?: bigint | undefined; readonly wasMined: boolean },
): MoveState {
  const { sent, count } = source.head.state
  if (sent !== undefined) return atDestination(destination.head.state, sent.nonce)
  if (source.head.timestamp > deadline) return 'failed'
  const found = known.hash === undefined ? undefined : Chain.find<SourceState>(source.head, known.hash)
  if (found !== undefined) return found.mined.isReverted ? 'failed' : 'mined'
  if (known.wasMined) return 'reorged'
  if (known.hash === undefined) return 'intended'
  return known.nonce !== undefined && count > known.nonce ? 'replaced' : 'submitted'
}
