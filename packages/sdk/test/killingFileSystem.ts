import type { FileSystem, OpenFile } from '../src/node/FileSystem.ts'

/** Calls `boundary` before and after everything that changes a disk, and in the middle of what is written. */
export function killingFileSystem(files: FileSystem, boundary: () => Promise<void>): FileSystem {
  const around = async <value>(run: () => Promise<value>): Promise<value> => {
    await boundary()
    const value = await run()
    await boundary()
    return value
  }
  return {
    makeDirectory: (path) => around(() => files.makeDirectory(path)),
    list: files.list,
    read: files.read,
    create: async (path) => {
      const file = await around(() => files.create(path))
      const killing: OpenFile = {
        write: async (text, position) => {
          await boundary()
          const half = Math.floor(text.length / 2)
          await file.write(text.slice(0, half), position)
          await boundary()
          await file.write(text.slice(half), position + half)
          await boundary()
        },
        sync: () => around(file.sync),
        close: file.close,
      }
      return killing
    },
    rename: (from, to) => around(() => files.rename(from, to)),
    remove: (path) => around(() => files.remove(path)),
    syncDirectory: (path) => around(() => files.syncDirectory(path)),
  }
}
