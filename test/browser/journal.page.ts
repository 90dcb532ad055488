// What a wallet's page does with a journal, at the hands of journal.test.ts.
import {
  createJournal,
  indexedDbJournalStorage,
  isUnimarginError,
  type Journal,
  type JournalStorage,
  webJournalStorage,
} from '@unimargin/sdk'

export type StorageKind = 'indexedDB' | 'localStorage'

/** How a page opens its journal. */
export type OpenOptions = {
  readonly kind: StorageKind
  readonly name?: string
  readonly wait?: number
  readonly staleAfter?: number
  readonly onDamage?: 'refuse' | 'keep-prefix'
}

const idOf = (number: number) => `0x${number.toString(16).padStart(64, '0')}` as const
const storageOf = ({ kind, name = 'moves', staleAfter }: OpenOptions): JournalStorage =>
  kind === 'indexedDB' ? indexedDbJournalStorage({ name, staleAfter }) : webJournalStorage({ name, staleAfter })

let journal: Journal | undefined

/** What was thrown, in words: nothing else comes out of a page whole. */
async function told(run: () => Promise<unknown>): Promise<string> {
  try {
    return String((await run()) ?? 'ok')
  } catch (error) {
    if (!isUnimarginError(error)) return `unexpected: ${String(error)}`
    const { operation, failure, offset } = error as { operation?: unknown; failure?: unknown; offset?: unknown }
    return [error.name, operation, failure, offset].filter((part) => part !== undefined).join(' ')
  }
}

function opened(): Journal {
  if (journal === undefined) throw new TypeError('the page has opened no journal')
  return journal
}

const api = {
  isSecure: () => globalThis.isSecureContext && navigator.locks !== undefined,
  open: (options: OpenOptions) =>
    told(async () => {
      const { wait, onDamage } = options
      journal = await createJournal({ storage: storageOf(options), wait, onDamage })
    }),
  record: (number: number, note = '') =>
    told(() =>
      opened()
        .record({ id: idOf(number), ...{ amount: 2n ** 200n + BigInt(number), note } })
        .then(() => 'ok'),
    ),
  append: (number: number, state: string) =>
    told(() =>
      opened()
        .append(idOf(number), { state })
        .then(() => 'ok'),
    ),
  compact: () => told(() => opened().compact(() => 'ends')),
  close: () => told(() => opened().close()),
  shown: () =>
    [...opened().moves({ limit: 1_000 }).moves]
      .reverse()
      .map(({ id, records }) => `${Number(id)}:${records.map(({ state }) => state).join('>')}`)
      .join(' '),
  amountOf: (number: number) => {
    const { amount } = (opened().get(idOf(number))?.intent ?? {}) as { readonly amount?: bigint }
    return String(amount)
  },
  isLost: () => opened().lost.aborted,
}

export type JournalPageApi = typeof api
declare global {
  var journals: JournalPageApi
}
globalThis.journals = api
