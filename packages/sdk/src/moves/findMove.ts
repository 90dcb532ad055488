import type { MarginContext } from '../adapter/MarginContext.ts'
import type { Address, Hex } from '../model/Hex.ts'
import { assertDeadline, type DeadlineOptions } from '../reads/withDeadline.ts'
import { assertAddress } from './assertAddress.ts'
import { byGuid } from './find/byGuid.ts'
import { InvalidMoveReferenceError } from './find/FindErrors.ts'
import { type FoundMove, type Place, placeAt } from './find/FoundMove.ts'
import { inTransaction } from './find/inTransaction.ts'
import { toDirect } from './find/toDirect.ts'
import { toTracked } from './find/toTracked.ts'
import type { TrackedMove } from './MoveIntent.ts'
import { assertRange } from './quote/Validity.ts'
import type { MessageScan } from './track/MessageScan.ts'

const MOST_BLOCKS = 2n ** 64n

export type FindMoveParameters = DeadlineOptions & (FindMoveByHash | FindMoveByGuid)

export type FindMoveByHash = {
  /** The transaction that sent it, or that is under way; of whoever, through whatever wallet. */
  readonly hash: Hex
  /** The chain that it left. */
  readonly chainId: number
  /** Which one is meant, where the transaction sent several. */
  readonly guid?: Hex | undefined
}

export type FindMoveByGuid = {
  readonly hash?: undefined
  /** LayerZero's id of its message. */
  readonly guid: Hex
  /** The chain that it left. Every chain that the client can move between is searched unless given. */
  readonly chainId?: number | undefined
  /** Whose it is, if that is known: then the routers' own lists are enough, however old it is. Direct moves are in none. */
  readonly owner?: Address | undefined
  /** Somebody who may know its transaction. What they say is looked up on the chain. */
  readonly scan?: MessageScan | undefined
  /** How many of the newest blocks of each chain to search for it, one at least. 10,000 unless given. */
  readonly blocks?: bigint | undefined
}

/**
 * Finds a move that this SDK did not send, or no longer knows of: by its transaction, or by the GUID of its message. What it gives is
 * for `getMoveStatus`, `watchMove` and `recover`. Whatever logs, nodes or an indexer say is held against the source router's own
 * record.
 *
 * By GUID it is found where it has arrived, or whose `owner` is given, from storage alone; else by the logs of the newest `blocks`.
 * Where its call was not readable, `deadline` is the latest that there is.
 *
 * A direct move, and whatever else an owner has sent by an OFT or a pool of the client's routes without anything to run where it arrives,
 * is found by logs alone: no contract keeps a record of it. What is to become of it no chain says either: `direct.receiver` is missing,
 * and `prepareArrival` needs it. Its `id` is the GUID.
 *
 * @throws NoMoveInTransactionError when nothing was sent in the transaction by the router, or by an OFT of a route alone.
 * @throws SeveralMovesError when it sent several, with their GUIDs.
 * @throws MoveNotFoundError when no chain that answered knows of the GUID.
 * @throws UnknownChainError, UnknownRouterError when the client does not know the chain, or neither a router nor an endpoint on it.
 * @throws UnknownEidError when the move goes to a chain on which the client knows none.
 * @throws UnknownRouteError when nobody says where its asset arrives.
 * @throws ChainUnavailableError when a chain gives no credible answer.
 * @throws InvalidMoveReferenceError when `hash` or `guid` is not 32 bytes.
 * @throws InvalidAddressError when `owner` is none; InvalidParameterError when `blocks` is below one.
 * @throws AbortedError when `signal` is aborted.
 *
 * @example
 * import { findMove, type Hex, type MarginContext, recover } from '@unimargin/sdk'
 *
 * export async function help(client: MarginContext, hash: Hex): Promise<void> {
 *   const move = await findMove(client, { hash, chainId: 42161 })
 *   const { status, advice } = await recover(client, { move })
 *   console.log(status.state, advice)
 * }
 */
export async function findMove(client: MarginContext, parameters: FindMoveParameters): Promise<TrackedMove> {
  assertDeadline(parameters)
  if (parameters.hash === undefined) {
    assertReference('guid', parameters.guid)
    const { owner, blocks = 1n } = parameters
    if (owner !== undefined) assertAddress('owner', owner)
    assertRange('blocks', blocks, 1n, MOST_BLOCKS)
    const { place, found } = await byGuid(client, parameters)
    return track(client, place, found, parameters)
  }
  assertReference('hash', parameters.hash)
  if (parameters.guid !== undefined) assertReference('guid', parameters.guid)
  const place = placeAt(client, parameters.chainId)
  return track(client, place, await inTransaction(place, parameters, parameters), parameters)
}

/** Of what has an id a router keeps a record. */
async function track(client: MarginContext, place: Place, found: FoundMove, options: DeadlineOptions) {
  return 'id' in found ? toTracked(client, place, found, options) : toDirect(client, place, found)
}

function assertReference(parameter: 'hash' | 'guid', value: unknown): void {
  if (!isHash(value)) throw new InvalidMoveReferenceError(parameter, value)
}

function isHash(value: unknown): boolean {
  return typeof value === 'string' && /^0x[0-9a-f]{64}$/i.test(value)
}
