import type { JournalStorage } from '../JournalStorage.ts'
import { untilFree } from '../lock/untilFree.ts'

/** A storage that ends with the process. */
export type MemoryJournalStorage = JournalStorage & {
  /** The journal's whole text. */
  readonly text: () => string
  /** Damaged texts that were set aside. */
  readonly aside: () => readonly string[]
}

/**
 * Keeps a journal in memory: for tests, and where nothing can be kept. A crash forgets it.
 *
 * @param text What is there from the beginning.
 *
 * @example
 * import { createJournal, memoryJournalStorage } from '@unimargin/sdk'
 *
 * const storage = memoryJournalStorage()
 * const journal = await createJournal({ storage })
 * await journal.close()
 * console.log(storage.text())
 */
export function memoryJournalStorage(text = ''): MemoryJournalStorage {
  const aside: string[] = []
  let kept = text
  let holder = 0
  let isHeld = false
  return {
    durability: 'none',
    text: () => kept,
    aside: () => [...aside],
    lock: async (options) => {
      const look = async () =>
        isHeld
          ? ({ status: 'held', holder: `number ${holder} of this process`, beat: '', isAlive: true } as const)
          : ({ status: 'free' } as const)
      do await untilFree(look, { ...options, staleAfter: 100 })
      while (
        // Another may have been as quick.
        isHeld
      )
      isHeld = true
      holder += 1
      return {
        lost: new AbortController().signal,
        read: async () => kept,
        append: async (more) => {
          kept += more
        },
        replace: async (all) => {
          kept = all
        },
        setAside: async (damaged) => void aside.push(damaged),
        release: async () => {
          isHeld = false
        },
      }
    },
  }
}
