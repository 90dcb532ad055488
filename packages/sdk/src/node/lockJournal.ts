import { JournalLockLostError } from '../journal/JournalErrors.ts'
import type { JournalLockOptions, JournalWriter } from '../journal/JournalStorage.ts'
import { heartbeat } from '../journal/lock/heartbeat.ts'
import { untilFree } from '../journal/lock/untilFree.ts'
import { attempt, codeOf } from './attempt.ts'
import * as FileLock from './FileLock.ts'
import type { FileSystem, OpenFile } from './FileSystem.ts'
import * as JournalFiles from './JournalFiles.ts'

/** A journal that is to be locked, and the disk that it is on. */
export type LockJournalParameters = JournalLockOptions & {
  readonly files: FileSystem
  readonly directory: string
  readonly name: string
  readonly staleAfter: number
}

const BEAT = 1_000

/** Tokens of the locks that this module holds: nobody has to watch whether we live. */
const ours = new Set<string>()

/**
 * Locks a journal, by the next epoch. The rules that nothing is lost by, whoever dies or sleeps where:
 *
 * - An epoch is taken by creating its lock file, which only one can.
 * - A holder writes files of its own epoch only, and what it wrote counts if no higher lock was there *afterwards*.
 * - A holder reads the highest journal only when its own lock is there. So it sees all that counted for others.
 * - The first thing that it writes is a file of its own with all that it read.
 */
export async function lockJournal(parameters: LockJournalParameters): Promise<JournalWriter> {
  const { files, directory, name } = parameters
  const prefix = JournalFiles.prefixOf(name)
  const pathOf = (kind: JournalFiles.JournalFile['kind'], epoch: number, number = 0): string =>
    JournalFiles.pathOf(directory, prefix, { kind, epoch, number })
  const list = async () => JournalFiles.among(await files.list(directory), prefix)
  const me = FileLock.self()

  await attempt('lock', () => files.makeDirectory(directory))
  const { epoch, lock } = await attempt('lock', () => taken(parameters, { list, pathOf, me }))
  ours.add(me.token)

  const lost = new AbortController()
  const assertMine = async (): Promise<void> => {
    const isHigher = (await list()).some((file) => file.kind === 'lock' && file.epoch > epoch)
    if (isHigher) lost.abort()
    if (lost.signal.aborted) throw new JournalLockLostError()
  }
  let beat = 0
  const stop = heartbeat(async () => {
    beat += 1
    await lock.write(FileLock.encode('held', beat, me), 0)
    await assertMine()
  }, BEAT)

  /** Ours, once something was written; absent as well when a write failed, because nobody knows what is in it then. */
  let own: { readonly file: OpenFile; readonly size: number } | undefined
  let number = 0
  /** What counts: the text of others until we have written, then ours. */
  let text: string | undefined

  const readAll = async (): Promise<string> => {
    const source = JournalFiles.last(await list(), 'journal')
    return source === undefined ? '' : files.read(pathOf('journal', source.epoch, source.number))
  }
  const forget = async (): Promise<void> => {
    const file = own?.file
    own = undefined
    await file?.close().catch(() => {})
  }
  /** A new file beside the old one takes its place when it is whole and on the disk. */
  const replaced = async (all: string): Promise<void> => {
    await forget()
    number += 1
    const temporary = pathOf('temporary', epoch, number)
    const file = await files.create(temporary)
    try {
      await file.write(all, 0)
      await file.sync()
      await files.rename(temporary, pathOf('journal', epoch, number))
      await files.syncDirectory(directory)
      await assertMine()
    } catch (error) {
      await file.close().catch(() => {})
      await files.remove(temporary).catch(() => {})
      throw error
    }
    own = { file, size: all.length }
    text = all
    // What is lower counts for nobody any more; whoever comes next tries again.
    await cleanUp().catch(() => {})
  }
  const cleanUp = async (): Promise<void> => {
    for (const file of await list()) {
      const isOlder = file.epoch < epoch || (file.epoch === epoch && file.number < number)
      if (isOlder && file.kind !== 'damaged' && !(file.kind === 'lock' && file.epoch === epoch)) {
        await files.remove(pathOf(file.kind, file.epoch, file.number))
      }
    }
  }

  return {
    lost: lost.signal,
    read: () =>
      attempt('read', async () => {
        text ??= await readAll()
        return text
      }),
    append: (more) =>
      attempt('append', async () => {
        const before = text ?? (await readAll())
        if (own === undefined) return replaced(before + more)
        const { file, size } = own
        try {
          await file.write(more, size)
          await file.sync()
        } catch (error) {
          // A disk that failed to sync may say yes the next time without having done it: this file is trusted no more.
          await forget()
          throw error
        }
        await assertMine()
        own = { file, size: size + more.length }
        text = before + more
      }),
    replace: (all) => attempt('replace', () => replaced(all)),
    setAside: (damaged) =>
      attempt('set-aside', async () => {
        const file = await files.create(pathOf('damaged', epoch, number))
        try {
          await file.write(damaged, 0)
          await file.sync()
        } finally {
          await file.close()
        }
        await files.syncDirectory(directory)
      }),
    release: async () => {
      await stop()
      await forget()
      await lock.write(FileLock.encode('released', beat, me), 0).catch(() => {})
      await lock.close().catch(() => {})
      ours.delete(me.token)
    },
  }
}

/** Creates the lock of the next epoch, when whoever has the last one has released it or is dead. */
async function taken(
  parameters: LockJournalParameters,
  {
    list,
    pathOf,
    me,
  }: {
    readonly list: () => Promise<readonly JournalFiles.JournalFile[]>
    readonly pathOf: (kind: 'lock', epoch: number) => string
    readonly me: FileLock.Self
  },
): Promise<{ readonly epoch: number; readonly lock: OpenFile }> {
  const { files } = parameters
  const look = async () => {
    const all = await list()
    const highest = all.at(-1)?.epoch ?? 0
    const holding = JournalFiles.last(all, 'lock')
    if (holding === undefined) return { status: 'free', highest } as const
    const found = FileLock.decode(await readLock(files, pathOf('lock', holding.epoch)))
    if (found.isReleased || FileLock.isDead(found, me)) return { status: 'free', highest } as const
    const { pid, token } = found.holder ?? {}
    const beat = `${holding.epoch} ${found.beat}`
    const isAlive = token !== undefined && ours.has(token)
    return {
      status: 'held',
      highest,
      beat,
      isAlive,
      holder: pid === undefined ? 'a process' : `process ${pid}`,
    } as const
  }
  for (;;) {
    const { highest } = await untilFree(look, parameters)
    const epoch = highest + 1
    const path = pathOf('lock', epoch)
    let lock: OpenFile
    try {
      lock = await files.create(path)
    } catch (error) {
      if (codeOf(error) === 'EEXIST') continue
      throw error
    }
    try {
      await lock.write(FileLock.encode('held', 0, me), 0)
      const all = await list()
      // Who was slow may have created one that others have had, released and removed by now.
      if (!all.some((file) => file.epoch > epoch)) {
        for (const { kind, epoch: lower } of all)
          if (kind === 'lock' && lower < epoch) await files.remove(pathOf('lock', lower))
        return { epoch, lock }
      }
    } catch (error) {
      await lock.close().catch(() => {})
      await files.remove(path).catch(() => {})
      throw error
    }
    await lock.close()
    await files.remove(path)
  }
}

/** A lock that vanishes while we look was removed by whoever holds a higher one. */
async function readLock(files: FileSystem, path: string): Promise<string> {
  try {
    return await files.read(path)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return ''
    throw error
  }
}
