import type { Journal } from '../../journal/createJournal.ts'
import type { Hex } from '../../model/Hex.ts'
import type { Trace } from './Sending.ts'

/** A trace without the transactions of other moves: two of the same amount leave the same. */
export function ofNoOther(trace: Trace, journal: Journal | undefined, id: Hex): Trace {
  if (journal === undefined) return trace
  return { ...trace, match: (log) => trace.match(log) && !isOfAnother(journal, id, log.transactionHash) }
}

function isOfAnother(journal: Journal, id: Hex, hash: Hex): boolean {
  const hasIt = ({ data }: { readonly data: unknown }) => {
    const { hash: own, direct } = Object(data)
    const { done, arrival } = Object(direct)
    return [own, ...Object.values(Object(done)), ...Object.values(Object(Object(arrival).done))].includes(hash)
  }
  const where: Parameters<Journal['moves']>[0] = {
    limit: 1,
    where: (move) => move.id !== id.toLowerCase() && move.records.some(hasIt),
  }
  return journal.moves(where).moves.length > 0
}
