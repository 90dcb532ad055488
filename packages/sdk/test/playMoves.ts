import { createJournal, type Journal } from '../src/journal/createJournal.ts'
import type { JournalStorage } from '../src/journal/JournalStorage.ts'

/** What is said of each step when it is done; `submit` where a transaction would go out. */
export type Report = (step: string) => void | Promise<void>

const MOVES = [1, 2, 3] as const
export const moveIdOf = (number: number) => `0x${number.toString(16).padStart(64, '0')}` as const

/**
 * Does what a tracker would do with some moves, from wherever a journal is: record, submit, append, and once compact. What was
 * recorded is never recorded again; what may have been submitted is never submitted again.
 */
export async function playMoves(storage: JournalStorage, report: Report, wait = 0): Promise<void> {
  const journal = await createJournal({ storage, wait, now: () => 1_700_000_000_000 })
  try {
    await report('opened')
    for (const number of MOVES) {
      const id = moveIdOf(number)
      if (journal.get(id) === undefined) {
        await journal.record({ id, ...{ amount: 2n ** 200n + BigInt(number) } })
        await report(`recorded ${number}`)
        await report(`submit ${number}`)
      }
      if (journal.get(id)?.state === 'intended') {
        await journal.append(id, { state: 'submitted', data: { hash: moveIdOf(100 + number) } })
        await report(`noted ${number}`)
      }
      if (number === 2 && journal.get(id)?.state === 'submitted') {
        await journal.append(id, { state: 'credited' })
        await report('credited 2')
      }
      if (number === 2 && journal.get(id)?.records.length === 3) {
        await journal.compact((move) => (move.id === id ? 'ends' : 'all'))
        await report('compacted')
      }
    }
  } finally {
    await journal.close()
  }
  await report('closed')
}

/** A journal in one line: each move with its states. */
export function shown(journal: Journal): string {
  const moves = [...journal.moves().moves].reverse()
  return moves.map(({ id, records }) => `${Number(id)}:${records.map(({ state }) => state).join('>')}`).join(' ')
}

/** The journal after each of the steps that are reported. */
export const STATES: Readonly<Record<string, string>> = {
  opened: '',
  'recorded 1': '1:intended',
  'submit 1': '1:intended',
  'noted 1': '1:intended>submitted',
  'recorded 2': '1:intended>submitted 2:intended',
  'submit 2': '1:intended>submitted 2:intended',
  'noted 2': '1:intended>submitted 2:intended>submitted',
  'credited 2': '1:intended>submitted 2:intended>submitted>credited',
  compacted: '1:intended>submitted 2:intended>credited',
  'recorded 3': '1:intended>submitted 2:intended>credited 3:intended',
  'submit 3': '1:intended>submitted 2:intended>credited 3:intended',
  'noted 3': '1:intended>submitted 2:intended>credited 3:intended>submitted',
  closed: '1:intended>submitted 2:intended>credited 3:intended>submitted',
}

/** What may be there after a crash: what the last step that was done left, or what the next one would have. */
export function possibleAfter(step: string | undefined): readonly string[] {
  const steps = Object.keys(STATES)
  const states = steps.slice(step === undefined ? 0 : steps.indexOf(step)).map((name) => STATES[name] ?? '')
  return [...new Set(states)].slice(0, 2)
}
