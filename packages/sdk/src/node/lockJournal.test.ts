import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { type CrashDisk, createCrashDisk } from '../../test/CrashDisk.ts'
import { moveIdOf, playMoves, possibleAfter, STATES, shown } from '../../test/playMoves.ts'
import { createJournal } from '../journal/createJournal.ts'
import type { JournalStorage, JournalWriter } from '../journal/JournalStorage.ts'
import type { FileSystem } from './FileSystem.ts'
import { lockJournal } from './lockJournal.ts'

const directory = '/journals'
const named = (name: string) => expect.objectContaining({ name })
const coded = (code: string) => Object.assign(new Error(code), { code })

/** A process of its own on a disk: locks of others do not look like those of this one. */
function processOn(files: FileSystem, staleAfter = 1) {
  const writers: JournalWriter[] = []
  const foreign: FileSystem = {
    ...files,
    read: async (path) => {
      const text = await files.read(path)
      return path.endsWith('.lock') ? text.replace(/"token":"[^"]*"/, '"token":"another"') : text
    },
  }
  const storage: JournalStorage = {
    durability: 'disk',
    lock: async (options) => {
      const writer = await lockJournal({ files: foreign, directory, name: 'moves', staleAfter, ...options })
      writers.push(writer)
      return writer
    },
  }
  /** Ends the heartbeats of a process that is dead. */
  const bury = () => Promise.all(writers.map((writer) => writer.release()))
  return { storage, bury }
}

async function look(files: FileSystem): Promise<string> {
  const { storage, bury } = processOn(files)
  const found = shown(await createJournal({ storage }))
  await bury()
  return found
}

const text = (disk: CrashDisk) => [...disk.contents()].filter(([path]) => path.endsWith('.journal')).at(-1)?.[1]

