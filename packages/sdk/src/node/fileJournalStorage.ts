import { resolve } from 'node:path'
import { assertJournalName } from '../journal/assertJournalName.ts'
import type { JournalStorage } from '../journal/JournalStorage.ts'
import { nodeFileSystem } from './FileSystem.ts'
import { lockJournal } from './lockJournal.ts'

export type FileJournalStorageOptions = {
  /** Made where it is missing. On a disk of this machine: network file systems promise too little. */
  readonly directory: string
  /** 1 to 100 letters, digits, dots, dashes and underscores. `moves` unless given; file names are made of its hash. */
  readonly name?: string | undefined
  /** Milliseconds without a heartbeat after which a process is taken for dead. 10,000 unless given. */
  readonly staleAfter?: number | undefined
}

/**
 * Keeps a journal in files, for servers, bots and scripts. An append has resolved when it is on the disk (`fsync`); rewriting is
 * done beside the old file, and the new one takes its place when it is whole.
 *
 * One process holds it at a time. Whoever died with it is seen by its process id, or by its silence; should it be alive after all,
 * it can write nothing any more that anybody reads, and is told so.
 *
 * @throws InvalidJournalNameError
 *
 * @example
 * import { createJournal } from '@unimargin/sdk'
 * import { fileJournalStorage } from '@unimargin/sdk/node'
 *
 * const journal = await createJournal({ storage: fileJournalStorage({ directory: '.unimargin' }) })
 */
export function fileJournalStorage(options: FileJournalStorageOptions): JournalStorage {
  const { directory, name = 'moves', staleAfter = 10_000 } = options
  assertJournalName(name)
  return {
    durability: 'disk',
    lock: (lockOptions) =>
      lockJournal({ files: nodeFileSystem, directory: resolve(directory), name, staleAfter, ...lockOptions }),
  }
}
