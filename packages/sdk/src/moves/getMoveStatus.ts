import type { MarginContext } from '../adapter/MarginContext.ts'
import type { Finality } from '../model/Block.ts'
import type { DeadlineOptions } from '../reads/withDeadline.ts'
import type * as Ask from './ask.ts'
import type { TrackedMove } from './MoveIntent.ts'
import type { MoveStatus } from './MoveStatus.ts'
import type { Evidence, KnownBefore } from './track/Evidence.ts'
import type { HintReader } from './track/HintReader.ts'
import { readDestination } from './track/readDestination.ts'
import { readSource } from './track/readSource.ts'
import { type EvidenceGap, stateOf } from './track/stateOf.ts'
import { trackedMove } from './trackedMove.ts'

const FOREVER = 2n ** 64n

export type GetMoveStatusParameters = DeadlineOptions & {
  /** An intent or a handle, fresh or restored: it can be asked for before there is a transaction. */
  readonly move: TrackedMove
  /** How far this side had brought it, where that is known: what was not seen on a chain yet is called that. */
  readonly local?: KnownBefore['local'] | undefined
  /**
   * Which blocks are read. What `finalized` ones show no reorganisation takes back; what `latest` ones show comes first, and
   * may be taken back. `latest` unless given.
   */
  readonly finality?: Finality | undefined
  /**
   * `moveHints()`: also asks for what is not needed to know where the money is: who has attested to the message (`verifying`),
   * what executors said (`compose-failed`), how a message was refused. That takes logs of both chains; where they do not tell,
   * the state is the one without. Not asked unless given.
   */
  readonly hints?: HintReader | undefined
}

/**
 * Says how far a move has come, read from the storage of its two chains: at most one `eth_call` each, and while the source has
 * no record of the move, what became of its transaction. The router is asked by owner and id, so a replaced transaction or a
 * lost hash does not matter. Logs are not asked but for `hints`, and indexers never.
 *
 * Never throws for what a node does: a chain that cannot be read leaves the last sure state and an issue.
 *
 * @throws UnknownChainError when the client does not know one of the chains.
 * @throws AbortedError when `signal` is aborted.
 *
 * @example
 * import { deserialize, getMoveStatus, type MarginContext, type MoveState, parseMove } from '@unimargin/sdk'
 *
 * export async function howFar(client: MarginContext, stored: string): Promise<MoveState> {
 *   const { state } = await getMoveStatus(client, { move: parseMove(deserialize(stored)) })
 *   return state
 * }
 */
export async function getMoveStatus(client: MarginContext, parameters: GetMoveStatusParameters): Promise<MoveStatus> {
  const { finality = 'latest' } = parameters
  const before = trackedMove(parameters.move)
  const source: Ask.Chain = { chainId: before.sourceChainId, client: client.getClient(before.sourceChainId) }
  const destination: Ask.Chain = {
    chainId: before.destinationChainId,
    client: client.getClient(before.destinationChainId),
  }
  const left = await readSource(source, before, parameters)
  const { move } = left
  const known: KnownBefore = {
    deadline: isOut(before) ? FOREVER : before.deadline,
    local: parameters.local ?? (isBegun(before) ? 'submitted' : 'intended'),
    // What the head has shown says nothing of older blocks.
    wasSent: finality === 'latest' && before.guid !== undefined,
    minedIn: finality === 'latest' ? before.minedIn : undefined,
  }
  const here: Evidence = { known, source: left.evidence }
  const { guid } = move
  const isAway = ['sent', 'reorged'].includes(stateOf(here).state)
  const chains = { source, destination }
  const shown =
    guid !== undefined && isAway ? await readDestination(client, chains, { ...move, guid }, parameters) : undefined
  const { hints } = parameters
  const there =
    hints !== undefined && guid !== undefined && shown?.status === 'read'
      ? await hints(client, { chains, move: { ...move, guid }, evidence: { ...here, destination: shown } }, parameters)
      : shown
  const { gaps, ...found } = stateOf({ ...here, destination: there })
  const attestations = there?.status === 'read' ? there.attestations : undefined
  return {
    ...found,
    ...(attestations === undefined ? {} : { attestations }),
    move: withReceived(move, shown),
    blocks: {
      source: left.evidence.status === 'read' ? left.evidence.block : undefined,
      destination: there?.status === 'read' ? there.block : undefined,
    },
    issues: gaps.map((gap) => issueOf(gap, move)),
  }
}

/** Whether anything of it was handed to a wallet. */
function isBegun({ hash, direct }: TrackedMove): boolean {
  return hash !== undefined || direct?.handed !== undefined || direct?.batch !== undefined
}

/** Whether a direct move was handed over: no contract refuses it after its deadline then. */
function isOut({ direct, hash }: TrackedMove): boolean {
  return direct !== undefined && (hash !== undefined || direct.batch !== undefined || direct.handed?.step === 'send')
}

/** Keeps what was seen to be paid out: its log may be gone when it is asked for again. */
function withReceived(move: TrackedMove, shown: Evidence['destination']): TrackedMove {
  const { direct } = move
  if (direct === undefined || direct.received !== undefined) return move
  if (shown?.status !== 'read' || shown.received?.status !== 'ok') return move
  return { ...move, direct: { ...direct, received: { amount: shown.received.value, block: shown.block.number } } }
}

function issueOf({ side, path, reason, kind }: EvidenceGap, move: TrackedMove): MoveStatus['issues'][number] {
  const chainId = side === 'source' ? move.sourceChainId : move.destinationChainId
  return { kind, chainId, owner: move.owner, path, reason }
}
