import { type ChildProcess, spawn } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createJournal } from '../../packages/sdk/src/journal/createJournal.ts'
import { fileJournalStorage } from '../../packages/sdk/src/node/fileJournalStorage.ts'
import type { ChildTask } from '../../packages/sdk/test/journalChild.ts'
import { moveIdOf, playMoves, possibleAfter, STATES, shown } from '../../packages/sdk/test/playMoves.ts'

/** Real processes, which are killed by themselves with SIGKILL wherever they touch the disk. */
describe('a journal whose process is killed', () => {
  // What a process wrote outlives it on any file system; one in memory is quick. Power cuts are played elsewhere.
  const home = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'unimargin-journal-'))
  const program = join(home, 'journalChild.js')
  const running = new Set<ChildProcess>()
  let folders = 0

  beforeAll(async () => {
    await build({
      configFile: false,
      logLevel: 'error',
      resolve: { conditions: ['unimargin-source', 'module', 'node', 'import', 'default'] },
      ssr: { noExternal: true },
      build: {
        ssr: join(import.meta.dirname, '../../packages/sdk/test/journalChild.ts'),
        outDir: home,
        emptyOutDir: false,
        minify: false,
        target: 'node20',
      },
    })
  })
  afterAll(() => {
    for (const child of running) child.kill('SIGKILL')
    rmSync(home, { recursive: true, force: true })
  })

  const fresh = (): string => join(home, `journal-${folders++}`)
  const start = (task: Partial<ChildTask> & Pick<ChildTask, 'directory'>) => {
    const whole: ChildTask = { killAt: 0, staleAfter: 200, wait: 0, ...task }
    const child = spawn(process.execPath, [program, JSON.stringify(whole)], { stdio: ['pipe', 'pipe', 'pipe'] })
    running.add(child)
    let out = ''
    let complaints = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaints += text
    })
    type End = { readonly signal: string | null; readonly steps: readonly string[]; readonly last: string }
    const ended = new Promise<End>((resolve, reject) => {
      child.on('close', (_code, signal) => {
        running.delete(child)
        const steps = out.split('\n').filter((line) => line !== '')
        if (complaints === '') resolve({ signal, steps, last: steps.at(-1) ?? '' })
        else reject(new TypeError(complaints))
      })
    })
    const said = async (step: string): Promise<void> => {
      while (!out.includes(`${step}\n`)) await new Promise((resolve) => setTimeout(resolve, 5))
    }
    return { child, ended, said }
  }
  const storageIn = (directory: string) => fileJournalStorage({ directory, staleAfter: 200 })
  const look = async (directory: string) => {
    const journal = await createJournal({ storage: storageIn(directory) })
    const found = shown(journal)
    await journal.close()
    return found
  }
  /** Both cores, and no more. */
  const eachOf = async (count: number, run: (index: number) => Promise<void>): Promise<void> => {
    let next = 1
    const worker = async () => {
      while (next <= count) await run(next++)
    }
    await Promise.all([worker(), worker()])
  }

  test('default: nothing that was promised is lost at any of its boundaries, and it goes on from there', async () => {
    const whole = await start({ directory: fresh() }).ended
    const boundaries = Number(/^boundaries (\d+)$/.exec(whole.steps.at(-1) ?? '')?.[1])
    expect(boundaries).toBeGreaterThanOrEqual(60)
    const seen = new Set<string>()
    await eachOf(boundaries, async (killAt) => {
      const directory = fresh()
      const { signal, steps } = await start({ directory, killAt }).ended
      expect(signal).toBe('SIGKILL')
      const found = await look(directory)
      expect(possibleAfter(steps.at(-1)), `killed at ${killAt}, after ${steps.at(-1)}`).toContain(found)
      seen.add(found)
      // Resumed once, and once more: nothing is done twice.
      const submitted = steps.filter((step) => step.startsWith('submit '))
      await playMoves(storageIn(directory), (step) => void (step.startsWith('submit ') && submitted.push(step)))
      await playMoves(storageIn(directory), (step) => void (step.startsWith('submit ') && submitted.push(step)))
      expect(await look(directory)).toBe(STATES.closed)
      expect(new Set(submitted).size).toBe(submitted.length)
      // One lock and one journal are left, and nothing else.
      expect(
        readdirSync(directory)
          .map((name) => name.split('.').at(-1))
          .sort(),
      ).toEqual(['journal', 'lock'])
    })
    // Every state was met at some boundary.
    expect([...seen].sort()).toEqual([...new Set(Object.values(STATES))].sort())
  })

  test('behavior: whoever is killed while it takes over from the dead loses nothing either', async () => {
    // Dies in the middle of writing a record.
    const isTorn = (directory: string): boolean =>
      readdirSync(directory)
        .filter((name) => name.endsWith('.journal'))
        .some((name) => !readFileSync(join(directory, name), 'latin1').endsWith('\n'))
    let dead = fresh()
    let killAt = 15
    for (; ; killAt += 1) {
      const { signal, last } = await start({ directory: dead, killAt }).ended
      expect(signal).toBe('SIGKILL')
      if (last === 'submit 1' && isTorn(dead)) break
      dead = fresh()
    }
    const whole = fresh()
    cpSync(dead, whole, { recursive: true })
    const { last } = await start({ directory: whole }).ended
    const boundaries = Number(/^boundaries (\d+)$/.exec(last)?.[1])
    expect(boundaries).toBeGreaterThan(40)
    await eachOf(40, async (at) => {
      const directory = fresh()
      cpSync(dead, directory, { recursive: true })
      const { signal, last = 'opened' } = await start({ directory, killAt: at }).ended
      expect(signal).toBe('SIGKILL')
      const isEarly = last === '' || last === 'opened'
      expect(possibleAfter(isEarly ? 'submit 1' : last), `killed at ${at}, after ${last}`).toContain(
        await look(directory),
      )
      await playMoves(storageIn(directory), () => {})
      expect(await look(directory)).toBe(STATES.closed)
    })
  })

  test('behavior: of two that resume at once, one does it and the other waits, or is told', async () => {
    const directory = fresh()
    await start({ directory, killAt: 50 }).ended
    const ends = await Promise.all([
      start({ directory, wait: 20_000 }).ended,
      start({ directory, wait: 20_000 }).ended,
      start({ directory, wait: 20_000 }).ended,
    ])
    expect(ends.map(({ signal }) => signal)).toEqual([null, null, null])
    const submitted = ends.flatMap(({ steps }) => steps.filter((step) => step.startsWith('submit ')))
    expect(new Set(submitted).size).toBe(submitted.length)
    expect(await look(directory)).toBe(STATES.closed)
  })

  test('error: JournalLockLostError for who slept for too long, and all that was promised to anybody is kept', async () => {
    const directory = fresh()
    const sleeper = start({ directory, holdAt: 'recorded 1' })
    await sleeper.said('recorded 1')
    sleeper.child.kill('SIGSTOP')
    const journal = await createJournal({ storage: storageIn(directory) })
    expect(shown(journal)).toBe('1:intended')
    await journal.record({ id: moveIdOf(9) })
    sleeper.child.kill('SIGCONT')
    sleeper.child.stdin.write('go on\n')
    expect((await sleeper.ended).last).toBe('threw JournalLockLostError')
    await journal.append(moveIdOf(9), { state: 'submitted' })
    await journal.close()
    expect(await look(directory)).toBe('1:intended 9:intended>submitted')
  })

  test('error: JournalLockedError while another process is alive, or waiting until it is not', async () => {
    const directory = fresh()
    const storage = fileJournalStorage({ directory, staleAfter: 60_000 })
    const other = start({ directory, holdAt: 'recorded 1' })
    await other.said('recorded 1')
    const { pid } = other.child
    await expect(createJournal({ storage })).rejects.toMatchObject({
      name: 'JournalLockedError',
      holder: `process ${pid}`,
    })
    const waiting = createJournal({ storage, wait: 60_000 })
    other.child.stdin.write('go on\n')
    const journal = await waiting
    expect(shown(journal)).toBe(STATES.closed)
    await journal.close()
  })

  test('behavior: who died is not waited for', async () => {
    const directory = fresh()
    const other = start({ directory, holdAt: 'recorded 1' })
    await other.said('recorded 1')
    other.child.kill('SIGKILL')
    await other.ended
    // Its silence would have to last an hour.
    const journal = await createJournal({ storage: fileJournalStorage({ directory, staleAfter: 3_600_000 }) })
    expect(shown(journal)).toBe('1:intended')
    await journal.close()
  })
})
