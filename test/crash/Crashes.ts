import { type ChildProcess, spawn } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DevnetAccount } from '@unimargin/devnet'
import { createJournal } from '@unimargin/sdk'
import { fileJournalStorage } from '@unimargin/sdk/node'
import { keccak256, toHex } from 'viem'
import { build } from 'vite'
import * as Ledger from './Ledger.ts'
import type { Task, Way } from './Program.ts'
import { AMOUNT, openStage, type Stage } from './stage.ts'

/** How a program that died is started again: twice, one after the other, or twice at the same time. */
export const RESUMPTIONS = ['twice', 'by two'] as const
export type Resumption = (typeof RESUMPTIONS)[number]

/** A program that dies at a boundary, and how it is started again. */
export type Crash = { readonly way: Way; readonly killAt: number; readonly resumption: Resumption }

/** What became of a crash: what is wrong, if anything, and how far the move was when the program died. */
export type Outcome = {
  readonly problems: readonly string[]
  /** The last state in the journal of the program that died; nothing where it had not kept the move yet. */
  readonly diedIn: string | undefined
  /** What the next program did about it. */
  readonly resumed: string | undefined
}

/** Chains with owners, and a bundled program that moves an owner's collateral. */
export type Crashes = {
  readonly owners: readonly DevnetAccount[]
  /** How many boundaries a program has that nothing happens to. */
  readonly boundariesOf: (way: Way) => Promise<number>
  /** Plays a crash. An owner plays one at a time: what they have sent is counted. */
  readonly play: (owner: DevnetAccount, crash: Crash) => Promise<Outcome>
  readonly close: () => Promise<void>
}

type End = { readonly signal: string | null; readonly lines: readonly string[]; readonly complaints: string }

export async function prepareCrashes(): Promise<Crashes> {
  // What a process wrote outlives it on any file system; one in memory is quick.
  const home = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'unimargin-crash-'))
  const running = new Set<ChildProcess>()
  let stage: Stage | undefined
  const close = async () => {
    for (const child of running) child.kill('SIGKILL')
    rmSync(home, { recursive: true, force: true })
    await stage?.close()
  }
  try {
    stage = await openStage(home)
    await bundle(home)
  } catch (error) {
    await close()
    throw error
  }
  const { owners, world, quoteOf, endsOf } = stage
  const chains = stage

  let count = 0
  const run = (task: Task): Promise<End> => {
    const child = spawn(process.execPath, [join(home, 'child.js'), JSON.stringify(task)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    running.add(child)
    let out = ''
    let complaints = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaints += text
    })
    return new Promise((resolve) => {
      child.on('close', (_code, signal) => {
        running.delete(child)
        resolve({ signal, lines: out.split('\n').filter((line) => line !== ''), complaints })
      })
    })
  }
  const taskOf = (owner: DevnetAccount, { way, killAt }: Pick<Crash, 'way' | 'killAt'>): Task => {
    count += 1
    const id = keccak256(toHex(`crash ${count}`))
    const quote = quoteOf(owner.address, way)
    return { world, quote, id, key: owner.privateKey, way, directory: join(home, String(count)), killAt }
  }
  /** Delegated, it would be a contract to the router. */
  const undelegate = async ({ address }: DevnetAccount, way: Way): Promise<void> => {
    if (way !== 'direct-batch') return
    for (const { client } of [chains.arbitrum, chains.base]) await client.setCode({ address, bytecode: '0x' })
  }

  return {
    owners,
    close,
    boundariesOf: async (way) => {
      const [owner = chains.owner] = owners
      const { lines, complaints } = await run(taskOf(owner, { way, killAt: 0 }))
      await undelegate(owner, way)
      const boundaries = Number(/^boundaries (\d+)$/.exec(lines.at(-1) ?? '')?.[1])
      if (!(boundaries > 0))
        throw new TypeError(`the program did not come to its end: ${lines.join(', ')} ${complaints}`)
      return boundaries
    },
    play: async (owner, crash) => {
      const { way } = crash
      const before = await Ledger.read(chains, owner.address)
      const since = await chains.arbitrum.client.getBlockNumber({ cacheTime: 0 })
      const task = taskOf(owner, crash)
      const dead = await run(task)
      const diedIn = dead.signal === 'SIGKILL' ? (await lookInto(task))?.state : 'nothing'
      const again = { ...task, killAt: 0 }
      const problems: string[] = []
      const hold = (holds: boolean, problem: string) => void (holds || problems.push(problem))
      const lines: string[] = []
      const holdAll = async (ends: readonly End[]): Promise<void> => {
        for (const { signal, lines: own, complaints } of ends) {
          lines.push(...own)
          hold(signal === null && complaints === '', `a program that went on failed: ${complaints}`)
          hold(/^boundaries/.test(own.at(-1) ?? ''), `it ended with: ${own.join(', ')}`)
        }
        const move = await lookInto(task)
        hold(move?.state === 'credited', `the journal says ${move?.state}`)
        const isDirect = way.startsWith('direct')
        const { sent, arrived } = await (isDirect
          ? Ledger.direct(chains, owner.address, since + 1n)
          : Ledger.routed(chains, task.id))
        hold(sent === 1, `${sent} moves were sent`)
        hold(arrived === 1, `${arrived} moves have arrived`)
        const after = await Ledger.read(chains, owner.address)
        problems.push(...Ledger.objections({ before, after }, { way, amount: AMOUNT, ...endsOf(way) }))
      }
      if (crash.resumption === 'by two') await holdAll(await Promise.all([run(again), run(again)]))
      else {
        await holdAll([await run(again)])
        await holdAll([await run(again)])
      }
      await undelegate(owner, way)
      rmSync(task.directory, { recursive: true, force: true })
      const resumed = lines.find((line) => line.startsWith('resumed'))
      return { problems, diedIn, resumed }
    },
  }
}

async function bundle(outDir: string): Promise<void> {
  await build({
    configFile: false,
    logLevel: 'error',
    resolve: { conditions: ['unimargin-source', 'module', 'node', 'import', 'default'] },
    ssr: { noExternal: true, resolve: { conditions: ['unimargin-source', 'module', 'node', 'import', 'default'] } },
    build: { ssr: join(import.meta.dirname, 'child.ts'), outDir, emptyOutDir: false, minify: false, target: 'node20' },
  })
}

/** What a journal has of the move: read from a copy, so that whoever comes next finds it as it was left. */
async function lookInto({ directory: left, id }: Task) {
  if (!existsSync(left)) return undefined
  const directory = `${left}-copy`
  cpSync(left, directory, { recursive: true })
  const journal = await createJournal({ storage: fileJournalStorage({ directory }) })
  const move = journal.get(id)
  await journal.close()
  rmSync(directory, { recursive: true, force: true })
  return move
}
