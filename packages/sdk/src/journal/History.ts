import type { Hex } from '../model/Hex.ts'
import { InvalidJournalRecordError } from './JournalErrors.ts'
import type { JournaledMove, JournalKeep, JournalRecord } from './JournalRecord.ts'
import * as Line from './Line.ts'
import { decode, encode, HEADER_BODY } from './recordCodec.ts'

/** All that a journal says, for the one who writes it: what is added is added in place. */
export type History = {
  /** What the next line is chained to. */
  chain: Line.Chain
  /** In their order. */
  readonly records: JournalRecord[]
  /** By move, in the order of the first records. A map, so that no id can touch a prototype. */
  readonly moves: Map<Hex, JournalRecord[]>
}

/** What was read, with the chain that it ended with. */
export function of(records: readonly JournalRecord[], chain: Line.Chain): History {
  const history: History = { chain, records: [], moves: new Map() }
  for (const record of records) add(history, { written: record, chain })
  return history
}

/** A record as it will be read, and the text that keeps it: with the header before the very first. */
export function next(history: History, record: JournalRecord): NextLine {
  return lineOf(history.chain, record)
}

/** Adds what was kept by now. */
export function add(history: History, { written, chain }: Pick<NextLine, 'written' | 'chain'>): void {
  history.chain = chain
  history.records.push(written)
  const known = history.moves.get(written.moveId)
  if (known === undefined) history.moves.set(written.moveId, [written])
  else known.push(written)
}

type NextLine = { readonly text: string; readonly written: JournalRecord; readonly chain: Line.Chain }

function lineOf(chain: Line.Chain, record: JournalRecord): NextLine {
  const header = chain.count === 0 ? Line.write(HEADER_BODY, chain) : { text: '', chain }
  const body = encode(record, header.chain.count)
  const written = decode(body, header.chain.count)
  if (written === undefined) throw new InvalidJournalRecordError('data', 'it would not come back as it is')
  const line = Line.write(body, header.chain)
  return { text: header.text + line.text, written, chain: line.chain }
}

/** A move as its records tell it. */
export function get(history: History, id: Hex): JournaledMove | undefined {
  const records = history.moves.get(id)
  const [first] = records ?? []
  const last = records?.at(-1)
  if (records === undefined || first === undefined || last === undefined) return undefined
  return { id, state: last.state, intent: first.data, records: [...records] }
}

/** Moves, newest first. */
export function page(
  history: History,
  parameters: {
    readonly limit: number
    readonly before: Hex | undefined
    readonly where: (move: JournaledMove) => boolean
  },
): { readonly moves: readonly JournaledMove[]; readonly next?: Hex | undefined } {
  const { limit, before, where } = parameters
  const ids = [...history.moves.keys()].reverse()
  const found: JournaledMove[] = []
  for (const id of ids.slice(before === undefined ? 0 : ids.indexOf(before) + 1)) {
    const move = get(history, id)
    if (move === undefined || !where(move)) continue
    const last = found.at(-1)
    if (found.length === limit && last !== undefined) return { moves: found, next: last.id }
    found.push(move)
  }
  return { moves: found }
}

/** The whole text with less in it, and the history that it tells. */
export function compacted(
  history: History,
  keep: (move: JournaledMove) => JournalKeep,
): { readonly text: string; readonly after: History } {
  const kept = new Set<JournalRecord>()
  for (const id of history.moves.keys()) {
    const move = get(history, id)
    if (move !== undefined) for (const record of keptOf(move, keep(move))) kept.add(record)
  }
  let chain = Line.START
  const texts: string[] = []
  const records = history.records.filter((record) => kept.has(record))
  for (const record of records) {
    const line = lineOf(chain, record)
    texts.push(line.text)
    chain = line.chain
  }
  return { text: texts.join(''), after: of(records, chain) }
}

function keptOf({ records }: JournaledMove, keep: JournalKeep): readonly JournalRecord[] {
  switch (keep) {
    case 'all':
      return records
    case 'ends':
      return records.length <= 2 ? records : [...records.slice(0, 1), ...records.slice(-1)]
    case 'none':
      return []
  }
}
