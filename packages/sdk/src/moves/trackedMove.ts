import type { TrackedMove } from './MoveIntent.ts'

/** Only what is needed to find a move again: an intent without what was signed. */
export function trackedMove(move: TrackedMove): TrackedMove {
  const { version, id, owner, sourceChainId, destinationChainId, deadline, source, destination } = move
  const { hash, transaction, minedIn, guid, nonce, direct } = move
  return {
    version,
    id,
    owner,
    sourceChainId,
    destinationChainId,
    deadline,
    source,
    destination,
    ...(hash === undefined ? {} : { hash }),
    ...(transaction === undefined ? {} : { transaction }),
    ...(minedIn === undefined ? {} : { minedIn }),
    ...(guid === undefined ? {} : { guid }),
    ...(nonce === undefined ? {} : { nonce }),
    ...(direct === undefined ? {} : { direct }),
  }
}
