import * as History from './History.ts'
import { JournalDamagedError, JournalVersionError } from './JournalErrors.ts'
import type { JournalRecord } from './JournalRecord.ts'
import type { JournalWriter } from './JournalStorage.ts'
import * as Line from './Line.ts'
import { decode, HEADER, versionOf } from './recordCodec.ts'

/** Reads a journal, and puts its storage right where an append was cut off, or where damage may be cut off. */
export async function openHistory(
  writer: Pick<JournalWriter, 'read' | 'replace' | 'setAside'>,
  onDamage: 'refuse' | 'keep-prefix',
): Promise<History.History> {
  const text = await writer.read()
  const { history, prefix, damage } = readHistory(text)
  if (damage !== undefined) {
    if (onDamage === 'refuse') throw new JournalDamagedError(damage.offset, history.records.length, damage.reason)
    await writer.setAside(text)
  }
  if (prefix !== text) await writer.replace(prefix)
  return history
}

/** What a text tells: its records up to its end, or up to damage. */
function readHistory(text: string): Pick<Line.Reading, 'prefix' | 'damage'> & {
  readonly history: History.History
} {
  const { lines, chain, prefix, damage } = Line.read(text)
  const [first, ...rest] = lines
  if (first === undefined) return { history: History.of([], chain), prefix, damage }
  const version = versionOf(first.body)
  // Not damage: nothing of what a later version wrote may be thrown away.
  if (version !== undefined && version !== HEADER.version) throw new JournalVersionError(version)
  const until = (offset: number, reason: string, records: readonly JournalRecord[]) => {
    const kept = text.slice(0, offset)
    return { history: History.of(records, Line.read(kept).chain), prefix: kept, damage: { offset, reason } }
  }
  if (version === undefined) return until(0, 'it does not begin as a journal does', [])
  const records: JournalRecord[] = []
  for (const { body, offset } of rest) {
    const record = decode(body, records.length + 1)
    if (record === undefined) return until(offset, 'the line is whole, but no record', records)
    records.push(record)
  }
  return { history: History.of(records, chain), prefix, damage }
}
