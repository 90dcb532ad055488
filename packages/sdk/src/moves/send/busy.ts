import type { Journal } from '../../journal/createJournal.ts'
import type { Hex } from '../../model/Hex.ts'

/** Moves that this process is just sending, by journal: what resumes the others keeps away from them. */
let sending: WeakMap<Journal, Set<Hex>> | undefined

/** Whether this process is just sending a move. */
export function isBusy(journal: Journal, id: Hex): boolean {
  return sending?.get(journal)?.has(normal(id)) === true
}

/** Runs what sends a move. */
export async function busy<value>(journal: Journal | undefined, id: Hex, run: () => Promise<value>): Promise<value> {
  if (journal === undefined || isBusy(journal, id)) return run()
  sending ??= new WeakMap()
  const ids = sending.get(journal) ?? new Set()
  sending.set(journal, ids.add(normal(id)))
  try {
    return await run()
  } finally {
    ids.delete(normal(id))
  }
}

function normal(id: Hex): Hex {
  return id.toLowerCase() as Hex
}
