import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'

/** The few things that the file storage does with a disk; each is one step that a crash may come before or after. */
export type FileSystem = {
  readonly makeDirectory: (path: string) => Promise<void>
  readonly list: (directory: string) => Promise<readonly string[]>
  /** The whole file, a character a byte. */
  readonly read: (path: string) => Promise<string>
  /** A new file; `EEXIST` where there is one. */
  readonly create: (path: string) => Promise<OpenFile>
  readonly rename: (from: string, to: string) => Promise<void>
  /** No error where there is none. */
  readonly remove: (path: string) => Promise<void>
  /** Makes names last: what was created, renamed and removed in a directory. */
  readonly syncDirectory: (path: string) => Promise<void>
}

/** An open file. */
export type OpenFile = {
  /** Writes all of an ASCII text at a position. */
  readonly write: (text: string, position: number) => Promise<void>
  /** Makes what was written last. */
  readonly sync: () => Promise<void>
  readonly close: () => Promise<void>
}

/** Node's file system. What is created is readable for its user alone. */
export const nodeFileSystem: FileSystem = {
  makeDirectory: async (path) => void (await mkdir(path, { recursive: true, mode: 0o700 })),
  list: (directory) => readdir(directory),
  read: (path) => readFile(path, 'latin1'),
  create: async (path) => {
    const handle = await open(path, 'wx', 0o600)
    return {
      write: async (text, position) => {
        const bytes = Buffer.from(text, 'latin1')
        let done = 0
        while (done < bytes.length) {
          const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done)
          done += bytesWritten
        }
      },
      sync: () => handle.sync(),
      close: () => handle.close(),
    }
  },
  rename: (from, to) => rename(from, to),
  remove: (path) => rm(path, { force: true }),
  syncDirectory: async (path) => {
    // Windows opens no directories, and keeps names without.
    if (process.platform === 'win32') return
    const handle = await open(path, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  },
}