describe('lockJournal', () => {
  test('default: moves that were played are on the disk, in one file beside the lock', async () => {
    const disk = createCrashDisk()
    await playMoves(processOn(disk).storage, () => {})
    expect(await look(disk)).toBe(STATES.closed)
    const names = [...disk.contents().keys()]
    expect(names.filter((name) => name.endsWith('.lock'))).toHaveLength(1)
    expect(names.filter((name) => name.endsWith('.journal'))).toHaveLength(1)
    for (const name of names) expect(name).toMatch(/^\/journals\/[0-9a-f]{64}\.\d+(\.\d+)?\.(lock|journal)$/)
  })

  class PowerCut extends Error {}

  test('behavior: a power cut at any step, and again on the way back, takes nothing that was promised', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 90 }), fc.boolean()), { minLength: 1, maxLength: 3 }),
        fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true })),
        async (cuts, chances) => {
          const keeps = () => Number(chances.next().value)
          let cutAt = 0
          let isHalf = false
          let begun = 0
          let isOff = false
          let disk = createCrashDisk((step) => {
            if (step - begun >= cutAt) isOff = true
            return isOff ? { error: new PowerCut(), isHalf: isHalf && step - begun === cutAt } : undefined
          })
          const reported: string[] = []
          let known = ''
          for (const [step, half] of cuts) {
            cutAt = step
            isHalf = half
            begun = disk.steps()
            isOff = false
            const { storage, bury } = processOn(disk)
            reported.length = 0
            await playMoves(storage, (one) => void reported.push(one)).catch(() => {})
            await bury()
            disk = disk.afterPowerCut(keeps)
            cutAt = Number.POSITIVE_INFINITY
            isOff = false
            const last = reported.filter((one) => one !== 'opened').at(-1)
            const found = await look(disk)
            const before = Object.entries(STATES).find(([, state]) => state === known)?.[0]
            expect(possibleAfter(last ?? before)).toContain(found)
            known = found
          }
          await playMoves(processOn(disk).storage, () => {})
          expect(await look(disk)).toBe(STATES.closed)
        },
      ),
      { numRuns: 300 },
    )
  })

  test('behavior: a power cut at each step in turn', async () => {
    const whole = createCrashDisk()
    await playMoves(processOn(whole).storage, () => {})
    const seen = new Set<string>()
    for (let cutAt = 1; cutAt <= whole.steps(); cutAt += 1) {
      for (const chance of [0, 0.5, 0.7, 0.95]) {
        const disk = createCrashDisk((step) =>
          step >= cutAt ? { error: new PowerCut(), isHalf: step === cutAt } : undefined,
        )
        const { storage, bury } = processOn(disk)
        const reported: string[] = []
        await playMoves(storage, (one) => void reported.push(one)).catch(() => {})
        await bury()
        const after = createCrashDisk(
          undefined,
          new Map([...disk.afterPowerCut(() => chance).contents()].map(([path, now]) => [path, { now, kept: now }])),
        )
        const found = await look(after)
        expect(possibleAfter(reported.at(-1)), `cut at ${cutAt}, ${chance}`).toContain(found)
        seen.add(found)
      }
    }
    expect([...seen].sort()).toEqual([...new Set(Object.values(STATES))].sort())
  })

  test.each([
    ['ENOSPC', 'no-space'],
    ['EACCES', 'no-access'],
    ['EROFS', 'no-access'],
    ['EIO', 'failed'],
  ])(
    'error: JournalStorageError for %s at any step: it is said, nothing is lost, and it can be tried again',
    async (code, failure) => {
      const whole = createCrashDisk()
      await playMoves(processOn(whole).storage, () => {})
      for (let failAt = 1; failAt <= whole.steps(); failAt += 1) {
        const disk = createCrashDisk((step) =>
          step === failAt ? { error: coded(code), isHalf: step % 2 === 0 } : undefined,
        )
        const { storage, bury } = processOn(disk)
        const reported: string[] = []
        const report = (one: string) => void reported.push(one)
        const error: unknown = await playMoves(storage, report).catch((cause: unknown) => cause)
        // Only what clears up may fail in silence.
        if (error !== undefined) expect(error).toMatchObject({ name: 'JournalStorageError', failure })
        await bury()
        const last = reported.filter((one) => one !== 'opened').at(-1)
        expect(possibleAfter(last), `failed at ${failAt}`).toContain(await look(disk))
        await playMoves(storage, report)
        expect(await look(disk)).toBe(STATES.closed)
        const submitted = reported.filter((one) => one.startsWith('submit '))
        expect(new Set(submitted).size).toBe(submitted.length)
        await bury()
      }
    },
  )

  test.each(['write', 'sync'])(
    'error: JournalStorageError for a failing %s: the same journal goes on with the next',
    async (kind) => {
      let fails = false
      const disk = createCrashDisk((_, one) =>
        fails && one === kind ? { error: coded('EIO'), isHalf: kind === 'write' } : undefined,
      )
      const { storage, bury } = processOn(disk)
      const journal = await createJournal({ storage })
      await journal.record({ id: moveIdOf(1) })
      fails = true
      await expect(journal.append(moveIdOf(1), { state: 'submitted' })).rejects.toMatchObject({
        name: 'JournalStorageError',
        operation: 'append',
        failure: 'failed',
      })
      // The old file is not trusted any more, and the new one fails as well.
      await expect(journal.record({ id: moveIdOf(2) })).rejects.toThrow(named('JournalStorageError'))
      expect(shown(journal)).toBe('1:intended')
      fails = false
      await journal.append(moveIdOf(1), { state: 'replaced' })
      expect(shown(journal)).toBe('1:intended>replaced')
      // Also without anything that was not synced.
      const cut = disk.afterPowerCut(() => 0.55)
      await bury()
      expect([await look(disk), await look(cut)]).toEqual(['1:intended>replaced', '1:intended>replaced'])
    },
  )

  test('error: JournalLockedError for a second one of the same process, at once', async () => {
    const disk = createCrashDisk()
    const lock = () => lockJournal({ files: disk, directory, name: 'moves', staleAfter: 3_600_000, wait: 0 })
    const first = await lock()
    await expect(lock()).rejects.toThrow(named('JournalLockedError'))
    // Another name is another journal.
    const other = await lockJournal({ files: disk, directory, name: 'other', staleAfter: 3_600_000, wait: 0 })
    await first.release()
    const second = await lock()
    await Promise.all([second.release(), other.release()])
  })

  test('behavior: a clock that jumps a day makes nobody stale', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    try {
      const disk = createCrashDisk()
      const first = await lockJournal({ files: disk, directory, name: 'moves', staleAfter: 2_500, wait: 0 })
      vi.setSystemTime(Date.now() + 86_400_000)
      const { storage } = processOn(disk, 2_500)
      await expect(createJournal({ storage })).rejects.toThrow(named('JournalLockedError'))
      await first.release()
    } finally {
      vi.useRealTimers()
    }
  })

  test('behavior: however two are interleaved of which one was taken for dead, what was promised to either is kept', async () => {
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.nat(99)), fc.integer({ min: 1, max: 12 }), async (chances, delay) => {
        const disk = createCrashDisk()
        /** Every touch of the disk comes some turns of the event loop later. */
        const slow = (files: FileSystem): FileSystem => {
          const later =
            <args extends readonly unknown[], value>(run: (...args: args) => Promise<value>) =>
            async (...args: args): Promise<value> => {
              for (let turns = Number(chances.next().value) % 4; turns > 0; turns -= 1) await new Promise(setImmediate)
              const value = await run(...args)
              for (let turns = Number(chances.next().value) % 3; turns > 0; turns -= 1) await new Promise(setImmediate)
              return value
            }
          return {
            makeDirectory: later(files.makeDirectory),
            list: later(files.list),
            read: later(files.read),
            rename: later(files.rename),
            remove: later(files.remove),
            syncDirectory: later(files.syncDirectory),
            create: later(async (path) => {
              const file = await files.create(path)
              return { write: later(file.write), sync: later(file.sync), close: file.close }
            }),
          }
        }
        const promised: string[] = []
        const run = async (who: string, { storage, bury }: ReturnType<typeof processOn>, start: number) => {
          for (let turns = start; turns > 0; turns -= 1) await new Promise(setImmediate)
          try {
            const writer = await storage.lock({ wait: 1_000 })
            await writer.read()
            for (let index = 0; index < 6; index += 1) {
              const line = `${who}${index}\n`
              if (index === 3) await writer.replace((await writer.read()) + line)
              else await writer.append(line)
              promised.push(line)
            }
          } catch (error) {
            expect(error).toMatchObject({ name: 'JournalLockLostError' })
          }
          return bury
        }
        const buries = await Promise.all([
          run('a', processOn(slow(disk)), 0),
          run('b', processOn(slow(disk)), delay * 4),
          run('c', processOn(slow(disk)), delay * 7),
        ])
        for (const bury of buries) await bury()
        const last = await lockJournal({ files: disk, directory, name: 'moves', staleAfter: 1, wait: 1_000 })
        const lines = (await last.read()).match(/[^\n]*\n/g) ?? []
        await last.release()
        expect(new Set(lines).size).toBe(lines.length)
        expect(lines).toEqual(expect.arrayContaining(promised))
        // Nobody's lines are in another order, and one that follows another one's has seen it.
        for (const who of ['a', 'b', 'c']) {
          const own = lines.filter((line) => line.startsWith(who))
          expect(own).toEqual([...own].sort())
        }
      }),
      { numRuns: 100 },
    )
  })

  /** Stops before the next step of a kind, until it is told to go on. */
  function gated(files: FileSystem, kind: 'create' | 'write') {
    let isClosed = false
    let reach = (): void => {}
    let open = (): void => {}
    const opened = new Promise<void>((resolve) => {
      open = resolve
    })
    const pass = async (): Promise<void> => {
      if (!isClosed) return
      reach()
      await opened
    }
    const gatedFiles: FileSystem = {
      ...files,
      create: async (path) => {
        if (kind === 'create') await pass()
        const file = await files.create(path)
        const write: typeof file.write = async (text, position) => {
          if (kind === 'write' && path.endsWith('.temporary')) await pass()
          await file.write(text, position)
        }
        return { ...file, write }
      },
    }
    const close = (): Promise<void> => {
      isClosed = true
      return new Promise((resolve) => {
        reach = resolve
      })
    }
    return { files: gatedFiles, close, open }
  }

  test('error: JournalLockLostError for who wakes up in the middle of an append', async () => {
    const disk = createCrashDisk()
    const { files, close, open } = gated(disk, 'write')
    const sleeper = await processOn(files).storage.lock({ wait: 0 })
    await sleeper.append('first\n')
    const asleep = close()
    const appending = sleeper.append('never seen\n')
    await asleep
    const other = await processOn(disk).storage.lock({ wait: 0 })
    expect(await other.read()).toBe('first\n')
    open()
    await expect(appending).rejects.toThrow(named('JournalLockLostError'))
    expect(sleeper.lost.aborted).toBe(true)
    await other.append('second\n')
    await expect(sleeper.replace('all mine\n')).rejects.toThrow(named('JournalLockLostError'))
    await Promise.all([sleeper.release(), other.release()])
    const last = await processOn(disk).storage.lock({ wait: 0 })
    expect(await last.read()).toBe('first\nsecond\n')
    await last.release()
  })

  test('error: JournalLockedError for who slept while others had the lock that it was about to take', async () => {
    const disk = createCrashDisk()
    await (await processOn(disk).storage.lock({ wait: 0 })).release()
    const { files, close, open } = gated(disk, 'create')
    const asleep = close()
    const late = processOn(files, 60_000).storage.lock({ wait: 0 })
    late.catch(() => {})
    await asleep
    await (await processOn(disk).storage.lock({ wait: 0 })).release()
    const holder = await processOn(disk).storage.lock({ wait: 0 })
    open()
    await expect(late).rejects.toThrow(named('JournalLockedError'))
    await holder.append('mine\n')
    await holder.release()
  })

  test('behavior: what is set aside is never cleared away', async () => {
    const disk = createCrashDisk()
    const { storage, bury } = processOn(disk)
    const writer = await storage.lock({ wait: 0 })
    await writer.setAside('damaged')
    await writer.replace('')
    await writer.append('x\n')
    await bury()
    expect([...disk.contents()].filter(([path]) => path.endsWith('.damaged')).map(([, kept]) => kept)).toEqual([
      'damaged',
    ])
    expect(text(disk)).toBe('x\n')
  })
})
