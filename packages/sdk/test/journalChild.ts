// A process that plays moves over the file storage, and kills itself at one of the boundaries between it and the disk. Started by
// test/faults/journalKill.test.ts, which bundles it first.
import { once } from 'node:events'
import { writeSync } from 'node:fs'
import { nodeFileSystem } from '../src/node/FileSystem.ts'
import { lockJournal } from '../src/node/lockJournal.ts'
import { killingFileSystem } from './killingFileSystem.ts'
import { playMoves } from './playMoves.ts'

/** What the child is to do. */
export type ChildTask = {
  readonly directory: string
  /** The boundary at which to die; none for 0. */
  readonly killAt: number
  readonly staleAfter: number
  readonly wait: number
  /** The step after which to wait for a word; none for nothing. */
  readonly holdAt?: string | undefined
}

const task: ChildTask = JSON.parse(process.argv[2] ?? '')
let boundaries = 0
const boundary = async (): Promise<void> => {
  boundaries += 1
  if (boundaries !== task.killAt) return
  process.kill(process.pid, 'SIGKILL')
  await new Promise(() => {})
}
const say = (line: string): void => void writeSync(1, `${line}\n`)
const files = killingFileSystem(nodeFileSystem, boundary)
const { directory, staleAfter, wait } = task
const played = playMoves(
  { durability: 'disk', lock: (options) => lockJournal({ files, directory, name: 'moves', staleAfter, ...options }) },
  async (step) => {
    say(step)
    if (step === task.holdAt) {
      await once(process.stdin, 'data')
      process.stdin.destroy()
    }
    // Between what was written and what is done next, e.g. a broadcast.
    await boundary()
  },
  wait,
)
say(
  await played.then(
    () => `boundaries ${boundaries}`,
    (error: unknown) => `threw ${error instanceof Error ? error.name : 'something'}`,
  ),
)
