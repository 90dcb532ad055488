import { dirname } from 'node:path'
import type { FileSystem } from '../src/node/FileSystem.ts'

type Inode = { kept: string; now: string }

/** What a step is about to do; what it throws is what the disk says, and `half` writes half of what was to be written before. */
export type Trouble = (step: number, kind: string) => { readonly error: unknown; readonly isHalf?: boolean } | undefined

/** A disk in memory that forgets at a power cut what nobody made last. */
export type CrashDisk = FileSystem & {
  readonly steps: () => number
  /**
   * The disk after a power cut: of what was not synced, what `keeps` says of each change, in any combination; the end of a file
   * may be cut anywhere, or be zeros.
   */
  readonly afterPowerCut: (keeps: () => number) => CrashDisk
  /** The names and texts of all files, as processes see them. */
  readonly contents: () => ReadonlyMap<string, string>
}

class DiskError extends Error {
  readonly code: string

  constructor(code: string) {
    super(code)
    this.code = code
  }
}

/** A disk, empty unless told otherwise. */
export function createCrashDisk(
  trouble: Trouble = () => undefined,
  from: ReadonlyMap<string, Inode> = new Map(),
): CrashDisk {
  /** What is there after a power cut, and what there is as long as there is power. */
  const keptNames = new Map(from)
  const names = new Map(from)
  /** Changes of names that no sync has made last. */
  let pending: { readonly change: (all: Map<string, Inode>) => void; readonly directory: string }[] = []
  let steps = 0

  const step = async (kind: string): Promise<{ readonly error: unknown; readonly isHalf?: boolean } | undefined> => {
    await Promise.resolve()
    steps += 1
    const found = trouble(steps, kind)
    if (found !== undefined && found.isHalf !== true) throw found.error
    return found
  }
  const rename = (path: string, change: (all: Map<string, Inode>) => void): void => {
    change(names)
    pending.push({ change, directory: dirname(path) })
  }

  return {
    steps: () => steps,
    contents: () => new Map([...names].map(([path, { now }]) => [path, now])),
    afterPowerCut: (keeps) => {
      const left = new Map(keptNames)
      for (const { change } of pending) if (keeps() < 0.5) change(left)
      const files = [...left].map(([path, { kept, now }]) => {
        const fate = keeps()
        const end = kept.length + Math.floor(keeps() * (now.length - kept.length + 1))
        const cut = now.startsWith(kept) ? now.slice(0, end) : kept
        const text =
          fate < 0.3 ? kept : fate < 0.6 ? now : fate < 0.9 ? cut : cut + '\0'.repeat(now.length - cut.length)
        return [path, { kept: text, now: text }] as const
      })
      return createCrashDisk(trouble, new Map(files))
    },
    makeDirectory: async () => void (await step('makeDirectory')),
    list: async (directory) => {
      await step('list')
      return [...names.keys()]
        .filter((path) => dirname(path) === directory)
        .map((path) => path.slice(directory.length + 1))
    },
    read: async (path) => {
      await step('read')
      const file = names.get(path)
      if (file === undefined) throw new DiskError('ENOENT')
      return file.now
    },
    create: async (path) => {
      await step('create')
      if (names.has(path)) throw new DiskError('EEXIST')
      const file: Inode = { kept: '', now: '' }
      rename(path, (all) => void all.set(path, file))
      return {
        write: async (text, position) => {
          const half = await step('write')
          const part = half === undefined ? text : text.slice(0, Math.floor(text.length / 2))
          file.now = file.now.slice(0, position).padEnd(position, '\0') + part + file.now.slice(position + part.length)
          if (half !== undefined) throw half.error
        },
        sync: async () => {
          await step('sync')
          file.kept = file.now
        },
        close: async () => {},
      }
    },
    rename: async (from, to) => {
      await step('rename')
      rename(to, (all) => {
        const file = all.get(from)
        if (file === undefined) return
        all.delete(from)
        all.set(to, file)
      })
    },
    remove: async (path) => {
      await step('remove')
      rename(path, (all) => void all.delete(path))
    },
    syncDirectory: async (directory) => {
      await step('syncDirectory')
      for (const { change } of pending.filter((one) => one.directory === directory)) change(keptNames)
      pending = pending.filter((one) => one.directory !== directory)
    },
  }
}
